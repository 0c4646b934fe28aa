//! The client and its probes against servers on this machine that behave well, badly and not at all.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod manners;
mod probes;
mod real;
mod server;
