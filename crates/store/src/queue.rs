//! Work that any number of processes share: a job is claimed by one of them at a time, under a lease.
//!
//! A worker that dies loses its lease, and the job is claimed again. Whoever finishes a job says so in the transaction that
//! holds its results; a lease that was lost meanwhile makes that fail, so nothing is lost and nothing is done twice. The
//! clock is the database's: workers' clocks may differ.

use std::time::Duration;

use sqlx::AssertSqlSafe;

use crate::{Batch, Column, Conflict, Dialect, Migration, Row, Store, StoreError, Transaction, id_of};

pub(crate) const TABLES: &[Migration] = &[Migration {
    of: "queue",
    version: 1,
    statements: "
        CREATE TABLE job (
            id BIGINT NOT NULL PRIMARY KEY,
            kind TEXT NOT NULL,
            payload TEXT NOT NULL,
            state TEXT NOT NULL,
            due BIGINT NOT NULL,
            lease_until BIGINT,
            attempts BIGINT NOT NULL,
            worker TEXT,
            reason TEXT,
            done BIGINT
        );
        CREATE INDEX job_waiting ON job (kind, due, id) WHERE state = 'waiting';
        CREATE INDEX job_running ON job (lease_until) WHERE state = 'running'
    ",
}];

const COLUMNS: &[(&str, Column)] = &[
    ("id", Column::Integer),
    ("kind", Column::Text),
    ("payload", Column::Text),
    ("state", Column::Text),
    ("due", Column::Integer),
    ("attempts", Column::Integer),
];

/// Something to do. Equal jobs are one job: a round (such as a day) in the payload makes it another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// What kind of work, one word.
    pub kind: String,
    /// What exactly; whoever does this kind of work knows how it reads.
    pub payload: String,
}

/// A job that is ours until its lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// Its id.
    pub id: i64,
    /// The job.
    pub job: Job,
    /// How many times it was begun, this time included.
    pub attempts: i64,
}

/// How many jobs are in which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Nobody has begun them, or they wait for their next attempt.
    pub waiting: u64,
    /// Somebody holds them.
    pub running: u64,
    /// They were done.
    pub done: u64,
    /// They were given up; their reason is kept.
    pub failed: u64,
}

/// The queue as one worker sees it.
#[derive(Debug, Clone)]
pub struct Queue {
    store: Store,
    worker: String,
    lease: Duration,
    most_attempts: i64,
}

impl Queue {
    /// The queue of a store. `worker` is unique among all processes; a job is claimed for `lease` and begun at most
    /// `most_attempts` times.
    #[must_use]
    pub fn new(store: &Store, worker: &str, lease: Duration, most_attempts: u32) -> Self {
        Self {
            store: store.clone(),
            worker: worker.to_owned(),
            lease,
            most_attempts: i64::from(most_attempts),
        }
    }

    /// A statement in the words of the database: the time in milliseconds, and how rows that others hold are passed over.
    fn spelt(&self, sql: &str) -> AssertSqlSafe<String> {
        let (now, skip) = match self.store.dialect() {
            Dialect::Sqlite => ("CAST(unixepoch('subsec') * 1000 AS BIGINT)", ""),
            Dialect::Postgres => {
                ("CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)", "FOR UPDATE SKIP LOCKED")
            }
        };
        AssertSqlSafe(sql.replace("{now}", now).replace("{skip}", skip))
    }

    /// Adds jobs; those that were added before, in whatever state they are, stay as they are. Returns how many are new.
    ///
    /// # Errors
    /// The store failed; none was added.
    pub async fn add(&self, jobs: impl IntoIterator<Item = Job>) -> Result<u64, StoreError> {
        let mut batch = Batch::new("job", COLUMNS, Conflict::Keep);
        for Job { kind, payload } in jobs {
            let id = id_of(&[&kind, &payload]);
            batch.push([id.into(), kind.into(), payload.into(), "waiting".into(), 0.into(), 0.into()])?;
        }
        let mut transaction = self.store.begin().await?;
        let added = transaction.write(&mut batch).await?;
        transaction.commit().await?;
        Ok(added)
    }

    /// Claims up to `most` jobs of a kind, those of dead workers included. Jobs that were begun too often are given up.
    ///
    /// # Errors
    /// The store failed; none was claimed.
    pub async fn claim(&self, kind: &str, most: u32) -> Result<Vec<Claimed>, StoreError> {
        let mut transaction = self.store.begin().await?;
        self.take_back(&mut transaction).await?;
        let lease = i64::try_from(self.lease.as_millis()).unwrap_or(i64::MAX);
        let cells = [self.worker.as_str().into(), lease.into(), kind.into(), i64::from(most).into()];
        let sql = self.spelt(
            "UPDATE job SET state = 'running', worker = $1, attempts = attempts + 1,
                     lease_until = {now} + $2
                 WHERE id IN (SELECT id FROM job WHERE state = 'waiting' AND kind = $3
                     AND due <= {now} ORDER BY due, id LIMIT $4 {skip})
                 RETURNING id, kind, payload, attempts",
        );
        let rows = transaction.query(sql, &cells).await?;
        transaction.commit().await?;
        Ok(rows.iter().map(claimed).collect())
    }

    /// Puts the jobs whose leases have ended back, or gives them up.
    async fn take_back(&self, transaction: &mut Transaction) -> Result<(), StoreError> {
        let sql = self.spelt(
            "UPDATE job SET worker = NULL, lease_until = NULL,
                     state = CASE WHEN attempts >= $1 THEN 'failed' ELSE 'waiting' END,
                     reason = CASE WHEN attempts >= $1 THEN 'its workers died' ELSE reason END
                 WHERE id IN (SELECT id FROM job WHERE state = 'running'
                     AND lease_until < {now} {skip})",
        );
        transaction.execute(sql, &[self.most_attempts.into()]).await.map(drop)
    }

    /// Makes the leases of all jobs that this worker holds last another full time. Returns how many it holds.
    ///
    /// # Errors
    /// The store failed.
    pub async fn heartbeat(&self) -> Result<u64, StoreError> {
        let lease = i64::try_from(self.lease.as_millis()).unwrap_or(i64::MAX);
        let sql = self.spelt(
            "UPDATE job SET lease_until = {now} + $1
                 WHERE state = 'running' AND worker = $2",
        );
        self.store.execute(sql, &[lease.into(), self.worker.as_str().into()]).await
    }

    /// Says that jobs are done, in the transaction that holds their results.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when another worker has one of them by now: the transaction must not be committed.
    pub async fn done(&self, transaction: &mut Transaction, jobs: &[Claimed]) -> Result<(), StoreError> {
        let mut finished = 0;
        for some in jobs.chunks(5000) {
            let ids: Vec<String> = some.iter().map(|job| job.id.to_string()).collect();
            let sql = self.spelt(&format!(
                "UPDATE job SET state = 'done', worker = NULL, lease_until = NULL, reason = NULL, done = {{now}}
                 WHERE state = 'running' AND worker = $1 AND id IN ({})",
                ids.join(", ")
            ));
            finished += transaction.execute(sql, &[self.worker.as_str().into()]).await?;
        }
        if finished == jobs.len() as u64 { Ok(()) } else { Err(StoreError::LeaseLost) }
    }

    /// Says that a job could not be done, and why. It waits for `again_after`, unless it was begun too often.
    ///
    /// # Errors
    /// The store failed.
    pub async fn failed(&self, job: &Claimed, reason: &str, again_after: Duration) -> Result<(), StoreError> {
        let wait = i64::try_from(again_after.as_millis()).unwrap_or(i64::MAX);
        let given_up = job.attempts >= self.most_attempts;
        let state = if given_up { "failed" } else { "waiting" };
        let sql = self.spelt(
            "UPDATE job SET state = $1, reason = $2, worker = NULL, lease_until = NULL,
                     due = {now} + $3
                 WHERE id = $4 AND state = 'running' AND worker = $5",
        );
        let cells = [state.into(), reason.into(), wait.into(), job.id.into(), self.worker.as_str().into()];
        self.store.execute(sql, &cells).await.map(drop)
    }

    /// Puts back all jobs that this worker holds, as if it had never begun them.
    ///
    /// # Errors
    /// The store failed.
    pub async fn release(&self) -> Result<u64, StoreError> {
        let sql =
            "UPDATE job SET state = 'waiting', worker = NULL, lease_until = NULL, attempts = attempts - 1
                   WHERE state = 'running' AND worker = $1";
        self.store.execute(sql, &[self.worker.as_str().into()]).await
    }

    /// How many jobs of a kind are in which state.
    ///
    /// # Errors
    /// The store failed.
    pub async fn counts(&self, kind: &str) -> Result<Counts, StoreError> {
        let sql = "SELECT state, COUNT(*) FROM job WHERE kind = $1 GROUP BY state";
        let mut counts = Counts::default();
        for row in self.store.query(sql, &[kind.into()]).await? {
            let count = u64::try_from(row.integer(1)).unwrap_or_default();
            match row.text(0) {
                "waiting" => counts.waiting = count,
                "running" => counts.running = count,
                "done" => counts.done = count,
                _ => counts.failed = count,
            }
        }
        Ok(counts)
    }
}

fn claimed(row: &Row) -> Claimed {
    let job = Job { kind: row.text(1).to_owned(), payload: row.text(2).to_owned() };
    Claimed { id: row.integer(0), job, attempts: row.integer(3) }
}
