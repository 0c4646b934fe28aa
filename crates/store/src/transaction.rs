//! Statements that hold together or not at all.

use sqlx::{Postgres, SqlSafeStr, Sqlite};

use crate::run::Connection;
use crate::{Batch, Cell, Dialect, Row, StoreError, batch};

/// A transaction; dropped, it is taken back.
#[derive(Debug)]
pub enum Transaction {
    /// On a file.
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    /// On a server.
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Transaction {
    /// Which database this is.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    pub(crate) fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(transaction) => Connection::Sqlite(transaction),
            Self::Postgres(transaction) => Connection::Postgres(transaction),
        }
    }

    /// Runs one statement and returns how many rows it touched.
    ///
    /// # Errors
    /// The statement failed.
    pub async fn execute(&mut self, sql: impl SqlSafeStr, cells: &[Cell]) -> Result<u64, StoreError> {
        self.connection().execute(sql, cells).await
    }

    /// All rows of an answer.
    ///
    /// # Errors
    /// The statement failed.
    pub async fn query(&mut self, sql: impl SqlSafeStr, cells: &[Cell]) -> Result<Vec<Row>, StoreError> {
        self.connection().query(sql, cells).await
    }

    /// Writes the rows of a batch in as few statements as the database takes, and empties it. Returns how many rows were
    /// written; those that were there already count for [`Conflict::Replace`](crate::Conflict::Replace) only.
    ///
    /// # Errors
    /// A statement failed.
    pub async fn write(&mut self, batch: &mut Batch) -> Result<u64, StoreError> {
        batch::write(self, batch).await
    }

    /// Makes it hold.
    ///
    /// # Errors
    /// The database refused; nothing holds.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await,
            Self::Postgres(transaction) => transaction.commit().await,
        }
        .map_err(|error| StoreError::statement("COMMIT", &error))
    }
}
