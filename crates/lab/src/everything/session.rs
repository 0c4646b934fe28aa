//! A conversation before 2026-07-28: what was agreed at its beginning, and what the client still owes an answer to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use portcullis_model::Node;
use portcullis_wire::envelope::{Envelope, Id};
use portcullis_wire::revision::Revision;
use tokio::sync::oneshot;

use super::call::Level;
use super::{Change, lock};
use crate::node::{object, text};

/// What the client answered: its result, or the error instead.
pub(super) type Answer = Result<Node, Node>;

/// One conversation.
#[derive(Debug)]
pub struct Session {
    /// What both sides speak.
    pub revision: Revision,
    pub(super) capabilities: Node,
    pub(super) level: Mutex<Level>,
    pub(super) subscriptions: Mutex<BTreeSet<String>>,
    owed: Mutex<BTreeMap<u64, oneshot::Sender<Answer>>>,
    next: AtomicU64,
}

impl Session {
    pub(super) fn new(revision: Revision, capabilities: Node) -> Self {
        Self {
            revision,
            capabilities,
            level: Mutex::new(Level::Info),
            subscriptions: Mutex::default(),
            owed: Mutex::default(),
            next: AtomicU64::new(1),
        }
    }

    /// The id of a request to the client, and where its answer will arrive.
    pub(super) fn owe(&self) -> (u64, oneshot::Receiver<Answer>) {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (sender, receiver) = oneshot::channel();
        lock(&self.owed).insert(id, sender);
        (id, receiver)
    }

    /// Hands an answer of the client to whoever waits for it; answers that nobody asked for are dropped.
    pub fn settle(&self, envelope: &Envelope<'_>) {
        let Some(Id::Integer(id)) = envelope.id else { return };
        let Some(waiting) = u64::try_from(id).ok().and_then(|id| lock(&self.owed).remove(&id)) else {
            return;
        };
        let answer = match (envelope.result(), envelope.error()) {
            (Some(result), _) => Ok(result.clone()),
            (None, error) => Err(error.cloned().unwrap_or_else(|| object([]))),
        };
        waiting.send(answer).ok();
    }

    /// The notification that this client gets of a change, if any.
    #[must_use]
    pub fn notification(&self, change: &Change) -> Option<(&'static str, Node)> {
        match change {
            Change::Tools => Some(("notifications/tools/list_changed", object([]))),
            Change::Prompts => Some(("notifications/prompts/list_changed", object([]))),
            Change::Resource(uri) => lock(&self.subscriptions)
                .contains(uri)
                .then(|| ("notifications/resources/updated", object([("uri", text(uri))]))),
        }
    }
}
