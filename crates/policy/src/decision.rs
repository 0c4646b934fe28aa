//! The answer to a question.

use std::sync::Arc;

use portcullis_model::{Threat, Verdict};

/// What may happen and why.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The worst verdict of the policies that applied. A reason to ask counts as [`Verdict::Allow`] once a person has
    /// approved.
    pub verdict: Verdict,
    /// Why, the worst first. Never empty: what is permitted names the policy that permits it.
    pub reasons: Vec<Reason>,
    /// The revision of the policies that decided ([`crate::PolicySet::revision`]).
    pub revision: Arc<str>,
    pub(crate) approved: bool,
}

/// A policy that determined the verdict, or the lack of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The policy's id; [`NOTHING_PERMITS`] or [`UNASKABLE`] where no policy spoke.
    pub policy: Arc<str>,
    /// What it demands: [`Verdict::Ask`] also where a person has approved already.
    pub verdict: Verdict,
    /// The threats that it stands against.
    pub threats: Arc<[Threat]>,
    /// Why, in words for a person.
    pub text: Arc<str>,
}

/// The id of the reason when no policy permits a message.
pub const NOTHING_PERMITS: &str = "nothing-permits";

/// The id of the reason when a question cannot be put to the policies.
pub const UNASKABLE: &str = "unaskable-question";

impl Decision {
    /// True when a person has to decide before the message may pass. Also true of a [`Verdict::Redact`] of which another
    /// policy asks: it passes with parts removed *after* a person approved it.
    #[must_use]
    pub fn waits_for_a_person(&self) -> bool {
        self.verdict < Verdict::Deny
            && !self.approved
            && self.reasons.iter().any(|reason| reason.verdict == Verdict::Ask)
    }
}
