#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]
//! Whatever a file of Python or Go says, its front end neither panics nor points outside of it.

use portcullis_source::ir::{File, FileId, outline::outline};
use portcullis_source::{go, python};
use proptest::prelude::*;
use std::path::Path;

/// What is put somewhere into a file: what opens, closes, joins and ends.
const PIECES: [&str; 48] = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "\"\"\"",
    "f'{",
    "f\"\"\"{",
    "!r:",
    "\\",
    "\\N{",
    "\n",
    "\n    ",
    "\n\t",
    ";",
    ":",
    ",",
    ".",
    "=",
    ":=",
    "->",
    "<-",
    "*",
    "**",
    "@",
    "#",
    "//",
    "/*",
    "`",
    "lambda ",
    "async ",
    "await ",
    "yield ",
    "match x:\n case ",
    "class A:\n ",
    "def f(",
    "func (",
    "if ",
    "else ",
    "for ",
    "import ",
    "from . import *",
    "é",
    "\u{0}",
    "\u{feff}",
];

/// The fixtures of a language.
fn fixtures(folder: &str, extension: &str) -> Vec<String> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/twins").join(folder)];
    let mut texts = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                texts.push(std::fs::read_to_string(path).unwrap());
            }
        }
    }
    texts.sort();
    assert!(texts.len() > 20);
    texts
}

/// A file with some of it removed, repeated or replaced.
fn mutated(texts: Vec<String>) -> impl Strategy<Value = String> {
    let edit = (any::<u32>(), 0_usize..40, 0..PIECES.len(), 0..4_u8);
    (0..texts.len(), prop::collection::vec(edit, 1..6)).prop_map(move |(index, edits)| {
        let mut text = texts[index].clone();
        for (place, length, piece, way) in edits {
            let start = text.floor_char_boundary(place as usize % (text.len() + 1));
            let end = text.floor_char_boundary((start + length).min(text.len())).max(start);
            let part = text[start..end].to_owned();
            match way {
                0 => text.replace_range(start..end, ""),
                1 => text.insert_str(start, &part.repeat(3)),
                2 => text.insert_str(start, PIECES[piece]),
                _ => text.truncate(start),
            }
        }
        text
    })
}

fn check(file: &File, text: &str) {
    assert!(outline(file).len() < 1_000_000);
    for problem in &file.problems {
        assert!(
            problem.at.start <= problem.at.end && problem.at.end as usize <= text.len() + 1,
            "{problem:?}"
        );
    }
    for statement in &file.body {
        assert!(
            statement.at.start <= statement.at.end && statement.at.end as usize <= text.len(),
            "{statement:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_python_is_read_as_far_as_it_can_be(text in mutated(fixtures("python", "py"))) {
        check(&python::parse("a.py", &text, FileId(0)), &text);
    }

    #[test]
    fn mutated_go_is_read_as_far_as_it_can_be(text in mutated(fixtures("go", "go"))) {
        check(&go::parse("a.go", &text, FileId(0)), &text);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
        check(&python::parse("a.py", &text, FileId(0)), &text);
        check(&go::parse("a.go", &text, FileId(0)), &text);
    }

    #[test]
    fn pieces_in_any_order_are_read_or_refused(pieces in prop::collection::vec(0..PIECES.len(), 0..60)) {
        let text: String = pieces.into_iter().map(|piece| PIECES[piece]).collect();
        check(&python::parse("a.py", &text, FileId(0)), &text);
        check(&go::parse("a.go", &text, FileId(0)), &text);
        let _ = portcullis_source::decoded("a.py", text.as_bytes());
    }
}
