//! The guard: everything that judging needs, shared by all sessions.

use bytes::Bytes;

use crate::passage::{Outcome, Pending, Permitted};
use crate::session::{Principal, Session};

/// Judges messages. One guard serves all sessions of a program.
#[derive(Debug, Default)]
pub struct Guard {}

impl Guard {
    /// Begins a conversation.
    #[must_use]
    pub fn session(&self, principal: Principal) -> Session {
        Session { principal }
    }

    /// Judges a message from the client to `server`.
    pub fn outbound(&self, _session: &Session, _server: &str, bytes: Bytes) -> Outcome {
        Outcome::Forward(Permitted::new(bytes))
    }

    /// Judges a message from `server` to the client.
    pub fn inbound(&self, _session: &Session, _server: &str, bytes: Bytes) -> Outcome {
        Outcome::Forward(Permitted::new(bytes))
    }

    /// Waits for the person's decision: the message passes, or its sender is answered.
    pub async fn wait(&self, _session: &Session, _pending: Pending) -> Outcome {
        Outcome::Drop
    }
}
