//! The ledger as its writers, its readers and those who tamper with it meet it.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod book;

mod crashing;
mod properties;
mod reading;
mod sharing;
mod tampering;
mod writing;
