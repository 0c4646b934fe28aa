//! JSON and TOML as trees.

use portcullis_model::{Entry, Node, Span, Value};
use portcullis_wire::json::{self, Dialect, Limits};
use toml::de::{DeTable, DeValue};

use super::Manifest;

/// A broken text is read as far as it makes sense up to this size, in bytes.
const LARGEST_BROKEN: usize = 1 << 18;

/// A JSON document; what is wrong with it is a problem of the manifest.
pub(super) fn json(text: &str, manifest: &mut Manifest) -> Option<Node> {
    match json::read(text.as_bytes(), Dialect::Jsonc, &Limits::default()) {
        Ok(document) => {
            // Installers and scanners may each take another one.
            manifest.problems.extend(document.problems.iter().take(20).map(ToString::to_string));
            if !matches!(document.root.value, Value::Map(_)) {
                manifest.breaks(String::from("its outermost value is no object"));
            }
            Some(document.root)
        }
        Err(fault) => {
            manifest.breaks(fault.to_string());
            None
        }
    }
}

/// A TOML document; of a broken one what makes sense.
pub(super) fn toml(text: &str, manifest: &mut Manifest) -> Option<Node> {
    let table = match DeTable::parse(text) {
        Ok(table) => table,
        Err(error) => {
            manifest.breaks(error.message().to_owned());
            if text.len() > LARGEST_BROKEN {
                return None;
            }
            DeTable::parse_recoverable(text).0
        }
    };
    Some(Node { value: map(table.get_ref()), span: Span::new(0, text.len()) })
}

fn map(table: &DeTable<'_>) -> Value {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().as_ref().into(),
            key_span: span(&key.span()),
            node: Node { value: of(value.get_ref()), span: span(&value.span()) },
        })
        .collect();
    // The parser sorts by key; a tree keeps the order of the document.
    entries.sort_by_key(|entry| entry.key_span);
    Value::Map(entries)
}

fn of(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.as_ref().into()),
        DeValue::Integer(number) => Value::Number(number.as_str().into()),
        DeValue::Float(number) => Value::Number(number.as_str().into()),
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Datetime(moment) => Value::Text(moment.to_string().into()),
        DeValue::Array(items) => Value::List(
            items.iter().map(|item| Node { value: of(item.get_ref()), span: span(&item.span()) }).collect(),
        ),
        DeValue::Table(table) => map(table),
    }
}

fn span(range: &std::ops::Range<usize>) -> Span {
    Span::new(range.start, range.end)
}
