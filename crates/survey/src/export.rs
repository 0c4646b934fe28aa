//! The tables of an analysed store as Parquet files, for analysts: one file for each table, typed columns, Snappy.
//!
//! Rows pass one after another; a row group is held at a time, so memory does not grow with the store.
//!
//! Nothing is told about a live case by default (see [`Live`]): what could be taken over, or tells a credential, has a case number
//! for a name; what would tell where it is is left empty or out.

mod columns;
mod hidden;
mod tables;

use std::io::{self, Write};

use portcullis_store::Store;

use crate::SurveyError;
use columns::Columns;
use hidden::Hidden;
use tables::TABLES;

/// What the files tell of live cases: listings with a finding of X01, X02 or X04 or with a link that leads to nothing, and the
/// things that they rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Live {
    /// Numbers instead of names and ids; nothing that they declare.
    Masked,
    /// Everything.
    Named,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The table, which is also the file's name without its ending.
    pub table: &'static str,
    /// Its rows.
    pub rows: u64,
}

/// Writes every table into a file of its own, which `open` makes: it is given the table's name.
///
/// # Errors
/// The store failed, or a file can not be written.
pub async fn export<W: Write + Send>(
    store: &Store,
    live: Live,
    open: &mut (dyn FnMut(&str) -> io::Result<W> + Send),
) -> Result<Vec<Exported>, SurveyError> {
    let hidden = match live {
        Live::Masked => Hidden::find(store).await?,
        Live::Named => Hidden::default(),
    };
    let mut exported = Vec::new();
    for table in TABLES {
        let file = open(table.name).map_err(|error| {
            SurveyError::File(format!("`{}.parquet` can not be made: {error}", table.name))
        })?;
        let mut columns = Columns::new(table, file)?;
        let mut written = Ok(());
        store
            .each(table.sql, &[], |row| {
                if let Some(cells) = hidden.shown(table, &row) {
                    written = columns.push(&cells);
                }
                written.is_ok()
            })
            .await?;
        written?;
        exported.push(Exported { table: table.name, rows: columns.finish()? });
    }
    Ok(exported)
}
