//! Sessions of the older era: minted here, known to one principal only, ended when nobody uses them.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use super::conversation::Conversation;
use crate::session::Principal;

/// Random bytes of an id.
const RANDOM: usize = 24;

/// All sessions.
#[derive(Debug)]
pub(super) struct Sessions {
    held: RwLock<HashMap<Box<str>, Arc<Conversation>>>,
    most: usize,
}

impl Sessions {
    pub(super) fn new(most: usize) -> Self {
        Self { held: RwLock::default(), most }
    }

    /// A new id for the conversation; nothing when there are too many, or when no random number is to be had.
    pub(super) fn mint(&self, conversation: &Arc<Conversation>) -> Option<String> {
        let mut random = [0; RANDOM];
        aws_lc_rs::rand::fill(&mut random).ok()?;
        let id: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= self.most {
            return None;
        }
        held.insert(id.as_str().into(), Arc::clone(conversation));
        Some(id)
    }

    /// The conversation with this id, when it is this principal's. Another's is as unknown as none.
    pub(super) fn find(&self, id: &str, principal: &Principal) -> Option<Arc<Conversation>> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.get(id).filter(|conversation| conversation.session.principal() == principal).cloned()
    }

    /// Takes the conversation out.
    pub(super) fn end(&self, id: &str, principal: &Principal) -> Option<Arc<Conversation>> {
        self.find(id, principal)?;
        self.held.write().unwrap_or_else(PoisonError::into_inner).remove(id)
    }

    /// Takes out what nobody used for so long; everything for no time.
    pub(super) fn idle(&self, patience: Duration) -> Vec<Arc<Conversation>> {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        let is_idle = |conversation: &Conversation| {
            patience.is_zero() || conversation.idle().is_some_and(|idle| idle >= patience)
        };
        let ids: Vec<Box<str>> =
            held.iter().filter(|(_, conversation)| is_idle(conversation)).map(|(id, _)| id.clone()).collect();
        ids.iter().filter_map(|id| held.remove(id)).collect()
    }

    /// Whether there is room for one more.
    pub(super) fn has_room(&self) -> bool {
        self.held.read().unwrap_or_else(PoisonError::into_inner).len() < self.most
    }
}
