//! `portcullis survey probe`.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use portcullis_survey::probing::probe_due;
use portcullis_survey::table;
use serde::Serialize;

use super::asking::{Asking, now};
use crate::cli::{ListFormat, SurveyProbeArgs};
use crate::exit::{Exit, Failure};

/// The run as JSON.
#[derive(Serialize)]
struct Line<'a> {
    subjects: u64,
    requests: u64,
    statuses: BTreeMap<&'a str, u64>,
}

pub(crate) fn run(arguments: &SurveyProbeArgs) -> Result<Exit, Failure> {
    let mut asking = Asking::new(&arguments.asking)?;
    let client = Arc::new(asking.client()?);
    let work = async {
        let services = Arc::new(asking.services().await?);
        let store = table::open(&asking.store).await.map_err(Failure::incomplete)?;
        let probed = probe_due(&store, &client, &services, arguments.limit, now()).await;
        store.close().await;
        probed.map_err(Failure::incomplete)
    };
    let probed = portcullis_probe::run_blocking(work).map_err(Failure::incomplete)??;
    let statuses: BTreeMap<&str, u64> =
        probed.by_status.iter().map(|(status, count)| (status.as_str(), *count)).collect();
    let mut out = anstream::stdout().lock();
    if arguments.asking.format == ListFormat::Json {
        let line = Line { subjects: probed.subjects, requests: probed.requests, statuses };
        writeln!(out, "{}", serde_json::to_string(&line).map_err(Failure::incomplete)?)?;
    } else {
        let counts: Vec<String> = probed
            .by_status
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(status, count)| format!("{count} {}", status.as_str()))
            .collect();
        let counts = if counts.is_empty() { String::from("nothing was due") } else { counts.join(", ") };
        writeln!(out, "{} subjects looked at with {} requests: {counts}", probed.subjects, probed.requests)?;
    }
    let unknown = probed.by_status.iter().any(|(status, count)| status.as_str() == "unknown" && *count > 0);
    Ok(if unknown { Exit::Incomplete } else { Exit::Clean })
}
