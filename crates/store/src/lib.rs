//! The system of record: SQLite where nothing is installed, PostgreSQL where several machines share a run.
//!
//! [`Store`] opens either, brings its tables up to date ([`Migration`]), reads ([`Row`]) and writes in bulk ([`Batch`]).
//! [`Queue`] keeps jobs that any number of workers claim. The same SQL runs on both: parameters are `$1`, numbers are
//! `BIGINT` or `DOUBLE PRECISION`, texts `TEXT`, which sorts by bytes.
//!
//! It knows no server, no listing and no rule: whose tables these are says what is in them.
//!
//! Storey 2: products may depend on it; it depends on no crate of ours. SQL stands here and in `survey` only.

mod address;
mod batch;
mod cell;
mod error;
mod migration;
mod queue;
mod run;
mod store;
mod transaction;

pub use batch::{Batch, Conflict};
pub use cell::{Cell, Column, Row};
pub use error::StoreError;
pub use migration::Migration;
pub use queue::{Claimed, Counts, Job, Queue};
pub use sqlx::{AssertSqlSafe, SqlSafeStr};
pub use store::{Dialect, Store};
pub use transaction::Transaction;

/// The id of something by what it is made of: the first eight bytes of a SHA-256 over the parts and their lengths.
/// It is the same on every machine, so rows can be written twice and spread over machines by it.
#[must_use]
pub fn id_of(parts: &[&str]) -> i64 {
    use sha2::Digest as _;
    let mut digest = sha2::Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    let digest = digest.finalize();
    digest.first_chunk().map_or(0, |bytes| i64::from_be_bytes(*bytes))
}
