//! What the collected listings rely on is asked for: what was never looked at first, then what was looked at longest ago.

use std::collections::BTreeSet;
use std::sync::Arc;

use portcullis_model::{Moment, Observation, ObservedStatus, Subject};
use portcullis_store::Store;
use portcullis_supply::ownership::{host_of, owner_of};
use portcullis_trust::{Client, Services, probe};

use crate::SurveyError;
use crate::table::{history, write_observations};

/// Subjects whose observations are written together.
const STEP: usize = 200;
/// What was looked at less long ago is not asked for again: 20 hours.
const FRESH: i64 = 20 * 3600;

/// What a run of probes came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Probed {
    /// Subjects that were asked for.
    pub subjects: u64,
    /// How many had each status, in the order of [`ObservedStatus::ALL`].
    pub by_status: Vec<(ObservedStatus, u64)>,
    /// Requests that were made.
    pub requests: u64,
}

/// Asks for at most `most` subjects that are due, and for what they hang on. Killed at any point, it loses no more than
/// the step that was not written yet. In a replay everything is due, and what the recording does not have is left out.
///
/// # Errors
/// The store failed.
pub async fn probe_due(
    store: &Store,
    client: &Arc<Client>,
    services: &Arc<Services>,
    most: u64,
    now: Moment,
) -> Result<Probed, SurveyError> {
    let before = if client.is_replay() { i64::MAX } else { now.0 - FRESH };
    let due = due(store, before, most).await?;
    let mut probed = Probed::default();
    let mut asked: BTreeSet<Subject> = BTreeSet::new();
    for some in due.chunks(STEP) {
        let mut wave: Vec<Subject> = some.to_vec();
        // What the subjects hang on, then what their answers name: mail domains of maintainers.
        wave.extend(some.iter().filter_map(owner_of));
        while !wave.is_empty() {
            wave.retain(|subject| asked.insert(subject.clone()));
            let found = step(store, client, services, &wave).await?;
            wave = found.iter().flat_map(named).collect();
            count(&mut probed, &found);
        }
    }
    probed.requests = client.spent();
    Ok(probed)
}

async fn step(
    store: &Store,
    client: &Arc<Client>,
    services: &Arc<Services>,
    subjects: &[Subject],
) -> Result<Vec<Observation>, SurveyError> {
    let earlier = history(store, &subjects.iter().cloned().collect()).await?;
    let mut found = probe(subjects, &earlier, client, services).await;
    found.retain(|seen| !client.is_replay() || seen.seen > Moment(0));
    let mut transaction = store.begin().await?;
    write_observations(&mut transaction, &found).await?;
    transaction.commit().await?;
    Ok(found)
}

fn count(probed: &mut Probed, found: &[Observation]) {
    probed.subjects += found.len() as u64;
    for status in ObservedStatus::ALL {
        let these = found.iter().filter(|seen| seen.status == *status).count() as u64;
        match probed.by_status.iter_mut().find(|(known, _)| known == status) {
            Some((_, count)) => *count += these,
            None => probed.by_status.push((*status, these)),
        }
    }
}

/// The domains of maintainers' mail addresses.
fn named(seen: &Observation) -> Vec<Subject> {
    let domains = seen.fact("mail-domains").unwrap_or_default();
    domains.split(',').filter_map(host_of).map(|host| Subject::Domain(host.registered)).collect()
}

async fn due(store: &Store, before: i64, most: u64) -> Result<Vec<Subject>, SurveyError> {
    let sql = "SELECT s.text, COALESCE(MAX(o.seen), 0) AS last
        FROM subject AS s LEFT JOIN observation AS o ON o.subject = s.id
        GROUP BY s.id, s.text
        HAVING COALESCE(MAX(o.seen), 0) <= $1
        ORDER BY last, s.text LIMIT $2";
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = store.query(sql, &[before.into(), most.into()]).await?;
    Ok(rows.iter().map(|row| Subject::read(row.text(0))).collect())
}
