//! Live servers: started or contacted with consent, asked for everything, then looked at like any other evidence.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::path::PathBuf;

use portcullis_hosts::Machine;
use portcullis_model::{
    Change, ChangeKind, ConfiguredServer, Entry, Finding, HostConfig, Launch, Located, Location, Secret,
    Span, Surface, Target, TargetKind, TargetStatus,
};
use portcullis_probe::{Consent, Consented, EvidenceKind, LaunchPlan, Outcome, Way};
use portcullis_rules::Neighbours;

use super::gather::Gather;
use super::given::Given;
use super::reference;
use crate::summary;

/// Shows a plan, in the lines that describe it, and asks. Whoever does not agree says how the server counts then, and
/// why.
pub type Ask = dyn Fn(&LaunchPlan, &[String]) -> Result<Consent, TargetStatus>;

/// How live servers are asked, and who may say yes.
pub struct Live<'a> {
    /// How patient and how greedy.
    pub options: portcullis_probe::Options,
    /// How many servers at a time.
    pub parallel: usize,
    /// The variables that every started server gets.
    pub base: Vec<(String, Secret)>,
    /// The value that a variable of the user's environment has, for references in configurations.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// Who is asked before anything is started or contacted.
    pub consent: &'a Ask,
    /// Hears of each server when it was asked.
    pub finished: &'a dyn Fn(&Outcome),
}

impl fmt::Debug for Live<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live").field("parallel", &self.parallel).finish_non_exhaustive()
    }
}

/// One server that is to be asked, and where it is known from.
struct Wanted {
    plan: LaunchPlan,
    /// The configuration that names it; `None` when it was named on the command line.
    origin: Option<String>,
    locator: String,
}

/// Asks every enabled server of the configurations that were read.
pub(super) fn configured(gather: &mut Gather<'_>) -> io::Result<()> {
    let Some(live) = gather.scan.live.as_ref() else { return Ok(()) };
    let mut wanted = Vec::new();
    let mut left_out = Vec::new();
    for config in gather.seen.configs() {
        for server in &config.servers {
            let target = |status| Target::new(TargetKind::Server, locator(server, config), status);
            if !server.enabled {
                left_out.push(target(TargetStatus::Skipped(String::from(
                    "it is switched off in the configuration",
                ))));
                continue;
            }
            match plan(server, config, gather.scan.machine, live) {
                Ok(plan) => wanted.push(Wanted {
                    plan,
                    origin: Some(config.path.clone()),
                    locator: locator(server, config),
                }),
                Err(reason) => left_out.push(target(TargetStatus::Failed(reason))),
            }
        }
    }
    for target in left_out {
        gather.done(target, Vec::new(), None)?;
    }
    ask(wanted, live, gather)
}

/// Asks one server that was named on the command line.
pub(super) fn named(
    plan: Result<LaunchPlan, String>,
    locator: &str,
    gather: &mut Gather<'_>,
) -> io::Result<()> {
    let Some(live) = gather.scan.live.as_ref() else { return Ok(()) };
    match plan {
        Ok(plan) => ask(vec![Wanted { plan, origin: None, locator: locator.to_owned() }], live, gather),
        Err(reason) => gather.done(
            Target::new(TargetKind::Server, locator, TargetStatus::Failed(reason)),
            Vec::new(),
            None,
        ),
    }
}

fn locator(server: &ConfiguredServer, config: &HostConfig) -> String {
    format!("{}#{}", config.path, server.name)
}

/// What would be started or contacted for a configured server.
fn plan(
    server: &ConfiguredServer,
    config: &HostConfig,
    machine: &Machine,
    live: &Live<'_>,
) -> Result<LaunchPlan, String> {
    let value = |text: &str| reference::resolved(text, live.variable, &machine.home);
    let variables = |list: &[portcullis_model::Variable]| -> Result<Vec<(String, Secret)>, String> {
        list.iter().map(|it| Ok((it.name.clone(), Secret::new(value(it.value.expose())?)))).collect()
    };
    match &server.launch {
        Launch::Stdio { command, args, env, cwd } => {
            let arguments: Result<Vec<String>, String> = args.iter().map(|word| value(&word.text)).collect();
            let directory = cwd.as_ref().map(|cwd| value(&cwd.text).map(PathBuf::from)).transpose()?;
            let project =
                (config.scope == portcullis_model::Scope::Project).then(|| machine.projects.first().cloned());
            LaunchPlan::start(
                &server.name,
                &value(&command.text)?,
                arguments?,
                live.base.clone(),
                variables(env)?,
                directory.or(project.flatten()),
            )
            .map_err(|error| error.to_string())
        }
        Launch::Remote { url, transport, headers } => {
            let prefers_sse =
                transport.as_deref().is_some_and(|transport| transport.eq_ignore_ascii_case("sse"));
            LaunchPlan::contact(&server.name, &value(&url.text)?, variables(headers)?, prefers_sse)
                .map_err(|error| error.to_string())
        }
        Launch::Unknown => Err(String::from("it names neither a command nor an address; complete the entry")),
    }
}

/// Shows each plan, asks those that were agreed to, and looks at what came back.
fn ask(wanted: Vec<Wanted>, live: &Live<'_>, gather: &mut Gather<'_>) -> io::Result<()> {
    let mut plans: Vec<Consented<LaunchPlan>> = Vec::new();
    let mut agreed = Vec::new();
    for Wanted { plan, origin, locator } in wanted {
        let given = Given::of(&plan, &live.base);
        let shown: Vec<String> =
            plan.describe(&*live.options.confinement).iter().map(|line| given.hidden(line)).collect();
        match (live.consent)(&plan, &shown) {
            Ok(consent) => {
                if let Way::Contact(contact) = &plan.way {
                    gather.asked(&contact.url);
                }
                let launch = in_words(&plan);
                plans.push(plan.consent(consent));
                agreed.push((origin, locator, launch, given));
            }
            Err(status) => {
                gather.done(Target::new(TargetKind::Server, locator, status), Vec::new(), None)?;
            }
        }
    }
    let asking =
        portcullis_probe::probe_all(plans, &live.options, live.parallel, |outcome| (live.finished)(outcome));
    let outcomes = portcullis_probe::run_blocking(asking)
        .map_err(|error| io::Error::new(io::ErrorKind::Interrupted, error.to_string()))?;
    let neighbours = neighbours(&outcomes);
    for (outcome, (origin, locator, launch, given)) in outcomes.into_iter().zip(agreed) {
        look(outcome, origin.as_deref(), &locator, launch, &given, &neighbours, gather)?;
    }
    Ok(())
}

fn in_words(plan: &LaunchPlan) -> String {
    let located =
        |text: String| Located { text, pointer: portcullis_model::Pointer::root(), span: Span::UNKNOWN };
    let launch = match &plan.way {
        Way::Start(start) => Launch::Stdio {
            command: located(start.command.file_name().unwrap_or_default().to_string_lossy().into_owned()),
            args: start.arguments.iter().cloned().map(located).collect(),
            env: Vec::new(),
            cwd: None,
        },
        Way::Contact(contact) => {
            Launch::Remote { url: located(contact.url.clone()), transport: None, headers: Vec::new() }
        }
    };
    summary::launch(&launch)
}

fn look(
    mut outcome: Outcome,
    origin: Option<&str>,
    locator: &str,
    launch: String,
    given: &Given,
    neighbours: &Neighbours,
    gather: &mut Gather<'_>,
) -> io::Result<()> {
    let target = Target::new(TargetKind::Server, locator, status(&outcome, given));
    let engine = gather.scan.engine;
    let mut findings: Vec<Finding> = Vec::new();
    if let Some(surface) = &outcome.surface {
        findings.extend(engine.surface(&target.id, surface, None, neighbours));
    }
    // What only another client saw is evidence too; what both saw was looked at already.
    for view in &outcome.views {
        let more = engine.surface(&target.id, &view.surface, None, neighbours);
        findings.extend(news(&findings, more));
    }
    let beside = engine.surface(&target.id, &beside(&mut outcome), None, neighbours);
    findings.extend(beside);
    findings.extend(engine.changes(&target.id, &changes(&outcome)));
    given.hide(&mut findings);

    for problem in &outcome.problems {
        let note = format!("`{}`: {problem}", outcome.server);
        gather.assessment.notes.push(given.hidden(&note));
    }
    let mut summary = match &outcome.surface {
        Some(surface) => summary::of_surface(surface, None),
        None => portcullis_report::ServerSummary { name: outcome.server.clone(), ..Default::default() },
    };
    summary.launch = launch;
    summary.file = origin.map(str::to_owned);
    if let Some(surface) = outcome.surface {
        gather.keep(&target, origin.unwrap_or(locator), surface);
    }
    gather.replace_summary(&summary);
    gather.done(target, findings, Some(summary))
}

/// Why a server could not be looked at whole, with what the user can do.
fn status(outcome: &Outcome, given: &Given) -> TargetStatus {
    let TargetStatus::Failed(mut reason) = outcome.status() else { return outcome.status() };
    if let Some(authentication) = &outcome.authentication {
        reason = format!("{reason}; {}", authentication.how);
    }
    if outcome.surface.is_none() && !outcome.stderr_tail.is_empty() {
        reason = format!("{reason}; it said last: {}", outcome.stderr_tail.trim());
    }
    TargetStatus::Failed(given.hidden(&reason))
}

/// Findings that are not among those already made.
fn news(known: &[Finding], more: Vec<Finding>) -> Vec<Finding> {
    let known: BTreeSet<&str> = known.iter().map(|finding| finding.id.as_str()).collect();
    more.into_iter().filter(|finding| !known.contains(finding.id.as_str())).collect()
}

/// Texts that came beside the surface, as a surface of their own: requests to the host, log messages, errors.
fn beside(outcome: &mut Outcome) -> Surface {
    let rest = std::mem::take(&mut outcome.evidence)
        .into_iter()
        .map(|evidence| {
            let what = match evidence.kind {
                EvidenceKind::Sampling => "sampling request",
                EvidenceKind::Elicitation => "elicitation request",
                EvidenceKind::Request => "request",
                EvidenceKind::Log => "log message",
                EvidenceKind::Error => "error",
            };
            let key = format!("{what} ({})", evidence.occasion);
            Entry { key: key.into(), key_span: Span::UNKNOWN, node: evidence.node }
        })
        .collect();
    Surface { server: outcome.server.clone(), rest, ..Surface::default() }
}

/// Different answers to different askers, or to the same one twice.
fn changes(outcome: &Outcome) -> Vec<Change> {
    outcome
        .differences
        .iter()
        // A list that the server says has changed may change.
        .filter(|difference| !difference.announced)
        .map(|difference| Change {
            server: outcome.server.clone(),
            kind: ChangeKind::Equivocal,
            item: Some(difference.item),
            name: difference.name.clone(),
            field: difference.field.as_str().to_owned(),
            before: difference.first.clone(),
            after: difference.second.clone(),
            between: difference.between.clone(),
            location: Location {
                server: Some(outcome.server.clone()),
                item: Some(difference.item),
                name: Some(difference.name.clone()),
                field: Some(difference.field.clone()),
                ..Location::default()
            },
        })
        .collect()
}

fn neighbours(outcomes: &[Outcome]) -> Neighbours {
    let surfaces = || outcomes.iter().filter_map(|outcome| outcome.surface.as_ref());
    let servers: BTreeSet<String> = surfaces().map(|surface| surface.server.clone()).collect();
    let tools: BTreeSet<(String, String)> = surfaces()
        .flat_map(|surface| surface.tools().map(|tool| (surface.server.clone(), tool.name.clone())))
        .collect();
    Neighbours { tools: tools.into_iter().collect(), servers: servers.into_iter().collect() }
}
