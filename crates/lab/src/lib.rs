//! The laboratory: peers that the guard is tried and measured with.
//!
//! * `everything-server` is an honest MCP server that speaks every revision over Streamable HTTP and stdio and offers
//!   what the official conformance suite asks for.
//! * `everything-client` does what the suite's client scenarios ask.
//! * `mock-server` answers as fast as it can, so that what a measurement shows is what stands in front of it.
//!
//! All three are written over `wire`, without an SDK: a peer of ours must be able to say what an SDK would not. They
//! are not part of the shipped program and nothing depends on them.

pub mod client;
pub mod everything;
pub mod headers;
pub mod http;
pub mod message;
pub mod mock;
pub mod node;
pub mod stdio;
