//! The rows of listings.

use portcullis_model::Confidence;
use portcullis_model::listing::{Listing, Moment};
use portcullis_store::{AssertSqlSafe, Batch, Column, Conflict, Transaction};
use portcullis_supply::ownership::relied_on;

use super::bounds::Leak;
use super::observe::SUBJECT;
use super::write::digest_of;
use super::{subject_id, subject_kind};
use crate::{SurveyError, identity};

const LISTING: &[(&str, Column)] = &[
    ("id", Column::Integer),
    ("registry", Column::Text),
    ("name", Column::Text),
    ("source", Column::Integer),
    ("first_seen", Column::Integer),
    ("last_seen", Column::Integer),
    ("published", Column::Integer),
    ("updated", Column::Integer),
    ("status", Column::Text),
    ("version", Column::Text),
    ("reach", Column::Integer),
    ("language", Column::Text),
    ("publisher", Column::Text),
    ("page", Column::Text),
    ("title", Column::Text),
    ("description", Column::Text),
    ("repository", Column::Text),
    ("repository_id", Column::Text),
    ("subfolder", Column::Text),
    ("config", Column::Text),
    ("digest", Column::Integer),
    ("server", Column::Integer),
];
const PACKAGE: &[(&str, Column)] = &[
    ("listing", Column::Integer),
    ("kind", Column::Text),
    ("name", Column::Text),
    ("version", Column::Text),
    ("digest", Column::Text),
];
const REMOTE: &[(&str, Column)] =
    &[("listing", Column::Integer), ("address", Column::Text), ("host", Column::Text)];
const TOOL: &[(&str, Column)] = &[("listing", Column::Integer), ("name", Column::Text)];
const LEAK: &[(&str, Column)] = &[
    ("listing", Column::Integer),
    ("field", Column::Text),
    ("kind", Column::Text),
    ("shown", Column::Text),
    ("confidence", Column::Text),
];
const KEY: &[(&str, Column)] =
    &[("listing", Column::Integer), ("kind", Column::Integer), ("value", Column::Integer)];
const RELIES: &[(&str, Column)] =
    &[("listing", Column::Integer), ("subject", Column::Integer), ("role", Column::Text)];

/// The tables whose rows belong to one listing.
const PARTS: &[&str] = &["package", "remote", "tool", "leak", "key", "relies"];

/// The rows of some listings, for all tables.
pub(super) struct Rows {
    listing: Batch,
    package: Batch,
    remote: Batch,
    tool: Batch,
    leak: Batch,
    key: Batch,
    subject: Batch,
    relies: Batch,
}

impl Rows {
    pub(super) const fn new() -> Self {
        Self {
            listing: Batch::new("listing", LISTING, Conflict::Replace(1)),
            package: Batch::new("package", PACKAGE, Conflict::Keep),
            remote: Batch::new("remote", REMOTE, Conflict::Keep),
            tool: Batch::new("tool", TOOL, Conflict::Keep),
            leak: Batch::new("leak", LEAK, Conflict::Keep),
            key: Batch::new("key", KEY, Conflict::Keep),
            subject: Batch::new("subject", SUBJECT, Conflict::Keep),
            relies: Batch::new("relies", RELIES, Conflict::Keep),
        }
    }

    /// Adds one listing with everything that follows from it.
    pub(super) fn add(
        &mut self,
        id: i64,
        listing: &Listing,
        leaks: &[Leak],
        source: i64,
        first_seen: Moment,
    ) -> Result<(), SurveyError> {
        let text = |text: &Option<String>| text.as_deref().into();
        let repository = listing.repository.as_ref();
        let reach = listing.reach.map(|reach| i64::try_from(reach).unwrap_or(i64::MAX));
        self.listing.push([
            id.into(),
            listing.registry.as_str().into(),
            listing.name.as_str().into(),
            source.into(),
            first_seen.0.into(),
            listing.seen.0.into(),
            listing.published.map(|at| at.0).into(),
            listing.updated.map(|at| at.0).into(),
            text(&listing.status),
            text(&listing.version),
            reach.into(),
            text(&listing.language),
            text(&listing.publisher),
            text(&listing.page),
            text(&listing.title),
            text(&listing.description),
            repository.map(|repository| repository.url.as_str()).into(),
            repository.and_then(|repository| repository.id.as_deref()).into(),
            repository.and_then(|repository| repository.subfolder.as_deref()).into(),
            text(&listing.config),
            digest_of(listing).into(),
            0.into(),
        ])?;
        for package in &listing.packages {
            let (kind, name) = (package.kind.as_str().into(), package.name.as_str().into());
            self.package.push([id.into(), kind, name, text(&package.version), text(&package.digest)])?;
        }
        for remote in &listing.remotes {
            let host = identity::host(remote).unwrap_or_default();
            self.remote.push([id.into(), remote.as_str().into(), host.into()])?;
        }
        for tool in &listing.tools {
            self.tool.push([id.into(), tool.as_str().into()])?;
        }
        for Leak { field, kind, shown, confidence } in leaks {
            let confidence: &'static str = Confidence::as_str(*confidence);
            let (field, kind, shown) = ((*field).into(), (*kind).into(), shown.as_str().into());
            self.leak.push([id.into(), field, kind, shown, confidence.into()])?;
        }
        for (kind, value) in identity::keys(listing) {
            self.key.push([id.into(), kind.code().into(), value.into()])?;
        }
        for (subject, role) in relied_on(listing) {
            let subject_id = subject_id(&subject);
            let kind = subject_kind(&subject).into();
            self.subject.push([subject_id.into(), kind, subject.to_string().into()])?;
            self.relies.push([id.into(), subject_id.into(), role.as_str().into()])?;
        }
        Ok(())
    }

    pub(super) async fn write(mut self, transaction: &mut Transaction) -> Result<(), SurveyError> {
        for batch in [
            &mut self.listing,
            &mut self.package,
            &mut self.remote,
            &mut self.tool,
            &mut self.leak,
            &mut self.key,
            &mut self.subject,
            &mut self.relies,
        ] {
            transaction.write(batch).await?;
        }
        Ok(())
    }
}

/// Removes what belongs to listings that are written anew.
pub(super) async fn remove(transaction: &mut Transaction, ids: &[i64]) -> Result<(), SurveyError> {
    for some in ids.chunks(500) {
        let ids = some.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
        for table in PARTS {
            let sql = format!("DELETE FROM {table} WHERE listing IN ({ids})");
            transaction.execute(AssertSqlSafe(sql), &[]).await?;
        }
    }
    Ok(())
}

/// Notes when listings that did not change were seen: id, first time, last time.
pub(super) async fn seen_again(
    transaction: &mut Transaction,
    seen: &[(i64, Moment, Moment)],
) -> Result<(), SurveyError> {
    // Most of them share their times: few statements do.
    let mut together: std::collections::BTreeMap<(Moment, Moment), Vec<String>> =
        std::collections::BTreeMap::new();
    for (id, first, last) in seen {
        together.entry((*first, *last)).or_default().push(id.to_string());
    }
    for ((first, last), ids) in together {
        for some in ids.chunks(1000) {
            let sql = format!(
                "UPDATE listing SET first_seen = $1, last_seen = $2 WHERE id IN ({})",
                some.join(", ")
            );
            transaction.execute(AssertSqlSafe(sql), &[first.0.into(), last.0.into()]).await?;
        }
    }
    Ok(())
}
