//! Listings that could be taken over, the most used first, with what speaks for it.

use portcullis_model::{Confidence, Moment};
use portcullis_store::{AssertSqlSafe, Row, Store, id_of};
use serde::Serialize;

use super::block::Block;
use super::grouped;
use crate::SurveyError;
use crate::record::rfc3339;

/// A finding `f` that says that a listing could be taken over.
pub(super) const LIVE: &str = "f.severity = 'critical' AND f.threat IN ('X01', 'X02')";
/// Cases that are ranked one by one.
const CASES: i64 = 50;

/// One listing that could be taken over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Case {
    /// Stable over runs; it tells nothing of the listing.
    pub case: String,
    /// Where it is listed.
    pub registry: String,
    /// Its name; none unless the report names live cases.
    pub name: Option<String>,
    /// The rule that found it.
    pub rule: String,
    /// How bad.
    pub severity: String,
    /// How sure.
    pub confidence: String,
    /// How many use it, by the registry's own measure.
    pub reach: Option<i64>,
    /// When something that it relies on was seen to be absent.
    pub absent: Option<Absent>,
    /// What the rule says, with its evidence; none unless the report names live cases.
    pub evidence: Option<String>,
}

/// Looks that found something absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Absent {
    /// How many.
    pub looks: i64,
    /// The first one.
    pub first: String,
    /// The last one.
    pub last: String,
}

/// The cases that are ranked, and how many there are in all.
pub(super) async fn cases(store: &Store, names: bool) -> Result<(Vec<Case>, i64), SurveyError> {
    let sql = format!("SELECT COUNT(DISTINCT f.listing) FROM finding AS f WHERE {LIVE}");
    let in_all = store.number(AssertSqlSafe(sql), &[]).await?;
    let sql = format!(
        "SELECT l.id, l.registry, l.name, l.reach FROM listing AS l
         WHERE l.id IN (SELECT f.listing FROM finding AS f WHERE {LIVE})
         ORDER BY COALESCE(l.reach, 0) DESC, l.registry, l.name LIMIT $1"
    );
    let mut cases = Vec::new();
    for row in store.query(AssertSqlSafe(sql), &[CASES.into()]).await? {
        cases.extend(one(store, &row, names).await?);
    }
    Ok((cases, in_all))
}

async fn one(store: &Store, listing: &Row, names: bool) -> Result<Option<Case>, SurveyError> {
    let sql = format!(
        "SELECT f.rule, f.severity, f.confidence, f.message, f.evidence FROM finding AS f
         WHERE f.listing = $1 AND {LIVE} ORDER BY f.rule, f.id"
    );
    let found = store.query(AssertSqlSafe(sql), &[listing.integer(0).into()]).await?;
    let Some(first) = found.first() else { return Ok(None) };
    let strength = |row: &&Row| row.text(2).parse::<Confidence>().ok();
    let surest = found.iter().max_by_key(strength).unwrap_or(first);
    let (registry, name) = (listing.text(1), listing.text(2));
    let said = match first.some_text(4) {
        Some(evidence) => format!("{}: {evidence}", first.text(3)),
        None => first.text(3).to_owned(),
    };
    Ok(Some(Case {
        case: case(registry, name),
        registry: registry.to_owned(),
        name: names.then(|| name.to_owned()),
        rule: first.text(0).to_owned(),
        severity: first.text(1).to_owned(),
        confidence: surest.text(2).to_owned(),
        reach: listing.some_integer(3),
        absent: absent(store, listing.integer(0)).await?,
        evidence: names.then_some(said),
    }))
}

async fn absent(store: &Store, listing: i64) -> Result<Option<Absent>, SurveyError> {
    let sql = "SELECT COUNT(*), MIN(seen), MAX(seen) FROM (SELECT DISTINCT o.subject, o.seen
        FROM relies AS r JOIN observation AS o ON o.subject = r.subject
        WHERE r.listing = $1 AND o.status = 'absent') AS looks";
    let rows = store.query(sql, &[listing.into()]).await?;
    let seen = rows.first().filter(|row| row.integer(0) > 0).map(|row| Absent {
        looks: row.integer(0),
        first: rfc3339(Moment(row.integer(1))),
        last: rfc3339(Moment(row.integer(2))),
    });
    Ok(seen)
}

/// The number of a case.
pub(crate) fn case(registry: &str, name: &str) -> String {
    format!("C-{:08x}", id_of(&["case", registry, name]) as u64 >> 32)
}

/// The section.
pub(super) fn section(cases: &[Case], in_all: i64) -> Vec<Block> {
    let none = || String::from("–");
    let rows = cases.iter().map(|case| {
        vec![
            case.case.clone(),
            case.registry.clone(),
            case.name.clone().unwrap_or_else(none),
            case.rule.clone(),
            case.confidence.clone(),
            case.reach.map_or_else(none, grouped),
            case.absent.as_ref().map_or_else(none, told),
            case.evidence.clone().unwrap_or_else(none),
        ]
    });
    let heads = vec!["case", "registry", "name", "rule", "confidence", "reach", "absent", "evidence"];
    vec![
        Block::Text(format!(
            "{} listings: what they rely on was found to be free on two days, at least 20 hours apart. The most used of them, by number: live \
             cases are told to their owners.",
            grouped(in_all)
        )),
        Block::Table(heads, rows.collect()),
    ]
}

/// How often and when something was seen to be absent, by day.
fn told(absent: &Absent) -> String {
    let day = |time: &str| time.chars().take(10).collect::<String>();
    format!("{} looks, {} to {}", absent.looks, day(&absent.first), day(&absent.last))
}
