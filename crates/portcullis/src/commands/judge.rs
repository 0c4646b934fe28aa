//! `portcullis judge`: texts stream in, verdicts stream out, one line each, in the same order.

use std::io::{BufRead, BufReader, BufWriter, Write, stdin, stdout};

use portcullis_assess::{Judgement, judge};
use portcullis_model::Verdict;
use portcullis_report::catalogue;
use portcullis_rules::Engine;
use portcullis_text::Role;
use portcullis_wire::json::{self, Dialect, Limits};

use crate::cli::{JudgeArgs, JudgedSurface};
use crate::exit::{Exit, Failure};

/// A longer line is not judged and therefore denied: 16 MiB.
const LONGEST_LINE: u64 = 16 << 20;

pub(crate) fn run(arguments: &JudgeArgs) -> Result<Exit, Failure> {
    let role = match arguments.surface {
        JudgedSurface::Description => Role::Description,
        JudgedSurface::Result => Role::Result,
        JudgedSurface::Argument => Role::Argument,
        JudgedSurface::Prompt => Role::Prompt,
        JudgedSurface::Instructions => Role::Instructions,
    };
    let engine = Engine::default();
    let mut input = BufReader::with_capacity(1 << 16, stdin().lock());
    let mut out = BufWriter::new(stdout().lock());
    let mut exit = Exit::Clean;
    let mut line = Vec::new();
    for number in 1_usize.. {
        line.clear();
        if !read_line(&mut input, &mut line)? {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        if let Err(unreadable) = answer(&engine, role, &line, &mut out)? {
            anstream::eprintln!("{}: line {number}: {}", crate::cli::styled("error"), unreadable);
            exit = Exit::Incomplete;
        }
        // Whoever waits for an answer before sending the next text gets it now.
        if input.buffer().is_empty() {
            out.flush()?;
        }
    }
    out.flush()?;
    Ok(exit)
}

/// Reads up to the end of a line. Of a longer one only the beginning is kept, which cannot be read as JSON.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<bool> {
    use std::io::Read;
    let read = input.by_ref().take(LONGEST_LINE).read_until(b'\n', line)?;
    if read as u64 == LONGEST_LINE && line.last() != Some(&b'\n') {
        skip_line(input)?;
    }
    Ok(read > 0)
}

/// Passes over the rest of a line without keeping it.
fn skip_line(input: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let available = input.fill_buf()?;
        let newline = available.iter().position(|&byte| byte == b'\n');
        let consumed = newline.map_or(available.len(), |at| at + 1);
        let ended = newline.is_some() || available.is_empty();
        input.consume(consumed);
        if ended {
            return Ok(());
        }
    }
}

/// Answers one line. A line that cannot be read is answered with a denial and its reason: no answer means deny.
fn answer(
    engine: &Engine,
    role: Role,
    line: &[u8],
    out: &mut dyn Write,
) -> std::io::Result<Result<(), String>> {
    let document = match json::read(line, Dialect::Strict, &Limits::default()) {
        Ok(document) => document.root,
        Err(fault) => {
            let reason = fault.message;
            catalogue::judged("", Verdict::Deny, 1.0, &[], Some(&reason), out)?;
            return Ok(Err(reason));
        }
    };
    let field = |name: &str| document.get_text(name).unwrap_or_default();
    let Some(text) = document.get_text("text") else {
        let reason =
            String::from("the member `text` is missing or no text; expected {\"id\":\"…\",\"text\":\"…\"}");
        catalogue::judged(field("id"), Verdict::Deny, 1.0, &[], Some(&reason), out)?;
        return Ok(Err(reason));
    };
    let Judgement { verdict, score, rules } = judge(engine, role, text, field("server"), field("tool"));
    catalogue::judged(field("id"), verdict, score, &rules, None, out)?;
    Ok(Ok(()))
}
