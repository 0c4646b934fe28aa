//! `portcullis survey probe` and `portcullis survey work`.

use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, RandomState};
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use portcullis_store::Counts;
use portcullis_survey::probing::{Orders, Probed, plan, work};
use portcullis_survey::table;
use serde::Serialize;

use super::asking::{Asking, now};
use super::lists::{Progress, failure};
use crate::cli::{AskingArgs, ListFormat, SurveyProbeArgs, SurveyWorkArgs, WorkingArgs};
use crate::exit::{Exit, Failure};

/// The run as JSON.
#[derive(Serialize)]
struct Line<'a> {
    planned: u64,
    subjects: u64,
    requests: u64,
    statuses: BTreeMap<&'a str, u64>,
    left: u64,
    given_up: u64,
}

/// Plans what is due and works until nothing is left.
pub(crate) fn probe(arguments: &SurveyProbeArgs) -> Result<Exit, Failure> {
    let what = What { plan: Some(arguments.limit), work: !arguments.plan, keep: false };
    run(&arguments.asking, &arguments.working, what)
}

/// Works on what others planned.
pub(crate) fn worker(arguments: &SurveyWorkArgs) -> Result<Exit, Failure> {
    run(&arguments.asking, &arguments.working, What { plan: None, work: true, keep: arguments.keep })
}

/// What to do: so many subjects are planned, then worked on.
#[derive(Clone, Copy)]
struct What {
    plan: Option<u64>,
    work: bool,
    keep: bool,
}

fn run(asked: &AskingArgs, working: &WorkingArgs, what: What) -> Result<Exit, Failure> {
    let mut asking = Asking::new(asked)?;
    let client = Arc::new(asking.client()?);
    let orders = Orders {
        name: format!("{}-{:016x}", std::process::id(), RandomState::new().hash_one(0)),
        lanes: working.hosts,
        lease: Duration::from_secs(working.lease.max(1)),
        keep: what.keep,
    };
    let outcome = async |told: Arc<AtomicBool>| {
        let services = Arc::new(asking.services().await?);
        let store = table::open(&asking.store).await.map_err(failure)?;
        let planned = match what.plan {
            Some(most) => {
                plan(&store, &orders.queue(&store, 0), &client, most, now()).await.map_err(failure)?
            }
            None => 0,
        };
        if !what.work {
            store.close().await;
            return Ok((planned, None));
        }
        let shown = Progress::new();
        let progress = |looked_at: u64, all: Counts| {
            shown.say(&format!(
                "{looked_at} looked at here; {} done by all, {} in hand, {} wait",
                all.done, all.running, all.waiting
            ));
        };
        let probed = work(&store, &client, &services, &orders, &told, &progress).await.map_err(failure);
        shown.done();
        store.close().await;
        Ok::<_, Failure>((planned, Some(probed?)))
    };
    match portcullis_probe::run_until_told(outcome).map_err(Failure::incomplete)?? {
        (planned, Some(probed)) => write(planned, &probed, asked.format),
        (planned, None) => {
            writeln!(
                anstream::stdout().lock(),
                "{planned} jobs are new; `portcullis survey work` does them"
            )?;
            Ok(Exit::Clean)
        }
    }
}

fn write(planned: u64, probed: &Probed, format: ListFormat) -> Result<Exit, Failure> {
    let statuses: BTreeMap<&str, u64> =
        probed.by_status.iter().map(|(status, count)| (status.as_str(), *count)).collect();
    let unknown = statuses.get("unknown").copied().unwrap_or(0);
    let (left, given_up) = (probed.left.waiting + probed.left.running, probed.left.failed);
    let mut out = anstream::stdout().lock();
    if format == ListFormat::Json {
        let (subjects, requests) = (probed.subjects, probed.requests);
        let line = Line { planned, subjects, requests, statuses, left, given_up };
        writeln!(out, "{}", serde_json::to_string(&line).map_err(Failure::incomplete)?)?;
    } else {
        let counts: Vec<String> = statuses
            .iter()
            .filter(|(_, count)| **count > 0)
            .map(|(status, count)| format!("{count} {status}"))
            .collect();
        let counts = if counts.is_empty() { String::from("nothing was due") } else { counts.join(", ") };
        writeln!(out, "{} subjects looked at with {} requests: {counts}", probed.subjects, probed.requests)?;
        for (count, what) in [
            (left, "are left: run `portcullis survey work`"),
            (given_up, "were given up, because worker after worker died over them"),
            (probed.late, "were looked at too slowly and are another worker's now: make `--lease` longer"),
        ] {
            if count > 0 {
                writeln!(out, "{count} {what}")?;
            }
        }
    }
    Ok(if unknown + left + given_up > 0 { Exit::Incomplete } else { Exit::Clean })
}
