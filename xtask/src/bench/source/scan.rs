//! One scan through the front door: what it said, how long it took, how much memory it held.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use portcullis_report::json::v1::Report;
use portcullis_rules::{Entry, RULES};

use crate::bench::process::{Job, Took};
use crate::bench::workshop;

/// The exit code of `timeout` for what it ended.
const ENDED: i32 = 124;
/// The exit code for a scan that could not look at everything.
const INCOMPLETE: i32 = 3;

/// The program, and where it is measured.
pub(super) struct Scanner {
    program: PathBuf,
    pub(super) work: PathBuf,
    /// Seconds for one scan.
    pub(super) limit: u64,
}

/// A finding of a rule about source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub(super) rule: String,
    pub(super) tool: String,
    /// File and line inside of the package.
    pub(super) place: String,
}

/// What one scan said and took.
#[derive(Debug, Clone)]
pub(super) struct Scan {
    pub(super) took: Took,
    /// Bytes of the files that the front ends read.
    pub(super) bytes: u64,
    /// Tools with a name.
    pub(super) tools: BTreeSet<String>,
    /// Findings of rules about source, each once, and the arguments that they are about.
    pub(super) findings: BTreeMap<Found, BTreeSet<String>>,
    /// Why there is no report, in a few words.
    pub(super) failed: Option<String>,
    /// What was not read or given up, in the words of the report.
    pub(super) notes: Vec<String>,
    /// False when the report says that something was not looked at.
    pub(super) complete: bool,
}

impl Scanner {
    pub(super) fn new(root: &Path, programs: Option<&Path>, limit: u64) -> Result<Self, String> {
        let program = match programs {
            Some(folder) => folder.join("portcullis"),
            None => crate::portcullis::Portcullis::build(root)?.binary,
        };
        if !program.is_file() {
            return Err(format!("{} is not there", program.display()));
        }
        Ok(Self { program, work: workshop(root)?, limit })
    }

    /// A job that is ended when the time is over.
    pub(super) fn limited(&self, program: &Path, arguments: &[&str], seconds: u64) -> Job {
        let mut job = Job::new(Path::new("timeout"), &["--kill-after=5"]);
        job.arguments.push(seconds.to_string());
        job.arguments.push(program.display().to_string());
        job.arguments.extend(arguments.iter().map(|&word| word.to_owned()));
        job
    }

    /// Scans a folder, once.
    pub(super) fn scan(&self, folder: &Path) -> Result<Scan, String> {
        let output = self.work.join("scanned.json");
        let arguments = ["scan", "--format", "json", "--fail-on", "never"];
        let mut job = self.limited(&self.program, &arguments, self.limit);
        job.arguments.push(folder.display().to_string());
        job.stdout = Some(output.clone());
        let took = job.median(&self.work, 1)?;
        let mut scan = Scan {
            took,
            bytes: source_bytes(folder),
            tools: BTreeSet::new(),
            findings: BTreeMap::new(),
            failed: None,
            notes: Vec::new(),
            complete: false,
        };
        match took.exit {
            0 | INCOMPLETE => {
                let text = fs::read(&output).map_err(|error| format!("{}: {error}", output.display()))?;
                let report = Report::read(&text).map_err(|error| error.to_string())?;
                scan.take(&report, folder);
            }
            ENDED => scan.failed = Some(format!("over {} seconds", self.limit)),
            exit => scan.failed = Some(format!("ended with {exit}")),
        }
        Ok(scan)
    }
}

impl Scan {
    fn take(&mut self, report: &Report<'_>, folder: &Path) {
        let name = folder.file_name().map(|name| format!("{}/", name.to_string_lossy())).unwrap_or_default();
        let tools = report.targets.iter().flat_map(|target| &target.tools);
        self.tools = tools.map(|tool| tool.name.to_string()).filter(|name| !name.is_empty()).collect();
        let about_source: BTreeSet<&str> =
            RULES.iter().filter(|rule| rule.entry == Entry::Source).map(|rule| rule.id.as_str()).collect();
        for finding in &report.findings {
            if !about_source.contains(&*finding.rule) {
                continue;
            }
            let file = finding.location.file.as_deref().unwrap_or_default();
            let inside = file.split_once(&name).map_or(file, |(_, inside)| inside);
            let found = Found {
                rule: finding.rule.to_string(),
                tool: finding.location.name.as_deref().unwrap_or_default().to_owned(),
                place: format!("{inside}:{}", finding.location.line.unwrap_or(0)),
            };
            let arguments = self.findings.entry(found).or_default();
            arguments.extend(inputs(&finding.message));
        }
        let reasons = report.targets.iter().filter_map(|target| target.reason.as_deref());
        self.notes = reasons.chain(report.notes.iter().map(|note| &**note)).map(str::to_owned).collect();
        self.complete = report.summary.complete;
    }

    pub(super) fn seconds(&self) -> f64 {
        self.took.wall.as_secs_f64()
    }

    pub(super) fn megabytes(&self) -> f64 {
        self.took.memory as f64 / 1e6
    }

    /// For a line of progress.
    pub(super) fn in_a_line(&self) -> String {
        let (seconds, megabytes) = (self.seconds(), self.megabytes());
        let said = match &self.failed {
            Some(why) => why.clone(),
            None => format!("{} tools, {} findings", self.tools.len(), self.findings.len()),
        };
        format!("{said}; {:.2} MB of source, {seconds:.2} s, {megabytes:.0} MB", self.bytes as f64 / 1e6)
    }
}

/// The inputs that a message names first: ``arguments `a` and `b` of tool …``, ``part `uri` of resource …``.
fn inputs(message: &str) -> Vec<String> {
    let kinds = ["argument `", "arguments `", "part `", "parts `"];
    let Some(start) = kinds.iter().filter_map(|kind| message.find(kind)).min() else { return Vec::new() };
    let list = message.get(start..).and_then(|rest| rest.split_once(" of ")).map_or("", |(list, _)| list);
    list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Bytes of the source files below a folder, in the languages that there is a front end for.
fn source_bytes(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => source_bytes(&entry.path()),
            Ok(kind) if kind.is_file() && is_source(&entry.file_name().to_string_lossy()) => {
                entry.metadata().map_or(0, |metadata| metadata.len())
            }
            _ => 0,
        })
        .sum()
}

/// Files whose name says that they hold code of a language that is analysed. Declarations of types hold none.
fn is_source(name: &str) -> bool {
    const ENDINGS: [&str; 11] = ["py", "pyw", "js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "go"];
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ENDINGS.contains(&ending) && !name.contains(".d.")
}

/// The commit that is measured.
pub(super) fn commit(root: &Path) -> String {
    let output = Command::new("git").args(["rev-parse", "--short=8", "HEAD"]).current_dir(root).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inputs_are_read_out_of_the_message() {
        assert_eq!(inputs("argument `files` of tool `git_add` names"), ["files"]);
        assert_eq!(inputs("arguments `a`, `b` and 2 more of tools `c` and `d` become"), ["a", "b"]);
        assert_eq!(inputs("part `uri` of a resource becomes part of the statement"), ["uri"]);
        assert!(inputs("anybody who reaches it of `x`").is_empty());
    }

    #[test]
    fn declarations_of_types_are_no_source() {
        assert!(is_source("index.mjs") && is_source("server.py") && is_source("main.go"));
        assert!(!is_source("index.d.ts") && !is_source("README.md") && !is_source("js"));
    }
}
