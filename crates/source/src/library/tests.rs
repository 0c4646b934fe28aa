//! The tables are in order.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use std::collections::BTreeSet;

use super::table::Line;
use super::{go, javascript, python};

const ALL: [(&str, &[&[Line]]); 6] = [
    ("Python", python::FUNCTIONS),
    ("Python's members", python::PROPERTIES),
    ("JavaScript", javascript::FUNCTIONS),
    ("JavaScript's members", javascript::PROPERTIES),
    ("Go", go::FUNCTIONS),
    ("Go's members", go::PROPERTIES),
];

#[test]
fn no_path_stands_twice_in_a_table() {
    let mut twice = Vec::new();
    for (name, tables) in ALL {
        let mut seen = BTreeSet::new();
        for path in paths(tables) {
            if !seen.insert(path) {
                twice.push(format!("{name}: {path}"));
            }
        }
    }
    assert!(twice.is_empty(), "{}", twice.join("\n"));
}

fn paths(tables: &'static [&'static [Line]]) -> impl Iterator<Item = &'static str> {
    tables.iter().flat_map(|table| table.iter()).flat_map(|line| line.paths.iter().copied())
}
