//! What may happen: Cedar policies over who calls which tool with what, and what is known about it.
//!
//! [`PolicySet::load`] reads policies strictly against `portcullis.cedarschema`; [`PolicySet::decide`] answers a
//! [`Question`] with a [`Decision`]; [`Policies`] is a set that can be replaced while it is in use. Cedar knows permit and
//! forbid; the verdicts between them are annotations (`@verdict("ask")`). Nothing permits unless a policy says so, a set
//! that fails to load never opens the gate, and an evaluation that errs is a denial (Cedar alone would skip the policy).
//!
//! It neither reads files nor the clock, and it learns nothing: labels, findings, pins and budgets are told in the question.
//!
//! Storey 1; depends on `model` and `cedar-policy`, whose types are in no public signature. `guard` depends on it.

mod arguments;
mod decision;
mod error;
mod explain;
mod facts;
mod limits;
mod load;
mod needs;
mod policies;
mod question;
mod recall;
mod set;
mod tokens;
mod written;

pub use decision::{Decision, NOTHING_PERMITS, Reason, UNASKABLE};
pub use error::{PolicyError, PolicyErrors};
pub use explain::Explanation;
pub use load::{Defaults, Source};
pub use policies::{Policies, Reloaded};
pub use question::{
    Action, Advice, Budgets, Findings, Flow, Labels, Moment, PinState, Principal, Question, Server, Tool,
    Transport,
};
pub use set::{PolicySet, PolicySummary};
pub use written::{Case, CaseFile, WrittenQuestion};

/// The schema of all policies, in Cedar's schema language.
pub const SCHEMA: &str = include_str!("portcullis.cedarschema");

/// The policies that protect without configuration.
pub const DEFAULT_POLICIES: &str = include_str!("default.cedar");
