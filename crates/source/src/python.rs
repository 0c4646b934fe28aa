//! Python into the small language.
//!
//! Every statement and expression of Python 3 is translated. What is approximated: `yield from` inside an expression
//! yields some element of its operand; the step of a slice, the cause of a `raise` and the message of an `assert` are
//! left out; `while … else` runs its `else` after the loop; lists, tuples, sets and generators are all lists.
//! A format specification stays a call of `format`, a conversion a call of `repr`, `str` or `ascii`, so that
//! what they guard is seen.

mod class;
mod expression;
mod function;
mod matching;
pub mod modules;
mod nesting;
mod standard;
mod statement;
mod target;
mod text;
mod translator;

use std::panic::{AssertUnwindSafe, catch_unwind};

use ruff_python_ast::PySourceType;
use ruff_python_parser::{Parsed, parse_unchecked_source};
use ruff_text_size::Ranged;

use crate::ir::{At, File, FileId, Language, Problem};
use translator::Translator;

/// The largest file that is parsed, in bytes.
pub const LARGEST_FILE: usize = 10 * 1024 * 1024;

/// Problems told of one file; of the others the number is told.
const MOST_PROBLEMS: usize = 50;

/// Translates one file. What cannot be understood becomes a problem of the file; the rest is translated.
///
/// A stub (`.pyi`) has an empty body: it declares and does nothing.
#[must_use]
pub fn parse(path: &str, text: &str, file: FileId) -> File {
    let mut translated = File {
        path: path.to_owned(),
        language: Language::Python,
        body: Vec::new(),
        doc: None,
        problems: Vec::new(),
    };
    if path.ends_with(".pyi") {
        return translated;
    }
    if text.len() > LARGEST_FILE {
        let message = format!("the file has {} bytes; up to {LARGEST_FILE} are read", text.len());
        translated.problems.push(Problem { at: At::default(), message });
        return translated;
    }
    if let Err(problem) = nesting::check(text) {
        translated.problems.push(problem);
        return translated;
    }
    // The parser is not ours and the text may be hostile: a panic in it costs this file and no more.
    let parsed = catch_unwind(AssertUnwindSafe(|| parse_unchecked_source(text, PySourceType::Python)));
    let Ok(parsed) = parsed else {
        let message = "the parser gave up on this file".to_owned();
        translated.problems.push(Problem { at: At::default(), message });
        return translated;
    };
    translated.problems = problems_of(&parsed);
    let mut translator = Translator::new(file);
    let (doc, body) = translator.module(&parsed.syntax().body);
    translated.doc = doc;
    translated.body = body;
    translated.problems.append(&mut translator.problems);
    translated
}

/// What the parser could not read.
fn problems_of<T>(parsed: &Parsed<T>) -> Vec<Problem> {
    let errors = parsed.errors();
    let mut problems: Vec<Problem> = errors
        .iter()
        .take(MOST_PROBLEMS)
        .map(|error| Problem {
            at: translator::at(error.location),
            message: fragment(&error.error.to_string()),
        })
        .collect();
    if let Some(next) = errors.get(MOST_PROBLEMS) {
        let message = format!("{} further syntax errors", errors.len() - MOST_PROBLEMS);
        problems.push(Problem { at: translator::at(next.location.range()), message });
    }
    problems
}

/// A message of the parser as a lower-case fragment.
fn fragment(message: &str) -> String {
    let mut characters = message.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}
