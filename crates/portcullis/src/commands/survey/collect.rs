//! `portcullis survey collect`.

use std::io::Write;

use portcullis_fetch::Registry;
use portcullis_report::neutral;
use portcullis_survey::collect::{Collected, Extent, collect};
use portcullis_survey::connector::{Choice, Connector, connector};
use portcullis_survey::table;
use serde::Serialize;

use super::asking::{Asking, now};
use crate::cli::{ListFormat, SurveyCollectArgs};
use crate::exit::{Exit, Failure};

/// One registry as JSON.
#[derive(Serialize)]
struct Line<'a> {
    registry: &'a str,
    answers: u64,
    records: u64,
    new: u64,
    changed: u64,
    same: u64,
    rejected: u64,
    complete: bool,
    problems: &'a [String],
}

pub(crate) fn run(arguments: &SurveyCollectArgs) -> Result<Exit, Failure> {
    let mut asking = Asking::new(&arguments.asking)?;
    let client = asking.client()?;
    let extent = Extent { answers: arguments.limit, whole: arguments.whole };
    let work = async {
        let mut connectors: Vec<Box<dyn Connector>> = Vec::new();
        for word in &arguments.registries {
            connectors.push(chosen(word, &asking).await?);
        }
        let store = table::open(&asking.store).await.map_err(Failure::incomplete)?;
        let mut all = Vec::new();
        for connector in &connectors {
            let collected = collect(connector.as_ref(), &client, &store, extent, now()).await;
            all.push(collected.map_err(Failure::incomplete)?);
        }
        store.close().await;
        Ok::<_, Failure>(all)
    };
    let all = portcullis_probe::run_blocking(work).map_err(Failure::incomplete)??;
    write(&all, arguments.asking.format)?;
    let is_whole = all.iter().all(|one| one.is_complete && one.problems.is_empty());
    Ok(if is_whole { Exit::Clean } else { Exit::Incomplete })
}

async fn chosen(word: &str, asking: &Asking) -> Result<Box<dyn Connector>, Failure> {
    let settings = asking.settings.registries.get(word).cloned().unwrap_or_default();
    let key = settings.key.as_deref().map(|key| asking.secret("key", key)).transpose()?;
    let choice = Choice { address: settings.address, key, file: settings.names.map(Into::into) };
    let known = match word {
        "npm" => Some(asking.known(Registry::Npm).await.map_err(Failure::usage)?),
        "pypi" => Some(asking.known(Registry::Pypi).await.map_err(Failure::usage)?),
        _ => None,
    };
    connector(word, choice, known).map_err(Failure::usage)
}

fn write(all: &[Collected], format: ListFormat) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    for one in all {
        if format == ListFormat::Json {
            let line = Line {
                registry: &one.registry,
                answers: one.answers,
                records: one.records,
                new: one.new,
                changed: one.changed,
                same: one.same,
                rejected: one.rejected,
                complete: one.is_complete,
                problems: &one.problems,
            };
            writeln!(out, "{}", serde_json::to_string(&line).map_err(Failure::incomplete)?)?;
            continue;
        }
        let end = if one.is_complete { "" } else { "; not at its end: run it again to go on" };
        writeln!(
            out,
            "{}: {} records in {} answers: {} new, {} changed, {} as before, {} not understood{end}",
            one.registry, one.records, one.answers, one.new, one.changed, one.same, one.rejected
        )?;
        for problem in one.problems.iter().take(20) {
            writeln!(out, "  {}", neutral::terminal(problem))?;
        }
        if one.problems.len() > 20 {
            writeln!(out, "  and {} more", one.problems.len() - 20)?;
        }
    }
    Ok(())
}
