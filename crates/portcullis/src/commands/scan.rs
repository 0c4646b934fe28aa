//! `portcullis scan`: from targets to a report and an exit code.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use portcullis_assess::suppress::{self, Suppression};
use portcullis_assess::{Lock, Observer, Request, Scan, Settings};
use portcullis_model::{Finding, Severity, Target};
use portcullis_report::{Assessment, Format, JsonLines, Options, Sources, cyclonedx};
use portcullis_rules::{Engine, Selection};

use crate::cli::{FailOn, ScanArgs};
use crate::consent::Consents;
use crate::downloads::Downloads;
use crate::exit::{Exit, Failure};
use crate::{machine, write};

/// The lock file that is compared when it is there.
const LOCK_FILE: &str = "portcullis.lock";

pub(crate) fn run(arguments: &ScanArgs) -> Result<Exit, Failure> {
    let started = Instant::now();
    let format: Format = arguments.output.format.parse().map_err(Failure::usage)?;
    let machine = machine::here()?;
    let settings = machine::settings(arguments.config.as_deref())?;
    let engine = Engine::new(selection(arguments, &settings)?);
    let fail_on = fail_on(arguments, &settings)?;
    let requests = requests(arguments)?;
    let names_servers =
        requests.iter().any(|request| matches!(request, Request::Url(_) | Request::Command(_)));
    let consent = Consents::new(&arguments.live, names_servers);
    let downloads = Downloads::new(&machine, &settings);
    let mut scan = Scan {
        engine: &engine,
        machine: &machine,
        together: arguments.together.into(),
        corrections: settings.corrections(),
        decisions: decisions(arguments, &settings)?,
        today: machine::today(),
        lock: lock(arguments)?,
        live: None,
        fetching: None,
        advisories: machine::advisories_folder().ok(),
        inventory: arguments.sbom.is_some(),
        ask_configured: false,
    };
    // What a server says is repaired in no file: servers are asked only for the report.
    if arguments.fix {
        super::fix::run(&scan, &requests, arguments)?;
        if arguments.diff {
            return Ok(Exit::Clean);
        }
    }
    scan.live = consent.live();
    scan.fetching = Some(downloads.fetching());
    scan.ask_configured = arguments.live.live;
    let mut out = Output::open(arguments.output.output.as_ref())?;
    let mut worst = Worst::default();
    let mut assessment = if format == Format::JsonLines {
        let keep = arguments.write_baseline.is_some();
        let lines = JsonLines::new(&mut out.writer);
        look(&scan, &requests, arguments, &mut Streaming { lines, worst: &mut worst, keep })?
    } else {
        look(&scan, &requests, arguments, &mut ())?
    };
    consent.done();
    downloads.done();
    worst.hear(&assessment.findings);
    if let Some(path) = &arguments.write_baseline {
        write::whole(path, suppress::write_baseline(&assessment).as_bytes())?;
    }
    if let Some(path) = &arguments.sbom {
        let mut bill = Vec::new();
        cyclonedx::write(&assessment.inventories, &assessment.tool_version, &mut bill)?;
        write::whole(path, &bill)?;
    }
    assessment.elapsed = started.elapsed();
    if format != Format::JsonLines {
        portcullis_report::write(&assessment, format, &out.options(), &mut out.writer)?;
    }
    out.writer.flush()?;
    Ok(verdict(&assessment, worst, fail_on))
}

/// Looks at everything the command line names. Without a configuration on this machine, at what `--or` names.
fn look(
    scan: &Scan<'_>,
    requests: &[Request],
    arguments: &ScanArgs,
    observer: &mut dyn Observer,
) -> Result<Assessment, Failure> {
    if arguments.targets == ["-"] {
        return Ok(scan.run_stream(io::BufReader::new(io::stdin()), "stdin", observer)?.0);
    }
    let (found, _) = scan.run(requests, observer)?;
    match &arguments.or {
        Some(path) if found.targets.is_empty() => Ok(scan.run(&[Request::File(path.clone())], observer)?.0),
        _ => Ok(found),
    }
}

/// What to look at: the words of the command line, or the whole machine.
fn requests(arguments: &ScanArgs) -> Result<Vec<Request>, Failure> {
    if arguments.targets.len() > 1 && arguments.targets.iter().any(|target| target == "-") {
        return Err(Failure::usage("`-` stands alone: scan standard input and files one after the other"));
    }
    let mut requests: Vec<Request> = arguments
        .targets
        .iter()
        .map(|target| match target.split_once("://") {
            Some(("http" | "https", _)) => Request::Url(target.clone()),
            _ if ["npm:", "pypi:"].iter().any(|registry| target.starts_with(registry)) => {
                Request::Package(target.clone())
            }
            _ => Request::File(PathBuf::from(target)),
        })
        .collect();
    if !arguments.command.is_empty() {
        requests.push(Request::Command(arguments.command.clone()));
    }
    if requests.is_empty() {
        requests.push(Request::Machine);
    }
    Ok(requests)
}

/// What the command line selects, and where it is silent, the settings.
fn selection(arguments: &ScanArgs, settings: &Settings) -> Result<Selection, Failure> {
    let given = &arguments.selection;
    let select = if given.select.is_empty() { &settings.scan.select } else { &given.select };
    let ignore = [given.ignore.as_slice(), &settings.scan.ignore].concat();
    let confidence = word(given.min_confidence, settings.scan.min_confidence.as_deref())?;
    let audience = word(given.audience, settings.scan.audience.as_deref())?;
    Selection::new(
        select,
        &ignore,
        confidence.unwrap_or(portcullis_model::Confidence::Low),
        audience.unwrap_or(portcullis_model::Audience::Regular),
    )
    .map_err(Failure::usage)
}

/// A word of the command line, or the one of the settings.
fn word<T: std::str::FromStr<Err: std::fmt::Display>>(
    given: Option<T>,
    set: Option<&str>,
) -> Result<Option<T>, Failure> {
    match (given, set) {
        (Some(given), _) => Ok(Some(given)),
        (None, None) => Ok(None),
        (None, Some(set)) => set
            .parse()
            .map(Some)
            .map_err(|error| Failure::usage(format!("`{set}` in portcullis.toml: {error}"))),
    }
}

fn fail_on(arguments: &ScanArgs, settings: &Settings) -> Result<FailOn, Failure> {
    Ok(word(arguments.fail_on, settings.scan.fail_on.as_deref())?.unwrap_or(FailOn::AtLeast(Severity::High)))
}

fn decisions(arguments: &ScanArgs, settings: &Settings) -> Result<Vec<Suppression>, Failure> {
    let mut decisions: Vec<Suppression> = settings.suppressions.iter().map(Suppression::from).collect();
    if let Some(baseline) = &arguments.baseline {
        decisions.extend(suppress::read_baseline(baseline).map_err(Failure::usage)?);
    }
    Ok(decisions)
}

/// The pins to compare with. A lock file that is named has to be there; one that is there has to be readable.
fn lock(arguments: &ScanArgs) -> Result<Option<Lock>, Failure> {
    let path = arguments.lock.as_deref().unwrap_or(Path::new(LOCK_FILE));
    if arguments.lock.is_none() && !path.exists() {
        return Ok(None);
    }
    Lock::read(path).map(Some).map_err(Failure::incomplete)
}

/// The exit code. Findings weigh more than gaps: whoever has to act on both acts on the findings first.
fn verdict(assessment: &Assessment, worst: Worst, fail_on: FailOn) -> Exit {
    let failing = match fail_on {
        FailOn::Never => false,
        FailOn::AtLeast(threshold) => worst.0.is_some_and(|severity| severity >= threshold),
    };
    match (failing, assessment.is_complete()) {
        (true, _) => Exit::Findings,
        (false, false) => Exit::Incomplete,
        (false, true) => Exit::Clean,
    }
}

/// The most severe finding heard of.
#[derive(Debug, Clone, Copy, Default)]
struct Worst(Option<Severity>);

impl Worst {
    fn hear(&mut self, findings: &[Finding]) {
        self.0 = self.0.max(findings.iter().map(|finding| finding.severity).max());
    }
}

/// Writes each target's line as soon as it is done.
struct Streaming<'a, W: Write> {
    lines: JsonLines<W>,
    worst: &'a mut Worst,
    /// Whether the findings are needed once more, for a baseline.
    keep: bool,
}

impl<W: Write> Observer for Streaming<'_, W> {
    fn target_done(&mut self, target: &Target, findings: &[Finding], sources: &Sources) -> io::Result<bool> {
        self.worst.hear(findings);
        self.lines.target(target, findings, sources)?;
        Ok(self.keep)
    }
}

/// Where the report goes.
struct Output {
    writer: Box<dyn Write>,
    colour: bool,
    width: usize,
}

impl Output {
    fn open(path: Option<&PathBuf>) -> Result<Self, Failure> {
        if let Some(path) = path {
            let file = File::create(path).map_err(|error| {
                Failure::usage(format!(
                    "`{}` cannot be written: {error}; name another `--output`",
                    path.display()
                ))
            })?;
            return Ok(Self { writer: Box::new(BufWriter::new(file)), colour: false, width: 100 });
        }
        let stdout = io::stdout();
        let colour = anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never;
        let width = if stdout.is_terminal() { terminal_width() } else { 100 };
        Ok(Self { writer: Box::new(BufWriter::new(stdout.lock())), colour, width })
    }

    const fn options(&self) -> Options {
        Options { colour: self.colour, width: self.width, elapsed: true }
    }
}

/// Columns of the terminal, between 60 and 120: longer lines are hard to read.
fn terminal_width() -> usize {
    terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0)).clamp(60, 120)
}
