//! The reports, through the front door.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "helpers of tests may panic"
)]

mod contract;
mod formats;
mod hostile;
mod page;
mod sample;
mod speed;
