//! Observations of subjects, and changes that somebody else has recorded.

use portcullis_model::listing::{Moment, Observation, ObservedStatus, Subject};
use portcullis_store::{Batch, Column, Conflict, Store, Transaction};
use portcullis_supply::ownership::normal;

use super::{subject_id, subject_kind};
use crate::SurveyError;

pub(super) const SUBJECT: &[(&str, Column)] =
    &[("id", Column::Integer), ("kind", Column::Text), ("text", Column::Text)];

/// Rows of one transaction.
const STEP: usize = 5000;

/// A change of a listing that was found in a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The listing's id.
    pub listing: i64,
    /// When.
    pub at: Moment,
    /// Which field: `repository`, `status`, `version`, `package`, `remote`, `name`, …
    pub field: String,
    /// What stood there.
    pub before: Option<String>,
    /// What stood there then.
    pub after: Option<String>,
}

/// Keeps observations in a transaction; those that are known stay as they are.
///
/// # Errors
/// The store failed.
pub async fn write_observations(
    transaction: &mut Transaction,
    observations: &[Observation],
) -> Result<(), SurveyError> {
    const OBSERVATION: &[(&str, Column)] = &[
        ("subject", Column::Integer),
        ("seen", Column::Integer),
        ("status", Column::Text),
        ("facts", Column::Text),
    ];
    for some in observations.chunks(STEP) {
        let mut subjects = Batch::new("subject", SUBJECT, Conflict::Keep);
        let mut rows = Batch::new("observation", OBSERVATION, Conflict::Keep);
        for observation in some {
            // A recording of somebody else may spell it otherwise than listings do.
            let subject = normal(&observation.subject);
            let id = subject_id(&subject);
            let kind = subject_kind(&subject);
            subjects.push([id.into(), kind.into(), subject.to_string().into()])?;
            let facts = crate::record::facts_to_json(&observation.facts);
            let seen = observation.seen.0;
            rows.push([id.into(), seen.into(), observation.status.as_str().into(), facts.into()])?;
        }
        transaction.write(&mut subjects).await?;
        transaction.write(&mut rows).await?;
    }
    Ok(())
}

/// Keeps changes in a transaction; those that are known stay as they are.
///
/// # Errors
/// The store failed.
pub async fn write_changes(transaction: &mut Transaction, changes: &[Change]) -> Result<(), SurveyError> {
    const CHANGE: &[(&str, Column)] = &[
        ("listing", Column::Integer),
        ("at", Column::Integer),
        ("field", Column::Text),
        ("before", Column::Text),
        ("after", Column::Text),
    ];
    for some in changes.chunks(STEP) {
        let mut rows = Batch::new("change", CHANGE, Conflict::Keep);
        for change in some {
            let Change { listing, at, field, before, after } = change.clone();
            rows.push([listing.into(), at.0.into(), field.into(), before.into(), after.into()])?;
        }
        transaction.write(&mut rows).await?;
    }
    Ok(())
}

/// All observations of the subjects after `after` (by id), at most `most` subjects: each subject with what was seen of it,
/// oldest first. The last one's id is where the next call goes on.
///
/// # Errors
/// The store failed.
pub async fn observations(
    store: &Store,
    after: Option<i64>,
    most: u32,
) -> Result<Vec<(i64, Subject, Vec<Observation>)>, SurveyError> {
    let sql = "SELECT s.id, s.text, o.seen, o.status, o.facts
        FROM (SELECT DISTINCT subject FROM observation WHERE subject > $1 OR $2 = 1 ORDER BY subject LIMIT $3) AS p
        JOIN subject AS s ON s.id = p.subject
        JOIN observation AS o ON o.subject = p.subject
        ORDER BY s.id, o.seen, o.status";
    let from = after.unwrap_or(i64::MIN);
    let all = i64::from(after.is_none());
    let rows = store.query(sql, &[from.into(), all.into(), i64::from(most).into()]).await?;
    let mut found: Vec<(i64, Subject, Vec<Observation>)> = Vec::new();
    for row in rows {
        let id = row.integer(0);
        let subject = Subject::read(row.text(1));
        let observation = Observation {
            subject: subject.clone(),
            seen: Moment(row.integer(2)),
            status: ObservedStatus::read(row.text(3)).unwrap_or(ObservedStatus::Unknown),
            facts: crate::record::facts_from_json(row.text(4)),
        };
        match found.last_mut() {
            Some((last, _, seen)) if *last == id => seen.push(observation),
            _ => found.push((id, subject, vec![observation])),
        }
    }
    Ok(found)
}
