//! Every figure of a report, counted in the store.

use std::collections::BTreeMap;

use jiff::Timestamp;
use portcullis_model::Moment;
use portcullis_store::{Row, Store};
use serde::Serialize;

use super::cases::{Case, cases};
use super::given_up::{GivenUp, given_up};
use super::growth::{Growth, growth};
use super::inspected::{InspectedPackages, inspected};
use super::names::{Brands, Groups, Likenesses, brands, groups, likenesses};
use super::rejected::{NotUnderstood, not_understood};
use super::since::{Baseline, Since, since};
use super::toolset::{Making, Toolset, makings, toolset};
use crate::SurveyError;
use crate::record::rfc3339;
use crate::table::KeyKind;

/// Tool names, languages and sources that are listed.
const LISTED: i64 = 25;

/// What a survey found. Counts are of listings unless they say otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// `portcullis.survey/1`.
    pub schema: &'static str,
    /// When the first and the last listing were seen.
    pub seen: (String, String),
    /// Counts over everything.
    pub totals: Totals,
    /// By registry, the largest first.
    pub registries: Vec<RegistryFigures>,
    /// By rule and severity.
    pub rules: Vec<RuleFigures>,
    /// Listings that could be taken over, the most used first.
    pub cases: Vec<Case>,
    /// How many there are of them in all.
    pub cases_in_all: i64,
    /// Names that are alike, by the kind of likeness.
    pub likenesses: Vec<Likenesses>,
    /// Groups of names that differ in words which say nothing.
    pub groups: Vec<Groups>,
    /// Listings that speak for a brand that does not publish them.
    pub brands: Vec<Brands>,
    /// Credentials in listings.
    pub leaks: Vec<Leaks>,
    /// Names of tools that several servers use.
    pub tools: Vec<Counted>,
    /// Programming languages as registries state them.
    pub languages: Vec<Counted>,
    /// What the last round of probes gave up.
    pub given_up: GivenUp,
    /// What was looked at of the source of packages.
    pub inspected: InspectedPackages,
    /// What tools of servers can do, and which of them go together badly.
    pub toolset: Toolset,
    /// Languages and kinds of packages of servers.
    pub makings: Vec<Making>,
    /// How registries grew, as somebody counted them.
    pub growth: Vec<Growth>,
    /// Listings by the month in which they were first seen.
    pub months: Vec<Month>,
    /// What changed since an earlier run; none when there is none.
    pub since: Option<Since>,
    /// What changed over time, by the field.
    pub changes: Vec<Counted>,
    /// What was read, and how much of it was not understood.
    pub sources: Vec<SourceFigures>,
    /// Why records were not understood.
    pub rejected: Vec<Counted>,
    /// Which records were not understood.
    pub not_understood: NotUnderstood,
}

impl Figures {
    /// Links of all registries that anything was observed of.
    #[must_use]
    pub fn looked_at(&self) -> i64 {
        self.registries.iter().map(RegistryFigures::looked_at).sum()
    }
}

/// Counts over everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "each says what is counted")]
pub struct Totals {
    pub listings: i64,
    pub servers: i64,
    pub repositories: i64,
    pub owners: i64,
    pub packages: i64,
    pub hosts: i64,
    pub subjects: i64,
    pub observations: i64,
    pub changes: i64,
    pub findings: i64,
    pub rejected: i64,
}

/// One registry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RegistryFigures {
    /// Its word.
    pub registry: String,
    /// Its listings.
    pub listings: i64,
    /// Those that name a repository.
    pub linked: i64,
    /// Where their links stand, by the word of the state.
    pub states: BTreeMap<String, i64>,
    /// Those that whoever registers a freed name could take over (X01).
    pub maintainer_hijackable: i64,
    /// Those whose redirect could be taken over (X02).
    pub redirection_hijackable: i64,
    /// Those that tell a credential (X04).
    pub leaking: i64,
    /// Names that look like those of others, after the benign ones were left out (T01, X03).
    pub look_alike: i64,
}

impl RegistryFigures {
    /// Links in one of some states.
    #[must_use]
    pub fn standing(&self, states: &[&str]) -> i64 {
        states.iter().filter_map(|state| self.states.get(*state)).sum()
    }

    /// Links that anything was observed of.
    #[must_use]
    pub fn looked_at(&self) -> i64 {
        self.states.iter().filter(|(state, _)| *state != "unobserved").map(|(_, count)| count).sum()
    }

    /// Links that lead to nothing.
    #[must_use]
    pub fn invalid(&self) -> i64 {
        self.standing(&["gone-owner-present", "absent-unverified", "absent-claimable"])
    }
}

/// What one rule found at one severity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "each says what is counted")]
pub struct RuleFigures {
    pub rule: String,
    pub threat: String,
    pub severity: String,
    pub listings: i64,
}

/// Credentials of one kind in one registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "each says what is counted")]
pub struct Leaks {
    pub registry: String,
    pub kind: String,
    pub listings: i64,
}

/// A word and how often it occurs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "each says what is counted")]
pub struct Counted {
    pub what: String,
    pub count: i64,
}

/// Listings that were first seen in one month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "each says what is counted")]
pub struct Month {
    pub month: String,
    pub new: i64,
    pub all: i64,
}

/// One file or crawl that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "each says what is counted")]
pub struct SourceFigures {
    pub registry: String,
    pub locator: String,
    pub fetched: String,
    pub digest: String,
    pub records: i64,
    pub kept: i64,
    pub rejected: i64,
}

/// What a report shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shown {
    /// True to name live cases.
    pub names: bool,
    /// The earlier run that the last one is compared with.
    pub since: Baseline,
}

/// Counts everything in an analysed store.
///
/// # Errors
/// The store failed, or there is no earlier run as was asked for.
pub async fn figures(store: &Store, shown: Shown) -> Result<Figures, SurveyError> {
    let seen = store.query("SELECT MIN(first_seen), MAX(last_seen) FROM listing", &[]).await?;
    let seen = seen.first().map(|row| (row.integer(0), row.integer(1))).unwrap_or_default();
    let (cases, cases_in_all) = cases(store, shown.names).await?;
    Ok(Figures {
        schema: "portcullis.survey/1",
        seen: (rfc3339(Moment(seen.0)), rfc3339(Moment(seen.1))),
        totals: totals(store).await?,
        registries: registries(store).await?,
        rules: rules(store).await?,
        cases,
        cases_in_all,
        likenesses: likenesses(store).await?,
        groups: groups(store).await?,
        brands: brands(store).await?,
        leaks: leaks(store).await?,
        tools: counted(
            store,
            "SELECT t.name, COUNT(DISTINCT CASE WHEN l.server = 0 THEN l.id ELSE l.server END) AS n
             FROM tool AS t JOIN listing AS l ON l.id = t.listing
             GROUP BY t.name HAVING COUNT(DISTINCT CASE WHEN l.server = 0 THEN l.id ELSE l.server END) > 1
             ORDER BY n DESC, t.name LIMIT $1",
        )
        .await?,
        languages: counted(
            store,
            "SELECT LOWER(language) AS word, COUNT(*) AS n FROM listing WHERE language IS NOT NULL
             GROUP BY LOWER(language) ORDER BY n DESC, word LIMIT $1",
        )
        .await?,
        given_up: given_up(store, shown.names).await?,
        inspected: inspected(store, shown.names).await?,
        toolset: toolset(store, shown.names).await?,
        makings: makings(store).await?,
        growth: growth(store).await?,
        months: months(store).await?,
        since: since(store, shown.since, shown.names).await?,
        changes: counted(
            store,
            "SELECT field, COUNT(*) AS n FROM change GROUP BY field ORDER BY n DESC, field LIMIT $1",
        )
        .await?,
        sources: sources(store).await?,
        not_understood: not_understood(store).await?,
        rejected: counted(
            store,
            "SELECT reason, COUNT(*) AS n FROM rejected GROUP BY reason ORDER BY n DESC, reason LIMIT $1",
        )
        .await?,
    })
}

/// Counts over everything that a store holds.
///
/// # Errors
/// The store failed.
pub async fn totals(store: &Store) -> Result<Totals, SurveyError> {
    let keys = async |kind: KeyKind| {
        store.number("SELECT COUNT(DISTINCT value) FROM key WHERE kind = $1", &[kind.code().into()]).await
    };
    let all = async |sql: &'static str| store.number(sql, &[]).await;
    Ok(Totals {
        listings: all("SELECT COUNT(*) FROM listing").await?,
        servers: all("SELECT COUNT(DISTINCT server) FROM listing").await?,
        repositories: keys(KeyKind::Repository).await?,
        owners: keys(KeyKind::Owner).await?,
        packages: keys(KeyKind::Package).await?,
        hosts: keys(KeyKind::Host).await?,
        subjects: all("SELECT COUNT(*) FROM subject").await?,
        observations: all("SELECT COUNT(*) FROM observation").await?,
        changes: all("SELECT COUNT(*) FROM change").await?,
        findings: all("SELECT COUNT(*) FROM finding").await?,
        rejected: all("SELECT CAST(COALESCE(SUM(rejected), 0) AS BIGINT) FROM source").await?,
    })
}

async fn registries(store: &Store) -> Result<Vec<RegistryFigures>, SurveyError> {
    let sql = "SELECT registry, COUNT(*) AS n, COUNT(repository) FROM listing GROUP BY registry ORDER BY n DESC, registry";
    let mut found: Vec<RegistryFigures> = Vec::new();
    for row in store.query(sql, &[]).await? {
        found.push(RegistryFigures {
            registry: row.text(0).to_owned(),
            listings: row.integer(1),
            linked: row.integer(2),
            ..RegistryFigures::default()
        });
    }
    let mut with = |rows: Vec<Row>, set: &dyn Fn(&mut RegistryFigures, &Row)| {
        for row in rows {
            if let Some(registry) = found.iter_mut().find(|known| known.registry == row.text(0)) {
                set(registry, &row);
            }
        }
    };
    let sql = "SELECT l.registry, s.state, COUNT(*) FROM standing AS s JOIN listing AS l ON l.id = s.listing
        GROUP BY l.registry, s.state";
    with(store.query(sql, &[]).await?, &|registry, row| {
        registry.states.insert(row.text(1).to_owned(), row.integer(2));
    });
    let sql = "SELECT l.registry, f.threat, COUNT(DISTINCT l.id) FROM finding AS f JOIN listing AS l ON l.id = f.listing
        WHERE (f.severity = 'critical' AND f.threat IN ('X01', 'X02')) OR f.rule IN ('secret-in-listing', 'look-alike-listing')
        GROUP BY l.registry, f.threat";
    with(store.query(sql, &[]).await?, &|registry, row| match row.text(1) {
        "X01" => registry.maintainer_hijackable = row.integer(2),
        "X02" => registry.redirection_hijackable = row.integer(2),
        "X04" => registry.leaking = row.integer(2),
        _ => registry.look_alike = row.integer(2),
    });
    Ok(found)
}

async fn rules(store: &Store) -> Result<Vec<RuleFigures>, SurveyError> {
    let sql = "SELECT rule, threat, severity, COUNT(DISTINCT listing) AS n FROM finding
        GROUP BY rule, threat, severity ORDER BY n DESC, rule, severity";
    let rows = store.query(sql, &[]).await?;
    let of = |row: &Row| RuleFigures {
        rule: row.text(0).to_owned(),
        threat: row.text(1).to_owned(),
        severity: row.text(2).to_owned(),
        listings: row.integer(3),
    };
    Ok(rows.iter().map(of).collect())
}

async fn leaks(store: &Store) -> Result<Vec<Leaks>, SurveyError> {
    let sql = "SELECT l.registry, k.kind, COUNT(DISTINCT l.id) AS n FROM leak AS k JOIN listing AS l ON l.id = k.listing
        GROUP BY l.registry, k.kind ORDER BY n DESC, l.registry, k.kind";
    let rows = store.query(sql, &[]).await?;
    let of = |row: &Row| Leaks {
        registry: row.text(0).to_owned(),
        kind: row.text(1).to_owned(),
        listings: row.integer(2),
    };
    Ok(rows.iter().map(of).collect())
}

async fn counted(store: &Store, sql: &'static str) -> Result<Vec<Counted>, SurveyError> {
    let rows = store.query(sql, &[LISTED.into()]).await?;
    Ok(rows.iter().map(|row| Counted { what: row.text(0).to_owned(), count: row.integer(1) }).collect())
}

async fn months(store: &Store) -> Result<Vec<Month>, SurveyError> {
    let sql = "SELECT first_seen / 86400, COUNT(*) FROM listing GROUP BY first_seen / 86400";
    let mut by_month: BTreeMap<String, i64> = BTreeMap::new();
    for row in store.query(sql, &[]).await? {
        let day = Timestamp::from_second(row.integer(0).saturating_mul(86_400));
        let month = day.map(|day| day.to_string().chars().take(7).collect::<String>()).unwrap_or_default();
        *by_month.entry(month).or_default() += row.integer(1);
    }
    let mut all = 0;
    let month = |(month, new): (String, i64)| {
        all += new;
        Month { month, new, all }
    };
    Ok(by_month.into_iter().map(month).collect())
}

async fn sources(store: &Store) -> Result<Vec<SourceFigures>, SurveyError> {
    let sql = "SELECT registry, locator, fetched, digest, records, kept, rejected FROM source ORDER BY registry, fetched, locator";
    let rows = store.query(sql, &[]).await?;
    let of = |row: &Row| SourceFigures {
        registry: row.text(0).to_owned(),
        locator: row.text(1).to_owned(),
        fetched: rfc3339(Moment(row.integer(2))),
        digest: row.text(3).to_owned(),
        records: row.integer(4),
        kept: row.integer(5),
        rejected: row.integer(6),
    };
    Ok(rows.iter().map(of).collect())
}
