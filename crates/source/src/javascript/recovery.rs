//! Reads what can be read of a broken text: the parser gives nothing when it meets an error that it cannot go on from.

use oxc_allocator::Allocator;
use oxc_parser::{ParseOptions, Parser};
use oxc_span::SourceType;

use super::nesting::{self, Dialect};
use super::translate::Translator;
use crate::ir::{At, FileId, Problem, Statement};

/// How often what is behind an error is tried.
const MOST_ERRORS: usize = 32;
/// How many problems one part may have.
const MOST_PROBLEMS: usize = 100;
/// How many places before an error are tried as the end of what is whole.
const MOST_CUTS: usize = 4;

/// Reads one text, in pieces where it is broken.
pub(super) struct Reader<'t> {
    text: &'t str,
    kind: SourceType,
    file: FileId,
    /// How many bytes may still be parsed: each error costs another attempt.
    left: usize,
    pub(super) body: Vec<Statement>,
    pub(super) problems: Vec<Problem>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str, kind: SourceType, file: FileId) -> Self {
        let left = text.len().saturating_mul(6).saturating_add(1 << 20);
        Self { text, kind, file, left, body: Vec::new(), problems: Vec::new() }
    }

    /// Reads all of the text. `starts` are the places where statements of the outermost level begin.
    pub(super) fn read(&mut self, starts: &[usize]) {
        let Err(first) = self.piece(0, self.text.len()) else {
            return;
        };
        // Types of Flow in a JavaScript file: near enough to those of TypeScript.
        let dialect = Dialect { types: true, jsx: true };
        if self.kind.is_javascript() && nesting::measure(self.text, dialect).is_ok() {
            let kind = std::mem::replace(&mut self.kind, SourceType::tsx());
            if self.piece(0, self.text.len()).is_ok() {
                return;
            }
            self.kind = kind;
        }
        let lines = lines_that_begin_statements(self.text);
        let mut error = first;
        let mut from = 0;
        for _ in 0..MOST_ERRORS {
            let place = error.at.start as usize;
            self.problems.push(error);
            let cut = self.before(from, place, starts, &lines);
            let after = lines.partition_point(|line| *line <= place.max(cut));
            let Some(next) = lines.get(after) else {
                return;
            };
            from = *next;
            match self.piece(from, self.text.len()) {
                Ok(()) => return,
                Err(another) => error = another,
            }
        }
        let message = format!("more than {MOST_ERRORS} errors; the rest was left out");
        self.problems.push(Problem { at: error.at, message });
    }

    /// Reads what is whole between one place and an error, and says where that ends.
    fn before(&mut self, from: usize, error: usize, starts: &[usize], lines: &[usize]) -> usize {
        let whole = self.text.get(from..error).map(str::trim_end).unwrap_or_default();
        if whole.ends_with([';', '}']) && self.piece(from, error).is_ok() {
            return error;
        }
        let mut limit = error;
        for _ in 0..MOST_CUTS {
            let last = |places: &[usize]| {
                let end = places.partition_point(|place| *place <= limit);
                places.get(..end).and_then(|before| before.last()).copied().unwrap_or(0)
            };
            let cut = last(starts).max(last(lines));
            if cut <= from {
                return from;
            }
            match self.piece(from, cut) {
                Ok(()) => return cut,
                Err(earlier) => limit = (earlier.at.start as usize).min(cut - 1),
            }
        }
        from
    }

    /// Parses and translates a part of the text, or says what is wrong with it.
    fn piece(&mut self, from: usize, to: usize) -> Result<(), Problem> {
        let base = u32::try_from(from).unwrap_or(u32::MAX);
        let end = u32::try_from(to).unwrap_or(u32::MAX);
        let here = |message: &str| Problem { at: At { start: base, end }, message: message.to_owned() };
        let Some(text) = self.text.get(from..to) else {
            return Err(here("not at the boundary of a character"));
        };
        let Some(left) = self.left.checked_sub(text.len()) else {
            return Err(here("too many errors for a text of this length; the rest was left out"));
        };
        self.left = left;
        // A part may begin inside of what is a string of the whole.
        let dialect = Dialect { types: self.kind.is_typescript(), jsx: self.kind.is_jsx() };
        if text.len() < self.text.len()
            && let Err(nesting::TooDeep { at, message }) = nesting::measure(text, dialect)
        {
            let start = base.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
            return Err(Problem { at: At { start, end: start.saturating_add(1) }, message });
        }
        let allocator = Allocator::default();
        let options = ParseOptions {
            allow_return_outside_function: true,
            preserve_parens: false,
            enable_ident_hashes: false,
            ..ParseOptions::default()
        };
        let parsed = Parser::new(&allocator, text, self.kind).with_options(options).parse();
        let problems = parsed.diagnostics.errors().map(|diagnostic| {
            let label = diagnostic.labels.first().map(|label| (label.offset(), label.len()));
            let (offset, length) = label.unwrap_or_default();
            let start = base.saturating_add(offset);
            Problem {
                at: At { start, end: start.saturating_add(length) },
                message: lower_first(&diagnostic.message),
            }
        });
        if parsed.panicked {
            return Err(problems.last().unwrap_or_else(|| here("could not be parsed")));
        }
        self.problems.extend(problems.take(MOST_PROBLEMS));
        let mut translator = Translator::new(&parsed.program, base, self.file);
        self.body.extend(translator.program(&parsed.program));
        self.problems.append(&mut translator.problems);
        Ok(())
    }
}

/// Lines that are not indented and begin as statements do.
fn lines_that_begin_statements(text: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut place = 0;
    for line in text.split_inclusive('\n') {
        let word =
            line.split(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != '$').next();
        let word = word.unwrap_or_default();
        if line.starts_with('@')
            || !(word.is_empty() || matches!(word, "else" | "catch" | "finally" | "while"))
        {
            starts.push(place);
        }
        place += line.len();
    }
    starts
}

fn lower_first(message: &str) -> String {
    let mut characters = message.chars();
    match characters.next() {
        Some(first) => first.to_lowercase().chain(characters).collect(),
        None => String::new(),
    }
}
