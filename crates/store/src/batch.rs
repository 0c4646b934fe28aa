//! Writing many rows at once.
//!
//! SQLite takes them as lists of values with thousands of parameters, PostgreSQL as one array for each column: there a
//! statement is the same text whatever the number of rows, so it is planned once.

use std::collections::HashSet;

use sqlx::{AssertSqlSafe, SqlSafeStr as _};

use crate::{Cell, Column, StoreError, Transaction};

/// Parameters of one statement; SQLite takes 32,766.
const MOST_PARAMETERS: usize = 30_000;

/// Rows of one statement on PostgreSQL: arrays of moderate size keep both sides' memory small.
const MOST_ROWS: usize = 10_000;

/// What happens to a row whose key is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// It stays as it was.
    Keep,
    /// It is replaced. The key columns are the first so many; of equal keys in one batch the last row holds.
    Replace(usize),
}

/// Rows for one table, on their way.
#[derive(Debug, Clone)]
pub struct Batch {
    table: &'static str,
    columns: &'static [(&'static str, Column)],
    conflict: Conflict,
    cells: Vec<Cell>,
}

impl Batch {
    /// A batch for `table`, whose rows have these columns.
    #[must_use]
    pub const fn new(
        table: &'static str,
        columns: &'static [(&'static str, Column)],
        conflict: Conflict,
    ) -> Self {
        Self { table, columns, conflict, cells: Vec::new() }
    }

    /// Adds a row. Its length is checked by the type: `[Cell; N]` with as many cells as columns, or it is not added.
    ///
    /// # Errors
    /// The row has another number of cells than the table columns.
    pub fn push<const N: usize>(&mut self, row: [Cell; N]) -> Result<(), StoreError> {
        if N != self.columns.len() {
            let reason = format!("a row of {N} cells for {} columns", self.columns.len());
            let statement = format!("INSERT INTO {}", self.table);
            return Err(StoreError::Statement { statement, reason, may_pass: false });
        }
        self.cells.extend(row);
        Ok(())
    }

    /// How many rows wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cells.len() / self.columns.len().max(1)
    }

    /// True when no row waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Of rows with equal keys the last one: a statement may touch a row once only.
    fn without_equal_keys(&mut self) {
        let Conflict::Replace(keys) = self.conflict else { return };
        let width = self.columns.len();
        let key = |row: &[Cell]| format!("{:?}", row.get(..keys).unwrap_or_default());
        let mut seen = HashSet::with_capacity(self.len());
        let kept: Vec<bool> = self.cells.chunks(width).rev().map(|row| seen.insert(key(row))).collect();
        if kept.iter().all(|kept| *kept) {
            return;
        }
        let rows = self.cells.chunks(width).zip(kept.into_iter().rev());
        self.cells = rows.filter(|(_, kept)| *kept).flat_map(|(row, _)| row.to_vec()).collect();
    }

    fn names(&self) -> String {
        self.columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    }

    /// What follows the values.
    fn ending(&self) -> String {
        let names = |columns: Option<&[(&'static str, Column)]>| -> Vec<&'static str> {
            columns.unwrap_or_default().iter().map(|(name, _)| *name).collect()
        };
        match self.conflict {
            Conflict::Keep => String::from(" ON CONFLICT DO NOTHING"),
            Conflict::Replace(keys) => {
                let rest = names(self.columns.get(keys..));
                let set: Vec<String> = rest.iter().map(|name| format!("{name} = excluded.{name}")).collect();
                let keys = names(self.columns.get(..keys)).join(", ");
                if set.is_empty() {
                    return String::from(" ON CONFLICT DO NOTHING");
                }
                format!(" ON CONFLICT ({keys}) DO UPDATE SET {}", set.join(", "))
            }
        }
    }
}

pub(crate) async fn write(transaction: &mut Transaction, batch: &mut Batch) -> Result<u64, StoreError> {
    batch.without_equal_keys();
    let written = match transaction {
        Transaction::Sqlite(_) => as_values(transaction, batch).await?,
        Transaction::Postgres(_) => as_arrays(transaction, batch).await?,
    };
    batch.cells.clear();
    Ok(written)
}

async fn as_values(transaction: &mut Transaction, batch: &Batch) -> Result<u64, StoreError> {
    let width = batch.columns.len().max(1);
    let mut written = 0;
    for chunk in batch.cells.chunks(MOST_PARAMETERS / width * width) {
        let mut sql = format!("INSERT INTO {} ({}) VALUES ", batch.table, batch.names());
        for row in 0..chunk.len() / width {
            sql.push_str(if row == 0 { "(" } else { ", (" });
            for column in 0..width {
                // A parameter with a number is looked up by its name: that takes the square of their count.
                sql.push_str(if column == 0 { "?" } else { ", ?" });
            }
            sql.push(')');
        }
        sql.push_str(&batch.ending());
        written += transaction.execute(AssertSqlSafe(sql), chunk).await?;
    }
    Ok(written)
}

async fn as_arrays(transaction: &mut Transaction, batch: &Batch) -> Result<u64, StoreError> {
    let Transaction::Postgres(connection) = transaction else { return Ok(0) };
    let width = batch.columns.len().max(1);
    let arrays: Vec<String> = batch
        .columns
        .iter()
        .enumerate()
        .map(|(at, (_, column))| {
            let kind = match column {
                Column::Integer => "BIGINT",
                Column::Real => "DOUBLE PRECISION",
                Column::Text => "TEXT",
            };
            format!("${}::{kind}[]", at + 1)
        })
        .collect();
    let sql = format!(
        "INSERT INTO {} ({}) SELECT * FROM UNNEST({}){}",
        batch.table,
        batch.names(),
        arrays.join(", "),
        batch.ending()
    );
    let sql = AssertSqlSafe(sql).into_sql_str();
    let mut written = 0;
    for chunk in batch.cells.chunks(MOST_ROWS * width) {
        let mut query = sqlx::query(sql.clone());
        for (at, (_, column)) in batch.columns.iter().enumerate() {
            let cells = chunk.iter().skip(at).step_by(width);
            query = match column {
                Column::Integer => query.bind(cells.map(integer).collect::<Vec<_>>()),
                Column::Real => query.bind(cells.map(real).collect::<Vec<_>>()),
                Column::Text => query.bind(cells.map(text).collect::<Vec<_>>()),
            };
        }
        let done = query.execute(&mut **connection).await;
        written += done.map_err(|error| StoreError::statement(sql.as_str(), &error))?.rows_affected();
    }
    Ok(written)
}

const fn integer(cell: &Cell) -> Option<i64> {
    match cell {
        Cell::Integer(value) => Some(*value),
        _ => None,
    }
}

const fn real(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Real(value) => Some(*value),
        Cell::Integer(value) => Some(*value as f64),
        _ => None,
    }
}

fn text(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Text(value) => Some(Cell::storable(value)),
        _ => None,
    }
}
