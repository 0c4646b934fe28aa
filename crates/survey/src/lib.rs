//! How many servers can be hijacked today, where, and what changed: listings of many registries are collected, what they
//! rely on is probed, everything is analysed without the network and reported.
//!
//! [`table`] says what is kept and writes it; [`record`] reads and writes listings and observations as JSON Lines;
//! [`connector`] knows the registries that are asked, [`collect`] asks them, [`probing`] asks for what listings rely on;
//! [`lists`] reads files, those of others by their [`recipe`]; [`identity`] says what is the same server.
//!
//! [`analyse`] compares and judges; it asks nobody. [`sources`] looks at packages: those that lie in a folder, or those of
//! the most used servers, which it fetches. [`report`] counts what was found, [`export`] writes the tables for analysts.
//!
//! It has no rules of its own: `rules` looks at listings as at all other evidence.
//!
//! Storey 4: only the binary depends on it.

pub mod analyse;
pub mod collect;
pub mod connector;
mod error;
pub mod export;
pub mod identity;
pub mod lists;
pub mod probing;
pub mod recipe;
pub mod record;
pub mod report;
pub mod sources;
pub mod table;

pub use error::SurveyError;
