//! `--sources`: packages of listed servers, fetched or in a folder.

use std::io::Write;
use std::time::{Duration, Instant};

use portcullis_assess::Advisories;
use portcullis_report::neutral;
use portcullis_rules::Engine;
use portcullis_store::Store;
use portcullis_survey::sources::{Budget, Ended, Fetching, Inspected, Inspector, fetch, inspect};
use portcullis_trust::Manners;

use super::asking;
use super::lists::{Progress, failure};
use crate::cli::SourcesArgs;
use crate::downloads::Downloads;
use crate::exit::{Exit, Failure};
use crate::machine;

/// What could not be read is named so often; the rest is counted.
const NAMED: usize = 10;

/// Looks at the packages and says on standard error what became of them.
pub(super) async fn look(store: &Store, engine: &Engine, arguments: &SourcesArgs) -> Result<Exit, Failure> {
    let Some(folder) = &arguments.sources else { return Ok(Exit::Clean) };
    let advisories = Advisories::open(machine::advisories_folder().ok().as_deref());
    let mut inspector = Inspector::new(store, engine, advisories, asking::now());
    let shown = Progress::new();
    let progress = |done: u64, of: u64| shown.say(&format!("{done} of {of} packages"));
    let inspected = match folder {
        Some(folder) => {
            let end = Instant::now() + Duration::from_secs(arguments.sources_minutes.saturating_mul(60));
            inspect(&mut inspector, folder, end, &progress).await.map_err(failure)?
        }
        None => fetched(&mut inspector, arguments, &progress).await?,
    };
    shown.done();
    tell(&inspected, folder.is_some())
}

/// Fetches the packages of the most used servers from where the user's own clients fetch them.
async fn fetched(
    inspector: &mut Inspector<'_>,
    arguments: &SourcesArgs,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Inspected, Failure> {
    let settings = machine::settings(None)?;
    let downloads = Downloads::new(&machine::here()?, &settings);
    let own = downloads.fetching();
    let fetching = Fetching {
        clients: own.clients,
        options: own.options,
        progress: own.progress,
        pause: settings.survey.pause.map_or(Manners::default().pause, Duration::from_millis),
        offline: arguments.offline,
    };
    let budget = Budget {
        packages: arguments.sources_packages,
        megabytes: arguments.sources_megabytes,
        minutes: arguments.sources_minutes,
    };
    let inspected = fetch(inspector, &fetching, &budget, progress).await.map_err(failure)?;
    downloads.done();
    Ok(inspected)
}

fn tell(inspected: &Inspected, is_folder: bool) -> Result<Exit, Failure> {
    let mut err = anstream::stderr().lock();
    let Inspected { looked_at, findings, known, unlisted, unread, left, ended, .. } = inspected;
    write!(err, "{looked_at} packages looked at: {findings} findings; {known} were known")?;
    if is_folder {
        writeln!(err, ", {unlisted} are named by no listing")?;
    } else {
        writeln!(err, "; {} megabytes from {}", inspected.bytes / 1_000_000, hosts(inspected))?;
    }
    for (name, why) in unread.iter().take(NAMED) {
        writeln!(err, "`{}` was not looked at: {}", neutral::terminal(name), neutral::terminal(why))?;
    }
    if let Some(more) = unread.len().checked_sub(NAMED + 1) {
        writeln!(err, "{} more were not looked at", more + 1)?;
    }
    if inspected.missing > 0 {
        writeln!(
            err,
            "{} could not be had earlier and are asked for again on another day",
            inspected.missing
        )?;
    }
    if let Some(why) = &inspected.unadvised {
        writeln!(err, "{}", neutral::terminal(why))?;
    }
    if *left > 0 {
        let why = match ended {
            Some(Ended::Packages) => "as many were asked for as `--sources-packages` lets",
            Some(Ended::Megabytes) => "as much was fetched as `--sources-megabytes` lets",
            Some(Ended::Minutes) => "the time is over",
            Some(Ended::Offline) => "nobody is asked with `--offline`",
            Some(Ended::Unreachable) | None => "a registry did not answer",
        };
        writeln!(err, "{left} packages are left: {why}; the next run goes on there")?;
    }
    // How many are asked for was the user's choice; everything else that is missing is a gap.
    let whole =
        unread.is_empty() && inspected.missing == 0 && (*left == 0 || *ended == Some(Ended::Packages));
    Ok(if whole { Exit::Clean } else { Exit::Incomplete })
}

/// Who was asked.
fn hosts(inspected: &Inspected) -> String {
    if inspected.hosts.is_empty() {
        return String::from("nobody");
    }
    let hosts: Vec<_> = inspected.hosts.iter().map(|host| neutral::terminal(host)).collect();
    hosts.join(", ")
}
