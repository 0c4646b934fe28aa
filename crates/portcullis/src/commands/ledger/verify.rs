//! `portcullis ledger verify`.

use std::io::Write;

use anstyle::{AnsiColor, Style};
use portcullis_ledger::{Anchor, Ending, Problem, PublicKey, Verification, verify_against};
use portcullis_report::neutral;

use super::place;
use crate::cli::ListFormat;
use crate::cli::ledger::VerifyArgs;
use crate::exit::{Exit, Failure};

/// Most problems, and most notes, that people are shown; JSON has all.
const MOST_SHOWN: usize = 20;

pub(super) fn run(arguments: &VerifyArgs) -> Result<Exit, Failure> {
    let folder = arguments.place.folder()?;
    let beside = folder.with_file_name("keys").join("ledger.pub");
    let key = PublicKey::read(arguments.key.as_deref().unwrap_or(&beside))?;
    let anchor = match &arguments.anchor {
        None => Anchor::default(),
        Some(path) => {
            let bytes = std::fs::read(path)
                .map_err(|error| Failure::incomplete(format!("cannot read `{}`: {error}", path.display())))?;
            Anchor::read(&bytes).ok_or_else(|| {
                Failure::incomplete(format!(
                    "`{}` is no anchor; write one with `portcullis ledger verify --format json`",
                    path.display()
                ))
            })?
        }
    };
    let found = verify_against(&folder, &key, &anchor)?;
    let mut out = anstream::stdout().lock();
    match arguments.format {
        ListFormat::Json => writeln!(out, "{}", found.to_json())?,
        ListFormat::Text => show(&found, &key, arguments.key.is_none(), &mut out)?,
    }
    let clean = found.is_intact() && (found.notes.is_empty() || !arguments.strict);
    Ok(if clean { Exit::Clean } else { Exit::Findings })
}

fn show(found: &Verification, key: &PublicKey, beside: bool, out: &mut dyn Write) -> std::io::Result<()> {
    let bold = Style::new().bold();
    let counted = |number: u64, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
    let series = format!("{} series", found.series.len());
    let size = found.bytes as f64 / 1e6;
    writeln!(out, "ledger  {}: {series}, {}, {size:.1} MB", found.ledger, counted(found.records, "record"))?;
    writeln!(out, "key     {key}")?;
    if beside {
        writeln!(
            out,
            "        from beside the ledger: whoever can replace both is not found out; name your own copy with --key"
        )?;
    }
    for live in found.series.iter().filter(|series| series.ending == Ending::Live) {
        let unsigned = live.records.saturating_sub(live.signed);
        let (name, signed) = (neutral::terminal(&live.name), counted(live.signed, "record"));
        writeln!(out, "live    {name}: {signed} signed, {unsigned} not yet")?;
    }
    if found.is_intact() {
        let green = AnsiColor::Green.on_default().bold();
        writeln!(
            out,
            "\n{green}intact{green:#}: every signed record is what was written, and none is missing between them"
        )?;
    } else {
        let red = AnsiColor::Red.on_default().bold();
        let problems = counted(found.problems.len() as u64, "problem");
        writeln!(out, "\n{red}tampered with{red:#}: {problems}")?;
        list(&found.problems, out)?;
    }
    if !found.notes.is_empty() {
        writeln!(out, "\n{bold}what you should know{bold:#}")?;
        list(&found.notes, out)?;
    }
    Ok(())
}

fn list(problems: &[Problem], out: &mut dyn Write) -> std::io::Result<()> {
    for problem in problems.iter().take(MOST_SHOWN) {
        writeln!(out, "  {} {}", neutral::terminal(&place(problem)), neutral::terminal(&problem.what))?;
    }
    if let Some(more) = problems.len().checked_sub(MOST_SHOWN).filter(|more| *more > 0) {
        writeln!(out, "  and {more} more; --format json lists them")?;
    }
    Ok(())
}
