//! `portcullis survey report`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufWriter, Write};
use std::path::Path;

use portcullis_report::neutral;
use portcullis_store::Store;
use portcullis_survey::export::{Live, export};
use portcullis_survey::report::{self, Baseline, Disclosure, Format, Shown};
use tempfile::NamedTempFile;

use super::asking;
use super::lists::failure;
use crate::cli::{SurveyReportArgs, WrittenArgs};
use crate::exit::{Exit, Failure};
use crate::write;

pub(super) fn run(arguments: &SurveyReportArgs) -> Result<Exit, Failure> {
    let work = async {
        let store = asking::open(&arguments.store).await?;
        show(&store, &arguments.written).await?;
        store.close().await;
        Ok(Exit::Clean)
    };
    portcullis_probe::run_blocking(work).map_err(Failure::incomplete)?
}

/// Writes the report, for each owner what they should be told, and tables for analysts.
pub(super) async fn show(store: &Store, arguments: &WrittenArgs) -> Result<(), Failure> {
    let since = arguments.since.as_deref().map(Baseline::read).transpose().map_err(Failure::usage)?;
    let shown = Shown { names: arguments.name_live_cases, since: since.unwrap_or_default() };
    let figures = report::figures(store, shown).await.map_err(failure)?;
    if figures.totals.listings == 0 {
        return Err(Failure::incomplete("nothing was collected yet; `portcullis survey collect` does that"));
    }
    let mut bytes = Vec::new();
    report::write(&figures, format(arguments), &mut bytes)?;
    match &arguments.output {
        Some(path) => write::whole(path, &bytes)?,
        None => anstream::stdout().lock().write_all(&bytes)?,
    }
    if let Some(folder) = &arguments.disclose {
        let owners = disclose(folder, &report::disclosures(store).await.map_err(failure)?)?;
        let mut err = anstream::stderr().lock();
        writeln!(err, "{owners} owners to tell: a file for each in `{}`", folder.display())?;
    }
    if let Some(folder) = &arguments.parquet {
        let live = if arguments.name_live_cases { Live::Named } else { Live::Masked };
        parquet(store, folder, live).await?;
    }
    Ok(())
}

/// A Parquet file for each table. A reader sees the old one or the new one, never a part. Says on standard error how many
/// tables and rows there are.
pub(super) async fn parquet(store: &Store, folder: &Path, live: Live) -> Result<(), Failure> {
    write::private_folder(folder)?;
    let mut files: Vec<(NamedTempFile, String)> = Vec::new();
    let mut open = |table: &str| {
        let file = NamedTempFile::new_in(folder)?;
        let again = BufWriter::new(file.reopen()?);
        files.push((file, format!("{table}.parquet")));
        Ok(again)
    };
    let exported = export(store, live, &mut open).await.map_err(failure)?;
    for (file, name) in files {
        let path = folder.join(name);
        file.persist(&path).map_err(|error| {
            Failure::incomplete(format!("`{}` cannot be written: {}", path.display(), error.error))
        })?;
    }
    let rows: u64 = exported.iter().map(|one| one.rows).sum();
    let mut err = anstream::stderr().lock();
    writeln!(err, "{rows} rows of {} tables in `{}`", exported.len(), folder.display())?;
    Ok(())
}

fn format(arguments: &WrittenArgs) -> Format {
    let named = arguments.output.as_deref().and_then(Path::extension).and_then(|ending| ending.to_str());
    match (arguments.format, named) {
        (Some(format), _) => format.into(),
        (None, Some("html" | "htm")) => Format::Html,
        (None, Some("json")) => Format::Json,
        _ => Format::Markdown,
    }
}

/// A file for each owner, which nobody else may read. Says how many there are.
fn disclose(folder: &Path, told: &[Disclosure]) -> Result<usize, Failure> {
    write::private_folder(folder)?;
    let mut by_owner: BTreeMap<&str, String> = BTreeMap::new();
    for told in told {
        let text = by_owner.entry(&told.owner).or_insert_with(|| {
            let owner = neutral::markdown(&told.owner);
            format!("# For {owner}\n\nThis was found out about your listings. Nobody else was told.\n")
        });
        let _ = write!(
            text,
            "\n## {}: {}\n\n* case {}, rule `{}`, {}\n* {}\n",
            neutral::markdown(&told.registry),
            neutral::markdown(&told.name),
            told.case,
            told.rule,
            told.severity,
            neutral::markdown(&told.message)
        );
        if let Some(evidence) = &told.evidence {
            let _ = writeln!(text, "* {}", neutral::markdown(evidence));
        }
    }
    for (number, text) in (1..).zip(by_owner.values()) {
        write::private(&folder.join(format!("{number:05}.md")), text.as_bytes())?;
    }
    Ok(by_owner.len())
}
