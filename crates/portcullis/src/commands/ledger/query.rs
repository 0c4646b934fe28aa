//! `portcullis ledger query`.

use std::collections::VecDeque;
use std::io::{BufWriter, Write};

use anstyle::{AnsiColor, Style};
use portcullis_ledger::{Direction, Entry, Query};
use portcullis_model::Verdict;
use portcullis_report::neutral;

use super::tell;
use crate::cli::ledger::{QueryArgs, QueryFormat};
use crate::exit::{Exit, Failure};

pub(super) fn run(arguments: &QueryArgs) -> Result<Exit, Failure> {
    let query = portcullis_ledger::query(&arguments.place.folder()?, arguments.filter.filter()?)?;
    let mut out = BufWriter::new(anstream::stdout().lock());
    let mut records = 0_u64;
    if arguments.format == QueryFormat::Json {
        write!(out, "{{\"schema\":\"portcullis.ledger-records/1\",\"records\":[")?;
    }
    let complete = each(query, arguments.filter.limit, |entry| {
        match arguments.format {
            QueryFormat::Text => row(entry, records == 0, &mut out)?,
            QueryFormat::Json => {
                write!(out, "{}\n{}", if records == 0 { "" } else { "," }, entry.to_json())?;
            }
            QueryFormat::Jsonl => writeln!(out, "{}", entry.to_json())?,
        }
        records += 1;
        Ok(())
    })?;
    match arguments.format {
        QueryFormat::Json => writeln!(out, "],\"complete\":{complete}}}")?,
        QueryFormat::Text if records == 0 => writeln!(out, "no record")?,
        _ => {}
    }
    out.flush()?;
    Ok(if complete { Exit::Clean } else { Exit::Incomplete })
}

/// Hands each record on, or the newest `limit` of them; tells what cannot be read, and whether all could.
pub(super) fn each(
    query: Query,
    limit: Option<u32>,
    mut take: impl FnMut(&Entry) -> std::io::Result<()>,
) -> Result<bool, Failure> {
    let mut complete = true;
    let mut newest = VecDeque::new();
    for entry in query {
        match (entry, limit) {
            (Ok(entry), None) => take(&entry)?,
            (Ok(entry), Some(limit)) => {
                if newest.len() >= limit as usize {
                    newest.pop_front();
                }
                newest.push_back(entry);
            }
            (Err(problem), _) => {
                complete = false;
                tell(&problem);
            }
        }
    }
    for entry in &newest {
        take(entry)?;
    }
    Ok(complete)
}

fn row(entry: &Entry, first: bool, out: &mut dyn Write) -> std::io::Result<()> {
    if first {
        let bold = Style::new().bold();
        writeln!(
            out,
            "{bold}{:<19}  {:<6}  {:<16}  {:<30}  {:<14}  because{bold:#}",
            "time (UTC)", "", "server", "what", "decision"
        )?;
    }
    let record = &entry.record;
    let style = match record.verdict {
        Verdict::Allow => Style::new(),
        Verdict::Flag | Verdict::Ask | Verdict::Redact => AnsiColor::Yellow.on_default(),
        Verdict::Deny => AnsiColor::Red.on_default().bold(),
    };
    let mut because: Vec<String> = record.reasons.iter().map(ToString::to_string).collect();
    if because.is_empty() {
        because = record.findings.iter().map(|rule| format!("found {rule}")).collect();
    }
    because.extend(record.note.clone());
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let time = entry.time.strftime("%Y-%m-%d %H:%M:%S").to_string();
    let row = format!(
        "{time}  {style}{:<6}{style:#}  {}  {}  {}  {}",
        record.verdict,
        fitted(&text(&record.server), 16),
        fitted(&what(entry), 30),
        fitted(&text(&record.decision), 14),
        neutral::terminal(&because.join("; "))
    );
    writeln!(out, "{}", row.trim_end())
}

/// What happened, in a few words: `→ send_email`, `← result`, `policy`.
fn what(entry: &Entry) -> String {
    let record = &entry.record;
    let arrow = match record.direction {
        Some(Direction::ToServer) => "→ ",
        Some(Direction::ToClient) => "← ",
        None => "",
    };
    let subject = record.tool.clone().or_else(|| record.method.clone()).unwrap_or_else(|| {
        record
            .kind
            .filter(|_| entry.is_message())
            .map_or_else(|| record.event.to_string(), |kind| format!("{kind:?}").to_lowercase())
    });
    format!("{arrow}{subject}")
}

/// The text in exactly `width` characters.
fn fitted(text: &str, width: usize) -> String {
    let text = neutral::terminal(text);
    if text.chars().count() <= width {
        return format!("{text:<width$}");
    }
    text.chars().take(width - 1).chain(['…']).collect()
}
