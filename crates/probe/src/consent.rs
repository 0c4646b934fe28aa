//! Proof that a person agreed before anything was started or contacted.

use crate::plan::LaunchPlan;

/// Somebody's agreement. Only the code that asked a person, or read a flag that means yes, makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    by: String,
}

impl Consent {
    /// The agreement given by `how`, in words for the record, such as `answer at the terminal` or `--yes`.
    #[must_use]
    pub fn given_by(how: impl Into<String>) -> Self {
        Self { by: how.into() }
    }
}

/// A plan that was shown and agreed to. There is no other way to make one than [`LaunchPlan::consent`].
#[derive(Debug, Clone)]
pub struct Consented<T> {
    inner: T,
    consent: Consent,
}

impl<T> Consented<T> {
    /// What was agreed to.
    pub const fn get(&self) -> &T {
        &self.inner
    }

    /// How agreement was given.
    pub fn given_by(&self) -> &str {
        &self.consent.by
    }
}

impl LaunchPlan {
    /// The plan with somebody's agreement to exactly what [`LaunchPlan::describe`] shows.
    #[must_use]
    pub fn consent(self, consent: Consent) -> Consented<LaunchPlan> {
        Consented { inner: self, consent }
    }
}
