//! What is known of packages, in the store.

use portcullis_fetch::{FetchError, FetchErrorKind};
use portcullis_model::{Finding, Moment};
use portcullis_store::{Batch, Cell, Column, Conflict, Store, id_of};

use super::due::Due;
use super::fetched::{Budget, Ended};
use super::{Inspected, Package, key};
use crate::SurveyError;
use crate::table::{KeyKind, finding};

/// Letters of a reason that are kept.
const LONGEST_REASON: usize = 400;

/// Keeps what was found in a package instead of what was known of it before.
pub(super) async fn looked_at(
    store: &Store,
    package: &Package,
    findings: &[Finding],
    missing: usize,
    advised: bool,
    now: Moment,
) -> Result<(), SurveyError> {
    const INSPECTED: &[(&str, Column)] = &[
        ("package", Column::Integer),
        ("kind", Column::Text),
        ("name", Column::Text),
        ("version", Column::Text),
        ("digest", Column::Text),
        ("at", Column::Integer),
        ("missing", Column::Integer),
        ("advised", Column::Integer),
    ];
    const INSPECTION: &[(&str, Column)] = &[
        ("package", Column::Integer),
        ("id", Column::Integer),
        ("rule", Column::Text),
        ("severity", Column::Text),
        ("confidence", Column::Text),
        ("threat", Column::Text),
        ("message", Column::Text),
        ("evidence", Column::Text),
    ];
    let key = key(&package.name);
    let mut row = Batch::new("inspected", INSPECTED, Conflict::Replace(1));
    row.push([
        key.into(),
        package.name.kind.as_str().into(),
        package.name.name.as_str().into(),
        package.version.as_deref().into(),
        package.digest.as_str().into(),
        now.0.into(),
        i64::try_from(missing).unwrap_or(i64::MAX).into(),
        i64::from(advised).into(),
    ])?;
    let mut rows = Batch::new("inspection", INSPECTION, Conflict::Keep);
    for one in findings {
        let place = one.location.file.as_deref().unwrap_or("the package");
        let evidence = match &one.evidence {
            Some(evidence) => format!("{place}: {evidence}"),
            None => place.to_owned(),
        };
        let [rule, severity, confidence, threat, message, evidence] = finding::said(one, Some(evidence));
        let id = id_of(&["inspection", &one.id]);
        rows.push([key.into(), id.into(), rule, severity, confidence, threat, message, evidence])?;
    }
    let mut transaction = store.begin().await?;
    for statement in
        ["DELETE FROM inspection WHERE package = $1", "DELETE FROM uninspected WHERE package = $1"]
    {
        transaction.execute(statement, &[key.into()]).await?;
    }
    transaction.write(&mut row).await?;
    transaction.write(&mut rows).await?;
    transaction.commit().await?;
    Ok(())
}

/// Notes that a package is begun. When the process dies of it, the next run knows: it comes behind all others then, and after the
/// second death on another day only.
pub(super) async fn begins(store: &Store, due: &Due, now: Moment) -> Result<(), SurveyError> {
    let sql = "INSERT INTO uninspected (package, kind, name, version, at, why, reason)
        VALUES ($1, $2, $3, $4, $5, 'begun', $6)
        ON CONFLICT (package) DO UPDATE SET at = excluded.at, reason = excluded.reason,
            why = CASE WHEN uninspected.why = 'begun' THEN 'died' ELSE 'begun' END";
    let reason = "the run ended while it was fetched or looked at";
    let version: Cell = due.version.as_deref().into();
    let (kind, name) = (due.name.kind.as_str().into(), due.name.name.as_str().into());
    store.execute(sql, &[due.key.into(), kind, name, version, now.0.into(), reason.into()]).await?;
    Ok(())
}

/// Takes back that a package was begun.
pub(super) async fn not_begun(store: &Store, package: i64) -> Result<(), SurveyError> {
    let sql = "DELETE FROM uninspected WHERE package = $1 AND why IN ('begun', 'died')";
    store.execute(sql, &[package.into()]).await?;
    Ok(())
}

/// Notes that the registry has nothing newer than what was looked at.
pub(super) async fn still_the_newest(store: &Store, package: i64, now: Moment) -> Result<(), SurveyError> {
    store.execute("UPDATE inspected SET at = $1 WHERE package = $2", &[now.0.into(), package.into()]).await?;
    store.execute("DELETE FROM uninspected WHERE package = $1", &[package.into()]).await?;
    Ok(())
}

/// Keeps why a package could not be looked at.
pub(super) async fn not_had(
    store: &Store,
    due: &Due,
    error: &FetchError,
    now: Moment,
) -> Result<(), SurveyError> {
    const COLUMNS: &[(&str, Column)] = &[
        ("package", Column::Integer),
        ("kind", Column::Text),
        ("name", Column::Text),
        ("version", Column::Text),
        ("at", Column::Integer),
        ("why", Column::Text),
        ("reason", Column::Text),
    ];
    let mut row = Batch::new("uninspected", COLUMNS, Conflict::Replace(1));
    row.push([
        due.key.into(),
        due.name.kind.as_str().into(),
        due.name.name.as_str().into(),
        due.version.as_deref().into(),
        now.0.into(),
        word(error.kind).into(),
        error.to_string().chars().take(LONGEST_REASON).collect::<String>().into(),
    ])?;
    let mut transaction = store.begin().await?;
    transaction.write(&mut row).await?;
    transaction.commit().await?;
    Ok(())
}

/// Why a package could not be had, in one word.
const fn word(kind: FetchErrorKind) -> &'static str {
    match kind {
        FetchErrorKind::Name => "name",
        FetchErrorKind::Configuration => "no-registry",
        FetchErrorKind::UnknownPackage => "unknown",
        FetchErrorKind::NoVersion => "no-version",
        FetchErrorKind::Unauthorised => "refused-access",
        FetchErrorKind::Unreachable => "unreachable",
        FetchErrorKind::Refused => "unreadable",
        FetchErrorKind::TooLarge => "too-large",
        FetchErrorKind::WrongDigest => "wrong-digest",
    }
}

/// Keeps what a run was allowed and what it came to.
pub(super) async fn round(
    store: &Store,
    budget: &Budget,
    inspected: &Inspected,
    now: Moment,
) -> Result<(), SurveyError> {
    const COLUMNS: &[(&str, Column)] = &[
        ("at", Column::Integer),
        ("packages", Column::Integer),
        ("megabytes", Column::Integer),
        ("minutes", Column::Integer),
        ("looked_at", Column::Integer),
        ("known", Column::Integer),
        ("failed", Column::Integer),
        ("left_out", Column::Integer),
        ("bytes", Column::Integer),
        ("ended", Column::Text),
    ];
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX).into();
    let mut row = Batch::new("fetch_round", COLUMNS, Conflict::Replace(1));
    row.push([
        now.0.into(),
        number(budget.packages),
        number(budget.megabytes),
        number(budget.minutes),
        number(inspected.looked_at),
        number(inspected.known),
        number(inspected.unread.len() as u64),
        number(inspected.left),
        number(inspected.bytes),
        inspected.ended.map_or("done", Ended::as_str).into(),
    ])?;
    let mut transaction = store.begin().await?;
    transaction.write(&mut row).await?;
    transaction.commit().await?;
    Ok(())
}

/// Writes what is known of packages under the listings that name them. Says how many findings that are.
pub(crate) async fn told(store: &Store) -> Result<u64, SurveyError> {
    let sql = "SELECT k.listing, i.id, i.rule, i.severity, i.confidence, i.threat, i.message, i.evidence, p.at, i.package
        FROM inspection AS i JOIN inspected AS p ON p.package = i.package
        JOIN key AS k ON k.kind = $1 AND k.value = i.package
        ORDER BY k.listing, i.package, i.id";
    let mut rows = Batch::new("finding", finding::FINDING, Conflict::Keep);
    for row in store.query(sql, &[KeyKind::Package.code().into()]).await? {
        let numbers = [row.integer(0), row.integer(9), row.integer(1)].map(|number| number.to_string());
        let [listing, package, inspection] = &numbers;
        let id = id_of(&["source", listing, package, inspection]);
        let said = [2, 3, 4, 5, 6, 7].map(|column| row.text(column).into());
        rows.push(finding::row(id, row.integer(0), said, row.integer(8)))?;
    }
    let count = rows.len() as u64;
    let mut transaction = store.begin().await?;
    transaction.write(&mut rows).await?;
    transaction.commit().await?;
    Ok(count)
}
