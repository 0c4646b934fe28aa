//! How registries grew, as somebody counted them over time.

use std::collections::BTreeMap;

use portcullis_store::{Row, Store};
use serde::Serialize;

use super::block::Block;
use super::grouped;
use crate::SurveyError;
use crate::record::rfc3339;

/// Points of a curve at most; between them nothing is to be seen.
const POINTS: usize = 360;

/// One thing of one registry, counted over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Growth {
    /// The registry.
    pub registry: String,
    /// What was counted: `servers`, `versions`, …
    pub what: String,
    /// The last count of each day: the day and the count.
    pub days: Vec<(String, i64)>,
}

pub(super) async fn growth(store: &Store) -> Result<Vec<Growth>, SurveyError> {
    // Of a day the last count; counts of one time are equal.
    let sql = "SELECT c.registry, c.what, c.at, c.number FROM counted AS c
        JOIN (SELECT registry, what, MAX(at) AS at FROM counted GROUP BY registry, what, at / 86400) AS d
            ON d.registry = c.registry AND d.what = c.what AND d.at = c.at
        ORDER BY c.registry, c.what, c.at";
    let mut found: BTreeMap<(String, String), Vec<(String, i64)>> = BTreeMap::new();
    let take = |row: Row| {
        let day: String = rfc3339(portcullis_model::Moment(row.integer(2))).chars().take(10).collect();
        let key = (row.text(0).to_owned(), row.text(1).to_owned());
        found.entry(key).or_default().push((day, row.integer(3)));
        true
    };
    store.each(sql, &[], take).await?;
    let of = |((registry, what), days)| Growth { registry, what, days };
    Ok(found.into_iter().map(of).collect())
}

/// The section.
pub(super) fn section(growth: &[Growth]) -> Vec<Block> {
    let mut blocks = Vec::new();
    for counted in growth {
        blocks.push(Block::Title(format!("{} in {}", counted.what, counted.registry)));
        let step = counted.days.len().div_ceil(POINTS).max(1);
        let mut points: Vec<(String, i64)> = counted.days.iter().step_by(step).cloned().collect();
        points.extend(counted.days.last().filter(|last| points.last() != Some(last)).cloned());
        blocks.push(Block::Curve("counted over time", points));
        let mut months: BTreeMap<String, i64> = BTreeMap::new();
        for (day, count) in &counted.days {
            months.insert(day.chars().take(7).collect(), *count);
        }
        let mut before = None;
        let rows = months.into_iter().map(|(month, count)| {
            let more =
                before.replace(count).map_or_else(|| String::from("–"), |before| grouped(count - before));
            vec![month, grouped(count), more]
        });
        blocks.push(Block::Table(vec!["month", "at its end", "more than before"], rows.collect()));
    }
    blocks
}
