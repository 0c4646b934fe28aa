//! One statement with its parameters on one connection of either kind, and what comes back.

use futures_util::TryStreamExt as _;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgConnection, PgRow, PgTypeInfo};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{Column as _, Postgres, Row as _, Sqlite, TypeInfo as _, ValueRef as _};
use sqlx::{SqlSafeStr, SqlStr};

use crate::{Cell, Row, StoreError};

/// What a caller does with each row; false ends the reading.
pub(crate) type Take<'a> = &'a mut (dyn FnMut(Row) -> bool + Send);

/// A borrowed connection.
pub(crate) enum Connection<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

impl Connection<'_> {
    /// Runs a statement and returns how many rows it touched.
    pub(crate) async fn execute(&mut self, sql: impl SqlSafeStr, cells: &[Cell]) -> Result<u64, StoreError> {
        let sql = sql.into_sql_str();
        let words = sql.clone();
        match self {
            Self::Sqlite(connection) => {
                sqlite(sql, cells).execute(&mut **connection).await.map(|done| done.rows_affected())
            }
            Self::Postgres(connection) => {
                postgres(sql, cells).execute(&mut **connection).await.map(|done| done.rows_affected())
            }
        }
        .map_err(|error| StoreError::statement(words.as_str(), &error))
    }

    /// Hands over the rows of an answer one after another.
    pub(crate) async fn each(
        &mut self,
        sql: impl SqlSafeStr,
        cells: &[Cell],
        take: Take<'_>,
    ) -> Result<(), StoreError> {
        let sql = sql.into_sql_str();
        let words = sql.clone();
        let outcome = match self {
            Self::Sqlite(connection) => {
                let mut rows = sqlite(sql, cells).fetch(&mut **connection);
                loop {
                    match rows.try_next().await {
                        Ok(Some(row)) if take(of_sqlite(&row)?) => {}
                        Ok(_) => break Ok(()),
                        Err(error) => break Err(error),
                    }
                }
            }
            Self::Postgres(connection) => {
                let mut rows = postgres(sql, cells).fetch(&mut **connection);
                loop {
                    match rows.try_next().await {
                        Ok(Some(row)) if take(of_postgres(&row)?) => {}
                        Ok(_) => break Ok(()),
                        Err(error) => break Err(error),
                    }
                }
            }
        };
        outcome.map_err(|error| StoreError::statement(words.as_str(), &error))
    }

    /// All rows of an answer.
    pub(crate) async fn query(
        &mut self,
        sql: impl SqlSafeStr,
        cells: &[Cell],
    ) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        let mut take = |row| {
            rows.push(row);
            true
        };
        self.each(sql, cells, &mut take).await?;
        Ok(rows)
    }
}

fn sqlite(sql: SqlStr, cells: &[Cell]) -> Query<'static, Sqlite, SqliteArguments> {
    let mut query = sqlx::query(sql);
    for cell in cells {
        query = match cell {
            Cell::Null => query.bind(None::<i64>),
            Cell::Integer(value) => query.bind(*value),
            Cell::Real(value) => query.bind(*value),
            Cell::Text(value) => query.bind(Cell::storable(value)),
        };
    }
    query
}

fn postgres(sql: SqlStr, cells: &[Cell]) -> Query<'static, Postgres, PgArguments> {
    let mut query = sqlx::query(sql);
    for cell in cells {
        query = match cell {
            Cell::Null => query.bind(Nothing),
            Cell::Integer(value) => query.bind(*value),
            Cell::Real(value) => query.bind(*value),
            Cell::Text(value) => query.bind(Cell::storable(value)),
        };
    }
    query
}

/// No value, of whatever type its place in the statement asks for.
struct Nothing;

impl sqlx::Type<Postgres> for Nothing {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(0))
    }
}

impl sqlx::Encode<'_, Postgres> for Nothing {
    fn encode_by_ref(&self, _: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Ok(IsNull::Yes)
    }
}

fn of_sqlite(row: &SqliteRow) -> Result<Row, StoreError> {
    let refused = |error| StoreError::statement("reading a row", &error);
    let mut cells = Vec::with_capacity(row.columns().len());
    for column in row.columns() {
        let at = column.ordinal();
        let value = row.try_get_raw(at).map_err(refused)?;
        let kind = value.type_info();
        cells.push(match kind.name() {
            _ if value.is_null() => Cell::Null,
            "INTEGER" | "BOOLEAN" => Cell::Integer(row.try_get_unchecked(at).map_err(refused)?),
            "REAL" => Cell::Real(row.try_get_unchecked(at).map_err(refused)?),
            _ => Cell::Text(row.try_get_unchecked(at).map_err(refused)?),
        });
    }
    Ok(Row(cells))
}

fn of_postgres(row: &PgRow) -> Result<Row, StoreError> {
    let refused = |error| StoreError::statement("reading a row", &error);
    let mut cells = Vec::with_capacity(row.columns().len());
    for column in row.columns() {
        let at = column.ordinal();
        let value = row.try_get_raw(at).map_err(refused)?;
        let kind = value.type_info();
        cells.push(match kind.name() {
            _ if value.is_null() => Cell::Null,
            "INT8" => Cell::Integer(row.try_get(at).map_err(refused)?),
            "INT4" => Cell::Integer(i64::from(row.try_get::<i32, _>(at).map_err(refused)?)),
            "INT2" => Cell::Integer(i64::from(row.try_get::<i16, _>(at).map_err(refused)?)),
            "BOOL" => Cell::Integer(i64::from(row.try_get::<bool, _>(at).map_err(refused)?)),
            "FLOAT8" => Cell::Real(row.try_get(at).map_err(refused)?),
            "TEXT" | "VARCHAR" | "NAME" | "UNKNOWN" | "BPCHAR" => {
                Cell::Text(row.try_get(at).map_err(refused)?)
            }
            other => {
                return Err(StoreError::Statement {
                    statement: format!("column {}", column.name()),
                    reason: format!("its type {other} is not read; write CAST(… AS BIGINT) or AS TEXT"),
                    may_pass: false,
                });
            }
        });
    }
    Ok(Row(cells))
}
