//! What is due becomes jobs.

use std::collections::BTreeMap;

use portcullis_model::listing::DAY_APART;
use portcullis_model::{Moment, Subject};
use portcullis_store::{AssertSqlSafe, Queue, Store};
use portcullis_supply::ownership::owner_of;
use portcullis_trust::Client;

use super::{job, kind};
use crate::SurveyError;
use crate::table::subject_id;

/// Ids of one question.
const ASKED: usize = 500;

/// Plans a look at no more than `most` subjects that are due, and at what they hang on; what was planned before stays
/// planned. In a replay everything is due. Returns how many jobs are new.
///
/// # Errors
/// The store failed; nothing was planned.
pub async fn plan(
    store: &Store,
    queue: &Queue,
    client: &Client,
    most: u64,
    now: Moment,
) -> Result<u64, SurveyError> {
    let before = if client.is_replay() { i64::MAX } else { now.0 - DAY_APART };
    let mut planned = due(store, before, most).await?;
    let mut behind: Vec<Subject> = planned.keys().filter_map(owner_of).collect();
    behind.extend(proofs(store, &planned).await?);
    behind.retain(|subject| !planned.contains_key(subject));
    behind.sort();
    behind.dedup();
    let last = last_seen(store, &behind).await?;
    planned.extend(behind.into_iter().zip(last).filter(|(_, last)| *last <= before));
    let kind = kind(client);
    let mut transaction = store.begin().await?;
    // What an earlier round did or gave up is over: its observations say so.
    queue.forget(&mut transaction, kind).await?;
    let jobs = planned.iter().map(|(subject, after)| job(kind, subject, *after));
    let new = queue.add(&mut transaction, jobs).await?;
    transaction.commit().await?;
    Ok(new)
}

/// The subjects that were not looked at since `before`, with the time of the last look; 0 when there was none.
async fn due(store: &Store, before: i64, most: u64) -> Result<BTreeMap<Subject, i64>, SurveyError> {
    let sql = "SELECT s.text, COALESCE(MAX(o.seen), 0) AS last
        FROM subject AS s LEFT JOIN observation AS o ON o.subject = s.id
        GROUP BY s.id, s.text
        HAVING COALESCE(MAX(o.seen), 0) <= $1
        ORDER BY last, s.text LIMIT $2";
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = store.query(sql, &[before.into(), most.into()]).await?;
    Ok(rows.iter().map(|row| (Subject::read(row.text(0)), row.integer(1))).collect())
}

/// The proofs of those domains that are the namespace of a listing: only there somebody had to publish one.
async fn proofs(store: &Store, planned: &BTreeMap<Subject, i64>) -> Result<Vec<Subject>, SurveyError> {
    let domains: Vec<&Subject> =
        planned.keys().filter(|subject| matches!(subject, Subject::Domain(_))).collect();
    let mut found = Vec::new();
    for some in domains.chunks(ASKED) {
        let sql = format!(
            "SELECT DISTINCT s.text FROM relies AS r JOIN subject AS s ON s.id = r.subject
             WHERE r.role = 'namespace' AND r.subject IN ({})",
            ids(some)
        );
        for row in store.query(AssertSqlSafe(sql), &[]).await? {
            if let Subject::Domain(name) = Subject::read(row.text(0)) {
                found.push(Subject::Other(format!("proof:{name}")));
            }
        }
    }
    Ok(found)
}

/// When each of these subjects was looked at last; 0 for those that never were.
pub(super) async fn last_seen(store: &Store, subjects: &[Subject]) -> Result<Vec<i64>, SurveyError> {
    let mut seen = BTreeMap::new();
    for some in subjects.chunks(ASKED) {
        let some: Vec<&Subject> = some.iter().collect();
        let sql = format!(
            "SELECT subject, MAX(seen) FROM observation WHERE subject IN ({}) GROUP BY subject",
            ids(&some)
        );
        let rows = store.query(AssertSqlSafe(sql), &[]).await?;
        seen.extend(rows.iter().map(|row| (row.integer(0), row.integer(1))));
    }
    Ok(subjects.iter().map(|subject| seen.get(&subject_id(subject)).copied().unwrap_or(0)).collect())
}

/// Ids as a list. They were computed here: nothing from outside is in the statement.
fn ids(subjects: &[&Subject]) -> String {
    subjects.iter().map(|subject| subject_id(subject).to_string()).collect::<Vec<_>>().join(", ")
}
