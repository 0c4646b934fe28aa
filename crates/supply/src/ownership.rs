//! Whose it is now. A listing relies on things that somebody owns: an account, a repository, a package, a domain. From
//! what was observed of them over time follows where each one stands, and which listings others could take over.
//!
//! One word rules it all: *absent* is a candidate, not a proof. Observations on two days (at least 20 hours apart) have to agree, and
//! whatever could not be found out is never absence.

mod detect;
mod drift;
mod history;
mod relied;
mod standing;

pub use detect::{DETECTORS, Detector, Verdict, verdicts};
pub use drift::{OwnerChange, drift};
pub use history::{History, Presence, Settled, moment_of};
pub use relied::{Forge, Host, Role, forge_of, host_of, normal, owner_of, relied_on};
pub use standing::{LinkState, Standing, standing};
