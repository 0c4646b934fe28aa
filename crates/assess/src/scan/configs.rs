//! Host configurations, and the texts that steer an agent beside them.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::Path;

use portcullis_hosts::{Documents, Machine, Problem, ProblemKind, Reading};
use portcullis_model::{
    ContextDocument, ContextKind, HostConfig, Launch, Scope, Span, Target, TargetKind, TargetStatus,
};
use portcullis_report::ServerSummary;
use portcullis_rules::Neighbours;
use portcullis_text::secret;

use super::gather::Gather;
use super::inventory;
use super::place;
use crate::{summary, suppress};

/// A longer text steers nobody: 4 MiB.
const LONGEST_TEXT: u64 = 4 << 20;

/// Looks at every configuration of the machine, and at the texts beside them.
pub(super) fn machine(gather: &mut Gather<'_>) -> io::Result<()> {
    let mut machine = gather.scan.machine.clone();
    for project in portcullis_hosts::known_projects(&machine) {
        if !machine.projects.contains(&project) {
            machine.projects.push(project);
        }
    }
    found(&machine, |_| true, gather)
}

/// Looks at what a project brings: its configurations and the texts that steer an agent in it.
pub(super) fn project(folder: &Path, gather: &mut Gather<'_>) -> io::Result<()> {
    let machine = Machine { projects: vec![folder.to_owned()], ..gather.scan.machine.clone() };
    found(&machine, |scope| scope == Scope::Project, gather)
}

/// Looks at everything that discovery finds and `wanted` wants.
fn found(machine: &Machine, wanted: impl Fn(Scope) -> bool, gather: &mut Gather<'_>) -> io::Result<()> {
    let discovery = portcullis_hosts::discover(machine);
    for problem in discovery.problems {
        failed(&problem, gather)?;
    }
    for candidate in discovery.candidates.iter().filter(|candidate| wanted(candidate.scope())) {
        match portcullis_hosts::read(candidate) {
            Ok(reading) => config(reading, gather)?,
            // Another program's file of the same name, such as a compose file without MCP.
            Err(problem) if problem.kind == ProblemKind::NotAConfiguration => {}
            Err(problem) => failed(&problem, gather)?,
        }
    }
    let documents = portcullis_hosts::documents(machine);
    let scripts = gather.seen.readings.iter().map(|reading| portcullis_hosts::hook_scripts(machine, reading));
    let scripts: Vec<Documents> = scripts.collect();
    for Documents { documents, problems } in std::iter::once(documents).chain(scripts) {
        for problem in problems {
            // A file that is no text steers nobody; one that could not be read might.
            if problem.kind.leaves_a_gap() && problem.kind != ProblemKind::NotText {
                failed(&problem, gather)?;
            } else {
                gather.assessment.notes.push(problem.to_string());
            }
        }
        for document in documents.iter().filter(|document| wanted(document.scope)) {
            context(document, gather)?;
        }
    }
    Ok(())
}

/// Looks at one named text that steers an agent, such as `CLAUDE.md`. False when the file is none by its name.
pub(super) fn instructions(path: &Path, gather: &mut Gather<'_>) -> io::Result<bool> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let steers = [".md", ".mdc", ".cursorrules", ".windsurfrules", ".clinerules", ".txt"];
    if !steers.iter().any(|ending| name.ends_with(ending)) {
        return Ok(false);
    }
    let shown = gather.scan.machine.shown(path);
    match text_of(path) {
        Ok(text) => {
            let kind = if name == "SKILL.md" { ContextKind::Skill } else { ContextKind::Instructions };
            context(&ContextDocument { kind, path: shown, scope: Scope::Project, text }, gather)?;
        }
        Err(error) => {
            let status = TargetStatus::Failed(format!("could not be read: {error}"));
            gather.done(Target::new(TargetKind::HostConfig, shown, status), Vec::new(), None)?;
        }
    }
    Ok(true)
}

/// The text of a regular file of bounded length.
fn text_of(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    super::open(path)?.take(LONGEST_TEXT + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LONGEST_TEXT {
        return Err(io::Error::other(format!("larger than {LONGEST_TEXT} bytes")));
    }
    Ok(text)
}

/// Looks at a text beside a configuration.
fn context(document: &ContextDocument, gather: &mut Gather<'_>) -> io::Result<()> {
    let target = Target::scanned(TargetKind::HostConfig, &document.path);
    let neighbours = neighbours(gather);
    let mut findings = gather.scan.engine.document(&target.id, document, &neighbours);
    place(&mut findings, &document.text, 1, 0);
    if !findings.is_empty() {
        let secrets: Vec<Span> = secret::find(&document.text).iter().map(|hit| hit.span).collect();
        gather.assessment.sources.insert(&document.path, &document.text, &secrets);
    }
    gather.done(target, findings, None)
}

/// The configured servers' names: what an instruction file may refer to.
fn neighbours(gather: &Gather<'_>) -> Neighbours {
    let names = gather.seen.configs().flat_map(|config| &config.servers).map(|server| server.name.clone());
    let servers: BTreeSet<String> = names.collect();
    Neighbours { tools: Vec::new(), servers: servers.into_iter().collect() }
}

/// Looks at one named file. False when it is no configuration and may be something else.
pub(super) fn file(path: &Path, gather: &mut Gather<'_>) -> io::Result<bool> {
    match portcullis_hosts::read_any(path, gather.scan.machine) {
        Ok(reading) => config(reading, gather)?,
        Err(problem) if problem.kind == ProblemKind::NotAConfiguration => return Ok(false),
        Err(problem) => failed(&problem, gather)?,
    }
    Ok(true)
}

fn config(reading: Reading, gather: &mut Gather<'_>) -> io::Result<()> {
    let config = &reading.config;
    let target = Target::new(TargetKind::HostConfig, &config.path, status(&reading.problems));
    let (decisions, remarks) = suppress::inline(&config.path, &reading.text, &reading.comments);
    gather.decisions.extend(decisions);
    gather.assessment.notes.extend(remarks);
    let mut findings = gather.scan.engine.host_config(&target.id, config);
    let (known, note) = gather.advisories.of_config(&target, config, gather.scan.engine);
    findings.extend(known);
    gather.note(note);
    if gather.scan.inventory {
        gather.assessment.inventories.extend(inventory::of_config(config));
    }
    place(&mut findings, &reading.text, 1, 0);
    if !findings.is_empty() {
        gather.assessment.sources.insert(&config.path, &reading.text, &secrets(config, &reading.text));
    }
    for problem in reading.problems.iter().filter(|problem| !problem.kind.leaves_a_gap()) {
        gather.assessment.notes.push(problem.to_string());
    }
    for server in &config.servers {
        let summary = summary::of_configured(server, config);
        gather.assessment.servers.push(ServerSummary { target: target.id.clone(), ..summary });
    }
    gather.done(target, findings, None)?;
    gather.seen.readings.push(reading);
    Ok(())
}

fn failed(problem: &Problem, gather: &mut Gather<'_>) -> io::Result<()> {
    let reason = reason(problem);
    gather.done(
        Target::new(TargetKind::HostConfig, &*problem.path, TargetStatus::Failed(reason)),
        Vec::new(),
        None,
    )
}

/// A file with a part that was not understood was not looked at whole.
fn status(problems: &[Problem]) -> TargetStatus {
    let gaps: Vec<String> =
        problems.iter().filter(|problem| problem.kind.leaves_a_gap()).map(reason).collect();
    if gaps.is_empty() { TargetStatus::Scanned } else { TargetStatus::Failed(gaps.join("; ")) }
}

/// What went wrong, where, and what to do, without the path: the target names it.
fn reason(problem: &Problem) -> String {
    let place = problem.place.map(|place| format!("line {}, column {}: ", place.line, place.column));
    format!("{}{}; {}", place.unwrap_or_default(), problem.message, problem.remedy)
}

/// Every place of the text that must not be shown: secrets by their look, and every value of a variable or header.
pub(super) fn secrets(config: &HostConfig, text: &str) -> Vec<Span> {
    let mut spans: Vec<Span> = secret::find(text).iter().map(|hit| hit.span).collect();
    for server in &config.servers {
        let variables = match &server.launch {
            Launch::Stdio { env, .. } => env,
            Launch::Remote { headers, .. } => headers,
            Launch::Unknown => continue,
        };
        let literal =
            variables.iter().filter(|variable| !portcullis_hosts::is_reference(variable.value.expose()));
        spans.extend(literal.map(|variable| variable.span));
    }
    spans
}
