//! The tables are in order, and what they say of well-known functions is so.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use std::collections::BTreeSet;

use super::table::Line;
use super::{Model, Op, go, javascript, model, path_of, property, python};
use crate::ir::Language;

const ALL: [(&str, &[&[Line]]); 6] = [
    ("Python", python::FUNCTIONS),
    ("Python's members", python::PROPERTIES),
    ("JavaScript", javascript::FUNCTIONS),
    ("JavaScript's members", javascript::PROPERTIES),
    ("Go", go::FUNCTIONS),
    ("Go's members", go::PROPERTIES),
];

/// Paths with what must be known of them.
const LOOKUPS: &str = include_str!("lookups.txt");

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

#[test]
fn every_path_is_spelt_as_the_interpreter_spells_paths() {
    let mut wrong = Vec::new();
    for (name, tables) in ALL {
        for path in paths(tables) {
            if let Some(problem) = misspelling(path) {
                wrong.push(format!("{name}: {path}: {problem}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_path_is_hidden_by_an_alias_of_its_module() {
    let mut hidden = Vec::new();
    for (language, tables) in
        [(Language::Python, ALL[0].1), (Language::JavaScript, ALL[2].1), (Language::Go, ALL[4].1)]
    {
        for path in paths(tables) {
            if model(language, path).is_none_or(|found| found.path != path) {
                hidden.push(path);
            }
        }
    }
    assert!(hidden.is_empty(), "{}", hidden.join("\n"));
}

#[test]
fn well_known_functions_are_known_for_what_they_are() {
    let mut wrong = Vec::new();
    let mut checked = 0;
    for line in LOOKUPS.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let (language, path) = (words.next().unwrap(), words.next().unwrap());
        let found = match language {
            "python" => model(Language::Python, path),
            "javascript" => model(Language::JavaScript, path),
            "go" => model(Language::Go, path),
            "python-member" => property(Language::Python, path),
            "javascript-member" => property(Language::JavaScript, path),
            "go-member" => property(Language::Go, path),
            other => panic!("no language `{other}`"),
        };
        let known = found.map_or_else(|| BTreeSet::from(["none".to_owned()]), names);
        let missing: Vec<&str> = words.filter(|word| !known.contains(*word)).collect();
        if !missing.is_empty() {
            wrong.push(format!("{language} {path}: no {missing:?} in {known:?}"));
        }
        checked += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(checked > 300, "only {checked} lookups");
}

fn paths(tables: &'static [&'static [Line]]) -> impl Iterator<Item = &'static str> {
    tables.iter().flat_map(|table| table.iter()).flat_map(|line| line.paths.iter().copied())
}

/// Every name in what is known.
fn names(model: &Model) -> BTreeSet<String> {
    let text = format!("{:?} {:?} {:?}", model.effects, model.sinks, model.answer);
    text.split(|letter: char| !letter.is_alphanumeric()).map(str::to_owned).collect()
}

fn misspelling(path: &str) -> Option<&'static str> {
    let rest = path.trim_end_matches("()").replace("().", ".");
    if rest.contains(['(', ')']) {
        return Some("parentheses that are not those of a call");
    }
    if path.contains(char::is_whitespace)
        || path.contains("..")
        || path.starts_with('.')
        || path.ends_with('.')
    {
        return Some("an empty name or white space");
    }
    if path.starts_with("node:") {
        return Some("the prefix of a module of Node is left out");
    }
    let stars = path.matches('*').count();
    let placed =
        path.starts_with("*.") || path.contains(".*.") || path.ends_with(".*") || path.ends_with(".**");
    if stars > 0 && (!placed || stars > 2 || (stars == 2 && !path.ends_with(".**"))) {
        return Some("a star that is never looked up");
    }
    // A star stands after the first module, and before the last member only.
    if let Some((module, member)) = path.split_once(".*") {
        let name = module.rsplit('/').next().unwrap_or(module);
        let member = member.trim_start_matches(['*', '.']);
        if name.contains(['.', '(']) && !path.starts_with('*') {
            return Some("the module before a star has a dot");
        }
        if member.contains('.') {
            return Some("a star stands for more than one member already");
        }
    }
    None
}

#[test]
fn what_an_operation_made_has_the_members_of_its_kind() {
    for (language, operation, member) in [
        (Language::Python, Op::JoinPath, "parent"),
        (Language::Python, Op::ParseUrl, "hostname"),
        (Language::Python, Op::ParseAddress, "is_private"),
        (Language::JavaScript, Op::ParseUrl, "protocol"),
        (Language::Go, Op::ParseUrl, "Host"),
    ] {
        let path = path_of(language, operation).unwrap();
        assert!(property(language, &format!("{path}.{member}")).is_some(), "{path}.{member}");
    }
}
