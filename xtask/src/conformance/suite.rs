//! The suite: how it is run and what it found.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Leg, Way};

/// The installed suite and the programs that it talks to.
pub(super) struct Suite {
    node: PathBuf,
    script: PathBuf,
    programs: PathBuf,
    results: PathBuf,
}

/// How a check ended, the worst of its occurrences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    /// It was not exercised.
    Skipped,
    Passed,
    Warned,
    Failed,
}

/// What one run found.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// By `scenario:check`.
    checks: BTreeMap<String, (Verdict, String)>,
    pub(super) scenarios: usize,
    /// Occurrences of checks.
    pub(super) passed: usize,
    pub(super) failed: usize,
    pub(super) warned: usize,
    pub(super) took: Duration,
}

impl Findings {
    /// What is not as it should be: what failed or warned, and what passed directly and was not exercised here.
    pub(super) fn missing(&self, direct: Option<&Findings>) -> Vec<(String, String)> {
        let mut missing: Vec<(String, String)> = self
            .checks
            .iter()
            .filter(|(_, (verdict, _))| *verdict > Verdict::Passed)
            .map(|(check, (_, why))| (check.clone(), why.clone()))
            .collect();
        let directly = direct.into_iter().flat_map(|direct| &direct.checks);
        for (check, (verdict, _)) in directly {
            let here = self.checks.get(check).map_or(Verdict::Skipped, |(verdict, _)| *verdict);
            if *verdict == Verdict::Passed && here == Verdict::Skipped {
                missing.push((check.clone(), String::from("passes directly and was not exercised")));
            }
        }
        missing
    }

    /// Whether everything in a scenario was exercised and passes.
    pub(super) fn passes_wholly(&self, scenario: &str) -> bool {
        let mut checks =
            self.checks.iter().filter(|(check, _)| check.split(':').next() == Some(scenario)).peekable();
        checks.peek().is_some() && checks.all(|(_, (verdict, _))| *verdict == Verdict::Passed)
    }

    /// Adds one file of results.
    fn add(&mut self, scenario: &str, checks: &[Value]) {
        self.scenarios += 1;
        for check in checks {
            let text = |name: &str| check.get(name).and_then(Value::as_str).unwrap_or_default();
            let verdict = match text("status") {
                "SUCCESS" => Verdict::Passed,
                "FAILURE" => Verdict::Failed,
                "WARNING" => Verdict::Warned,
                _ => Verdict::Skipped,
            };
            self.passed += usize::from(verdict == Verdict::Passed);
            self.failed += usize::from(verdict == Verdict::Failed);
            self.warned += usize::from(verdict == Verdict::Warned);
            let why: String = text("errorMessage").chars().take(300).collect();
            let entry =
                self.checks.entry(format!("{scenario}:{}", text("id"))).or_insert((verdict, String::new()));
            if verdict >= entry.0 {
                *entry = (verdict, why);
            }
        }
    }

    /// Notes that the suite could not judge a scenario.
    fn add_crash(&mut self, scenario: &str, output: &Output) {
        let said = String::from_utf8_lossy(&output.stderr);
        let why: String = said.lines().rev().take(3).collect::<Vec<_>>().join(" / ");
        self.failed += 1;
        self.checks.insert(format!("{scenario}:exit"), (Verdict::Failed, why));
    }
}

impl Suite {
    pub(super) fn new(folder: &Path, programs: &Path) -> Self {
        let modules = folder.join("node_modules");
        Self {
            node: modules.join("node/bin/node"),
            script: modules.join("@modelcontextprotocol/conformance/dist/index.js"),
            programs: programs.to_owned(),
            results: folder.join("results"),
        }
    }

    /// One run.
    pub(super) fn run(&self, set: &str, leg: Leg, way: Way) -> Result<Findings, String> {
        let folder = self.results.join(format!("{set}-{}-{way:?}", leg.name()));
        // There is none before the first run.
        fs::remove_dir_all(&folder).ok();
        let begun = Instant::now();
        let mut findings = Findings::default();
        match leg {
            Leg::Server => self.server(set, way, &folder, &mut findings)?,
            Leg::Client => self.client(set, way, &folder, &mut findings)?,
        }
        findings.took = begun.elapsed();
        if findings.passed == 0 {
            return Err(format!("{set}, {}, {way:?}: nothing passed; see {}", leg.name(), folder.display()));
        }
        Ok(findings)
    }

    fn server(&self, set: &str, way: Way, folder: &Path, findings: &mut Findings) -> Result<(), String> {
        let program = self.programs.join("everything-server");
        let (running, server) = match way {
            Way::GuardOverStdio => (None, format!("{} --stdio", program.display())),
            Way::Direct | Way::Guard => {
                let (server, address) = Server::start(&program)?;
                (Some(server), address)
            }
        };
        let mut command = match way {
            Way::Direct => Command::new(&self.node),
            Way::Guard | Way::GuardOverStdio => {
                let mut command = Command::new(self.programs.join("through-guard"));
                command.arg(self.programs.join("portcullis")).arg("--").arg(&self.node);
                command
            }
        };
        command.arg(&self.script).args(["server", "--requirements", set, "--output-dir"]).arg(folder);
        let output = run(command.arg("--url").arg(server))?;
        drop(running);
        let results = read_results(folder)?;
        if results.is_empty() {
            findings.add_crash("suite", &output);
        }
        for (name, checks) in results {
            findings.add(name.strip_prefix("server-").unwrap_or(&name), &checks);
        }
        Ok(())
    }

    fn client(&self, set: &str, way: Way, folder: &Path, findings: &mut Findings) -> Result<(), String> {
        let client = self.programs.join("everything-client");
        let command = match way {
            Way::Direct => client.display().to_string(),
            Way::Guard | Way::GuardOverStdio => {
                let (through, portcullis) =
                    (self.programs.join("through-guard"), self.programs.join("portcullis"));
                format!("{} {} -- {}", through.display(), portcullis.display(), client.display())
            }
        };
        for scenario in self.scenarios(set)?.into_iter().filter(|scenario| !is_excluded(scenario)) {
            let place = folder.join(&scenario);
            let mut suite = Command::new(&self.node);
            suite.arg(&self.script).args(["client", "--command", &command, "--scenario", &scenario]);
            let output = run(suite.args(["--spec-version", set, "--output-dir"]).arg(&place))?;
            let results = read_results(&place)?;
            let before = findings.failed + findings.warned;
            for (_, checks) in &results {
                findings.add(&scenario, checks);
            }
            // The client ended in an error or in no time, which is no check of its own.
            let is_clean = findings.failed + findings.warned == before;
            if results.is_empty() || (is_clean && !output.status.success()) {
                findings.add_crash(&scenario, &output);
            }
        }
        Ok(())
    }

    /// The client's scenarios that a set names, those without a score too.
    fn scenarios(&self, set: &str) -> Result<Vec<String>, String> {
        let listed = run(Command::new(&self.node).arg(&self.script).args(["list", "--requirements", set]))?;
        let listed = String::from_utf8_lossy(&listed.stdout);
        let mut scenarios = Vec::new();
        let mut is_client = false;
        for line in listed.lines() {
            if !line.starts_with(' ') {
                is_client = line.starts_with("Client scenarios");
            }
            if let Some(name) = line.strip_prefix("  - ").filter(|_| is_client) {
                scenarios.push(name.to_owned());
            } else if let Some(name) =
                line.strip_prefix("    - ").and_then(|name| name.strip_suffix(" [client]"))
            {
                scenarios.push(name.to_owned());
            }
        }
        if scenarios.is_empty() {
            Err(format!("the suite names no scenario of a client for {set}"))
        } else {
            Ok(scenarios)
        }
    }

    /// What is left out.
    pub(super) fn excluded(&self, sets: &[&str]) -> Result<BTreeSet<String>, String> {
        let mut excluded = BTreeSet::new();
        for set in sets {
            excluded.extend(self.scenarios(set)?.into_iter().filter(|scenario| is_excluded(scenario)));
        }
        Ok(excluded)
    }
}

/// OAuth is between a client and its authorization server; our client has none.
fn is_excluded(scenario: &str) -> bool {
    scenario.starts_with("auth/")
}

/// A server that ends with it.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended on its own.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

impl Server {
    /// Starts a server and returns its address.
    fn start(program: &Path) -> Result<(Self, String), String> {
        let named = |error: &dyn std::fmt::Display| format!("{}: {error}", program.display());
        let child = Command::new(program).stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let mut server = Self(child.map_err(|error| named(&error))?);
        let mut line = String::new();
        if let Some(stdout) = server.0.stdout.take() {
            BufReader::new(stdout).read_line(&mut line).map_err(|error| named(&error))?;
        }
        if line.trim().is_empty() {
            Err(named(&"it did not say where it listens"))
        } else {
            Ok((server, line.trim().to_owned()))
        }
    }
}

fn run(command: &mut Command) -> Result<Output, String> {
    let output = command.stdin(Stdio::null()).output();
    output.map_err(|error| format!("{}: {error}", command.get_program().display()))
}

/// The files of results below `folder`: the scenario, and its checks.
fn read_results(folder: &Path) -> Result<Vec<(String, Vec<Value>)>, String> {
    let mut results = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return Ok(results) };
    for entry in entries.flatten() {
        let path = entry.path();
        let file = path.join("checks.json");
        if let Ok(bytes) = fs::read(&file) {
            let checks =
                serde_json::from_slice(&bytes).map_err(|error| format!("{}: {error}", file.display()))?;
            results.push((scenario_of(&entry.file_name().to_string_lossy()), checks));
        } else if path.is_dir() {
            results.extend(read_results(&path)?);
        }
    }
    results.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(results)
}

/// The folder's name without the time at its end.
fn scenario_of(folder: &str) -> String {
    const TIME: &str = "-2026-11-21T15-10-45-479Z";
    folder.len().checked_sub(TIME.len()).and_then(|length| folder.get(..length)).unwrap_or(folder).to_owned()
}
