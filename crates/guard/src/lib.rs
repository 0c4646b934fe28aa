//! Stands between hosts and servers: no message passes unjudged.
//!
//! [`Guard`] judges; it does no input or output of its own but the ledger and the approvals. The fronts move bytes:
//! `stdio` in front of one server, `gateway` in front of many, `replay` over a recorded session. All three call
//! [`Guard::outbound`] and [`Guard::inbound`] for every message, and can send on only what these return as
//! [`Permitted`].
//!
//! Storey 4, a product: it assembles `rules`, `flow`, `policy` and `ledger` over `wire`. The binary depends on it.

pub mod gateway;
mod guard;
mod passage;
mod session;
pub mod settings;

pub use guard::Guard;
pub use passage::{Outcome, Pending, Permitted};
pub use session::{Principal, Session};
