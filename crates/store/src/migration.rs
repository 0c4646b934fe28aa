//! Tables and their versions.

use sqlx::AssertSqlSafe;

use crate::{Cell, Dialect, Store, StoreError, Transaction};

/// A number that all processes take as a lock while they migrate.
const LOCK: i64 = 0x706f_7274_6375_6c6c;

/// One step of one owner's tables. It is never changed once it was released: a later one changes the tables.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Whose tables: `queue`, `survey`.
    pub of: &'static str,
    /// Its number, from 1 upwards without gaps.
    pub version: i64,
    /// Statements, separated by semicolons. `CLUSTERED` behind a table stores its rows in the order of the primary key
    /// where the database can (SQLite).
    pub statements: &'static str,
}

pub(crate) async fn apply(store: &Store, migrations: &[Migration]) -> Result<(), StoreError> {
    let mut transaction = store.begin().await?;
    if transaction.dialect() == Dialect::Postgres {
        transaction.query("SELECT CAST(pg_advisory_xact_lock($1) AS TEXT)", &[Cell::Integer(LOCK)]).await?;
    }
    create(&mut transaction, "CREATE TABLE IF NOT EXISTS migration (owner TEXT NOT NULL, version BIGINT NOT NULL, PRIMARY KEY (owner, version))").await?;
    for migration in migrations {
        let found = transaction
            .query("SELECT MAX(version) FROM migration WHERE owner = $1", &[migration.of.into()])
            .await?
            .first()
            .map_or(0, |row| row.integer(0));
        let known =
            migrations.iter().filter(|other| other.of == migration.of).map(|other| other.version).max();
        if found > known.unwrap_or_default() {
            return Err(StoreError::Newer { of: migration.of, found });
        }
        if migration.version <= found {
            continue;
        }
        for statement in migration.statements.split(';').filter(|statement| !statement.trim().is_empty()) {
            create(&mut transaction, statement).await?;
        }
        let row = [migration.of.into(), migration.version.into()];
        transaction.execute("INSERT INTO migration (owner, version) VALUES ($1, $2)", &row).await?;
    }
    transaction.commit().await
}

/// Runs a statement that makes tables, in the words of the database: texts sort by bytes on both.
async fn create(transaction: &mut Transaction, statement: &str) -> Result<(), StoreError> {
    let statement = match transaction.dialect() {
        Dialect::Sqlite => statement.replace("CLUSTERED", "WITHOUT ROWID"),
        Dialect::Postgres => statement.replace("CLUSTERED", "").replace(" TEXT", " TEXT COLLATE \"C\""),
    };
    transaction.execute(AssertSqlSafe(statement), &[]).await.map(drop)
}
