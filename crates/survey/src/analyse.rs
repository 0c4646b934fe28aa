//! From what was collected and observed to findings. It asks nobody: the same store gives the same findings.
//!
//! What compares all listings with one another is set-based SQL over hashed keys ([`crate::table::KeyKind`]); what looks at one
//! listing is `rules`, as everywhere. Listings pass in the order of their ids, so memory does not grow with their number.

mod drift;
mod judge;
mod likeness;

use portcullis_model::Moment;
use portcullis_rules::Engine;
use portcullis_store::Store;

use crate::{SurveyError, table};

/// Where an analysis is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Names are compared with one another.
    Names,
    /// Owners are compared over lists and time.
    Owners,
    /// Rules look at listings: how many of how many are done.
    Listings {
        /// Done.
        done: u64,
        /// Of so many.
        of: u64,
    },
}

/// What an analysis came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Analysed {
    /// The number of this run.
    pub run: i64,
    /// Listings that rules looked at.
    pub listings: u64,
    /// What they found.
    pub findings: u64,
    /// Names that can be taken for those of others.
    pub likenesses: u64,
    /// Groups of names that differ in words which say nothing.
    pub groups: u64,
}

/// Looks at everything in a store anew, at the time `now`. What an earlier analysis found is replaced; what appeared and what
/// went since is noted.
///
/// # Errors
/// The store failed.
pub async fn analyse(
    store: &Store,
    engine: &Engine,
    now: Moment,
    progress: &(dyn Fn(Step) + Sync),
) -> Result<Analysed, SurveyError> {
    table::index(store).await?;
    for statement in [
        "DELETE FROM finding",
        "DELETE FROM member",
        "DELETE FROM group_",
        "DELETE FROM likeness",
        "DELETE FROM standing",
    ] {
        store.execute(statement, &[]).await?;
    }
    progress(Step::Names);
    let groups = likeness::groups(store).await?;
    let likenesses = likeness::pairs(store).await?;
    progress(Step::Owners);
    let drifts = drift::find(store).await?;
    let (listings, findings) = judge::listings(store, engine, &drifts, progress).await?;
    let findings = findings + crate::sources::told(store).await?;
    let run = table::keep_run(store, now, listings, findings).await?;
    Ok(Analysed { run, listings, findings, likenesses, groups })
}
