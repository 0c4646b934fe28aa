//! Keys of one object that some reader takes for the same.

use std::collections::HashMap;

use portcullis_model::{Entry, Node, Value};

use crate::fault::{Problem, Problems, quoted};

/// Up to this many keys are compared pairwise, which is faster than hashing them.
const FEW: usize = 12;

/// Pairs of equal keys as indices: each key with the last equal one before it.
pub(super) fn equal(entries: &[Entry]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    if entries.len() <= FEW {
        for (later, entry) in entries.iter().enumerate() {
            let earlier = entries.iter().take(later).rposition(|other| other.key == entry.key);
            pairs.extend(earlier.map(|earlier| (earlier, later)));
        }
    } else {
        let mut seen = HashMap::with_capacity(entries.len());
        for (later, entry) in entries.iter().enumerate() {
            pairs.extend(seen.insert(&*entry.key, later).map(|earlier| (earlier, later)));
        }
    }
    pairs
}

/// Keys of one object, at any depth, that differ in case only.
///
/// Some readers (Go's among them) match names of members whatever their case, long s and Kelvin sign included, so a
/// gate that judges `name` may be read as `Name` behind it.
#[must_use]
pub fn case_variants(root: &Node) -> Vec<Problem> {
    let mut problems = Problems::default();
    let mut waiting = vec![root];
    while let Some(node) = waiting.pop() {
        match &node.value {
            Value::List(items) => waiting.extend(items.iter().rev()),
            Value::Map(entries) => {
                variants_in(entries, &mut problems);
                waiting.extend(entries.iter().rev().map(|entry| &entry.node));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
        }
    }
    problems.into_vec()
}

fn variants_in(entries: &[Entry], problems: &mut Problems) {
    if entries.len() <= FEW && entries.iter().all(|entry| entry.key.is_ascii()) {
        for (later, entry) in entries.iter().enumerate() {
            let same = |other: &&Entry| other.key.eq_ignore_ascii_case(&entry.key);
            if let Some(first) = entries.iter().take(later).find(same) {
                problems.push(variant(first, entry));
            }
        }
        return;
    }
    let mut seen: HashMap<String, &Entry> = HashMap::with_capacity(entries.len());
    for entry in entries {
        if let Some(first) = seen.insert(fold(&entry.key), entry) {
            problems.push(variant(first, entry));
        }
    }
}

fn variant(first: &Entry, entry: &Entry) -> Problem {
    let (first_key, key) = (quoted(&first.key), quoted(&entry.key));
    let message = format!("keys {first_key} and {key} differ in case only; keep one");
    Problem { message, span: entry.key_span, other: Some(first.key_span) }
}

/// The key as readers that ignore case compare it.
pub(crate) fn fold(key: &str) -> String {
    if key.is_ascii() {
        return key.to_ascii_lowercase();
    }
    key.chars().map(|character| lower(upper(character))).collect()
}

fn upper(character: char) -> char {
    let mut mapped = character.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => character,
    }
}

fn lower(character: char) -> char {
    let mut mapped = character.to_lowercase();
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => character,
    }
}
