//! What was looked at of the source of packages, and what was not.

use portcullis_model::Moment;
use portcullis_store::{Row, Store};
use serde::Serialize;

use super::block::Block;
use super::figures::Counted;
use super::{grouped, share};
use crate::SurveyError;
use crate::record::rfc3339;
use crate::table::KeyKind;

/// Packages that could not be looked at and are listed one by one.
const LISTED: i64 = 25;
/// Why a package could not be had where its name may be free: nobody is told which one it is.
const MAY_BE_FREE: [&str; 2] = ["unknown", "no-version"];

/// Packages of listed servers whose source was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct InspectedPackages {
    /// Packages.
    pub packages: i64,
    /// Those of which not everything could be read.
    pub partly: i64,
    /// Those that were not looked up among known vulnerabilities.
    pub unadvised: i64,
    /// Those with a finding that is at least high.
    pub grave: i64,
    /// Listings that name one of them.
    pub listings: i64,
    /// Packages that listings name, of the kinds that can be looked at.
    pub listed: i64,
    /// Packages that could not be had, by why.
    pub failed: Vec<Counted>,
    /// Some of them one by one.
    pub failures: Vec<FailedPackage>,
    /// The last time that packages were fetched.
    pub fetched: Option<FetchRound>,
}

/// A package that could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FailedPackage {
    /// Its name; none when that may be free.
    pub package: Option<String>,
    /// Why, in one word.
    pub why: String,
    /// Why; none when it tells the name.
    pub reason: Option<String>,
}

/// A run that fetched packages: what it was allowed, and what it came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "each says what is counted")]
pub struct FetchRound {
    pub at: String,
    /// The budget.
    pub packages: i64,
    pub megabytes: i64,
    pub minutes: i64,
    /// What became of packages.
    pub looked_at: i64,
    pub known: i64,
    pub failed: i64,
    pub left_out: i64,
    /// Bytes that were fetched.
    pub bytes: i64,
    /// What ended it: `done`, or what of the budget was used up.
    pub ended: String,
}

pub(super) async fn inspected(store: &Store, names: bool) -> Result<InspectedPackages, SurveyError> {
    let number = async |sql: &'static str| store.number(sql, &[]).await;
    let listings = "SELECT COUNT(DISTINCT k.listing) FROM key AS k JOIN inspected AS i ON i.package = k.value WHERE k.kind = $1";
    let failed = "SELECT why, COUNT(*) AS number FROM uninspected GROUP BY why ORDER BY number DESC, why";
    let failures = "SELECT kind, name, why, reason FROM uninspected ORDER BY why, kind, name LIMIT $1";
    let round = "SELECT at, packages, megabytes, minutes, looked_at, known, failed, left_out, bytes, ended
        FROM fetch_round ORDER BY at DESC LIMIT 1";
    let counted = |row: &Row| Counted { what: row.text(0).to_owned(), count: row.integer(1) };
    Ok(InspectedPackages {
        packages: number("SELECT COUNT(*) FROM inspected").await?,
        partly: number("SELECT COUNT(*) FROM inspected WHERE missing > 0").await?,
        unadvised: number("SELECT COUNT(*) FROM inspected WHERE advised = 0").await?,
        grave: number("SELECT COUNT(DISTINCT package) FROM inspection WHERE severity IN ('high', 'critical')").await?,
        listings: store.number(listings, &[KeyKind::Package.code().into()]).await?,
        listed: number(
            "SELECT COUNT(*) FROM (SELECT DISTINCT kind, name FROM package WHERE kind IN ('npm', 'pypi')) AS p",
        )
        .await?,
        failed: store.query(failed, &[]).await?.iter().map(counted).collect(),
        failures: store.query(failures, &[LISTED.into()]).await?.iter().map(|row| failure(row, names)).collect(),
        fetched: store.query(round, &[]).await?.first().map(fetched),
    })
}

fn failure(row: &Row, names: bool) -> FailedPackage {
    let shown = names || !MAY_BE_FREE.contains(&row.text(2));
    FailedPackage {
        package: shown.then(|| format!("{}:{}", row.text(0), row.text(1))),
        why: row.text(2).to_owned(),
        reason: shown.then(|| row.text(3).to_owned()),
    }
}

fn fetched(row: &Row) -> FetchRound {
    FetchRound {
        at: rfc3339(Moment(row.integer(0))),
        packages: row.integer(1),
        megabytes: row.integer(2),
        minutes: row.integer(3),
        looked_at: row.integer(4),
        known: row.integer(5),
        failed: row.integer(6),
        left_out: row.integer(7),
        bytes: row.integer(8),
        ended: row.text(9).to_owned(),
    }
}

/// The section.
pub(super) fn section(found: &InspectedPackages) -> Vec<Block> {
    if found.packages == 0 && found.fetched.is_none() {
        let silent = "No package was looked at: `survey analyse --sources` fetches those of the most used servers, `--sources FOLDER` \
                      looks at those that lie in a folder.";
        return vec![Block::Text(String::from(silent))];
    }
    let mut blocks = vec![Block::Text(format!(
        "{} packages of {} listings were looked at, of {} that listings name at npm and PyPI ({} %); of {} not everything could be read, \
         {} were not looked up among known vulnerabilities. {} have a finding that is at least high. What was found counts under \
         \u{201c}What rules found\u{201d}.",
        grouped(found.packages),
        grouped(found.listings),
        grouped(found.listed),
        share(found.packages, found.listed),
        grouped(found.partly),
        grouped(found.unadvised),
        grouped(found.grave)
    ))];
    if let Some(round) = &found.fetched {
        blocks.push(Block::Text(told(round)));
    }
    if !found.failed.is_empty() {
        blocks.push(Block::Title(String::from("Packages that could not be looked at")));
        let rows = found.failed.iter().map(|one| vec![meaning(&one.what).to_owned(), grouped(one.count)]);
        blocks.push(Block::Table(vec!["why", "packages"], rows.collect()));
        let rows = found.failures.iter().map(|one| {
            let package = one.package.as_deref().unwrap_or("not named: its name may be free");
            let reason = one.reason.as_deref().unwrap_or(meaning(&one.why));
            vec![package.to_owned(), reason.to_owned()]
        });
        blocks.push(Block::Table(vec!["package", "reason"], rows.collect()));
    }
    blocks
}

/// What the last run that fetched packages was allowed, and what it came to.
fn told(round: &FetchRound) -> String {
    let ended = match round.ended.as_str() {
        "packages" => "as many were asked for as may be in one run",
        "megabytes" => "as much was fetched as may be in one run",
        "minutes" => "the time of the run was over",
        "offline" => "nobody was to be asked",
        "unreachable" => "a registry did not answer",
        _ => "nothing was left to do",
    };
    format!(
        "Packages were fetched last on {}, those of the most used servers first, at most {} packages, {} megabytes and {} minutes: {} were \
         looked at, {} had nothing new, {} could not be had, {} were left out ({ended}); {} megabytes were sent.",
        round.at,
        grouped(round.packages),
        grouped(round.megabytes),
        grouped(round.minutes),
        grouped(round.looked_at),
        grouped(round.known),
        grouped(round.failed),
        grouped(round.left_out),
        grouped(round.bytes / 1_000_000)
    )
}

/// What the word for why a package could not be had stands for.
fn meaning(why: &str) -> &'static str {
    match why {
        "begun" => "a run ended while it was fetched or looked at",
        "died" => "run after run ended while it was fetched or looked at",
        "name" => "no client of a registry would take its name",
        "no-registry" => "no registry is configured",
        "unknown" => "its registry knows no such package",
        "no-version" => "its registry has no such version, or no file of it that can be read",
        "refused-access" => "its registry does not let everybody have it",
        "unreachable" => "its registry could not be reached or not be understood",
        "too-large" => "it is too large",
        "wrong-digest" => "it is not what its registry says it is",
        _ => "what was sent was refused",
    }
}
