//! `portcullis survey collect --from`: lists in files, read into tables.

use std::io::Write;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use portcullis_report::neutral;
use portcullis_store::{Store, StoreError};
use portcullis_survey::lists::{Collected, Unit, read, units};
use portcullis_survey::report::{self, Totals};
use portcullis_survey::{SurveyError, identity, table};
use serde::Serialize;

use super::asking::{Asking, now};
use crate::cli::{ListFormat, SurveyCollectArgs};
use crate::exit::{Exit, Failure};

/// What takes less time needs no progress.
const SOON: Duration = Duration::from_secs(2);

pub(crate) fn run(arguments: &SurveyCollectArgs) -> Result<Exit, Failure> {
    let asking = Asking::new(&arguments.asking)?;
    let work = async {
        let units = units(&arguments.from, now()).map_err(failure)?;
        let store = table::open(&asking.store).await.map_err(failure)?;
        let (collected, exit) = files(&store, &units).await?;
        let account = account(&store, &collected).await.map_err(Failure::incomplete)?;
        store.close().await;
        Ok::<_, Failure>((account, exit))
    };
    let (account, exit) = portcullis_probe::run_blocking(work).map_err(Failure::incomplete)??;
    let mut out = anstream::stdout().lock();
    match arguments.asking.format {
        ListFormat::Text => write_text(&mut out, &account)?,
        ListFormat::Json => {
            let text = serde_json::to_string_pretty(&account).map_err(Failure::incomplete)?;
            writeln!(out, "{text}")?;
        }
    }
    Ok(exit)
}

/// Whose fault it is.
pub(super) fn failure(error: SurveyError) -> Failure {
    match error {
        SurveyError::Usage(_) | SurveyError::Store(StoreError::Address(_)) => Failure::usage(error),
        _ => Failure::incomplete(error),
    }
}

/// Reads the files into the store, then says which listings list the same server and makes what questions need.
pub(crate) async fn files(
    store: &Store,
    units: &[Unit],
) -> Result<(Vec<(String, Collected)>, Exit), Failure> {
    let progress = Progress::new();
    let mut collected = Vec::new();
    let mut exit = Exit::Clean;
    for unit in units {
        let mut tell = |records| progress.say(&format!("{}: {records} records", unit.locator));
        let outcome = read(store, unit, &mut tell).await.map_err(failure)?;
        let broken = outcome.source.rejected.iter().any(|rejected| rejected.position == 0);
        if broken && outcome.source.kept == 0 {
            exit = Exit::Incomplete;
        }
        collected.push((unit.locator.clone(), outcome));
    }
    progress.say("which listings list the same server");
    table::index(store).await.map_err(failure)?;
    identity::resolve(store).await.map_err(failure)?;
    progress.done();
    Ok((collected, exit))
}

/// How far a step has come, on standard error.
pub(super) struct Progress {
    bar: ProgressBar,
    began: Instant,
}

impl Progress {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::no_length();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            bar.set_style(style);
        }
        Self { bar, began: Instant::now() }
    }

    pub(super) fn say(&self, message: &str) {
        if self.began.elapsed() > SOON {
            self.bar.set_message(neutral::terminal(message).into_owned());
            self.bar.tick();
        }
    }

    pub(super) fn done(&self) {
        self.bar.finish_and_clear();
    }
}

/// What was collected, as it is told.
#[derive(Serialize)]
struct Account {
    schema: &'static str,
    sources: Vec<Line>,
    store: Totals,
}

#[derive(Serialize)]
struct Line {
    source: String,
    registry: String,
    records: u64,
    new: u64,
    changed: u64,
    same: u64,
    observations: u64,
    changes: u64,
    rejected: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    passed_over: Option<String>,
}

async fn account(store: &Store, collected: &[(String, Collected)]) -> Result<Account, SurveyError> {
    let sources = collected
        .iter()
        .map(|(locator, collected)| Line {
            source: locator.clone(),
            registry: collected.source.registry.clone(),
            records: collected.source.records,
            new: collected.listings.new,
            changed: collected.listings.changed,
            same: collected.listings.same,
            observations: collected.observations,
            changes: collected.changes,
            rejected: collected.source.rejected.len() as u64,
            passed_over: collected.passed_over.clone(),
        })
        .collect();
    Ok(Account { schema: "portcullis.collected/1", sources, store: report::totals(store).await? })
}

fn write_text(out: &mut impl Write, account: &Account) -> Result<(), Failure> {
    for line in &account.sources {
        let source = neutral::terminal(&line.source);
        if let Some(why) = &line.passed_over {
            writeln!(out, "{source}: passed over: {}", neutral::terminal(why))?;
            continue;
        }
        let mut parts = vec![format!("{} records", line.records)];
        let listings = line.new + line.changed + line.same;
        if listings > 0 {
            parts.push(format!("{listings} listings ({} new, {} changed)", line.new, line.changed));
        }
        for (count, what) in [
            (line.observations, "observations"),
            (line.changes, "changes"),
            (line.rejected, "not understood"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        }
        writeln!(out, "{source}: {}", parts.join(", "))?;
    }
    let Totals {
        listings,
        servers,
        repositories,
        owners,
        packages,
        hosts,
        observations,
        changes,
        rejected,
        ..
    } = &account.store;
    writeln!(
        out,
        "\nThe store holds {listings} listings of {servers} servers: {repositories} repositories of {owners} owners, \
         {packages} packages, {hosts} remote hosts; {observations} observations, {changes} changes, {rejected} records \
         that were not understood"
    )?;
    Ok(())
}
