//! Rows into a Parquet file.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use portcullis_store::Cell;

use super::tables::{Column, Kind, Table};
use crate::SurveyError;

/// Rows of one row group at most: large enough to compress well, small enough to be held.
const MOST_ROWS: usize = 100_000;
/// Bytes of texts in one row group at most.
const MOST_BYTES: usize = 16 << 20;

/// A file on its way.
pub(super) struct Columns<W: Write + Send> {
    table: &'static str,
    columns: Vec<Values>,
    waiting: usize,
    bytes: usize,
    rows: u64,
    writer: SerializedFileWriter<W>,
}

/// The values of one column in a row group, and for each row whether it has one.
struct Values {
    column: Column,
    there: Vec<i16>,
    numbers: Vec<i64>,
    texts: Vec<ByteArray>,
}

impl<W: Write + Send> Columns<W> {
    pub(super) fn new(table: &'static Table, file: W) -> Result<Self, SurveyError> {
        let failed = |error| failure(table.name, &error);
        let schema = schema(table).map_err(failed)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(format!("portcullis {}", env!("CARGO_PKG_VERSION")))
            .build();
        let writer =
            SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties)).map_err(failed)?;
        let values = |column: &Column| Values {
            column: *column,
            there: Vec::new(),
            numbers: Vec::new(),
            texts: Vec::new(),
        };
        let columns = table.columns.iter().map(values).collect();
        Ok(Self { table: table.name, columns, waiting: 0, bytes: 0, rows: 0, writer })
    }

    /// Takes a row, and writes a row group when there are enough.
    pub(super) fn push(&mut self, cells: &[Cell]) -> Result<(), SurveyError> {
        for (values, cell) in self.columns.iter_mut().zip(cells) {
            self.bytes += values.push(cell);
        }
        self.waiting += 1;
        self.rows += 1;
        if self.waiting >= MOST_ROWS || self.bytes >= MOST_BYTES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), SurveyError> {
        if self.waiting > 0 {
            write_group(&mut self.writer, &mut self.columns).map_err(|error| failure(self.table, &error))?;
        }
        (self.waiting, self.bytes) = (0, 0);
        Ok(())
    }

    /// Writes what waits and the end of the file. Says how many rows there are.
    pub(super) fn finish(mut self) -> Result<u64, SurveyError> {
        self.flush()?;
        self.writer.close().map_err(|error| failure(self.table, &error))?;
        Ok(self.rows)
    }
}

impl Values {
    /// Takes a cell; says how many bytes it holds.
    fn push(&mut self, cell: &Cell) -> usize {
        let is_there = match (self.column.kind, cell) {
            (Kind::Text, Cell::Text(text)) => {
                self.texts.push(ByteArray::from(text.as_str()));
                true
            }
            (Kind::Time, Cell::Integer(seconds)) => {
                self.numbers.push(seconds.saturating_mul(1000));
                true
            }
            (Kind::Id | Kind::Count, Cell::Integer(number)) => {
                self.numbers.push(*number);
                true
            }
            _ => false,
        };
        self.there.push(i16::from(is_there));
        if let Cell::Text(text) = cell { text.len() } else { size_of::<i64>() }
    }

    fn clear(&mut self) {
        self.there.clear();
        self.numbers.clear();
        self.texts.clear();
    }
}

fn write_group<W: Write + Send>(
    writer: &mut SerializedFileWriter<W>,
    columns: &mut [Values],
) -> Result<(), ParquetError> {
    let mut group = writer.next_row_group()?;
    for values in columns {
        let Some(mut column) = group.next_column()? else { break };
        let there = Some(values.there.as_slice());
        if values.column.kind == Kind::Text {
            column.typed::<ByteArrayType>().write_batch(&values.texts, there, None)?;
        } else {
            column.typed::<Int64Type>().write_batch(&values.numbers, there, None)?;
        }
        column.close()?;
        values.clear();
    }
    group.close()?;
    Ok(())
}

/// Every column may be empty; numbers are whole, texts UTF-8, times milliseconds since 1970 in UTC.
fn schema(table: &Table) -> Result<Type, ParquetError> {
    let mut fields = Vec::new();
    for Column { name, kind, .. } in table.columns {
        let (physical, logical) = match kind {
            Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Kind::Time => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MILLIS))),
            Kind::Id | Kind::Count => (Physical::INT64, None),
        };
        let field = Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical)
            .build()?;
        fields.push(Arc::new(field));
    }
    Type::group_type_builder(table.name).with_fields(fields).build()
}

fn failure(table: &str, error: &ParquetError) -> SurveyError {
    SurveyError::File(format!("`{table}.parquet` can not be written: {error}"))
}
