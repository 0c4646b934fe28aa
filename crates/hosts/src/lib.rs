//! Where each MCP host keeps its configuration, and how that reads.
//!
//! A host is a small declaration under `hosts/`: its name, its locations on the three operating systems, and
//! the reader of its shape. [`discover`] finds the files of a [`Machine`], [`read()`] understands one of
//! them, [`read_any`] one whose host is unknown; [`documents`] are the texts that steer an agent beside them,
//! and [`edit`] changes a file without touching a byte more than it was asked to.
//!
//! It is not a judge: nothing here decides whether a configuration is dangerous. It starts no program, opens
//! no connection and reads no environment variable: the caller describes the machine, so that a Windows disk
//! can be looked at from Linux.
//!
//! Depends on `model` and `wire`. Assessment and the binary depend on it.

mod candidate;
mod containers;
mod context;
mod cursor;
pub mod edit;
mod encoding;
mod file;
mod format;
pub mod guarding;
mod host;
mod hosts;
mod machine;
mod problem;
mod projects;
mod reading;
mod recognise;
mod servers;
mod settings;
mod template;
#[cfg(test)]
mod testing;
mod walk;

pub use candidate::{Candidate, Discovery, discover};
pub use context::{Documents, documents, hook_scripts};
pub use encoding::Encoding;
pub use format::yaml;
pub use host::{Format, Host, Location};
pub use hosts::ALL;
pub use machine::{Machine, Os};
pub use portcullis_text::is_reference;
pub use problem::{Problem, ProblemKind};
pub use projects::known_projects;
pub use reading::{Reading, read};
pub use recognise::{UNKNOWN_HOST, read_any, read_bytes};
