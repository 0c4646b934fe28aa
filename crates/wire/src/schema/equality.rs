//! When two values are equal: numbers by their value, objects whatever the order of their members.

use portcullis_model::{Node, Value};

use super::decimal::Decimal;
use crate::json::Limits;

/// A text that two values share exactly when they are equal. Costs time and memory linear in the value.
///
/// None when the value nests deeper than any document that is read.
pub(super) fn key(node: &Node) -> Option<String> {
    let mut out = String::new();
    write(node, Limits::DEEPEST, &mut out).then_some(out)
}

fn write(node: &Node, deeper: usize, out: &mut String) -> bool {
    match &node.value {
        Value::Null => out.push('n'),
        Value::Bool(true) => out.push('t'),
        Value::Bool(false) => out.push('f'),
        Value::Number(spelling) => match Decimal::read(spelling) {
            Some(decimal) => {
                out.push('#');
                decimal.write(out);
                out.push(';');
            }
            None => text('?', spelling, out),
        },
        Value::Text(value) => text('"', value, out),
        Value::List(items) => {
            out.push('[');
            let Some(deeper) = deeper.checked_sub(1) else { return false };
            if !items.iter().all(|item| write(item, deeper, out)) {
                return false;
            }
            out.push(']');
        }
        Value::Map(entries) => {
            out.push('{');
            let Some(deeper) = deeper.checked_sub(1) else { return false };
            let mut sorted: Vec<_> = entries.iter().collect();
            sorted.sort_by(|one, other| one.key.cmp(&other.key));
            for entry in sorted {
                text('"', &entry.key, out);
                if !write(&entry.node, deeper, out) {
                    return false;
                }
            }
            out.push('}');
        }
    }
    true
}

/// A text behind its length, so that no text can look like the end of itself.
fn text(mark: char, text: &str, out: &mut String) {
    out.push(mark);
    out.push_str(&text.len().to_string());
    out.push(':');
    out.push_str(text);
}

/// How many values a tree holds, keys included, and a share for the length of its texts: what a key of it costs.
pub(super) fn weight(node: &Node) -> usize {
    let mut total = 0_usize;
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        total = total.saturating_add(1);
        match &node.value {
            Value::Null | Value::Bool(_) => {}
            Value::Number(digits) => total = total.saturating_add(digits.len()),
            Value::Text(text) => total = total.saturating_add(text.len() / 64),
            Value::List(items) => waiting.extend(items),
            Value::Map(entries) => {
                total =
                    entries.iter().fold(total, |total, entry| total.saturating_add(1 + entry.key.len() / 64));
                waiting.extend(entries.iter().map(|entry| &entry.node));
            }
        }
    }
    total
}
