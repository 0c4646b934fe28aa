//! Names that are alike: what is counted of them, and their section.

use portcullis_store::{Row, Store};
use serde::Serialize;

use super::block::Block;
use super::{grouped, papers, share};
use crate::SurveyError;

/// Names that are alike in one way. A pair is left out of what is told for the first reason that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "each says what is counted")]
pub struct Likenesses {
    pub kind: String,
    pub confidence: String,
    pub pairs: i64,
    pub same_maintainer: i64,
    pub same_server: i64,
    pub fork: i64,
    pub more_used: i64,
    pub another_purpose: i64,
    pub left: i64,
}

/// Groups of names in one registry that differ in words which say nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "each says what is counted")]
pub struct Groups {
    pub registry: String,
    pub groups: i64,
    pub members: i64,
    pub different_maintainers: i64,
}

/// Listings that carry a brand's name without being published by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "each says what is counted")]
pub struct Brands {
    pub registry: String,
    pub severity: String,
    pub listings: i64,
}

pub(super) async fn likenesses(store: &Store) -> Result<Vec<Likenesses>, SurveyError> {
    let sql = "SELECT kind, confidence, COUNT(*) AS n,
            SUM(CASE WHEN benign = 'the same maintainer' THEN 1 ELSE 0 END),
            SUM(CASE WHEN benign = 'the same server' THEN 1 ELSE 0 END),
            SUM(CASE WHEN benign = 'a fork' THEN 1 ELSE 0 END),
            SUM(CASE WHEN benign = 'more used' THEN 1 ELSE 0 END),
            SUM(CASE WHEN benign = 'another purpose' THEN 1 ELSE 0 END),
            SUM(CASE WHEN benign IS NULL THEN 1 ELSE 0 END)
        FROM likeness GROUP BY kind, confidence ORDER BY n DESC, kind, confidence";
    let rows = store.query(sql, &[]).await?;
    let of = |row: &Row| Likenesses {
        kind: row.text(0).to_owned(),
        confidence: row.text(1).to_owned(),
        pairs: row.integer(2),
        same_maintainer: row.integer(3),
        same_server: row.integer(4),
        fork: row.integer(5),
        more_used: row.integer(6),
        another_purpose: row.integer(7),
        left: row.integer(8),
    };
    Ok(rows.iter().map(of).collect())
}

pub(super) async fn groups(store: &Store) -> Result<Vec<Groups>, SurveyError> {
    let sql = "SELECT registry, COUNT(*), CAST(SUM(members) AS BIGINT), SUM(CASE WHEN maintainers > 1 THEN 1 ELSE 0 END)
        FROM (SELECT g.id AS id, g.key AS registry, COUNT(*) AS members,
                     COUNT(DISTINCT LOWER(COALESCE(l.publisher, l.name))) AS maintainers
              FROM group_ AS g JOIN member AS m ON m.group_ = g.id JOIN listing AS l ON l.id = m.listing
              GROUP BY g.id, g.key) AS sizes
        GROUP BY registry ORDER BY 2 DESC, registry";
    let rows = store.query(sql, &[]).await?;
    let of = |row: &Row| Groups {
        registry: row.text(0).to_owned(),
        groups: row.integer(1),
        members: row.integer(2),
        different_maintainers: row.integer(3),
    };
    Ok(rows.iter().map(of).collect())
}

pub(super) async fn brands(store: &Store) -> Result<Vec<Brands>, SurveyError> {
    let sql = "SELECT l.registry, f.severity, COUNT(DISTINCT l.id) AS n
        FROM finding AS f JOIN listing AS l ON l.id = f.listing WHERE f.rule = 'borrowed-brand'
        GROUP BY l.registry, f.severity ORDER BY n DESC, l.registry, f.severity";
    let rows = store.query(sql, &[]).await?;
    let of = |row: &Row| Brands {
        registry: row.text(0).to_owned(),
        severity: row.text(1).to_owned(),
        listings: row.integer(2),
    };
    Ok(rows.iter().map(of).collect())
}

/// The section.
pub(super) fn section(likenesses: &[Likenesses], groups: &[Groups], brands: &[Brands]) -> Vec<Block> {
    let pairs = likenesses.iter().map(|row| {
        let counts = [
            row.pairs,
            row.same_maintainer,
            row.same_server,
            row.fork,
            row.more_used,
            row.another_purpose,
            row.left,
        ];
        [row.kind.clone(), row.confidence.clone()].into_iter().chain(counts.map(grouped)).collect()
    });
    let affixes = groups.iter().map(|row| {
        vec![
            row.registry.clone(),
            grouped(row.groups),
            grouped(row.members),
            share(row.different_maintainers, row.groups),
        ]
    });
    let borrowed =
        brands.iter().map(|row| vec![row.registry.clone(), row.severity.clone(), grouped(row.listings)]);
    let (known, foreign) = papers::AFFIX_GROUPS;
    vec![
        Block::Text(String::from(
            "Two names of one registry, or one name with different owners in two (cross-registry). The later of two imitates; of two \
             that came together, the less used one; where neither is known, no more than low confidence is said.",
        )),
        Block::Table(
            vec![
                "kind",
                "confidence",
                "pairs",
                "same maintainer",
                "same server",
                "fork",
                "more used",
                "another purpose",
                "left",
            ],
            pairs.collect(),
        ),
        Block::Title(String::from("Groups that differ in affixes only")),
        Block::Text(format!("The paper on npm: {known} groups, {foreign} % with different maintainers.")),
        Block::Table(vec!["registry", "groups", "names", "different maintainers %"], affixes.collect()),
        Block::Title(String::from("Brands that somebody else speaks for")),
        Block::Table(vec!["registry", "severity", "listings"], borrowed.collect()),
    ]
}
