//! What changed between two runs.

use std::collections::BTreeMap;

use portcullis_store::{Row, Store};
use serde::Serialize;

use super::block::Block;
use super::cases::{LIVE, case};
use super::grouped;
use crate::SurveyError;
use crate::identity::Place;
use crate::record::{moment, rfc3339};
use crate::table::{Run, runs};

/// Changes of owners that are told one by one.
const TOLD: usize = 25;

/// The earlier run that the last one is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Baseline {
    /// The one before.
    #[default]
    Previous,
    /// The one of this number.
    Run(i64),
    /// The last one that ended at or before this time, in seconds since 1970.
    Until(i64),
}

impl Baseline {
    /// Reads the number of a run, or a day or time.
    ///
    /// # Errors
    /// It is neither.
    pub fn read(text: &str) -> Result<Self, String> {
        match text.parse::<i64>() {
            Ok(number) if (1..100_000_000).contains(&number) => Ok(Self::Run(number)),
            _ => moment(text).map(|moment| Self::Until(moment.0)).ok_or_else(|| {
                format!("`{text}` is no run and no day; write a number such as `3`, or `2026-06-01`")
            }),
        }
    }

    fn of(self, runs: &[Run]) -> Option<Run> {
        let (last, earlier) = runs.split_last()?;
        match self {
            Self::Previous => earlier.last(),
            Self::Run(id) => earlier.iter().find(|run| run.id == id),
            Self::Until(at) => earlier.iter().rev().find(|run| run.at.0 <= at && run.id < last.id),
        }
        .copied()
    }
}

/// What changed from one run to the last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Since {
    /// The number of the earlier run.
    pub from: i64,
    /// When it ended.
    pub from_at: String,
    /// The number of the last run.
    pub to: i64,
    /// When it ended.
    pub to_at: String,
    /// By registry, in the order of their words.
    pub registries: Vec<SinceRegistry>,
    /// Findings by rule.
    pub rules: Vec<SinceRule>,
    /// Links whose state is another one.
    pub links: Vec<SinceLink>,
    /// Listings that name another owner of the repository, the most used first.
    pub owners: Vec<OwnerChanged>,
}

/// What changed in one registry, in listings; of findings, in findings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SinceRegistry {
    /// Its word.
    pub registry: String,
    /// Listings that were not there.
    pub new: i64,
    /// Listings that the newest reading of the whole registry did not hold any more.
    pub gone: i64,
    /// Listings whose repository belongs to another account.
    pub owner: i64,
    /// Listings that name another repository, of whatever owner.
    pub repository: i64,
    /// Listings that name other packages.
    pub package: i64,
    /// Listings that name other remote servers.
    pub remote: i64,
    /// Listings of another status, by the registry's own word.
    pub status: i64,
    /// Findings that were not there.
    pub appeared: i64,
    /// Findings that are not there any more.
    pub went: i64,
}

/// Findings of one rule at one severity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "each says what is counted")]
pub struct SinceRule {
    pub rule: String,
    pub severity: String,
    pub appeared: i64,
    pub went: i64,
}

/// Links that went from one state to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "each says what is counted")]
pub struct SinceLink {
    pub before: String,
    pub after: String,
    pub listings: i64,
}

/// A listing that names another owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnerChanged {
    /// Where it is listed.
    pub registry: String,
    /// Its name; the number of its case where it could be taken over and is not to be named.
    pub name: String,
    /// The repository that it named; none where it is not to be named.
    pub before: Option<String>,
    /// The repository that it names.
    pub after: Option<String>,
}

/// Compares the last run with an earlier one. None when there is no earlier one.
///
/// # Errors
/// The store failed, or the earlier run that was asked for is not there.
pub(super) async fn since(
    store: &Store,
    baseline: Baseline,
    names: bool,
) -> Result<Option<Since>, SurveyError> {
    let runs = runs(store).await?;
    let Some(from) = baseline.of(&runs) else {
        if baseline == Baseline::Previous {
            return Ok(None);
        }
        let known: Vec<String> = runs.iter().map(|run| format!("{} ({})", run.id, rfc3339(run.at))).collect();
        let message = format!("there is no earlier run of that number or day; runs are {}", known.join(", "));
        return Err(SurveyError::Usage(message));
    };
    let last = runs.last().copied().unwrap_or(from);
    let mut registries: BTreeMap<String, SinceRegistry> = BTreeMap::new();
    presence(store, from.id, &mut registries).await?;
    let owners = fields(store, from.id, names, &mut registries).await?;
    Ok(Some(Since {
        from: from.id,
        from_at: rfc3339(from.at),
        to: last.id,
        to_at: rfc3339(last.at),
        rules: rules(store, from.id, &mut registries).await?,
        links: links(store, from.id).await?,
        owners,
        registries: registries
            .into_iter()
            .map(|(registry, counts)| SinceRegistry { registry, ..counts })
            .collect(),
    }))
}

type Registries = BTreeMap<String, SinceRegistry>;

async fn presence(store: &Store, from: i64, registries: &mut Registries) -> Result<(), SurveyError> {
    let sql = "SELECT l.registry, SUM(CASE WHEN k.since > $1 AND k.gone = 0 THEN 1 ELSE 0 END),
            SUM(CASE WHEN k.since <= $1 AND k.gone > $1 THEN 1 ELSE 0 END)
        FROM known AS k JOIN listing AS l ON l.id = k.listing
        GROUP BY l.registry";
    for row in store.query(sql, &[from.into()]).await? {
        let counts = registries.entry(row.text(0).to_owned()).or_default();
        (counts.new, counts.gone) = (row.integer(1), row.integer(2));
    }
    Ok(())
}

/// Fields of listings that were there before.
async fn fields(
    store: &Store,
    from: i64,
    names: bool,
    registries: &mut Registries,
) -> Result<Vec<OwnerChanged>, SurveyError> {
    let sql = "SELECT l.registry, c.field, COUNT(DISTINCT c.listing)
        FROM change AS c JOIN listing AS l ON l.id = c.listing JOIN known AS k ON k.listing = c.listing
        WHERE c.run > $1 AND k.since <= $1 AND c.field IN ('repository', 'package', 'remote', 'status')
        GROUP BY l.registry, c.field";
    for row in store.query(sql, &[from.into()]).await? {
        let counts = registries.entry(row.text(0).to_owned()).or_default();
        let place = match row.text(1) {
            "repository" => &mut counts.repository,
            "package" => &mut counts.package,
            "remote" => &mut counts.remote,
            _ => &mut counts.status,
        };
        *place = row.integer(2);
    }
    // What stood there first and last: an owner who came and went in between did not change.
    let sql = format!(
        "SELECT l.id, l.registry, l.name, c.before, l.repository,
            CASE WHEN l.id IN (SELECT f.listing FROM finding AS f WHERE {LIVE}) THEN 1 ELSE 0 END
         FROM change AS c JOIN listing AS l ON l.id = c.listing JOIN known AS k ON k.listing = c.listing
         WHERE c.run > $1 AND k.since <= $1 AND c.field = 'repository'
         ORDER BY COALESCE(l.reach, 0) DESC, l.registry, l.name, c.at"
    );
    let mut owners = Vec::new();
    let mut last = None;
    let take = |row: Row| {
        if last.replace(row.integer(0)) == Some(row.integer(0)) {
            return true;
        }
        let owner = |column| row.some_text(column).and_then(Place::read).map(|place| place.owner);
        let (before, after) = (owner(3), owner(4));
        if before == after || before.is_none() {
            return true;
        }
        registries.entry(row.text(1).to_owned()).or_default().owner += 1;
        if owners.len() < TOLD {
            owners.push(told(&row, names));
        }
        true
    };
    store.each(portcullis_store::AssertSqlSafe(sql), &[from.into()], take).await?;
    Ok(owners)
}

fn told(row: &Row, names: bool) -> OwnerChanged {
    let (registry, name) = (row.text(1).to_owned(), row.text(2));
    if row.integer(5) == 1 && !names {
        return OwnerChanged { name: case(&registry, name), registry, before: None, after: None };
    }
    let clean = |column| row.some_text(column).map(|text| portcullis_text::secret::redact(text).into_owned());
    OwnerChanged { registry, name: name.to_owned(), before: clean(3), after: clean(4) }
}

async fn rules(store: &Store, from: i64, registries: &mut Registries) -> Result<Vec<SinceRule>, SurveyError> {
    let sql = "SELECT l.registry, f.rule, f.severity,
            SUM(CASE WHEN f.since > $1 AND f.until = 0 THEN 1 ELSE 0 END),
            SUM(CASE WHEN f.since <= $1 AND f.until > $1 THEN 1 ELSE 0 END)
        FROM found AS f JOIN listing AS l ON l.id = f.listing
        WHERE f.since > $1 OR f.until > $1
        GROUP BY l.registry, f.rule, f.severity";
    let mut by_rule: BTreeMap<(String, String), (i64, i64)> = BTreeMap::new();
    for row in store.query(sql, &[from.into()]).await? {
        let (appeared, went) = (row.integer(3), row.integer(4));
        let counts = registries.entry(row.text(0).to_owned()).or_default();
        counts.appeared += appeared;
        counts.went += went;
        let rule = by_rule.entry((row.text(1).to_owned(), row.text(2).to_owned())).or_default();
        rule.0 += appeared;
        rule.1 += went;
    }
    let changed = by_rule.into_iter().filter(|(_, counts)| *counts != (0, 0));
    Ok(changed
        .map(|((rule, severity), (appeared, went))| SinceRule { rule, severity, appeared, went })
        .collect())
}

async fn links(store: &Store, from: i64) -> Result<Vec<SinceLink>, SurveyError> {
    let sql = "SELECT b.state, a.state, COUNT(*) AS n FROM stood AS a
        JOIN stood AS b ON b.listing = a.listing AND b.since <= $1 AND b.until > $1
        WHERE a.until = 0 AND a.state <> b.state
        GROUP BY b.state, a.state ORDER BY n DESC, b.state, a.state";
    let rows = store.query(sql, &[from.into()]).await?;
    let of = |row: &Row| SinceLink {
        before: row.text(0).to_owned(),
        after: row.text(1).to_owned(),
        listings: row.integer(2),
    };
    Ok(rows.iter().map(of).collect())
}

/// The section.
pub(super) fn section(since: Option<&Since>) -> Vec<Block> {
    let Some(since) = since else {
        return vec![Block::Text(String::from(
            "This is the first run over this store: the next one tells what changed.",
        ))];
    };
    let registries = since.registries.iter().map(|registry| {
        let counts = [
            registry.new,
            registry.gone,
            registry.owner,
            registry.repository,
            registry.package,
            registry.remote,
            registry.status,
            registry.appeared,
            registry.went,
        ];
        std::iter::once(registry.registry.clone()).chain(counts.map(grouped)).collect()
    });
    let rules = since.rules.iter().map(|rule| {
        vec![rule.rule.clone(), rule.severity.clone(), grouped(rule.appeared), grouped(rule.went)]
    });
    let links =
        since.links.iter().map(|link| vec![link.before.clone(), link.after.clone(), grouped(link.listings)]);
    let dash = |text: &Option<String>| text.clone().unwrap_or_else(|| String::from("–"));
    let owners = since.owners.iter().map(|changed| {
        vec![changed.registry.clone(), changed.name.clone(), dash(&changed.before), dash(&changed.after)]
    });
    let bars = |count: fn(&SinceRegistry) -> i64, tone: &'static str| {
        let of = |registry: &SinceRegistry| (registry.registry.clone(), count(registry), tone);
        since.registries.iter().map(of).filter(|(_, count, _)| *count > 0).collect()
    };
    vec![
        Block::Text(format!(
            "From run {} ({}) to run {} ({}). A listing is gone when the newest reading of its whole registry did not hold it.",
            since.from, since.from_at, since.to, since.to_at
        )),
        Block::Bars("listings that are new", bars(|registry| registry.new, "low")),
        Block::Table(
            vec![
                "registry",
                "new",
                "gone",
                "owner",
                "repository",
                "package",
                "remote",
                "status",
                "findings that appeared",
                "findings that went",
            ],
            registries.collect(),
        ),
        Block::Title(String::from("Findings that appeared and went")),
        Block::Table(vec!["rule", "severity", "appeared", "went"], rules.collect()),
        Block::Title(String::from("Links that stand otherwise")),
        Block::Table(vec!["before", "now", "listings"], links.collect()),
        Block::Title(String::from("Other owners of the repository")),
        Block::Table(vec!["registry", "name", "before", "now"], owners.collect()),
    ]
}
