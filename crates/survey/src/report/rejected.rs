//! Every record that was not understood, with its reason: which ones of which source.

use portcullis_model::Moment;
use portcullis_store::{Row, Store};
use serde::Serialize;

use super::block::Block;
use super::{SourceFigures, grouped};
use crate::SurveyError;
use crate::record::rfc3339;

/// Groups that are told; further ones are counted and stand in the table `rejected`.
const MOST_GROUPS: usize = 5000;
/// Groups, and sources, that people are shown.
const SHOWN: usize = 200;
/// Ranges of numbers that are told of one group.
const MOST_RANGES: usize = 40;

/// What was not understood.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct NotUnderstood {
    /// Records of one source that share a reason.
    pub groups: Vec<NotUnderstoodGroup>,
    /// Groups beyond those.
    pub more: i64,
}

/// Records of one source that were not understood for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotUnderstoodGroup {
    /// The registry that the source is of; empty for one of many.
    pub registry: String,
    /// The file, or the question to a registry.
    pub source: String,
    /// When it was read.
    pub fetched: String,
    /// Why.
    pub reason: String,
    /// How many.
    pub records: i64,
    /// Their numbers in the source, counted from 1: `3, 17, 20-31`; `whole` for the source itself.
    pub which: String,
}

/// A group on its way.
struct Group {
    row: NotUnderstoodGroup,
    key: (i64, String),
    ranges: Vec<(i64, i64)>,
}

pub(super) async fn not_understood(store: &Store) -> Result<NotUnderstood, SurveyError> {
    let sql = "SELECT r.source, s.registry, s.locator, s.fetched, r.reason, r.position
        FROM rejected AS r JOIN source AS s ON s.id = r.source
        ORDER BY s.registry, s.locator, s.fetched, r.source, r.reason, r.position";
    let mut found = NotUnderstood::default();
    let mut group: Option<Group> = None;
    let take = |row: Row| {
        let key = (row.integer(0), row.text(4).to_owned());
        match &mut group {
            Some(same) if same.key == key => same.add(row.integer(5)),
            _ => {
                let next = Group::new(key, &row);
                found.end(group.replace(next));
            }
        }
        true
    };
    store.each(sql, &[], take).await?;
    found.end(group);
    Ok(found)
}

impl NotUnderstood {
    fn end(&mut self, group: Option<Group>) {
        let Some(group) = group else { return };
        if self.groups.len() < MOST_GROUPS {
            self.groups.push(group.done());
        } else {
            self.more += 1;
        }
    }
}

impl Group {
    fn new(key: (i64, String), row: &Row) -> Self {
        let described = NotUnderstoodGroup {
            registry: row.text(1).to_owned(),
            source: row.text(2).to_owned(),
            fetched: rfc3339(Moment(row.integer(3))),
            reason: row.text(4).to_owned(),
            records: 0,
            which: String::new(),
        };
        let mut group = Self { row: described, key, ranges: Vec::new() };
        group.add(row.integer(5));
        group
    }

    fn add(&mut self, position: i64) {
        self.row.records += 1;
        if let Some((_, last)) = self.ranges.last_mut()
            && *last > 0
            && *last == position - 1
        {
            *last = position;
        } else if self.ranges.len() <= MOST_RANGES {
            self.ranges.push((position, position));
        }
    }

    fn done(self) -> NotUnderstoodGroup {
        let told = self.ranges.iter().take(MOST_RANGES).map(|range| match *range {
            (0, _) => String::from("whole"),
            (i64::MAX, _) => String::from("rest"),
            (one, same) if one == same => one.to_string(),
            (first, last) => format!("{first}-{last}"),
        });
        let mut which = told.collect::<Vec<_>>().join(", ");
        if self.ranges.len() > MOST_RANGES {
            which.push_str(", …");
        }
        NotUnderstoodGroup { which, ..self.row }
    }
}

/// What was read, source by source. A crawl of pages has one for each page.
pub(super) fn sources(all: &[SourceFigures]) -> Vec<Block> {
    let rows = all.iter().take(SHOWN).map(|source| {
        let SourceFigures { registry, locator, fetched, records, kept, rejected, .. } = source;
        let numbers = [records, kept, rejected].map(|number| grouped(*number));
        [registry.clone(), locator.clone(), fetched.clone()].into_iter().chain(numbers).collect()
    });
    let heads = vec!["registry", "source", "fetched", "records", "kept", "not understood"];
    let mut blocks = vec![Block::Table(heads, rows.collect())];
    if let Some(left) = all.len().checked_sub(SHOWN + 1) {
        let left = grouped(i64::try_from(left + 1).unwrap_or(i64::MAX));
        blocks.push(Block::Text(format!("{left} more stand in the report for programs.")));
    }
    blocks
}

/// The section.
pub(super) fn section(found: &NotUnderstood) -> Vec<Block> {
    let rows = found.groups.iter().take(SHOWN).map(|group| {
        let NotUnderstoodGroup { registry, source, reason, records, which, .. } = group;
        vec![registry.clone(), source.clone(), reason.clone(), grouped(*records), which.clone()]
    });
    let mut blocks =
        vec![Block::Table(vec!["registry", "source", "reason", "records", "which"], rows.collect())];
    let left = found.groups.len().saturating_sub(SHOWN);
    let left = found.more.saturating_add(i64::try_from(left).unwrap_or(i64::MAX));
    if left > 0 {
        blocks.push(Block::Text(format!(
            "{} more groups stand in the report for programs and in the table `rejected`.",
            grouped(left)
        )));
    }
    blocks
}
