//! Policies from the outside: what loads, what is refused, and what follows.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod defaults;
mod loading;
mod meaning;
mod question;
mod reloading;
