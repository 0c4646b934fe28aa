//! Host configurations, and the texts that steer an agent beside them.

use std::io;
use std::path::Path;

use portcullis_hosts::{Problem, ProblemKind, Reading};
use portcullis_model::{HostConfig, Launch, Span, Target, TargetKind, TargetStatus};
use portcullis_report::ServerSummary;
use portcullis_text::secret;

use super::gather::Gather;
use super::place;
use crate::{summary, suppress};

/// Looks at every configuration of the machine.
pub(super) fn machine(gather: &mut Gather<'_>) -> io::Result<()> {
    let machine = gather.scan.machine;
    let discovery = portcullis_hosts::discover(machine);
    for problem in discovery.problems {
        failed(&problem, gather)?;
    }
    for candidate in &discovery.candidates {
        match portcullis_hosts::read(candidate) {
            Ok(reading) => config(reading, gather)?,
            // Another program's file of the same name, such as a compose file without MCP.
            Err(problem) if problem.kind == ProblemKind::NotAConfiguration => {}
            Err(problem) => failed(&problem, gather)?,
        }
    }
    Ok(())
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
fn secrets(config: &HostConfig, text: &str) -> Vec<Span> {
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
