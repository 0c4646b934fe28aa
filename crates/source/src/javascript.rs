//! JavaScript, TypeScript and JSX into the small language.
//!
//! Types are dropped. What the small language has no word for is written with the words it has, or left out:
//!
//! * A static block is a static field whose first value calls a closure. A namespace is a record made by such a
//!   closure. An enumeration is a class of static fields.
//! * `switch` has its cases apart: what a case falls into is repeated in it, or, where that would double the switch,
//!   all cases are chained in a loop of one turn. `break` inside of a case leaves the [`ir::StatementKind::Match`].
//! * Labels are dropped: `break` and `continue` with a label leave the innermost loop.
//! * `x++` is `x += 1`; setters of object literals and parameters' decorators are left out; JSX evaluates its parts.
//!
//! The parser recurses, and so does the translation. What is nested too deep is refused before or left out with a
//! problem (see `nesting`); a thread with a stack of 64 MiB is enough for any text.
//!
//! [`ir::StatementKind::Match`]: crate::ir::StatementKind::Match

mod declaration;
mod expression;
mod module;
pub mod modules;
mod nesting;
mod operator;
mod pattern;
mod recovery;
mod statement;
mod switch;
mod translate;
mod typescript;

use oxc_span::SourceType;

use crate::ir::{At, File, FileId, Language, Problem};
use nesting::Dialect;
use recovery::Reader;

/// The longest file that is read, in bytes.
pub const LONGEST_FILE: usize = 10_000_000;

/// Translates one file. What cannot be understood becomes a problem of the file; the rest is translated.
#[must_use]
pub fn parse(path: &str, text: &str, file: FileId) -> File {
    let mut translated = File {
        path: path.to_owned(),
        language: Language::JavaScript,
        body: Vec::new(),
        doc: None,
        problems: vec![],
    };
    if is_declaration_file(path) {
        return translated;
    }
    if text.len() > LONGEST_FILE {
        let at = At { start: 0, end: u32::try_from(text.len()).unwrap_or(u32::MAX) };
        let message =
            format!("longer than {} MB; split the bundle or scan its sources", LONGEST_FILE / 1_000_000);
        translated.problems.push(Problem { at, message });
        return translated;
    }
    let kind = source_type(path);
    let dialect = Dialect { types: kind.is_typescript(), jsx: kind.is_jsx() };
    let starts = match nesting::measure(text, dialect) {
        Ok(starts) => starts,
        Err(nesting::TooDeep { at, message }) => {
            let start = u32::try_from(at).unwrap_or(u32::MAX);
            translated.problems.push(Problem { at: At { start, end: start.saturating_add(1) }, message });
            return translated;
        }
    };
    let mut reader = Reader::new(text, kind, file);
    reader.read(&starts);
    translated.body = reader.body;
    translated.problems = reader.problems;
    translated.problems.sort_by_key(|problem| problem.at);
    translated
}

/// Whether it holds types only.
fn is_declaration_file(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    [".d.ts", ".d.mts", ".d.cts"].iter().any(|ending| file.ends_with(ending))
        || (file.ends_with(".ts") && file.contains(".d."))
}

fn source_type(path: &str) -> SourceType {
    let ending = path.rsplit('.').next().unwrap_or_default();
    match ending {
        "ts" | "mts" => SourceType::ts(),
        "cts" => SourceType::ts().with_commonjs(true),
        "tsx" => SourceType::tsx(),
        "cjs" => SourceType::cjs().with_jsx(true),
        "mjs" => SourceType::mjs().with_jsx(true),
        _ => SourceType::unambiguous().with_jsx(true),
    }
}
