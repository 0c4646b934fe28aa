//! Stands between hosts and servers: no message passes unjudged.
//!
//! [`Guard`] judges; it does no input or output of its own but the ledger, the pins and the approvals. The fronts move
//! bytes: [`stdio`] in front of one server, the gateway in front of many, [`replay`] over a recorded session. All call
//! [`Guard::outbound`] and [`Guard::inbound`] for every message, and can send on only what these return as
//! [`Permitted`]. The way of a message stands in `pipeline.rs`, from top to bottom.
//!
//! Storey 4, a product: it assembles `rules`, `flow`, `policy` and `ledger` over `wire`. The binary depends on it.

pub mod approval;
mod clean;
pub mod gateway;
mod guard;
mod inspect;
mod launch;
mod limit;
mod passage;
mod pins;
mod pipeline;
mod refusal;
pub mod replay;
mod roster;
mod seal;
mod session;
pub mod settings;
pub mod stdio;

pub use guard::{Conduct, Guard, NoGuard, Parts};
pub use limit::{Limits, Rate};
pub use passage::{Decision, Judged, Outcome, Pending, Permitted, Reason, ReasonKind};
pub use pins::{PinError, Pins};
pub use session::{Principal, Session};
