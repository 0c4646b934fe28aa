//! `portcullis guard install` and `uninstall`: the guard in front of configured servers, and out again.

mod names;
mod store;
mod work;

use std::collections::BTreeSet;
use std::io::{self, BufRead, IsTerminal, Write};

use portcullis_hosts::{Candidate, Machine, Problem, ProblemKind, Reading};
use portcullis_model::Scope;
use portcullis_report::neutral;
use portcullis_text::secret;

use crate::cli::{GuardHostArgs, styled};
use crate::exit::{Exit, Failure};
use crate::machine;
use names::Names;
use store::Store;
use work::{Line, Work};

/// Puts the guard in front of every server of the hosts that can have it.
pub(crate) fn install(arguments: &GuardHostArgs) -> Result<Exit, Failure> {
    let program = machine::programs().into_iter().next().ok_or_else(|| {
        Failure::incomplete("the system does not tell where this program lies; start it by its absolute path")
    })?;
    let store = store(arguments)?;
    let found = find(arguments)?;
    let mut names = Names::default();
    found.files.iter().flat_map(|file| &file.reading.config.servers).for_each(|server| names.take(server));
    store.all().0.iter().for_each(|record| names.remember(record));
    let mut plan = Planned { problems: found.problems, works: Vec::new(), gone: Vec::new() };
    for file in found.files.into_iter().filter(|file| file.is_wanted) {
        let hosts = file.candidate.hosts().map(|host| host.id.to_string()).collect();
        let work = match (not_edited(&file.candidate), file.candidate.elsewhere()) {
            (Some(reason), _) | (None, Some(reason)) => Ok(work::left(&file.reading, reason)),
            (None, None) => work::install(&file.reading, hosts, &program, &mut names, &store),
        };
        plan.add(work);
    }
    finish(&plan, arguments, &store, "Put the guard in front of them?")
}

/// Takes the guard out of every file of the hosts that holds it.
pub(crate) fn uninstall(arguments: &GuardHostArgs) -> Result<Exit, Failure> {
    let store = store(arguments)?;
    let found = find(arguments)?;
    let mut plan = Planned { problems: found.problems, works: Vec::new(), gone: Vec::new() };
    let mut seen = BTreeSet::new();
    for file in found.files.into_iter().filter(|file| file.is_wanted) {
        seen.insert(file.reading.path.clone());
        let is_ours = store.record(&file.reading.path).is_some()
            || file
                .reading
                .config
                .servers
                .iter()
                .any(|server| portcullis_hosts::guarding::installed(server).is_some());
        if is_ours {
            plan.add(work::uninstall(&file.reading, &store));
        }
    }
    // Files that no host looks for from here: another project's, or one that is not there any more.
    let (records, broken) = store.all();
    let wanted = |hosts: &[String]| {
        arguments.hosts.is_empty() || hosts.iter().any(|host| arguments.hosts.contains(host))
    };
    for record in records.iter().filter(|record| !seen.contains(&record.path) && wanted(&record.hosts)) {
        let shown = found.machine.shown(&record.path);
        if record.path.symlink_metadata().is_err() {
            let copy = found.machine.shown(&store.copy(record));
            plan.gone.push(format!("`{shown}` is not there any more; what it held before lies in `{copy}`"));
            continue;
        }
        let reading = portcullis_hosts::read_any(&record.path, &found.machine);
        plan.add(reading.and_then(|reading| work::uninstall(&reading, &store)));
    }
    plan.gone.extend(broken.iter().map(|path| {
        let path = found.machine.shown(path);
        format!("`{path}` is no record of an installation; the entries of its file are freed one by one")
    }));
    finish(&plan, arguments, &store, "Take the guard out of them?")
}

/// What earlier runs remembered.
fn store(arguments: &GuardHostArgs) -> Result<Store, Failure> {
    let state = machine::state_folder()?;
    if arguments.diff { Ok(Store::look(&state)) } else { Store::open(&state) }
}

/// A configuration that was found and read.
struct File {
    candidate: Candidate,
    reading: Reading,
    /// False for a file of a host that is not asked for: it only shows which names are taken.
    is_wanted: bool,
}

/// Everything that was found.
struct Found {
    machine: Machine,
    files: Vec<File>,
    problems: Vec<Problem>,
}

/// Reads every configuration of the hosts, each file once, as the hosts read it: a guarded server is the guard.
fn find(arguments: &GuardHostArgs) -> Result<Found, Failure> {
    for host in &arguments.hosts {
        if !portcullis_hosts::ALL.iter().any(|known| known.id.as_str() == host) {
            let known: Vec<_> = portcullis_hosts::ALL.iter().map(|host| host.id.as_str()).collect();
            return Err(Failure::usage(format!(
                "no host is called `{host}`; hosts are {}",
                known.join(", ")
            )));
        }
    }
    let mut machine = machine::here()?;
    machine.guards = Vec::new();
    for project in portcullis_hosts::known_projects(&machine) {
        if !machine.projects.contains(&project) {
            machine.projects.push(project);
        }
    }
    let discovery = portcullis_hosts::discover(&machine);
    let mut found = Found { machine, files: Vec::new(), problems: discovery.problems };
    let mut seen = BTreeSet::new();
    let wanted = |candidate: &Candidate| {
        arguments.hosts.is_empty()
            || candidate.hosts().any(|host| arguments.hosts.iter().any(|name| name == host.id.as_str()))
    };
    for candidate in discovery.candidates {
        let is_wanted = wanted(&candidate);
        match portcullis_hosts::read(&candidate) {
            Ok(reading) if reading.config.servers.is_empty() && !reading.has_gap() => {}
            Ok(reading) if seen.insert(reading.path.clone()) => {
                found.files.push(File { candidate, reading, is_wanted });
            }
            Ok(_) => {}
            Err(problem) if problem.kind == ProblemKind::NotAConfiguration => {}
            Err(problem) if is_wanted => found.problems.push(problem),
            Err(_) => {}
        }
    }
    Ok(found)
}

/// Why files of this kind are not edited by this program.
fn not_edited(candidate: &Candidate) -> Option<&'static str> {
    match candidate.scope() {
        Scope::User | Scope::Project => None,
        Scope::Managed => Some("its file is the administrator's, who can put the guard into it"),
        Scope::Plugin => {
            Some("its file is a plug-in's, whose next version replaces it; configure the server yourself")
        }
    }
}

/// What is to be done to all files.
struct Planned {
    works: Vec<Work>,
    problems: Vec<Problem>,
    /// What there is to say about files that are not there.
    gone: Vec<String>,
}

impl Planned {
    fn add(&mut self, work: Result<Work, Problem>) {
        match work {
            Ok(work) => self.works.push(work),
            Err(problem) => self.problems.push(problem),
        }
    }
}

/// Shows what is to be done, asks, and does it.
fn finish(plan: &Planned, arguments: &GuardHostArgs, store: &Store, question: &str) -> Result<Exit, Failure> {
    show(plan)?;
    let gaps = !plan.problems.is_empty();
    let changes = plan.works.iter().filter(|work| work.is_change()).count();
    if arguments.diff {
        return Ok(if gaps { Exit::Incomplete } else { Exit::Clean });
    }
    if changes > 0 && !arguments.yes && !is_agreed(question)? {
        anstream::eprintln!("nothing was changed");
        return Ok(Exit::Clean);
    }
    let mut failed = gaps;
    for work in &plan.works {
        match work.apply(store) {
            Ok(()) if work.is_change() => anstream::eprintln!("changed `{}`", neutral::terminal(&work.shown)),
            Ok(()) => {}
            Err(failure) => {
                failed = true;
                anstream::eprintln!("{}: {}", styled("not changed"), neutral::terminal(&failure.message));
            }
        }
    }
    if changes == 0 {
        anstream::eprintln!("nothing has to be changed");
    } else {
        anstream::eprintln!("start the hosts again: they read their configuration when they start");
    }
    Ok(if failed { Exit::Incomplete } else { Exit::Clean })
}

/// The diffs, then a list of every server and what becomes of it.
fn show(plan: &Planned) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    for work in plan.works.iter().filter(|work| work.is_change()) {
        for line in secret::redact(&work.diff).lines() {
            writeln!(out, "{}", neutral::terminal(line))?;
        }
    }
    for work in plan.works.iter().filter(|work| !work.servers.is_empty()) {
        writeln!(out, "{} ({})", neutral::terminal(&work.shown), work.host)?;
        for Line { word, name, reason } in &work.servers {
            let name = neutral::terminal(name);
            match reason {
                None => writeln!(out, "  {word:<11} {name}")?,
                Some(reason) => writeln!(out, "  {word:<11} {name}: {reason}")?,
            }
        }
    }
    out.flush()?;
    for problem in &plan.problems {
        let problem = problem.to_string();
        anstream::eprintln!("{}: {}", styled("not looked at"), neutral::terminal(&problem));
    }
    for gone in &plan.gone {
        anstream::eprintln!("{}", neutral::terminal(gone));
    }
    Ok(())
}

/// Asks at the terminal.
fn is_agreed(question: &str) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::usage("there is no terminal to agree at; `--yes` agrees, `--diff` only shows"));
    }
    anstream::eprint!("{question} [y/N] ");
    let mut answer = String::new();
    io::stderr().flush()?;
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
