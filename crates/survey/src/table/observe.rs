//! Observations of subjects, and changes that somebody else has recorded.

use std::collections::{BTreeSet, HashMap};

use portcullis_model::listing::{Moment, Observation, ObservedStatus, Subject};
use portcullis_store::{AssertSqlSafe, Batch, Column, Conflict, Store, Transaction};
use portcullis_supply::ownership::History;
use portcullis_supply::ownership::normal;

use super::{subject_id, subject_kind};
use crate::SurveyError;

pub(super) const SUBJECT: &[(&str, Column)] =
    &[("id", Column::Integer), ("kind", Column::Text), ("text", Column::Text)];

/// Ids of one question.
const ASKED: usize = 500;

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

/// How much of something a registry held, as somebody counted it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The registry.
    pub registry: String,
    /// What was counted: `servers`, `versions`, …
    pub what: String,
    /// When.
    pub at: Moment,
    /// How many.
    pub number: i64,
}

/// Keeps counts in a transaction; those that are known stay as they are.
///
/// # Errors
/// The store failed.
pub async fn write_counts(transaction: &mut Transaction, counts: &[Count]) -> Result<(), SurveyError> {
    const COUNTED: &[(&str, Column)] = &[
        ("registry", Column::Text),
        ("what", Column::Text),
        ("at", Column::Integer),
        ("number", Column::Integer),
    ];
    let mut rows = Batch::new("counted", COUNTED, Conflict::Keep);
    for Count { registry, what, at, number } in counts {
        rows.push([registry.as_str().into(), what.as_str().into(), at.0.into(), (*number).into()])?;
    }
    transaction.write(&mut rows).await?;
    Ok(())
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

/// Everything that was observed of some subjects.
///
/// # Errors
/// The store failed.
pub async fn history(store: &Store, subjects: &BTreeSet<Subject>) -> Result<History, SurveyError> {
    let of: HashMap<i64, &Subject> = subjects.iter().map(|subject| (subject_id(subject), subject)).collect();
    let mut ids: Vec<i64> = of.keys().copied().collect();
    ids.sort_unstable();
    let mut found = Vec::new();
    for some in ids.chunks(ASKED) {
        // Numbers that were computed here: nothing from outside is in the statement.
        let list = some.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
        let sql = format!("SELECT subject, seen, status, facts FROM observation WHERE subject IN ({list})");
        for row in store.query(AssertSqlSafe(sql), &[]).await? {
            let Some(subject) = of.get(&row.integer(0)) else { continue };
            found.push(Observation {
                subject: (*subject).clone(),
                seen: Moment(row.integer(1)),
                status: ObservedStatus::read(row.text(2)).unwrap_or(ObservedStatus::Unknown),
                facts: crate::record::facts_from_json(row.text(3)),
            });
        }
    }
    Ok(found.into_iter().collect())
}
