//! Names that can be taken for one another.

mod across;
mod named;

use std::collections::HashSet;

use portcullis_model::Confidence;
use portcullis_store::{AssertSqlSafe, Batch, Column, Conflict, Store, id_of};
use portcullis_supply::name::{NameForms, look_alike};

use crate::SurveyError;
use crate::table::KeyKind;
use named::{COLUMNS, Forges, Named, SERVERS, benign, order};

/// Names under one key that are compared with each other; a larger crowd says nothing about one of them.
const CROWD: i64 = 64;
/// Rows of one transaction.
const STEP: usize = 10_000;

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
    let mut pairs = Pairs { seen: HashSet::new(), found: Vec::new(), forges: Forges::read(store).await? };
    let sql = format!(
        "SELECT c.kind, c.value, {COLUMNS}
         FROM (SELECT kind, value FROM key WHERE kind IN ($1, $2, $3, $4)
               GROUP BY kind, value HAVING COUNT(*) BETWEEN 2 AND $5) AS c
         JOIN key AS k ON k.kind = c.kind AND k.value = c.value
         JOIN listing AS l ON l.id = k.listing {SERVERS}
         ORDER BY c.kind, c.value, l.id"
    );
    let kinds = [KeyKind::Order, KeyKind::Joined, KeyKind::Skeleton, KeyKind::Near];
    let mut cells: Vec<_> = kinds.map(|kind| kind.code().into()).into();
    cells.push(CROWD.into());
    let (mut crowd, mut key) = (Vec::new(), (0, 0));
    store
        .each(AssertSqlSafe(sql), &cells, |row| {
            let next = (row.integer(0), row.integer(1));
            if next != key {
                pairs.within(&crowd);
                if key.0 == KeyKind::Joined.code() {
                    pairs.across(&crowd);
                }
                crowd.clear();
                key = next;
            }
            crowd.push(Named::read(&row, 2, &pairs.forges));
            true
        })
        .await?;
    pairs.within(&crowd);
    if key.0 == KeyKind::Joined.code() {
        pairs.across(&crowd);
    }
    packages(store, &mut pairs).await?;
    pairs.write(store).await
}

/// Packages of one name in several package registries.
async fn packages(store: &Store, pairs: &mut Pairs) -> Result<(), SurveyError> {
    const NAME: &str = "REPLACE(REPLACE(LOWER(p.name), '_', '-'), '.', '-')";
    let sql = format!(
        "SELECT {NAME}, p.kind, p.name, {COLUMNS}
         FROM (SELECT {NAME} AS name FROM package AS p WHERE p.kind IN ('npm', 'pypi', 'cargo')
               GROUP BY {NAME} HAVING COUNT(DISTINCT p.kind) > 1) AS c
         JOIN package AS p ON {NAME} = c.name AND p.kind IN ('npm', 'pypi', 'cargo')
         JOIN listing AS l ON l.id = p.listing {SERVERS}
         ORDER BY 1, p.kind, l.id"
    );
    let (mut crowd, mut name) = (Vec::new(), String::new());
    store
        .each(AssertSqlSafe(sql), &[], |row| {
            if row.text(0) != name {
                pairs.across(&crowd);
                crowd.clear();
                row.text(0).clone_into(&mut name);
            }
            crowd.push(Named::read(&row, 3, &pairs.forges).under(row.text(1), row.text(2)));
            true
        })
        .await?;
    pairs.across(&crowd);
    Ok(())
}

/// Pairs that are alike, each once.
struct Pairs {
    seen: HashSet<(i64, i64)>,
    found: Vec<Found>,
    forges: Forges,
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
    /// Compares the names under one key that one registry lists.
    fn within(&mut self, crowd: &[Named]) {
        if crowd.len() < 2 {
            return;
        }
        let forms: Vec<NameForms> = crowd.iter().map(Named::forms).collect();
        for (at, (one, one_forms)) in crowd.iter().zip(&forms).enumerate() {
            if one_forms.says_nothing() {
                continue;
            }
            for (other, other_forms) in crowd.iter().zip(&forms).take(at) {
                if one.registry != other.registry
                    || !self.seen.insert((one.id.min(other.id), one.id.max(other.id)))
                {
                    continue;
                }
                let (asked, known, is_sure) = order(one, other);
                let (asked_forms, known_forms) =
                    if asked.id == one.id { (one_forms, other_forms) } else { (other_forms, one_forms) };
                if let Some(look) = look_alike(asked_forms, known_forms) {
                    // Who imitates whom is not known: neither is to be blamed.
                    let confidence = if is_sure { look.confidence } else { Confidence::Low };
                    self.found.push(Found {
                        listing: asked.id,
                        other: known.id,
                        kind: look.kind.as_str(),
                        confidence: confidence.as_str(),
                        explanation: look.explanation,
                        benign: benign(asked, known, &self.forges),
                    });
                }
            }
        }
    }

    fn across(&mut self, crowd: &[Named]) {
        across::compare(crowd, &self.forges, &mut self.found);
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
