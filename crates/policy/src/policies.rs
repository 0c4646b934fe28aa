//! Policies that can be replaced while they are in use.

use std::sync::{Arc, PoisonError, RwLock};

use crate::error::PolicyErrors;
use crate::load::{Defaults, Source};
use crate::set::PolicySet;

/// The policies in force. A set that does not load never replaces one that did.
#[derive(Debug)]
pub struct Policies {
    current: RwLock<Arc<PolicySet>>,
}

/// What a reload came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reloaded {
    /// The revision that was in force.
    pub before: Arc<str>,
    /// The revision that is in force now; the same when nothing changed.
    pub now: Arc<str>,
}

impl Policies {
    /// Starts with `set`.
    #[must_use]
    pub fn new(set: PolicySet) -> Self {
        Self { current: RwLock::new(Arc::new(set)) }
    }

    /// The set in force. Whoever holds it decides by it to the end, whatever is reloaded meanwhile.
    #[must_use]
    pub fn current(&self) -> Arc<PolicySet> {
        // Writers only swap a pointer: a poisoned lock still holds a whole set.
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts what `sources` say in force.
    ///
    /// # Errors
    /// Everything that is wrong; the set that was in force stays.
    pub fn reload(&self, sources: &[Source], defaults: Defaults) -> Result<Reloaded, PolicyErrors> {
        let set = Arc::new(PolicySet::load(sources, defaults)?);
        let now = set.revision().clone();
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *current, set).revision().clone();
        Ok(Reloaded { before, now })
    }
}
