//! Trees as compact JSON.

use portcullis_model::{Node, Value};

use super::is_json_number;
use super::string::plain_length;

/// The tree as compact JSON, members in document order and numbers as they were spelt.
///
/// A number that JSON cannot spell (`NaN`, `0xff`; a date from TOML) is written as a text.
#[must_use]
pub fn write(node: &Node) -> String {
    let mut out = String::new();
    write_node(node, &mut out);
    out
}

fn write_node(node: &Node, out: &mut String) {
    match &node.value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(spelling) if is_json_number(spelling) => out.push_str(spelling),
        Value::Number(spelling) => write_string(spelling, out),
        Value::Text(text) => write_string(text, out),
        Value::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_node(item, out);
            }
            out.push(']');
        }
        Value::Map(entries) => {
            out.push('{');
            for (index, entry) in entries.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_string(&entry.key, out);
                out.push(':');
                write_node(&entry.node, out);
            }
            out.push('}');
        }
    }
}

/// A text in quotes with the escapes of RFC 8785: the fewest, in lower case.
pub(crate) fn write_string(text: &str, out: &mut String) {
    out.reserve(text.len() + 2);
    out.push('"');
    let mut rest = text;
    loop {
        let plain = plain_length(rest.as_bytes(), b'"');
        let (before, from) = rest.split_at_checked(plain).unwrap_or((rest, ""));
        out.push_str(before);
        let Some(&byte) = from.as_bytes().first() else { break };
        write_escape(byte, out);
        rest = from.get(1..).unwrap_or_default();
    }
    out.push('"');
}

fn write_escape(byte: u8, out: &mut String) {
    match byte {
        b'"' => out.push_str("\\\""),
        b'\\' => out.push_str("\\\\"),
        0x08 => out.push_str("\\b"),
        b'\t' => out.push_str("\\t"),
        b'\n' => out.push_str("\\n"),
        0x0c => out.push_str("\\f"),
        b'\r' => out.push_str("\\r"),
        control => {
            out.push_str("\\u00");
            out.push(char::from_digit(u32::from(control >> 4), 16).unwrap_or('0'));
            out.push(char::from_digit(u32::from(control & 15), 16).unwrap_or('0'));
        }
    }
}
