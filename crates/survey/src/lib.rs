//! How many servers can be hijacked today, where, and what changed: listings of many registries are collected, what they
//! rely on is probed, everything is analysed without the network and reported.
//!
//! [`table`] says what is kept and writes it; [`record`] reads and writes listings and observations as JSON Lines;
//! [`recipe`] reads the lists of others; [`identity`] says what is the same server.
//!
//! [`analyse`] compares and judges; it asks nobody.
//!
//! It has no rules of its own: `rules` looks at listings as at all other evidence.
//!
//! Storey 4: only the binary depends on it.

pub mod analyse;
mod error;
pub mod identity;
pub mod record;
pub mod report;
pub mod table;

pub use error::SurveyError;
