//! `portcullis lock`: write or compare pins.

use std::io::Write;

use portcullis_assess::{Lock, Request, Scan, Together};
use portcullis_model::Change;
use portcullis_report::neutral;
use portcullis_rules::Engine;

use crate::cli::LockArgs;
use crate::consent::Consents;
use crate::exit::{Exit, Failure};
use crate::{machine, write};

pub(crate) fn run(arguments: &LockArgs) -> Result<Exit, Failure> {
    let machine = machine::here()?;
    let engine = Engine::default();
    let consent = Consents::new(&arguments.live, false);
    let scan = Scan {
        engine: &engine,
        machine: &machine,
        together: Together::Always,
        corrections: Vec::new(),
        decisions: Vec::new(),
        today: machine::today(),
        lock: None,
        live: consent.live(),
        fetching: None,
        advisories: None,
        inventory: false,
        ask_configured: arguments.live.live,
    };
    let named: Vec<Request> = arguments.targets.iter().map(|path| Request::File(path.into())).collect();
    let requests = if named.is_empty() { vec![Request::Machine] } else { named };
    let (assessment, seen) = scan.run(&requests, &mut ())?;
    consent.done();
    for target in assessment.targets.iter().filter(|target| target.status.reason().is_some()) {
        let reason = target.status.reason().unwrap_or_default();
        anstream::eprintln!(
            "{}: `{}`: {}",
            crate::cli::styled("not looked at"),
            neutral::terminal(&target.locator),
            neutral::terminal(reason)
        );
    }
    let now = Lock::of(&seen, &machine.home);
    let path = arguments.lock.as_path();
    let old = path.exists().then(|| Lock::read(path)).transpose().map_err(Failure::incomplete)?;
    let gaps = !assessment.is_complete();
    if arguments.diff {
        let old = old.ok_or_else(|| {
            Failure::usage(format!("`{}` does not exist; `portcullis lock` writes it", path.display()))
        })?;
        let changes = old.changes(&now);
        show(&changes)?;
        return Ok(match (changes.is_empty(), gaps) {
            (false, _) => Exit::Findings,
            (true, true) => Exit::Incomplete,
            (true, false) => Exit::Clean,
        });
    }
    // What could not be looked at cannot be pinned: an incomplete lock would call the missing servers new for ever.
    if gaps && old.is_none() {
        return Err(Failure::incomplete("nothing was written: pin again when everything can be looked at"));
    }
    let mut lock = old.unwrap_or_default();
    let missing = lock.accept(&now, &arguments.update);
    if !missing.is_empty() {
        return Err(Failure::usage(format!("no configured server is called `{}`", missing.join("`, `"))));
    }
    write::whole(path, lock.write().map_err(Failure::incomplete)?.as_bytes())?;
    anstream::eprintln!("pinned {} servers in `{}`", lock.servers.len(), path.display());
    Ok(if gaps { Exit::Incomplete } else { Exit::Clean })
}

/// One line for each change, what it was and what it is below it.
fn show(changes: &[Change]) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    if changes.is_empty() {
        writeln!(out, "nothing changed")?;
    }
    for change in changes {
        let item = change
            .item
            .map_or(String::new(), |item| format!(" {item} `{}`", neutral::terminal(&change.name)));
        writeln!(
            out,
            "{}{item}{}: {}",
            neutral::terminal(&change.server),
            change.field,
            change.kind.as_str()
        )?;
        for (sign, text) in [("-", &change.before), ("+", &change.after)] {
            if let Some(text) = text {
                writeln!(out, "    {sign} {}", neutral::terminal(text))?;
            }
        }
    }
    Ok(())
}
