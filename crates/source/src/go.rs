//! Go into the small language.
//!
//! What has no counterpart is said here. Pointers, dereferences and type arguments are dropped. Channels, `goto` and
//! labels have no meaning; a case of `select` may happen. `defer` and `go` run where they stand. A character is a text.
//! `value, ok := table[key]` asks whether the key is in the table, `value, ok := x.(T)` whether `x` is a `T`, and
//! `x.(string)` converts as `string(x)` does. A variable without a value has its zero value. `init` and `main` are
//! functions like others: the caller starts them, when all files of the package are there.
//!
//! A type as an annotation or a callee is an expression: `int` and `T` are names, `pkg.T` is a member, `[]T` and
//! `...T` a list with one element, `map[K]V` a record with one entry, a struct without name a class, `interface{}` the
//! name `any`; of a pointer and a generic type it is what they are made of. Types that are no structs convert: they
//! are functions that give back their argument; their methods are functions called `T.Method`.

mod composite;
mod constant;
mod declaration;
mod expression;
mod literal;
pub(crate) mod package;
mod statement;
mod switch;
mod translator;
mod types;

pub mod modules;

use std::ops::ControlFlow;
use std::time::{Duration, Instant};
use tree_sitter::{Node, ParseOptions, Parser, Tree, TreeCursor};

use crate::ir::{At, File, FileId, Language, Problem};
use translator::Translator;
pub(crate) use types::{is_number, last_name};

/// The largest file that is parsed, in bytes.
pub const LARGEST_FILE: usize = 10 * 1024 * 1024;

/// The longest time that parsing a file may take. Ten megabytes of Go take about one second.
pub const LONGEST_PARSE: Duration = Duration::from_secs(5);

/// Problems told of one file; of the others the number is told.
const MOST_PROBLEMS: usize = 50;

/// Translates one file. What cannot be understood becomes a problem of the file; the rest is translated.
#[must_use]
pub fn parse(path: &str, text: &str, file: FileId) -> File {
    let mut translated = File {
        path: path.to_owned(),
        language: Language::Go,
        body: Vec::new(),
        doc: None,
        problems: Vec::new(),
    };
    if text.len() > LARGEST_FILE {
        let message = format!("the file has {} bytes; up to {LARGEST_FILE} are read", text.len());
        translated.problems.push(Problem { at: At::default(), message });
        return translated;
    }
    let Some(tree) = tree_of(text) else {
        let message =
            format!("parsing took longer than {} seconds; the file is not read", LONGEST_PARSE.as_secs());
        translated.problems.push(Problem { at: At::default(), message });
        return translated;
    };
    let root = tree.root_node();
    translated.problems = problems_of(root, text);
    let mut translator = Translator::new(text, file);
    let (doc, body) = translator.file(root);
    translated.doc = doc;
    translated.body = body;
    translated.problems.append(&mut translator.problems);
    translated
}

/// Parses within the time that a file may take: on hostile text a parser that recovers from errors is slow.
fn tree_of(text: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_go::LANGUAGE.into()).ok()?;
    let bytes = text.as_bytes();
    let start = Instant::now();
    let mut progress = |_: &tree_sitter::ParseState| {
        if start.elapsed() > LONGEST_PARSE { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    parser.parse_with_options(&mut |from, _| bytes.get(from..).unwrap_or_default(), None, Some(options))
}

/// What the parser could not read.
fn problems_of(root: Node<'_>, text: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !root.has_error() {
        return problems;
    }
    let mut others = 0_usize;
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        let is_problem = node.is_error() || node.is_missing();
        if is_problem && problems.len() < MOST_PROBLEMS {
            problems.push(Problem { at: translator::at(node), message: message_of(node, text) });
        } else if is_problem {
            others += 1;
        }
        let is_entered = node.has_error() && !node.is_error() && cursor.goto_first_child();
        if !is_entered && !next(&mut cursor) {
            break;
        }
    }
    if others > 0 {
        let message = format!("{others} further syntax errors");
        problems.push(Problem { at: translator::at(root), message });
    }
    problems
}

/// Goes to the next node that is not inside the current one.
fn next(cursor: &mut TreeCursor<'_>) -> bool {
    loop {
        if cursor.goto_next_sibling() {
            return true;
        }
        if !cursor.goto_parent() {
            return false;
        }
    }
}

fn message_of(node: Node<'_>, text: &str) -> String {
    if node.is_missing() {
        return format!("expected `{}`", node.kind());
    }
    let start = text.get(node.byte_range()).unwrap_or_default();
    let start: String = start.chars().take_while(|character| *character != '\n').take(40).collect();
    format!("not understood: `{}`", start.trim())
}
