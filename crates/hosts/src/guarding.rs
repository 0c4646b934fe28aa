//! The guard in front of configured servers: which edits make a host start the guard, which in turn starts the server,
//! and which edits undo that.
//!
//! `command, args…` becomes `PORTCULLIS guard --server NAME -- command args…`, and an address `PORTCULLIS guard --server
//! NAME --url ADDRESS …`; whatever else the entry says stays. An edit is only proposed when the edited file, read again, says exactly what it said before but for this: a shape that
//! does not allow it (an alias, a command line in one text) is left alone, with the reason.

mod expected;
mod place;
mod put;
mod remote;
mod spelling;
mod take;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use portcullis_model::{ConfiguredServer, Edit, Launch, Located, Node, Pointer};
use portcullis_wire::json;

use crate::edit::Change;
use crate::format;
use crate::problem::{Problem, ProblemKind};
use crate::reading::{Reading, root_of};
use place::Place;
use remote::Front;
pub use remote::{Remote, is_secret};

/// The first argument of a guarded server.
const GUARD: &str = "guard";
/// The option that names the server.
const SERVER: &str = "--server";
/// What stands between the guard's own words and those of the server.
const END: &str = "--";
/// What a server without a name is called.
const NAMELESS: &str = "server";
/// When the edits of a file fit together only one by one, those of more servers than this are not tried.
const MOST_SINGLE: usize = 200;

/// What becomes of a file, and of each server in it.
pub struct Plan {
    /// The edits, fitted together. Empty when nothing has to change.
    pub change: Change,
    /// The servers of the file in document order.
    pub servers: Vec<Planned>,
}

/// What becomes of one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Its configured name.
    pub name: String,
    /// Its entry in the tree.
    pub pointer: Pointer,
    /// What is done.
    pub step: Step,
}

/// What is done with a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The guard is put in front of it.
    Guard {
        /// True when its entry has a list of arguments; false when one is made.
        had_arguments: bool,
        /// How it was written, when it is at an address.
        remote: Option<Remote>,
    },
    /// It is guarded by this program at another place, which becomes the present one.
    Repair,
    /// It is guarded already.
    Guarded,
    /// The guard is taken out.
    Free,
    /// It is left as it is, for this reason: a fragment with the remedy.
    Leave(String),
}

/// A server that is freed again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freed {
    /// True when its entry had a list of arguments before the guard came, or when that is not known.
    pub had_arguments: bool,
    /// How it was written, when it is at an address and that is known.
    pub remote: Option<Remote>,
}

/// Puts the guard `program` in front of every server of a file that can have it. `name` says what the guard calls a
/// server, given the words of its launch; it is asked once for each server that gets the guard. The reading must be one
/// of a machine that names no guards, so that it shows what the host would start.
///
/// # Errors
/// The file cannot be edited: its syntax is not understood, it is a property list, its bytes would not come back.
pub fn install(
    reading: &Reading,
    program: &str,
    mut name: impl FnMut(&ConfiguredServer, &[&str]) -> String,
) -> Result<Plan, Problem> {
    plan(reading, |server| {
        let (command, args, env) = match &server.launch {
            Launch::Stdio { command, args, env, .. } => (command, args, env),
            Launch::Remote { url, headers, .. } => {
                let Some(entry) = reading.config.root.at(&server.pointer) else {
                    return Move::leave(OBSTINATE.to_owned());
                };
                let words = words(&name(server, &[&url.text]));
                return remote::guarded(reading, entry, url, headers, program, &words);
            }
            Launch::Unknown => return Move::leave(UNREACHED.to_owned()),
        };
        let place = match Place::of(&reading.config.root, command) {
            Ok(place) => place,
            Err(reason) => return Move::leave(reason),
        };
        let by_install = match Guarded::of(command, args) {
            Some(guarded) => Some(guarded.by_install),
            None => remote::is_front(command, args).then(|| Front::of(command, args, env).is_some()),
        };
        if let Some(by_install) = by_install {
            if command.text == program {
                return Move::none(Step::Guarded);
            }
            return match by_install && is_this_program(&command.text) {
                true => put::repaired(reading, &place, program),
                false => Move::none(Step::Guarded),
            };
        }
        if let Some(reason) = place.obstacle(command, args) {
            return Move::leave(reason);
        }
        let launch: Vec<&str> = std::iter::once(command).chain(args).map(|word| word.text.as_str()).collect();
        let words = [words(&name(server, &launch)), vec![END.to_owned()]].concat();
        put::guarded(reading, &place, command, program, &words)
    })
}

/// Takes the guard out of those servers of a file that `freed` wants free. Only entries as [`install`] writes them are
/// asked about.
///
/// # Errors
/// As [`install`].
pub fn uninstall(
    reading: &Reading,
    freed: impl Fn(&str, &Pointer) -> Option<Freed>,
) -> Result<Plan, Problem> {
    plan(reading, |server| {
        let Launch::Stdio { command, args, env, .. } = &server.launch else {
            return Move::leave(NO_GUARD.to_owned());
        };
        let guarded = Guarded::of(command, args).filter(|guarded| guarded.by_install);
        let front = Front::of(command, args, env);
        if (guarded.is_none() && front.is_none()) || !is_this_program(&command.text) {
            return Move::leave(NO_GUARD.to_owned());
        }
        let Some(freed) = freed(&server.name, &server.pointer) else {
            return Move::leave(
                "the guard was in front of it before; `uninstall` again takes that out too".to_owned(),
            );
        };
        match (Place::of(&reading.config.root, command), guarded, front) {
            (Ok(place), Some(guarded), _) => {
                take::freed(reading, &place, guarded.command, freed.had_arguments)
            }
            (Ok(place), None, Some(front)) => remote::freed(reading, &place, &front, freed.remote),
            (Ok(_), None, None) => Move::leave(NO_GUARD.to_owned()),
            (Err(reason), ..) => Move::leave(reason),
        }
    })
}

/// How a server that [`install`] put a guard in front of, at whatever place, is guarded.
#[must_use]
pub fn installed(server: &ConfiguredServer) -> Option<Installed<'_>> {
    let Launch::Stdio { command, args, env, .. } = &server.launch else { return None };
    if let Some(front) = Front::of(command, args, env) {
        let launch = vec![front.url.text];
        return is_this_program(&command.text).then_some(Installed { name: front.name, launch });
    }
    let guarded = Guarded::of(command, args).filter(|guarded| guarded.by_install)?;
    let named = args.get(guarded.command.checked_sub(2)?)?.text.as_str();
    let launch = args.get(guarded.command..)?.iter().map(|word| word.text.clone()).collect();
    let name = if guarded.command == 3 { named.strip_prefix(SERVER)?.strip_prefix('=')? } else { named };
    is_this_program(&command.text).then_some(Installed { name, launch })
}

/// How a server is guarded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed<'a> {
    /// What the guard calls it.
    pub name: &'a str,
    /// The words of its launch behind the guard, or its address.
    pub launch: Vec<String>,
}

/// What a host starts through a guard: the launch behind it and the guard's program, when that is one of `guards`.
pub(crate) fn behind(launch: Launch, guards: &[String]) -> (Launch, Option<Located>) {
    let Launch::Stdio { command, args, env, cwd } = &launch else { return (launch, None) };
    if !guards.contains(&command.text) {
        return (launch, None);
    }
    if let Some(front) = Front::of(command, args, env) {
        let guard = command.clone();
        return (front.launch(), Some(guard));
    }
    let guarded = Guarded::of(command, args);
    let inner = guarded.and_then(|guarded| args.get(guarded.command..)?.split_first());
    match inner {
        Some((program, rest)) => {
            let behind = Launch::Stdio {
                command: program.clone(),
                args: rest.to_vec(),
                env: env.clone(),
                cwd: cwd.clone(),
            };
            (behind, Some(command.clone()))
        }
        None => (launch, None),
    }
}

/// How a guarded server is told.
struct Guarded {
    /// Where among the arguments the command behind the guard stands.
    command: usize,
    /// True when the words in front of it are exactly those that [`install`] writes.
    by_install: bool,
}

impl Guarded {
    fn of(command: &Located, args: &[Located]) -> Option<Self> {
        let word = |at: usize| args.get(at).map(|word| word.text.as_str());
        if word(0) != Some(GUARD) || !names_this_program(&command.text) {
            return None;
        }
        let end = args.iter().position(|word| word.text == END)?;
        args.get(end + 1)?;
        let by_install = match word(1) {
            Some(SERVER) => end == 3,
            Some(option) => end == 2 && option.strip_prefix(SERVER).is_some_and(|name| name.starts_with('=')),
            None => false,
        };
        Some(Self { command: end + 1, by_install })
    }
}

/// True for a word that names a program called as this one, wherever it lies.
fn names_this_program(command: &str) -> bool {
    let file = command.rsplit(['/', '\\']).next().unwrap_or(command);
    file == "portcullis" || file.eq_ignore_ascii_case("portcullis.exe")
}

/// True for an absolute path that [`install`] could have written.
fn is_this_program(command: &str) -> bool {
    let bytes = command.as_bytes();
    let drive = matches!(bytes, [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic());
    names_this_program(command) && (command.starts_with('/') || drive)
}

/// The words that name a server. A name that a host or a shell could read as something else is replaced.
fn words(name: &str) -> Vec<String> {
    let plain = |letter: char| !letter.is_control() && !matches!(letter, '$' | '{' | '}' | '%' | '`');
    let name: String = name.chars().map(|letter| if plain(letter) { letter } else { '_' }).collect();
    let name = if name.trim().is_empty() { NAMELESS.to_owned() } else { name };
    let mut words = vec![GUARD.to_owned()];
    match name.starts_with('-') {
        true => words.push(format!("{SERVER}={name}")),
        false => words.extend([SERVER.to_owned(), name]),
    }
    words
}

/// Why an entry has no guard that says nothing.
const UNREACHED: &str = "it names neither a command nor an address; complete the entry";

/// What is done with one server: edits to choose from, the first that fits is taken, and what the tree is then.
struct Move {
    step: Step,
    choices: Vec<Vec<Edit>>,
    change: Box<Effect>,
    /// What is done when no choice fits.
    otherwise: Option<Box<Move>>,
}

/// Changes a tree as edits should change its text. None when the tree is not as it was.
type Effect = dyn Fn(&mut Node) -> Option<()>;

impl Move {
    fn none(step: Step) -> Self {
        Self { step, choices: Vec::new(), change: Box::new(|_| Some(())), otherwise: None }
    }

    fn leave(reason: String) -> Self {
        Self::none(Step::Leave(reason))
    }
}

/// Plans a move for each server and keeps the edits whose effect is exactly what was meant.
fn plan(reading: &Reading, decide: impl FnMut(&ConfiguredServer) -> Move) -> Result<Plan, Problem> {
    if reading.format == crate::Format::Plist {
        let message = "a property list is not edited";
        return Err(Problem::new(
            ProblemKind::EditRefused,
            &*reading.config.path,
            message,
            "ask its administrator",
        ));
    }
    if reading.problems.iter().any(|problem| problem.kind == ProblemKind::Syntax) {
        let message = "its syntax is not understood whole";
        return Err(Problem::new(
            ProblemKind::EditRefused,
            &*reading.config.path,
            message,
            "correct it first",
        ));
    }
    let mut pointers = HashSet::new();
    if let Some(twice) =
        reading.config.servers.iter().find(|server| !pointers.insert(server.pointer.as_str()))
    {
        let message =
            "a server stands in it under two equal keys, and hosts differ in which of them they start";
        let problem =
            Problem::new(ProblemKind::EditRefused, &*reading.config.path, message, "keep one of them");
        return Err(problem.at(twice.name_span).placed(&reading.text));
    }
    let mut moves: Vec<Move> = reading.config.servers.iter().map(decide).collect();
    let single = moves.iter().filter(|one| !one.choices.is_empty()).count();
    let firsts: Vec<&Vec<Edit>> = moves.iter().filter_map(|one| one.choices.first()).collect();
    let together = firsts.into_iter().flatten().cloned().collect();
    let mut chosen = fits(reading, together, &moves.iter().collect::<Vec<_>>());
    if chosen.is_none() {
        // Some edit does not do what it should: each is tried alone, and those that do are kept.
        let mut edits = Vec::new();
        for one in moves.iter_mut().filter(|one| !one.choices.is_empty()) {
            let good = if single > MOST_SINGLE { None } else { settled(reading, one) };
            match good {
                Some(good) => edits.extend(good),
                None => *one = Move::leave(OBSTINATE.to_owned()),
            }
        }
        chosen = fits(reading, edits, &moves.iter().collect::<Vec<_>>());
    }
    let edits = chosen.ok_or_else(|| {
        let message = "no edit of it does what it should";
        Problem::new(
            ProblemKind::EditRefused,
            &*reading.config.path,
            message,
            "write the guard into it by hand",
        )
    })?;
    let planned = |(server, one): (&ConfiguredServer, Move)| Planned {
        name: server.name.clone(),
        pointer: server.pointer.clone(),
        step: one.step,
    };
    let servers = reading.config.servers.iter().zip(moves).map(planned).collect();
    Ok(Plan { change: Change::plan(reading, &edits)?, servers })
}

/// The first edits of a move that do what they should; the move becomes the one that they belong to.
fn settled(reading: &Reading, one: &mut Move) -> Option<Vec<Edit>> {
    let choices = std::mem::take(&mut one.choices);
    if let Some(good) = choices.into_iter().find_map(|choice| fits(reading, choice, &[&*one])) {
        return Some(good);
    }
    *one = *one.otherwise.take()?;
    let choices = std::mem::take(&mut one.choices);
    choices.into_iter().find_map(|choice| fits(reading, choice, &[&*one]))
}

/// Why there is nothing to take out of an entry.
const NO_GUARD: &str = "no guard of this program is in front of it";

/// Why an entry is left alone whose text does not allow the edit.
const OBSTINATE: &str =
    "its entry is written in a way that cannot be edited in place, such as with an alias; write it out";

/// The edits, when the text that they make reads as the old tree with the moves made.
fn fits(reading: &Reading, edits: Vec<Edit>, moves: &[&Move]) -> Option<Vec<Edit>> {
    let mut wanted = reading.config.root.clone();
    for one in moves {
        (one.change)(&mut wanted)?;
    }
    let change = Change::plan(reading, &edits).ok()?;
    let parsed = format::parse(change.after(), reading.format);
    let found = root_of(&parsed.documents, change.after());
    let is_good = expected::same(&wanted, &found) && (is_strict(change.after()) || !is_strict(&reading.text));
    is_good.then_some(edits)
}

/// True for a text that every reader of JSON accepts: a host that knows no other must be able to read it afterwards.
fn is_strict(text: &str) -> bool {
    json::read(text.as_bytes(), json::Dialect::Strict, &json::Limits::default()).is_ok()
}
