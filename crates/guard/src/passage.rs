//! What may happen to a message, as types: bytes that may be sent on can only be made where the decision is made.

use std::time::Instant;

use bytes::Bytes;
use portcullis_model::Verdict;
use portcullis_wire::envelope::Id;

use crate::session::Session;

/// Bytes that were judged and may be sent on, exactly as they are.
#[derive(Debug, Clone)]
pub struct Permitted(Bytes);

impl Permitted {
    pub(crate) const fn new(bytes: Bytes) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn bytes(&self) -> &Bytes {
        &self.0
    }

    /// The bytes.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.0
    }
}

/// What happens to one message.
#[derive(Debug)]
pub enum Outcome {
    /// It passes.
    Forward(Permitted),
    /// It does not pass, and its sender gets this answer.
    Answer(Bytes),
    /// It does not pass, and nobody is told: a notification has no answer. The ledger knows.
    Drop,
    /// A person decides first; [`Guard::wait`](crate::Guard::wait) returns what they decided.
    Wait(Box<Pending>),
}

/// A message that waits for a person.
#[derive(Debug)]
pub struct Pending {
    /// The id under which a person decides: `portcullis approve ID`.
    pub id: Box<str>,
    /// The server that it is for.
    pub(crate) server: Box<str>,
    /// The request's id: who asked may cancel it.
    pub(crate) request: Option<Id>,
    /// The message, to be judged anew when the person has decided.
    pub(crate) bytes: Bytes,
    /// When nobody's answer becomes a no.
    pub(crate) until: Instant,
    /// What its sender is answered then.
    pub(crate) refusal: Bytes,
}

impl Pending {
    /// Whether the client has cancelled the request meanwhile.
    pub(crate) fn is_cancelled(&self, session: &Session) -> bool {
        let Some(id) = &self.request else { return false };
        !session.state().server(&self.server).waiting.contains(id)
    }

    /// It waits no longer, and is refused: what its sender is answered.
    pub(crate) fn give_up(self, session: &Session) -> Bytes {
        self.done(session);
        self.refusal
    }

    /// It waits no longer.
    pub(crate) fn done(&self, session: &Session) {
        if let Some(id) = &self.request {
            session.state().server(&self.server).waiting.remove(id);
        }
    }
}

/// What was decided about one message, and what happens to it.
#[derive(Debug)]
pub struct Judged {
    /// What was decided.
    pub decision: Decision,
    /// What happens.
    pub outcome: Outcome,
}

/// A decision, as the ledger knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its id, unique in the ledger.
    pub id: Box<str>,
    /// What was decided.
    pub verdict: Verdict,
    /// By which rules and policies.
    pub because: Vec<Reason>,
}

/// What a decision rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Which kind of thing decided.
    pub kind: ReasonKind,
    /// Its id.
    pub id: Box<str>,
    /// The threats that it stands against, by id.
    pub threats: Vec<Box<str>>,
    /// In words for people, without anything that a stranger wrote.
    pub words: Box<str>,
}

/// Which kind of thing decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReasonKind {
    /// A detection rule.
    Rule,
    /// A policy.
    Policy,
}
