//! Opening a store, and single statements on it.

use std::time::Duration;

use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, SqlSafeStr};

use crate::address::{Address, shown};
use crate::run::Connection;
use crate::{Cell, Migration, Row, StoreError, Transaction, migration, queue};

/// How long a statement waits for another writer of the same file.
const BUSY: Duration = Duration::from_secs(60);

/// How long an unreachable server is waited for.
const PATIENCE: Duration = Duration::from_secs(15);

/// Connections of one process.
const CONNECTIONS: u32 = 8;

/// Which database is behind a store. The SQL of products is the same for both; bulk writing and the queue are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

/// An open store. Clones share its connections.
#[derive(Clone)]
pub struct Store {
    pub(crate) pool: Pool,
    shown: String,
}

#[derive(Clone)]
pub(crate) enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl std::fmt::Debug for Store {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Store").field(&self.shown).finish()
    }
}

impl Store {
    /// Opens `FILE`, which is made when it is not there, or `postgres://…`, and brings the queue's tables up to date.
    ///
    /// # Errors
    /// The address can not be meant, the file is no store, the server does not answer or refuses; or a newer program
    /// has written it.
    pub async fn open(address: &str) -> Result<Self, StoreError> {
        let shown = shown(address);
        let closed =
            |error: sqlx::Error| StoreError::Closed { address: shown.clone(), reason: reason(&error) };
        let pool = match Address::read(address)? {
            Address::File(path) => {
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Normal)
                    .busy_timeout(BUSY)
                    // Pages of 64 MiB stay in memory. What is sorted goes to a file beyond that: memory does not grow with it.
                    .pragma("cache_size", "-65536")
                    .pragma("temp_store", "file")
                    // Bulk writing touches pages all over the file again and again: they go into it together, 64 MiB at a time.
                    .pragma("wal_autocheckpoint", "16384")
                    .disable_statement_logging();
                let pool = SqlitePoolOptions::new().max_connections(CONNECTIONS).connect_with(options).await;
                Pool::Sqlite(pool.map_err(closed)?)
            }
            Address::Server(options) => {
                let pool = PgPoolOptions::new()
                    .max_connections(CONNECTIONS)
                    .acquire_timeout(PATIENCE)
                    .connect_with(options.disable_statement_logging());
                Pool::Postgres(pool.await.map_err(closed)?)
            }
        };
        let store = Self { pool, shown };
        store.migrate(queue::TABLES).await?;
        Ok(store)
    }

    /// Which database this is.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match self.pool {
            Pool::Sqlite(_) => Dialect::Sqlite,
            Pool::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Its address without any password, for people.
    #[must_use]
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Applies the migrations that this store has not seen, in order, each once, however many processes start together.
    ///
    /// # Errors
    /// A statement failed (nothing of that migration stays), or a newer program has written the store.
    pub async fn migrate(&self, migrations: &[Migration]) -> Result<(), StoreError> {
        migration::apply(self, migrations).await
    }

    /// Begins a transaction. It is taken back when it is dropped without [`Transaction::commit`]. On SQLite it waits for
    /// other writers.
    ///
    /// # Errors
    /// No connection could be had.
    pub async fn begin(&self) -> Result<Transaction, StoreError> {
        let refused = |error| StoreError::statement("BEGIN", &error);
        Ok(match &self.pool {
            Pool::Sqlite(pool) => {
                Transaction::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await.map_err(refused)?)
            }
            Pool::Postgres(pool) => Transaction::Postgres(pool.begin().await.map_err(refused)?),
        })
    }

    /// Runs one statement and returns how many rows it touched.
    ///
    /// # Errors
    /// The statement failed.
    pub async fn execute(&self, sql: impl SqlSafeStr, cells: &[Cell]) -> Result<u64, StoreError> {
        let refused = |error| StoreError::statement("connecting", &error);
        match &self.pool {
            Pool::Sqlite(pool) => {
                let mut connection = pool.acquire().await.map_err(refused)?;
                Connection::Sqlite(&mut connection).execute(sql, cells).await
            }
            Pool::Postgres(pool) => {
                let mut connection = pool.acquire().await.map_err(refused)?;
                Connection::Postgres(&mut connection).execute(sql, cells).await
            }
        }
    }

    /// All rows of an answer. For answers that grow with the store use [`Store::each`].
    ///
    /// # Errors
    /// The statement failed.
    pub async fn query(&self, sql: impl SqlSafeStr, cells: &[Cell]) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        self.each(sql, cells, |row| {
            rows.push(row);
            true
        })
        .await?;
        Ok(rows)
    }

    /// The first number of the first row; 0 when there is none.
    ///
    /// # Errors
    /// The statement failed.
    pub async fn number(&self, sql: impl SqlSafeStr, cells: &[Cell]) -> Result<i64, StoreError> {
        Ok(self.query(sql, cells).await?.first().map_or(0, |row| row.integer(0)))
    }

    /// Hands over the rows of an answer one after another, without holding all of them, until `take` says false.
    ///
    /// # Errors
    /// The statement failed.
    pub async fn each(
        &self,
        sql: impl SqlSafeStr,
        cells: &[Cell],
        mut take: impl FnMut(Row) -> bool + Send,
    ) -> Result<(), StoreError> {
        let refused = |error| StoreError::statement("connecting", &error);
        match &self.pool {
            Pool::Sqlite(pool) => {
                let mut connection = pool.acquire().await.map_err(refused)?;
                Connection::Sqlite(&mut connection).each(sql, cells, &mut take).await
            }
            Pool::Postgres(pool) => {
                let mut connection = pool.acquire().await.map_err(refused)?;
                Connection::Postgres(&mut connection).each(sql, cells, &mut take).await
            }
        }
    }

    /// Lets go of all connections; SQLite puts its log into the file.
    pub async fn close(self) {
        match self.pool {
            Pool::Sqlite(pool) => pool.close().await,
            Pool::Postgres(pool) => pool.close().await,
        }
    }
}

/// What the driver said, and what to do about the usual causes.
fn reason(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) if error.message().contains("not a database") => {
            String::from("the file is no SQLite database; name another one")
        }
        sqlx::Error::Database(error) if error.message().contains("unable to open") => String::from(
            "the file can not be made or opened; does its folder exist, and may you write there?",
        ),
        sqlx::Error::Database(error) => error.message().to_owned(),
        sqlx::Error::Io(error) => {
            format!("the server does not answer ({error}); is it started, is the port right?")
        }
        sqlx::Error::PoolTimedOut => format!("the server did not answer within {} s", PATIENCE.as_secs()),
        sqlx::Error::Tls(_) => format!("{error}; `?sslmode=` in the address says what is asked for"),
        other => other.to_string(),
    }
}
