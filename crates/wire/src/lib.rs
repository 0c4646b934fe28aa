//! Bytes to trees and back: JSON in three dialects, canonical JSON, and the shapes of JSON-RPC and MCP.
//!
//! Everything here reads hostile bytes: every reader is bounded in bytes, depth and nodes, refuses with a place
//! and a remedy, and never panics. It opens no file and no connection, starts nothing and knows no clock.
//!
//! It is the only crate that parses protocol bytes. It depends on `model` alone; every crate may depend on it.

pub mod canonical;
pub mod documents;
pub mod encoding;
pub mod envelope;
mod fault;
pub mod frame;
pub mod json;
pub mod mirror;
pub mod outline;
pub mod request;
pub mod revision;
pub mod schema;
pub mod splice;
pub mod sse;
pub mod surface;

pub use fault::{Fault, Problem};
