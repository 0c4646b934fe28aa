//! `portcullis ledger export`.

use std::io::{BufWriter, Write};
use std::path::Path;

use portcullis_ledger::{CSV_COLUMNS, Query};

use super::query::each;
use crate::cli::ledger::{ExportArgs, ExportFormat};
use crate::exit::{Exit, Failure};

pub(super) fn run(arguments: &ExportArgs) -> Result<Exit, Failure> {
    let query = portcullis_ledger::query(&arguments.place.folder()?, arguments.filter.filter()?)?;
    let Some(path) = &arguments.output else {
        let mut out = BufWriter::new(std::io::stdout().lock());
        let exit = write(query, arguments, &mut out)?;
        out.flush()?;
        return Ok(exit);
    };
    let fail = |error: std::io::Error| {
        Failure::incomplete(format!("`{}` cannot be written: {error}", path.display()))
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut out = BufWriter::new(tempfile::NamedTempFile::new_in(folder).map_err(fail)?);
    let exit = write(query, arguments, &mut out)?;
    let file = out.into_inner().map_err(|error| fail(error.into_error()))?;
    file.as_file().sync_all().map_err(fail)?;
    file.persist(path).map_err(|error| fail(error.error))?;
    Ok(exit)
}

fn write(query: Query, arguments: &ExportArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    if arguments.format == ExportFormat::Csv {
        write!(out, "{CSV_COLUMNS}\r\n")?;
    }
    let (mut written, mut missing) = (0_u64, 0_u64);
    let complete = each(query, arguments.filter.limit, |entry| {
        match arguments.format {
            ExportFormat::Jsonl => writeln!(out, "{}", entry.to_json())?,
            ExportFormat::Csv => write!(out, "{}\r\n", entry.to_csv())?,
            ExportFormat::Transcript => match entry.to_transcript() {
                Some(line) => writeln!(out, "{line}")?,
                None if entry.is_message() => {
                    missing += 1;
                    return Ok(());
                }
                None => return Ok(()),
            },
        }
        written += 1;
        Ok(())
    })?;
    if missing > 0 {
        anstream::eprintln!(
            "{}: {missing} messages were not kept: the ledger keeps messages only where the user asks for it",
            crate::cli::styled("not complete")
        );
    }
    if arguments.output.is_some() {
        anstream::eprintln!("wrote {written} lines");
    }
    Ok(if complete && missing == 0 { Exit::Clean } else { Exit::Incomplete })
}
