//! Names that can be taken for one another.

mod across;
mod named;

use std::collections::HashSet;

use portcullis_model::Confidence;
use portcullis_store::{AssertSqlSafe, Batch, Column, Conflict, Row, Store, id_of};
use portcullis_supply::name::{NameForms, look_alike};

use crate::SurveyError;
use crate::table::KeyKind;
use named::{COLUMNS, Forges, Named, benign, order};

/// Names under one key that are compared with each other; a larger crowd says nothing about one of them.
const CROWD: i64 = 64;
/// Keys that are looked at together.
const STEP: u32 = 10_000;
/// Pairs that are remembered as compared. Two names share several keys: without it they would be compared under each of them.
const REMEMBERED: usize = 1 << 20;

/// Notes the groups of listings in one registry whose names differ only in words that any name can carry and in the order of
/// words (X03). Says how many there are.
pub(super) async fn groups(store: &Store) -> Result<u64, SurveyError> {
    const GROUP: &[(&str, Column)] =
        &[("id", Column::Integer), ("kind", Column::Text), ("key", Column::Text)];
    const MEMBER: &[(&str, Column)] = &[("group_", Column::Integer), ("listing", Column::Integer)];
    // A registry has a name once: listings of one registry under one key are different names.
    let sql = "SELECT l.registry, k.value, l.id
        FROM (SELECT value FROM key WHERE kind = $1 GROUP BY value HAVING COUNT(*) > 1) AS g
        JOIN key AS k ON k.kind = $1 AND k.value = g.value
        JOIN listing AS l ON l.id = k.listing
        ORDER BY l.registry, k.value, l.id";
    let rows = store.query(sql, &[KeyKind::Order.code().into()]).await?;
    let mut count = 0;
    let mut groups = Batch::new("group_", GROUP, Conflict::Keep);
    let mut members = Batch::new("member", MEMBER, Conflict::Keep);
    let key = |row: &Row| (row.text(0).to_owned(), row.integer(1));
    for group in rows.chunk_by(|one, other| key(one) == key(other)).filter(|group| group.len() > 1) {
        let Some((registry, value)) = group.first().map(key) else { continue };
        let id = id_of(&["affix", &registry, &value.to_string()]);
        groups.push([id.into(), "affix".into(), registry.into()])?;
        for row in group {
            members.push([id.into(), row.integer(2).into()])?;
        }
        count += 1;
    }
    let mut transaction = store.begin().await?;
    transaction.write(&mut groups).await?;
    transaction.write(&mut members).await?;
    transaction.commit().await?;
    Ok(count)
}

/// Notes which name of two that are alike imitates the other, and what speaks for it. Says how many there are.
pub(super) async fn pairs(store: &Store) -> Result<u64, SurveyError> {
    let mut pairs = Pairs { seen: HashSet::new(), found: Vec::new(), forges: Forges::read(store).await? };
    for kind in [KeyKind::Order, KeyKind::Joined, KeyKind::Skeleton, KeyKind::Near] {
        let mut from = Some(i64::MIN);
        while let Some(first) = from {
            let rows = crowds(store, kind, first).await?;
            from = rows.last().and_then(|row| row.integer(0).checked_add(1));
            for rows in rows.chunk_by(|one, other| one.integer(0) == other.integer(0)) {
                let crowd: Vec<Named> = rows.iter().map(|row| Named::read(row, 1, &pairs.forges)).collect();
                pairs.within(&crowd);
                if kind == KeyKind::Joined {
                    pairs.across(&crowd);
                }
            }
            pairs.write(store).await?;
        }
    }
    packages(store, &mut pairs).await?;
    pairs.write(store).await?;
    Ok(u64::try_from(store.number("SELECT COUNT(*) FROM likeness", &[]).await?).unwrap_or(0))
}

/// The listings under the next keys of a kind that some share, equal keys together: so many that memory stays small.
async fn crowds(store: &Store, kind: KeyKind, first: i64) -> Result<Vec<Row>, SurveyError> {
    let sql = format!(
        "SELECT k.value, {COLUMNS}
         FROM (SELECT value FROM key WHERE kind = $1 AND value >= $2
               GROUP BY value HAVING COUNT(*) BETWEEN 2 AND $3 ORDER BY value LIMIT $4) AS c
         JOIN key AS k ON k.kind = $1 AND k.value = c.value
         JOIN listing AS l ON l.id = k.listing
         ORDER BY k.value, l.id"
    );
    let cells = [kind.code().into(), first.into(), CROWD.into(), i64::from(STEP).into()];
    Ok(store.query(AssertSqlSafe(sql), &cells).await?)
}

/// Packages of one name in several package registries.
async fn packages(store: &Store, pairs: &mut Pairs) -> Result<(), SurveyError> {
    const NAME: &str = "REPLACE(REPLACE(LOWER(p.name), '_', '-'), '.', '-')";
    let sql = format!(
        "SELECT {NAME}, p.kind, p.name, {COLUMNS}
         FROM (SELECT {NAME} AS name FROM package AS p WHERE p.kind IN ('npm', 'pypi', 'cargo')
               GROUP BY {NAME} HAVING COUNT(DISTINCT p.kind) > 1) AS c
         JOIN package AS p ON {NAME} = c.name AND p.kind IN ('npm', 'pypi', 'cargo')
         JOIN listing AS l ON l.id = p.listing
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

/// Pairs that are alike. One that is found twice is written once.
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
        if self.seen.len() > REMEMBERED {
            self.seen.clear();
        }
        let forms: Vec<NameForms> = crowd.iter().map(Named::forms).collect();
        for (at, (one, one_forms)) in crowd.iter().zip(&forms).enumerate() {
            for (other, other_forms) in crowd.iter().zip(&forms).take(at) {
                // Where a name is installed, also `python` is one that others imitate.
                let says_nothing =
                    !one.is_installed() && one_forms.says_nothing() && other_forms.says_nothing();
                if one.registry != other.registry
                    || says_nothing
                    || !self.seen.insert((one.id.min(other.id), one.id.max(other.id)))
                {
                    continue;
                }
                let (asked, known, is_sure) = order(one, other);
                let (asked_forms, known_forms) =
                    if asked.id == one.id { (one_forms, other_forms) } else { (other_forms, one_forms) };
                if let Some(look) = look_alike(asked_forms, known_forms) {
                    // Who imitates whom is not known, or two say what they are for: neither is to be blamed.
                    let is_told = is_sure && !(asked.is_title && known.is_title);
                    let confidence = if is_told { look.confidence } else { Confidence::Low };
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

    async fn write(&mut self, store: &Store) -> Result<(), SurveyError> {
        const LIKENESS: &[(&str, Column)] = &[
            ("listing", Column::Integer),
            ("other", Column::Integer),
            ("kind", Column::Text),
            ("confidence", Column::Text),
            ("explanation", Column::Text),
            ("benign", Column::Text),
        ];
        let mut rows = Batch::new("likeness", LIKENESS, Conflict::Keep);
        for found in self.found.drain(..) {
            rows.push([
                found.listing.into(),
                found.other.into(),
                found.kind.into(),
                found.confidence.into(),
                found.explanation.into(),
                found.benign.into(),
            ])?;
        }
        let mut transaction = store.begin().await?;
        transaction.write(&mut rows).await?;
        transaction.commit().await?;
        Ok(())
    }
}
