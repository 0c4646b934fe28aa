//! `--sources`: packages of listed servers that lie in a folder.

use std::io::Write;
use std::time::{Duration, Instant};

use portcullis_report::neutral;
use portcullis_rules::Engine;
use portcullis_store::Store;
use portcullis_survey::sources::inspect;

use super::asking;
use super::lists::{Progress, failure};
use crate::cli::SourcesArgs;
use crate::exit::{Exit, Failure};

/// What could not be read is named so often; the rest is counted.
const NAMED: usize = 10;

/// Looks at the packages and says on standard error what became of them.
pub(super) async fn look(store: &Store, engine: &Engine, arguments: &SourcesArgs) -> Result<Exit, Failure> {
    let Some(folder) = &arguments.sources else { return Ok(Exit::Clean) };
    let shown = Progress::new();
    let end = Instant::now() + Duration::from_secs(arguments.sources_minutes.saturating_mul(60));
    let progress = |done: u64, of: u64| shown.say(&format!("{done} of {of} packages"));
    let inspected = inspect(store, engine, folder, asking::now(), end, &progress).await.map_err(failure)?;
    shown.done();
    let mut err = anstream::stderr().lock();
    writeln!(
        err,
        "{} packages looked at: {} findings; {} were known, {} are named by no listing",
        inspected.looked_at, inspected.findings, inspected.known, inspected.unlisted
    )?;
    for (name, why) in inspected.unread.iter().take(NAMED) {
        writeln!(err, "`{}` was not looked at: {}", neutral::terminal(name), neutral::terminal(why))?;
    }
    if let Some(more) = inspected.unread.len().checked_sub(NAMED + 1) {
        writeln!(err, "{} more were not looked at", more + 1)?;
    }
    if inspected.left > 0 {
        writeln!(err, "{} packages are left: the time is over; the next run goes on there", inspected.left)?;
    }
    let whole = inspected.unread.is_empty() && inspected.left == 0;
    Ok(if whole { Exit::Clean } else { Exit::Incomplete })
}
