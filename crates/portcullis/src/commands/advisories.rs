//! `portcullis advisories`: the local database of known vulnerabilities and malicious packages.

mod source;

use std::fs::File;
use std::io::{ErrorKind, Write};

use portcullis_assess::DATABASE;
use portcullis_report::neutral;
use portcullis_supply::Ecosystem;
use portcullis_supply::advisory::{self, Advisory, Builder, Database};

use crate::cli::{AdvisoriesAction, AdvisoriesShowArgs, AdvisoriesUpdateArgs};
use crate::downloads::Downloads;
use crate::exit::{Exit, Failure};
use crate::{machine, write};

pub(crate) fn run(action: &AdvisoriesAction) -> Result<Exit, Failure> {
    match action {
        AdvisoriesAction::Update(arguments) => update(arguments),
        AdvisoriesAction::Show(arguments) => show(arguments),
    }
}

/// Reads every source before anything is replaced.
fn update(arguments: &AdvisoriesUpdateArgs) -> Result<Exit, Failure> {
    let mut read = source::Reader::new(
        Downloads::new(&machine::here()?, &machine::settings(None)?),
        arguments.key.as_deref(),
    )?;
    let mut builder = Builder::default();
    for source in &arguments.sources {
        read.source(source, &mut builder)?;
    }
    let counts = builder.counts();
    if counts.advisories == 0 {
        return Err(Failure::incomplete(
            "no advisory about a package of npm or Python was found; the database stays as it was",
        ));
    }
    let mut bytes = Vec::new();
    builder.write(&mut bytes)?;
    let folder = machine::advisories_folder()?;
    write::private_folder(&folder)?;
    write::whole(&folder.join(DATABASE), &bytes)?;
    let mut out = anstream::stdout().lock();
    writeln!(
        out,
        "{} advisories about {} packages, {} of them malicious; {} bytes\n{}",
        counts.advisories,
        counts.packages,
        counts.malicious,
        bytes.len(),
        read.account()
    )?;
    Ok(if read.has_gaps() { Exit::Incomplete } else { Exit::Clean })
}

fn show(arguments: &AdvisoriesShowArgs) -> Result<Exit, Failure> {
    let (ecosystem, name, version) = asked(&arguments.package)?;
    let path = machine::advisories_folder()?.join(DATABASE);
    let file = File::open(&path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            Failure::incomplete("there is no advisory database; `portcullis advisories update` makes one")
        }
        _ => Failure::incomplete(format!("`{}` cannot be read: {error}", path.display())),
    })?;
    let mut database = Database::open(file).map_err(Failure::incomplete)?;
    let known = database.of(ecosystem, name).map_err(Failure::incomplete)?;
    let affecting: Vec<&Advisory> =
        known.iter().filter(|advisory| version.is_none_or(|version| advisory.affects(version))).collect();
    let mut out = anstream::stdout().lock();
    for advisory in &affecting {
        let aliases = if advisory.aliases.is_empty() {
            String::new()
        } else {
            format!(" ({})", advisory.aliases.join(", "))
        };
        let severity = match (advisory.is_malicious(), advisory.severity) {
            (true, _) => "malicious",
            (false, Some(severity)) => severity.as_str(),
            (false, None) => "not rated",
        };
        writeln!(out, "{}{aliases}: {severity}: {}", advisory.id, neutral::terminal(&advisory.summary))?;
    }
    if affecting.is_empty() {
        writeln!(out, "no advisory is known")?;
        return Ok(Exit::Clean);
    }
    if let Some(version) = version {
        let secure = advisory::secure_version(&known, version);
        let remedy = secure.map_or_else(
            || String::from("no later version is known to be without them"),
            |secure| format!("the lowest later version without them: {}", neutral::terminal(&secure)),
        );
        writeln!(out, "{remedy}")?;
    }
    Ok(Exit::Findings)
}

/// `npm:NAME@VERSION` and `pypi:NAME==VERSION`; the version may be left out.
fn asked(text: &str) -> Result<(Ecosystem, &str, Option<&str>), Failure> {
    let unusable =
        || Failure::usage(format!("`{text}` names no package; write `npm:NAME@1.2.3` or `pypi:NAME==1.2.3`"));
    let (registry, rest) = text.split_once(':').ok_or_else(unusable)?;
    let (ecosystem, split) = match registry {
        "npm" => (Ecosystem::Npm, rest.rsplit_once('@').filter(|(name, _)| !name.is_empty())),
        "pypi" => (Ecosystem::Pypi, rest.split_once("==").or_else(|| rest.split_once('@'))),
        _ => return Err(unusable()),
    };
    let (name, version) = split.map_or((rest, None), |(name, version)| (name, Some(version)));
    if name.is_empty() { Err(unusable()) } else { Ok((ecosystem, name, version)) }
}
