//! What is done to one file.

use std::path::PathBuf;

use portcullis_hosts::edit::{self, Change};
use portcullis_hosts::guarding::{self, Freed, Plan, Planned, Step};
use portcullis_hosts::{Problem, Reading};
use portcullis_model::{ConfiguredServer, Launch, Secret};

use super::names::{self, Names};
use super::store::{Digest, Guarded, Record, Store};
use crate::exit::Failure;

/// What is said of a server that the guard does not come in front of.
const NOT_GUARDED: &str = "NOT guarded";

/// What is done to one file, not yet done.
pub(super) struct Work {
    /// The file, links resolved.
    pub(super) path: PathBuf,
    /// The file, home shown as `~`.
    pub(super) shown: String,
    /// The name of the host that reads it.
    pub(super) host: String,
    /// What becomes of its servers: a word and a name each, and the reason where one is left alone.
    pub(super) servers: Vec<Line>,
    /// The change as a unified diff.
    pub(super) diff: String,
    step: Todo,
}

/// What has to be done.
enum Todo {
    Nothing,
    /// The guard is not in the file any more: what is remembered of it is forgotten.
    Forget,
    Exchange(Box<Exchange>),
}

/// What becomes of one server.
pub(super) struct Line {
    pub(super) word: &'static str,
    pub(super) name: String,
    pub(super) reason: Option<String>,
}

/// The bytes that take the place of others, and what is remembered of it.
struct Exchange {
    expected: Digest,
    bytes: Vec<u8>,
    /// What is remembered, with the bytes that the file held before; `None` when the file is forgotten.
    record: Option<(Record, Vec<u8>)>,
    /// What was remembered so far.
    previous: Option<(Record, Vec<u8>)>,
}

impl Work {
    /// True when the file is changed.
    pub(super) const fn is_change(&self) -> bool {
        matches!(self.step, Todo::Exchange(_))
    }

    /// Makes the change. What is needed to undo it is written first, and forgotten again when the file cannot be
    /// changed.
    pub(super) fn apply(&self, store: &Store) -> Result<(), Failure> {
        let step = match &self.step {
            Todo::Nothing => return Ok(()),
            Todo::Forget => {
                edit::remove_leftovers(&self.path);
                store.forget(&self.path);
                return Ok(());
            }
            Todo::Exchange(step) => step,
        };
        if let Some((record, original)) = &step.record {
            store.keep(record, original)?;
        }
        let outcome = edit::exchange(&self.path, &self.shown, &step.expected, &step.bytes);
        match (&outcome, &step.record, &step.previous) {
            (Ok(()), None, _) | (Err(_), Some(_), None) => store.forget(&self.path),
            (Err(_), Some(_), Some((record, original))) => store.keep(record, original)?,
            _ => {}
        }
        outcome.map_err(Failure::incomplete)
    }
}

/// Puts the guard `program` in front of the servers of a file.
pub(super) fn install(
    reading: &Reading,
    hosts: Vec<String>,
    program: &str,
    names: &mut Names,
    store: &Store,
) -> Result<Work, Problem> {
    let plan = guarding::install(reading, program, |server, launch| names.name(server, launch))?;
    let mut work = work(reading, &plan);
    if plan.change.is_empty() {
        return Ok(work);
    }
    let bytes = plan.change.bytes()?;
    let written = edit::digest(&bytes);
    let previous = store.record(&reading.path);
    let kept = previous.as_ref().and_then(|record| store.original(record));
    // Nothing was changed since: the copy is still what the file would be without the guard.
    let untouched =
        kept.as_ref().zip(previous.as_ref()).filter(|(_, record)| record.written.contains(&reading.digest));
    let (original, history) = match (untouched, &previous) {
        (Some((original, record)), _) => (original.clone(), record.written.clone()),
        (None, Some(record)) => (without(reading, Some(record))?.change.bytes()?, Vec::new()),
        // A guard that is there already came from somebody else, and belongs to what the file was.
        (None, None) => (Change::plan(reading, &[])?.bytes()?, Vec::new()),
    };
    let record = Record {
        path: reading.path.clone(),
        hosts,
        original: edit::digest(&original),
        written: history.into_iter().filter(|digest| *digest != written).chain([written]).collect(),
        servers: remembered(reading, &plan, previous.as_ref()),
    };
    work.step = Todo::Exchange(Box::new(Exchange {
        expected: reading.digest,
        bytes,
        record: Some((record, original)),
        previous: previous.zip(kept),
    }));
    Ok(work)
}

/// Takes the guard out of a file again: the bytes that it held before when nobody changed it since, else every guarded
/// entry by itself.
pub(super) fn uninstall(reading: &Reading, store: &Store) -> Result<Work, Problem> {
    let record = store.record(&reading.path);
    let plan = without(reading, record.as_ref())?;
    let mut work = work(reading, &plan);
    let untouched = record.as_ref().filter(|record| record.written.contains(&reading.digest));
    let exact = untouched
        .and_then(|record| store.original(record))
        .map(|bytes| (Change::to_bytes(reading, &bytes), bytes));
    let (change, bytes) = match exact {
        Some((Some(change), bytes)) => (change, bytes),
        _ => (plan.change.clone(), plan.change.bytes()?),
    };
    work.diff = change.diff(&[]);
    // Servers that no guard is in front of are not talked about.
    let guarded = reading.config.servers.iter().map(|server| guarding::installed(server).is_some());
    work.servers =
        work.servers.into_iter().zip(guarded).filter(|(_, is)| *is).map(|(line, _)| line).collect();
    let expected = reading.digest;
    work.step = match (edit::digest(&bytes) == expected, record) {
        (false, _) => Todo::Exchange(Box::new(Exchange { expected, bytes, record: None, previous: None })),
        (true, Some(_)) => Todo::Forget,
        (true, None) => Todo::Nothing,
    };
    Ok(work)
}

/// The file without the guard. Of entries that nobody remembers, those that look as if they were installed are freed
/// when nothing is remembered of the file at all.
fn without(reading: &Reading, record: Option<&Record>) -> Result<Plan, Problem> {
    guarding::uninstall(reading, |name, pointer| {
        match record.and_then(|record| record.server(name, pointer.as_str())) {
            Some(server) if !server.by_install => None,
            Some(server) => {
                Some(Freed { had_arguments: server.had_arguments, remote: server.remote.clone() })
            }
            // A copy that the host made, or an entry of a file whose record is lost.
            None => Some(Freed { had_arguments: true, remote: None }),
        }
    })
}

/// What is remembered of the servers that have the guard after the installation.
fn remembered(reading: &Reading, plan: &Plan, previous: Option<&Record>) -> Vec<Guarded> {
    let after = portcullis_hosts::read_bytes(plan.change.after().as_bytes(), &reading.config.path);
    let after = after.map(|reading| reading.config.servers).unwrap_or_default();
    let server = |planned: &Planned| {
        let pointer = planned.pointer.as_str();
        let known = previous.and_then(|record| record.server(&planned.name, pointer));
        let (by_install, had_arguments, remote) = match (&planned.step, known) {
            (Step::Guard { had_arguments, remote }, _) => (true, *had_arguments, remote.clone()),
            (Step::Guarded | Step::Repair, Some(known)) => {
                (known.by_install, known.had_arguments, known.remote.clone())
            }
            (Step::Guarded | Step::Repair, None) => (previous.is_some(), true, None),
            (Step::Free | Step::Leave(_), _) => return None,
        };
        let installed = after.iter().find(|one| one.pointer == planned.pointer).and_then(guarding::installed);
        Some(Guarded {
            name: planned.name.clone(),
            pointer: pointer.to_owned(),
            by_install,
            had_arguments,
            remote,
            known_as: installed.as_ref().map_or_else(|| planned.name.clone(), |one| one.name.to_owned()),
            launch: names::digest(&names::words(&installed.map(|one| one.launch).unwrap_or_default())),
        })
    };
    plan.servers.iter().filter_map(server).collect()
}

fn work(reading: &Reading, plan: &Plan) -> Work {
    let line = |planned: &Planned| {
        let (word, reason) = match &planned.step {
            Step::Guard { .. } => ("guard", None),
            Step::Repair => ("repair", None),
            Step::Guarded => ("guarded", None),
            Step::Free => ("free", None),
            Step::Leave(reason) => (NOT_GUARDED, Some(reason.clone())),
        };
        Line { word, name: planned.name.clone(), reason }
    };
    // An address that moves into the guard's environment may be a secret.
    let address = |server: &ConfiguredServer| match &server.launch {
        Launch::Remote { url, .. } if guarding::is_secret(&url.text) => Some(Secret::new(&url.text)),
        _ => None,
    };
    let addresses: Vec<Secret> = reading.config.servers.iter().filter_map(address).collect();
    Work {
        path: reading.path.clone(),
        shown: reading.config.path.clone(),
        host: reading.config.host_name.to_owned(),
        servers: plan.servers.iter().map(line).collect(),
        diff: plan.change.diff(&addresses),
        step: Todo::Nothing,
    }
}

/// A file whose servers are all left alone, for one reason.
pub(super) fn left(reading: &Reading, reason: &str) -> Work {
    let line = |server: &ConfiguredServer| {
        let word = if guarding::installed(server).is_some() { "guarded" } else { NOT_GUARDED };
        let reason = (word == NOT_GUARDED).then(|| reason.to_owned());
        Line { word, name: server.name.clone(), reason }
    };
    Work {
        path: reading.path.clone(),
        shown: reading.config.path.clone(),
        host: reading.config.host_name.to_owned(),
        servers: reading.config.servers.iter().map(line).collect(),
        diff: String::new(),
        step: Todo::Nothing,
    }
}
