//! Servers that misbehave, in one program: what they can make the probe do, and what of them is left over.
#![cfg(unix)]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)] // a test may panic

mod ending;
mod hostile_http;
mod hostile_programs;
mod led_astray;
#[cfg(target_os = "linux")]
mod memory;
mod program;
mod two_faces;
mod web;
