//! Work that any number of processes share: a job is claimed by one of them at a time, under a lease.
//!
//! A worker that dies loses its lease, and the job is claimed again. Whoever finishes a job says so in the transaction that
//! holds its results; a lease that was lost meanwhile makes that fail, so nothing is lost and nothing is done twice. The
//! clock is the database's: workers' clocks may differ.
//!
//! A job that was begun twice and never done may be what its workers died of. It is claimed by itself from then on, so that those
//! beside it are not given up with it.
//!
//! Jobs of one lane are held by one worker at a time: whoever asks a host for many things asks for all of them, so that the
//! host is asked at one pace. For that, workers claim one after another; what they claimed they do side by side.

use std::time::Duration;

use sqlx::AssertSqlSafe;

use crate::{Batch, Column, Conflict, Dialect, Migration, Row, Store, StoreError, Transaction, id_of};

pub(crate) const TABLES: &[Migration] = &[
    Migration {
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
    },
    Migration {
        of: "queue",
        version: 2,
        statements: "
        ALTER TABLE job ADD COLUMN lane TEXT NOT NULL DEFAULT '';
        DROP INDEX job_waiting;
        CREATE INDEX job_waiting ON job (kind, lane, due, id) WHERE state = 'waiting';
        CREATE INDEX job_held ON job (kind, lane) WHERE state = 'running'
    ",
    },
    Migration {
        of: "queue",
        version: 3,
        statements: "
        CREATE INDEX job_suspect ON job (kind, lane) WHERE state = 'waiting' AND attempts >= 2
    ",
    },
];

/// A number that workers of a server take as a lock while they claim: two that look at the same time would both find a
/// lane free. On a file, writers follow one another anyway.
const CLAIMING: i64 = 0x706f_7274_636c_6169;

/// The lanes that have jobs which are due and that no other worker holds, found by stepping from one to the next.
const FREE_LANES: &str = "
    WITH RECURSIVE lane(name) AS (
        SELECT MIN(lane) FROM job WHERE state = 'waiting' AND kind = $1
        UNION ALL
        SELECT (SELECT MIN(j.lane) FROM job AS j WHERE j.state = 'waiting' AND j.kind = $1 AND j.lane > l.name)
        FROM lane AS l WHERE l.name IS NOT NULL)
    SELECT l.name FROM lane AS l WHERE l.name IS NOT NULL
        AND (l.name = '' OR NOT EXISTS (SELECT 1 FROM job AS h
            WHERE h.state = 'running' AND h.kind = $1 AND h.lane = l.name AND h.worker <> $2))
        AND EXISTS (SELECT 1 FROM job AS d
            WHERE d.state = 'waiting' AND d.kind = $1 AND d.lane = l.name AND d.due <= {now} AND d.attempts {begun})";

/// How often jobs were begun that are claimed together.
const FRESH: &str = "< 2";
/// How often jobs were begun that are claimed one by one.
const SUSPECT: &str = ">= 2";

const COLUMNS: &[(&str, Column)] = &[
    ("id", Column::Integer),
    ("kind", Column::Text),
    ("payload", Column::Text),
    ("lane", Column::Text),
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
    /// What it shares with other jobs of its kind that must be done by one worker at a time, such as the host that is
    /// asked; empty when anybody may do it at any time. It does not make another job of it.
    pub lane: String,
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

    /// Adds jobs in a transaction; those that were added before, in whatever state they are, stay as they are. Returns how
    /// many are new.
    ///
    /// # Errors
    /// The store failed.
    pub async fn add(
        &self,
        transaction: &mut Transaction,
        jobs: impl IntoIterator<Item = Job>,
    ) -> Result<u64, StoreError> {
        let mut batch = Batch::new("job", COLUMNS, Conflict::Keep);
        for Job { kind, payload, lane } in jobs {
            let id = id_of(&[&kind, &payload]);
            let state = "waiting".into();
            batch.push([id.into(), kind.into(), payload.into(), lane.into(), state, 0.into(), 0.into()])?;
        }
        transaction.write(&mut batch).await
    }

    /// Forgets the jobs of a kind that were done or given up: they can be added again.
    ///
    /// # Errors
    /// The store failed.
    pub async fn forget(&self, transaction: &mut Transaction, kind: &str) -> Result<u64, StoreError> {
        let sql = "DELETE FROM job WHERE kind = $1 AND state IN ('done', 'failed')";
        transaction.execute(sql, &[kind.into()]).await
    }

    /// Claims up to `most` jobs of a kind, all of one lane that nobody else holds; those of dead workers included, but for those
    /// that were begun twice ([`Queue::claim_alone`]). Jobs that were begun too often are given up. None when nothing is due in a
    /// free lane.
    ///
    /// # Errors
    /// The store failed; none was claimed.
    pub async fn claim(&self, kind: &str, most: u32) -> Result<Vec<Claimed>, StoreError> {
        self.claim_of(kind, most, FRESH).await
    }

    /// Claims one job of a kind that was begun twice at least and never done, the one that was begun least often. Whoever holds
    /// nothing beside it loses nothing else when it dies of it. None when nothing of the sort is due in a free lane.
    ///
    /// # Errors
    /// The store failed; none was claimed.
    pub async fn claim_alone(&self, kind: &str) -> Result<Option<Claimed>, StoreError> {
        Ok(self.claim_of(kind, 1, SUSPECT).await?.pop())
    }

    /// True when some job of a kind that is due was begun twice at least and never done.
    ///
    /// # Errors
    /// The store failed.
    pub async fn has_suspects(&self, kind: &str) -> Result<bool, StoreError> {
        let sql = self.spelt(
            "SELECT COUNT(*) FROM (SELECT id FROM job WHERE state = 'waiting' AND kind = $1 AND attempts >= 2
                 AND due <= {now} LIMIT 1) AS suspect",
        );
        Ok(self.store.number(sql, &[kind.into()]).await? > 0)
    }

    async fn claim_of(&self, kind: &str, most: u32, begun: &str) -> Result<Vec<Claimed>, StoreError> {
        let mut transaction = self.store.begin().await?;
        if transaction.dialect() == Dialect::Postgres {
            let lock = "SELECT CAST(pg_advisory_xact_lock($1) AS TEXT)";
            transaction.query(lock, &[CLAIMING.into()]).await?;
        }
        self.take_back(&mut transaction).await?;
        let free = [kind.into(), self.worker.as_str().into()];
        let free = transaction.query(self.spelt(&FREE_LANES.replace("{begun}", begun)), &free).await?;
        // Each worker has an order of its own: it stays with a lane, whose host's wishes it knows, as long as it can.
        let lane = free.iter().map(|row| row.text(0)).min_by_key(|lane| id_of(&[&self.worker, lane]));
        let Some(lane) = lane else {
            transaction.commit().await?;
            return Ok(Vec::new());
        };
        let lease = i64::try_from(self.lease.as_millis()).unwrap_or(i64::MAX);
        let cells =
            [self.worker.as_str().into(), lease.into(), kind.into(), lane.into(), i64::from(most).into()];
        let order = if begun == FRESH { "due, id" } else { "attempts, due, id" };
        let sql = self.spelt(&format!(
            "UPDATE job SET state = 'running', worker = $1, attempts = attempts + 1,
                     lease_until = {{now}} + $2
                 WHERE id IN (SELECT id FROM job WHERE state = 'waiting' AND kind = $3 AND lane = $4
                     AND due <= {{now}} AND attempts {begun} ORDER BY {order} LIMIT $5 {{skip}})
                 RETURNING id, kind, payload, lane, attempts"
        ));
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
    let [kind, payload, lane] = [1, 2, 3].map(|column| row.text(column).to_owned());
    Claimed { id: row.integer(0), job: Job { kind, payload, lane }, attempts: row.integer(4) }
}
