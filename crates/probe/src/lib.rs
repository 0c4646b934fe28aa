//! Talks to live MCP servers and returns their whole surface: tools, prompts and resources with their bodies,
//! templates and instructions, every page of them, with a ledger of what was not read and why.
//!
//! A server is started or contacted only from a [`Consented`] plan, in all revisions from 2024-11-05 to 2026-07-28, over
//! standard streams, Streamable HTTP and the older HTTP+SSE. It is asked as more than one client and more than once;
//! what it tells some clients only is returned as [`Difference`]s. The protocol is spoken over `wire`, never through an
//! SDK: typed messages drop the members that they do not know, and a scanner must see what came.
//!
//! It judges nothing (that is `rules`), reads no environment variable and prints nothing (that is the binary), and
//! confines nothing yet: [`Confinement`] is the place where a sandbox goes.
//!
//! The interface is asynchronous on tokio; a program without a runtime calls [`run_blocking`].
//! Storey 2: depends on `model` and `wire`; `assess`, the products and the binary may depend on it.

pub mod address;
mod authentication;
mod bodies;
mod clock;
mod compare;
mod confinement;
mod consent;
mod examination;
mod http;
mod identity;
mod inventory;
mod legacy_sse;
mod lines;
mod link;
mod message;
mod neutral;
mod opening;
mod options;
mod outcome;
mod plan;
mod probe;
mod process;
mod runtime;
mod session;
mod stdio;
mod streamable;

pub use confinement::{Confinement, Unconfined};
pub use consent::{Consent, Consented};
pub use identity::ClientIdentity;
pub use options::{Deadlines, Limits, Options};
pub use outcome::{
    AuthNeeded, Difference, Evidence, EvidenceKind, Outcome, Problem, ProblemKind, Transport, View,
};
pub use plan::{Contact, FileDigest, LaunchPlan, PlanError, Start, Way};
pub use probe::{probe, probe_all};
pub use process::Server as Process;
pub use runtime::{Interrupted, run_blocking, run_until_told};
