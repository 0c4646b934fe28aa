//! Runs, and what was there between which of them: so that any two can be compared without keeping either whole.

use portcullis_model::Moment;
use portcullis_store::{Cell, Store, Transaction};

use crate::SurveyError;

/// The tables. `until` and `gone` are 0 as long as something is there.
pub(super) const RUNS: &str = "
    CREATE TABLE run (
        id BIGINT NOT NULL PRIMARY KEY,
        at BIGINT NOT NULL,
        listings BIGINT NOT NULL,
        findings BIGINT NOT NULL
    );
    CREATE TABLE known (
        listing BIGINT NOT NULL PRIMARY KEY,
        since BIGINT NOT NULL,
        gone BIGINT NOT NULL,
        seen BIGINT NOT NULL
    ) CLUSTERED;
    CREATE TABLE found (
        finding BIGINT NOT NULL,
        since BIGINT NOT NULL,
        until BIGINT NOT NULL,
        listing BIGINT NOT NULL,
        rule TEXT NOT NULL,
        severity TEXT NOT NULL,
        PRIMARY KEY (finding, since)
    ) CLUSTERED;
    CREATE TABLE stood (
        listing BIGINT NOT NULL,
        since BIGINT NOT NULL,
        until BIGINT NOT NULL,
        state TEXT NOT NULL,
        PRIMARY KEY (listing, since)
    ) CLUSTERED;
    ALTER TABLE change ADD COLUMN run BIGINT NOT NULL DEFAULT 0
";

/// A registry that was read as a whole was read within this time, in seconds.
const READING: i64 = 86_400;

/// What the newest reading of a registry should have held and did not. At least two thirds of what is listed there were seen in
/// its newest reading, or it was no reading of the whole.
const MISSING: &str = "SELECT l.id FROM listing AS l JOIN (
        SELECT w.registry AS registry, w.newest AS newest
        FROM (SELECT registry, MAX(last_seen) AS newest FROM listing GROUP BY registry) AS w
        JOIN listing AS x ON x.registry = w.registry
        JOIN known AS k ON k.listing = x.id AND k.gone = 0
        GROUP BY w.registry, w.newest
        HAVING SUM(CASE WHEN x.last_seen > w.newest - $2 THEN 1 ELSE 0 END) * 3 >= COUNT(*) * 2
    ) AS whole ON whole.registry = l.registry
    WHERE l.last_seen <= whole.newest - $2";

/// One analysis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Its number, from 1.
    pub id: i64,
    /// When it ended.
    pub at: Moment,
    /// Listings that it looked at.
    pub listings: i64,
    /// What it found.
    pub findings: i64,
}

/// All runs, the first one first.
///
/// # Errors
/// The store failed.
pub async fn runs(store: &Store) -> Result<Vec<Run>, SurveyError> {
    let rows = store.query("SELECT id, at, listings, findings FROM run ORDER BY id", &[]).await?;
    let of = |row: &portcullis_store::Row| Run {
        id: row.integer(0),
        at: Moment(row.integer(1)),
        listings: row.integer(2),
        findings: row.integer(3),
    };
    Ok(rows.iter().map(of).collect())
}

/// Notes that an analysis ended, and what appeared and went with it. Returns its number.
///
/// # Errors
/// The store failed; nothing was noted.
pub async fn keep_run(store: &Store, at: Moment, listings: u64, findings: u64) -> Result<i64, SurveyError> {
    let number = |count: u64| Cell::Integer(i64::try_from(count).unwrap_or(i64::MAX));
    let mut transaction = store.begin().await?;
    let last = transaction.query("SELECT COALESCE(MAX(id), 0) FROM run", &[]).await?;
    let id = last.first().map_or(0, |row| row.integer(0)) + 1;
    let row = [id.into(), at.0.into(), number(listings), number(findings)];
    transaction.execute("INSERT INTO run (id, at, listings, findings) VALUES ($1, $2, $3, $4)", &row).await?;
    transaction.execute("UPDATE change SET run = $1 WHERE run = 0", &[id.into()]).await?;
    known(&mut transaction, id).await?;
    found(&mut transaction, id).await?;
    stood(&mut transaction, id).await?;
    transaction.commit().await?;
    Ok(id)
}

async fn known(transaction: &mut Transaction, run: i64) -> Result<(), SurveyError> {
    // What was gone and is listed again is new.
    let again = "UPDATE known SET since = $1, gone = 0
        WHERE gone <> 0 AND seen < (SELECT l.last_seen FROM listing AS l WHERE l.id = known.listing)";
    transaction.execute(again, &[run.into()]).await?;
    let new = "INSERT INTO known (listing, since, gone, seen)
        SELECT l.id, CAST($1 AS BIGINT), 0, 0 FROM listing AS l
        WHERE NOT EXISTS (SELECT 1 FROM known AS k WHERE k.listing = l.id)";
    transaction.execute(new, &[run.into()]).await?;
    let gone = format!(
        "UPDATE known SET gone = $1, seen = (SELECT l.last_seen FROM listing AS l WHERE l.id = known.listing)
         WHERE gone = 0 AND listing IN ({MISSING})"
    );
    transaction.execute(portcullis_store::AssertSqlSafe(gone), &[run.into(), READING.into()]).await?;
    Ok(())
}

async fn found(transaction: &mut Transaction, run: i64) -> Result<(), SurveyError> {
    let went = "UPDATE found SET until = $1 WHERE until = 0 AND NOT EXISTS
        (SELECT 1 FROM finding AS f WHERE f.id = found.finding AND f.severity = found.severity)";
    transaction.execute(went, &[run.into()]).await?;
    let appeared = "INSERT INTO found (finding, since, until, listing, rule, severity)
        SELECT f.id, CAST($1 AS BIGINT), 0, f.listing, f.rule, f.severity FROM finding AS f
        WHERE NOT EXISTS (SELECT 1 FROM found AS k WHERE k.finding = f.id AND k.until = 0)";
    transaction.execute(appeared, &[run.into()]).await?;
    Ok(())
}

async fn stood(transaction: &mut Transaction, run: i64) -> Result<(), SurveyError> {
    let left = "UPDATE stood SET until = $1 WHERE until = 0 AND NOT EXISTS
        (SELECT 1 FROM standing AS s WHERE s.listing = stood.listing AND s.state = stood.state)";
    transaction.execute(left, &[run.into()]).await?;
    let entered = "INSERT INTO stood (listing, since, until, state)
        SELECT s.listing, CAST($1 AS BIGINT), 0, s.state FROM standing AS s
        WHERE NOT EXISTS (SELECT 1 FROM stood AS k WHERE k.listing = s.listing AND k.until = 0)";
    transaction.execute(entered, &[run.into()]).await?;
    Ok(())
}
