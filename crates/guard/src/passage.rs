//! What may happen to a message, as types: bytes that may be sent on can only be made where the decision is made.

use bytes::Bytes;
use portcullis_model::Verdict;

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
    Wait(Pending),
}

/// A message that waits for a person.
#[derive(Debug)]
pub struct Pending {
    /// The id under which a person decides: `portcullis approve ID`.
    pub id: Box<str>,
    /// What would happen without a person: always a denial.
    pub verdict: Verdict,
}
