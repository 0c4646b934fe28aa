//! Puts acts, things and parameters together into the classes and effects of a tool.

use portcullis_model::Item;

use super::acts::Act;
use super::clause::{Clause, ClauseReader, acts_of_name};
use super::parameters;
use super::things::{
    CHANNEL, CONTAINED, HARMLESS, INPUT, MONEY, NUMBER, OUTSIDE, PRIVATE, RUNNABLE, STORE, Traits, WEB,
};
use super::words::Words;
use super::{Capabilities, Kind, Source, Why};

/// How much of a description is read for what the tool does, in bytes; what follows explains parameters.
const MOST_PROSE: usize = 700;

/// What a tool can do.
#[must_use]
pub fn of_tool(item: &Item) -> Capabilities {
    let mut told = Told::of(&item.name, item.description().unwrap_or_default());
    parameters::add(item, &mut told);
    told.found
}

/// What a tool with this name and this description can do, where nothing else is known of it.
#[must_use]
pub fn of_text(name: &str, description: &str) -> Capabilities {
    Told::of(name, description).found
}

/// What name and description tell.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) found: Capabilities,
    /// The clauses of the name, then of the description.
    pub(super) clauses: Vec<Clause>,
    pub(super) name: Words,
}

impl Told {
    fn of(name: &str, description: &str) -> Self {
        let name = Words::of_name(name);
        let prose = Words::of_prose(summary(description), MOST_PROSE);
        let mut told = Told { found: Capabilities::default(), clauses: acts_of_name(&name), name };
        let in_prose = ClauseReader::read(&prose);
        if told.clauses.is_empty() && in_prose.is_empty() {
            told.clauses.extend(Clause::of_nouns(&told.name));
        }
        let explained = told.name.len() == 1 && !in_prose.is_empty();
        for clause in &told.clauses {
            if !explained || !clause.things.is_empty() {
                told.found.add(clause, &told.name, Source::Name);
            }
        }
        for clause in &in_prose {
            told.found.add(clause, &prose, Source::Description);
        }
        told.clauses.extend(in_prose);
        told
    }

    /// True when a clause of the name or the description does `act`.
    pub(super) fn does(&self, act: Act) -> bool {
        self.clauses.iter().any(|clause| clause.act == act)
    }
}

/// A description without the sections that explain parameters and results.
fn summary(description: &str) -> &str {
    const SECTIONS: &[&str] =
        &["args:", "arguments:", "parameters:", "params:", "returns:", "return:", "raises:", "example"];
    let mut start = 0;
    for line in description.split_inclusive('\n') {
        let words = line.trim_start_matches(|mark: char| !mark.is_alphanumeric());
        let opens = |section: &&str| {
            words.get(..section.len()).is_some_and(|head| head.eq_ignore_ascii_case(section))
        };
        if start > 0 && SECTIONS.iter().any(opens) {
            return description.get(..start).unwrap_or(description);
        }
        start += line.len();
        if start > MOST_PROSE {
            break;
        }
    }
    description
}

impl Capabilities {
    /// Adds what one clause shows.
    pub(super) fn add(&mut self, clause: &Clause, words: &Words, source: Source) {
        let traits = clause.traits();
        for (act, any_of, none_of, kind) in COMBINATIONS {
            let holds = (*any_of == 0 || traits & any_of != 0) && traits & none_of == 0;
            if *act == clause.act && holds {
                self.note(*kind, || Why { source, words: shown_by(clause, words, *any_of) });
            }
        }
    }
}

/// The verb and the thing that decided.
fn shown_by(clause: &Clause, words: &Words, decisive: Traits) -> String {
    let mut shown = words.at(clause.verb).to_owned();
    let thing = clause
        .things
        .iter()
        .find(|(at, traits)| *at != clause.verb && (decisive == 0 || traits & decisive != 0));
    if let Some((at, _)) = thing {
        shown.push(' ');
        shown.push_str(words.at(*at));
    }
    shown
}

/// An act shows a capability when one of its things has any of the first traits (0: whatever it is done to) and none
/// has the second.
#[rustfmt::skip]
static COMBINATIONS: &[(Act, Traits, Traits, Kind)] = &[
    (Act::Read,    0,                         0,              Kind::Reads),
    (Act::Read,    OUTSIDE,                   0,              Kind::Ingests),
    (Act::Read,    PRIVATE,                   0,              Kind::ReadsPrivate),
    (Act::Fetch,   0,                         0,              Kind::Reads),
    (Act::Fetch,   OUTSIDE | WEB,             0,              Kind::Ingests),
    (Act::Fetch,   PRIVATE,                   0,              Kind::ReadsPrivate),
    (Act::Write,   0,                         NUMBER,         Kind::Writes),
    (Act::Write,   CHANNEL,                   CONTAINED,              Kind::ReachesNetwork),
    (Act::Delete,  0,                         HARMLESS | NUMBER, Kind::Deletes),
    (Act::Send,    0,                         INPUT,          Kind::Sends),
    (Act::Send,    0,                         INPUT,          Kind::ReachesNetwork),
    (Act::Publish, 0,                         0,              Kind::Sends),
    (Act::Publish, 0,                         0,              Kind::ReachesNetwork),
    (Act::Run,     RUNNABLE,                  0,              Kind::Executes),
    (Act::Run,     RUNNABLE,                  0,              Kind::ReadsPrivate),
    (Act::Run,     RUNNABLE,                  0,              Kind::ReachesNetwork),
    (Act::Run,     STORE,                     RUNNABLE,       Kind::ReadsPrivate),
    (Act::Run,     STORE,                     RUNNABLE,       Kind::Reads),
    (Act::Pay,     0,                         0,              Kind::SpendsMoney),
    (Act::Write,   MONEY,                     0,              Kind::SpendsMoney),
    (Act::Send,    MONEY,                     0,              Kind::SpendsMoney),
    (Act::Operate, WEB | INPUT | OUTSIDE,     0,              Kind::ReachesNetwork),
    (Act::Operate, 0,                         0,              Kind::Writes),
];
