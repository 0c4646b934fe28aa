//! Names that can be taken for one another.

use std::collections::{BTreeSet, HashSet};

use portcullis_store::{Batch, Column, Conflict, Row, Store, id_of};
use portcullis_supply::Ecosystem;
use portcullis_supply::name::{NameForms, look_alike};

use crate::SurveyError;
use crate::table::KeyKind;

/// Names under one key that are compared with each other; a larger crowd says nothing about one of them.
const CROWD: i64 = 64;
/// Rows of one transaction.
const STEP: usize = 10_000;

/// A name with what decides whether it imitates.
#[derive(Debug, Clone)]
struct Named {
    id: i64,
    registry: String,
    name: String,
    server: i64,
    publisher: Option<String>,
    owner: Option<i64>,
    since: i64,
    reach: Option<i64>,
    description: Option<String>,
}

/// Notes the groups of listings in one registry whose names differ only in words that any name can carry and in the order of
/// words (X03). Says how many there are.
pub(super) async fn groups(store: &Store) -> Result<u64, SurveyError> {
    const GROUP: &[(&str, Column)] =
        &[("id", Column::Integer), ("kind", Column::Text), ("key", Column::Text)];
    const MEMBER: &[(&str, Column)] = &[("group_", Column::Integer), ("listing", Column::Integer)];
    let sql = "SELECT l.registry, k.value, l.id
        FROM (SELECT k.value AS value, l.registry AS registry
              FROM key AS k JOIN listing AS l ON l.id = k.listing
              WHERE k.kind = $1 GROUP BY k.value, l.registry HAVING COUNT(DISTINCT l.name) > 1) AS g
        JOIN key AS k ON k.kind = $1 AND k.value = g.value
        JOIN listing AS l ON l.id = k.listing AND l.registry = g.registry
        ORDER BY l.registry, k.value, l.id";
    let mut seen = HashSet::new();
    let mut groups = Batch::new("group_", GROUP, Conflict::Keep);
    let mut members = Batch::new("member", MEMBER, Conflict::Keep);
    for row in store.query(sql, &[KeyKind::Order.code().into()]).await? {
        let (registry, value) = (row.text(0), row.integer(1).to_string());
        let id = id_of(&["affix", registry, &value]);
        if seen.insert(id) {
            groups.push([id.into(), "affix".into(), registry.into()])?;
        }
        members.push([id.into(), row.integer(2).into()])?;
    }
    let mut transaction = store.begin().await?;
    transaction.write(&mut groups).await?;
    transaction.write(&mut members).await?;
    transaction.commit().await?;
    Ok(seen.len() as u64)
}

/// Notes which name of two that are alike imitates the other, and what speaks for it. Says how many there are.
pub(super) async fn pairs(store: &Store) -> Result<u64, SurveyError> {
    let sql = "SELECT c.kind, c.value, l.id, l.registry, l.name, l.server, l.publisher,
            (SELECT MIN(o.value) FROM key AS o WHERE o.listing = l.id AND o.kind = $1),
            COALESCE(l.published, l.first_seen), l.reach, l.description
        FROM (SELECT kind, value FROM key WHERE kind IN ($2, $3, $4, $5)
              GROUP BY kind, value HAVING COUNT(*) BETWEEN 2 AND $6) AS c
        JOIN key AS k ON k.kind = c.kind AND k.value = c.value
        JOIN listing AS l ON l.id = k.listing
        ORDER BY c.kind, c.value, l.id";
    let kinds =
        [KeyKind::Order, KeyKind::Joined, KeyKind::Skeleton, KeyKind::Near].map(|kind| kind.code().into());
    let mut cells = vec![KeyKind::Owner.code().into()];
    cells.extend(kinds);
    cells.push(CROWD.into());
    let mut pairs = Pairs::default();
    let mut crowd: Vec<Named> = Vec::new();
    let mut key = (0, 0);
    store
        .each(sql, &cells, |row| {
            let next = (row.integer(0), row.integer(1));
            if next != key {
                pairs.compare(&crowd);
                crowd.clear();
                key = next;
            }
            crowd.push(named(&row));
            true
        })
        .await?;
    pairs.compare(&crowd);
    pairs.write(store).await
}

fn named(row: &Row) -> Named {
    let text = |column| row.some_text(column).map(str::to_owned);
    Named {
        id: row.integer(2),
        registry: row.text(3).to_owned(),
        name: row.text(4).to_owned(),
        server: row.integer(5),
        publisher: text(6),
        owner: row.some_integer(7),
        since: row.integer(8),
        reach: row.some_integer(9),
        description: text(10),
    }
}

/// Pairs that are alike, each once.
#[derive(Default)]
struct Pairs {
    seen: HashSet<(i64, i64)>,
    found: Vec<Found>,
}

struct Found {
    listing: i64,
    other: i64,
    kind: &'static str,
    confidence: &'static str,
    explanation: String,
    benign: Option<&'static str>,
}

impl Pairs {
    /// Compares the names under one key, within a registry and between those whose names are installed.
    fn compare(&mut self, crowd: &[Named]) {
        if crowd.len() < 2 {
            return;
        }
        let forms: Vec<NameForms> =
            crowd.iter().map(|named| NameForms::new(ecosystem(&named.registry), &named.name)).collect();
        for (at, (one, one_forms)) in crowd.iter().zip(&forms).enumerate() {
            for (other, other_forms) in crowd.iter().zip(&forms).take(at) {
                if one.registry != other.registry
                    || !self.seen.insert((one.id.min(other.id), one.id.max(other.id)))
                {
                    continue;
                }
                // The later and less used one is the imitation.
                let (asked, asked_forms, known, known_forms) = if imitates(one, other) {
                    (one, one_forms, other, other_forms)
                } else {
                    (other, other_forms, one, one_forms)
                };
                if let Some(look) = look_alike(asked_forms, known_forms) {
                    self.found.push(Found {
                        listing: asked.id,
                        other: known.id,
                        kind: look.kind.as_str(),
                        confidence: look.confidence.as_str(),
                        explanation: look.explanation,
                        benign: benign(asked, known),
                    });
                }
            }
        }
    }

    async fn write(self, store: &Store) -> Result<u64, SurveyError> {
        const LIKENESS: &[(&str, Column)] = &[
            ("listing", Column::Integer),
            ("other", Column::Integer),
            ("kind", Column::Text),
            ("confidence", Column::Text),
            ("explanation", Column::Text),
            ("benign", Column::Text),
        ];
        let count = self.found.len() as u64;
        for some in self.found.chunks(STEP) {
            let mut rows = Batch::new("likeness", LIKENESS, Conflict::Keep);
            for found in some {
                rows.push([
                    found.listing.into(),
                    found.other.into(),
                    found.kind.into(),
                    found.confidence.into(),
                    found.explanation.as_str().into(),
                    found.benign.into(),
                ])?;
            }
            let mut transaction = store.begin().await?;
            transaction.write(&mut rows).await?;
            transaction.commit().await?;
        }
        Ok(count)
    }
}

/// Whose rules a registry's names follow.
pub(super) fn ecosystem(registry: &str) -> Ecosystem {
    match registry {
        "npm" => Ecosystem::Npm,
        "pypi" => Ecosystem::Pypi,
        "official" => Ecosystem::Mcp,
        _ => Ecosystem::Git,
    }
}

/// True when `one` is the later of two; of two that came together, the less used one.
fn imitates(one: &Named, other: &Named) -> bool {
    let rank = |named: &Named| (named.since, std::cmp::Reverse(named.reach.unwrap_or(0)), named.id);
    rank(one) > rank(other)
}

/// Why a name that looks like another is no squat: who stands behind it, or what it is for (arXiv 2502.20528).
fn benign(asked: &Named, known: &Named) -> Option<&'static str> {
    let same = |one: &Option<String>, other: &Option<String>| match (one, other) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        _ => false,
    };
    if asked.server != 0 && asked.server == known.server {
        return Some("the same server");
    }
    if same(&asked.publisher, &known.publisher) || (asked.owner.is_some() && asked.owner == known.owner) {
        return Some("the same maintainer");
    }
    let purposes = (purpose(asked.description.as_deref()), purpose(known.description.as_deref()));
    match purposes {
        (Some(one), Some(other)) if one.is_disjoint(&other) => Some("another purpose"),
        _ => None,
    }
}

/// The telling words of a description; none when it has too few of them.
fn purpose(description: Option<&str>) -> Option<BTreeSet<String>> {
    const COMMON: &[&str] =
        &["server", "that", "with", "from", "your", "this", "tools", "model", "context", "protocol", "using"];
    let words = description?.split(|letter: char| !letter.is_alphanumeric());
    let telling: BTreeSet<String> = words
        .map(str::to_lowercase)
        .filter(|word| word.chars().count() > 3 && !COMMON.contains(&word.as_str()))
        .collect();
    (telling.len() >= 4).then_some(telling)
}
