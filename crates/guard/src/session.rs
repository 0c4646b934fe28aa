//! One conversation of one principal: what was asked, what came back, what the tools are.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use portcullis_flow::Course;
use portcullis_wire::envelope::Id;
use portcullis_wire::revision::{Era, Revision};

use crate::limit::Buckets;
use crate::roster::Roster;

/// On whose behalf messages are sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Principal {
    /// Who says so: `local` for the person at this machine, else the issuer of the token.
    pub issuer: Box<str>,
    /// Who it is, in the issuer's words.
    pub subject: Box<str>,
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}|{}", self.issuer, self.subject)
    }
}

/// A conversation. Its messages are judged one at a time, in the order in which they are handed over.
pub struct Session {
    pub(crate) principal: Principal,
    /// Told in the ledger and in decisions.
    pub(crate) id: Box<str>,
    decisions: AtomicU64,
    state: Mutex<State>,
}

impl Session {
    pub(crate) fn new(principal: Principal, id: Box<str>) -> Self {
        Self { principal, id, decisions: AtomicU64::new(0), state: Mutex::new(State::default()) }
    }

    /// The id of the next decision.
    pub(crate) fn next_decision(&self) -> Box<str> {
        format!("{}-{}", self.id, self.decisions.fetch_add(1, Ordering::Relaxed) + 1).into()
    }

    /// Whose it is.
    #[must_use]
    pub const fn principal(&self) -> &Principal {
        &self.principal
    }

    /// What the ledger calls it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Learns what the person asked, where a host tells it.
    pub fn said(&self, text: &str) {
        self.state().course.said(text);
    }

    /// A panic while it was held would have been ours; what it holds is judged on all the same.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What a conversation has come to.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// Where values came from.
    pub(crate) course: Course,
    /// Each server, by the name that we gave it.
    pub(crate) servers: BTreeMap<Box<str>, Server>,
    /// Calls that passed.
    pub(crate) calls: u64,
    /// Bytes of results that passed.
    pub(crate) bytes: u64,
    /// Rates by name.
    pub(crate) buckets: Buckets,
    /// Calls of each tool within the last minute.
    pub(crate) recent: Recent,
}

impl State {
    /// The server of this name; a new one when nothing was said with it yet.
    pub(crate) fn server(&mut self, name: &str) -> &mut Server {
        if !self.servers.contains_key(name) {
            self.servers.insert(name.into(), Server::default());
        }
        self.servers.entry(name.into()).or_default()
    }
}

/// One server in a conversation.
#[derive(Debug, Default)]
pub(crate) struct Server {
    /// The revision that both agreed on, or that the last request named.
    pub(crate) revision: Option<Revision>,
    /// Requests of the client that were sent on and not answered.
    pub(crate) asked: HashMap<Id, Asked>,
    /// Requests of the server that were sent on and not answered: their methods.
    pub(crate) asking: HashMap<Id, Box<str>>,
    /// Requests that wait for a person.
    pub(crate) waiting: HashSet<Id>,
    /// What it offers.
    pub(crate) roster: Roster,
    /// The end of what its notifications said lately: orders can be spread over several.
    pub(crate) murmur: String,
}

impl Server {
    /// How the conversation is held; legacy until a request says otherwise.
    pub(crate) fn is_modern(&self) -> bool {
        self.revision.is_some_and(|revision| revision.era() == Era::Modern)
    }
}

/// A request of the client that was sent on.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// Its method.
    pub(crate) method: Box<str>,
    /// The tool, prompt or resource that it names.
    pub(crate) name: Option<Box<str>>,
    /// Whether it asked for the next page of a list.
    pub(crate) next_page: bool,
    /// What a request state of its answer is bound to.
    pub(crate) binding: [u8; 32],
    /// The revision that it was sent in.
    pub(crate) modern: bool,
}

/// Calls of each tool within the last minute, counted in twelve parts of five seconds.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    parts: HashMap<Box<str>, [(u64, u64); 12]>,
    began: Option<Instant>,
}

impl Recent {
    /// The most tools that are counted.
    const MOST: usize = 4096;

    /// Counts a call; how many there were within a minute, this one included.
    pub(crate) fn count(&mut self, tool: &str, now: Instant) -> u64 {
        let began = *self.began.get_or_insert(now);
        let part = now.saturating_duration_since(began).as_secs() / 5;
        if self.parts.len() >= Self::MOST && !self.parts.contains_key(tool) {
            self.parts.retain(|_, parts| parts.iter().any(|(at, _)| at + 12 > part));
            if self.parts.len() >= Self::MOST {
                return u64::MAX;
            }
        }
        let parts = self.parts.entry(tool.into()).or_default();
        let index = usize::try_from(part % 12).unwrap_or_default();
        if let Some(slot) = parts.get_mut(index) {
            *slot = if slot.0 == part { (part, slot.1 + 1) } else { (part, 1) };
        }
        parts.iter().filter(|(at, _)| at + 12 > part).map(|(_, count)| count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn calls_are_counted_for_a_minute() {
        let (mut recent, start) = (Recent::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!((recent.count("a", at(0)), recent.count("a", at(1)), recent.count("b", at(1))), (1, 2, 1));
        assert_eq!(recent.count("a", at(50)), 3);
        assert_eq!(recent.count("a", at(70)), 2, "the first two are over");
        assert_eq!(recent.count("a", at(600)), 1);
    }
}
