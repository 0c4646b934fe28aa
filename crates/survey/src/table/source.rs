//! What was read, and what of it was not understood.

use portcullis_model::listing::Moment;
use portcullis_store::{Batch, Column, Conflict, Store, Transaction, id_of};

use super::bounds::shorten;
use crate::SurveyError;

/// Most rejected records of one source that are kept one by one; the rest is counted.
const MOST_REJECTED: usize = 10_000;

/// Longest excerpt of a rejected record, in bytes.
const LONGEST_EXCERPT: usize = 300;

/// One file or crawl.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// The registry that it speaks of.
    pub registry: String,
    /// Where it was read: a file's name inside what was named, or an address.
    pub locator: String,
    /// When its content was fetched.
    pub fetched: Moment,
    /// SHA-256 of its bytes, hexadecimal.
    pub digest: String,
    /// Records in it.
    pub records: u64,
    /// Records that became rows.
    pub kept: u64,
    /// What was not understood.
    pub rejected: Vec<Rejected>,
}

/// A record that was not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Its number or line in the source, from 1; 0 for the source as a whole.
    pub position: u64,
    /// Why, and what to do where something can be done.
    pub reason: String,
    /// How it begins. Secrets in it are blanked when it is kept.
    pub excerpt: String,
}

impl Source {
    /// Its id: the same content read again is the same source.
    #[must_use]
    pub fn id(&self) -> i64 {
        id_of(&["source", &self.registry, &self.locator, &self.digest])
    }
}

/// Keeps what was read, and every rejected record with its reason.
///
/// # Errors
/// The store failed.
pub async fn write_source(store: &Store, source: &Source) -> Result<(), SurveyError> {
    const SOURCE: &[(&str, Column)] = &[
        ("id", Column::Integer),
        ("registry", Column::Text),
        ("locator", Column::Text),
        ("fetched", Column::Integer),
        ("digest", Column::Text),
        ("records", Column::Integer),
        ("kept", Column::Integer),
        ("rejected", Column::Integer),
    ];
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let mut transaction = store.begin().await?;
    let mut row = Batch::new("source", SOURCE, Conflict::Replace(1));
    row.push([
        source.id().into(),
        source.registry.as_str().into(),
        source.locator.as_str().into(),
        source.fetched.0.into(),
        source.digest.as_str().into(),
        number(source.records).into(),
        number(source.kept).into(),
        number(source.rejected.len() as u64).into(),
    ])?;
    transaction.write(&mut row).await?;
    write_rejected(&mut transaction, source).await?;
    transaction.commit().await?;
    Ok(())
}

async fn write_rejected(transaction: &mut Transaction, source: &Source) -> Result<(), SurveyError> {
    const REJECTED: &[(&str, Column)] = &[
        ("source", Column::Integer),
        ("position", Column::Integer),
        ("reason", Column::Text),
        ("excerpt", Column::Text),
    ];
    let id = source.id();
    transaction.execute("DELETE FROM rejected WHERE source = $1", &[id.into()]).await?;
    let mut rows = Batch::new("rejected", REJECTED, Conflict::Keep);
    for rejected in source.rejected.iter().take(MOST_REJECTED) {
        let mut reason = rejected.reason.clone();
        shorten(&mut reason, LONGEST_EXCERPT);
        let mut excerpt = rejected.excerpt.clone();
        shorten(&mut excerpt, LONGEST_EXCERPT);
        let excerpt = portcullis_text::secret::redact(&excerpt).into_owned();
        let position = i64::try_from(rejected.position).unwrap_or(i64::MAX);
        rows.push([id.into(), position.into(), reason.into(), excerpt.into()])?;
    }
    if let Some(left) = source.rejected.len().checked_sub(MOST_REJECTED).filter(|left| *left > 0) {
        let reason = format!("{left} more records were not understood and are not kept one by one");
        rows.push([id.into(), i64::MAX.into(), reason.into(), "".into()])?;
    }
    transaction.write(&mut rows).await?;
    Ok(())
}
