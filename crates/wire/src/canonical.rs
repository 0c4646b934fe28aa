//! Canonical JSON (RFC 8785): one spelling per tree, so that equal trees have equal digests.
//!
//! Numbers take the form of ECMAScript. Three kinds keep their spelling, because a double would hide a change that
//! some reader sees: integers that a double cannot hold exactly, and numbers too large or too small for one.

use portcullis_model::{Entry, Node, Value};
use sha2::{Digest, Sha256};

use crate::json::{is_json_number, write_string};

/// The tree as canonical JSON. What JSON cannot spell as a number (`NaN`, `0xff`) is written as a text.
#[must_use]
pub fn write(node: &Node) -> String {
    let mut out = String::new();
    write_node(node, &mut out);
    out
}

/// SHA-256 of the canonical form.
#[must_use]
pub fn digest(node: &Node) -> [u8; 32] {
    Sha256::digest(write(node)).into()
}

/// SHA-256 of the canonical form, as 64 lower-case hexadecimal digits.
#[must_use]
pub fn digest_hex(node: &Node) -> String {
    digest(node).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn write_node(node: &Node, out: &mut String) {
    match &node.value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(spelling) if is_json_number(spelling) => out.push_str(&number(spelling)),
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
            for (index, entry) in sorted(entries).into_iter().enumerate() {
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

/// The members in the order of the UTF-16 code units of their keys.
fn sorted(entries: &[Entry]) -> Vec<&Entry> {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    // Among ASCII keys the order of bytes is the same, and much faster to find.
    if entries.iter().all(|entry| entry.key.is_ascii()) {
        sorted.sort_by(|one, other| one.key.cmp(&other.key));
    } else {
        sorted.sort_by(|one, other| one.key.encode_utf16().cmp(other.key.encode_utf16()));
    }
    sorted
}

fn number(spelling: &str) -> String {
    let Ok(value) = spelling.parse::<f64>() else { return spelling.to_owned() };
    let digits = || spelling.bytes().take_while(|byte| !matches!(byte, b'e' | b'E'));
    let vanished = value == 0.0 && digits().any(|byte| (b'1'..=b'9').contains(&byte));
    if !value.is_finite() || vanished || is_inexact_integer(spelling, value) {
        return spelling.to_owned();
    }
    ecmascript(value)
}

/// Whether this integer is spelt digit by digit and the double is another one.
fn is_inexact_integer(spelling: &str, value: f64) -> bool {
    let digits = spelling.strip_prefix('-').unwrap_or(spelling);
    // Up to 15 digits every integer is a double.
    digits.len() > 15
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && format!("{:.0}", value.abs()) != digits
}

/// ECMAScript's Number::toString: shortest digits that read back, an exponent below 1e-6 and from 1e21.
fn ecmascript(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let scientific = shortest(value.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let digits = mantissa.replace('.', "");
    let sign = if value < 0.0 { "-" } else { "" };
    let whole_digits = usize::try_from(exponent + 1).unwrap_or(0);
    match exponent {
        0..=20 if digits.len() <= whole_digits => format!("{sign}{digits:0<whole_digits$}"),
        0..=20 => {
            let (whole, fraction) = digits.split_at_checked(whole_digits).unwrap_or((&digits, ""));
            format!("{sign}{whole}.{fraction}")
        }
        -6..=-1 => {
            let zeros = usize::try_from(-exponent - 1).unwrap_or(0);
            format!("{sign}0.{:0<zeros$}{digits}", "")
        }
        _ => format!("{sign}{mantissa}e{exponent:+}"),
    }
}

/// The shortest digits that read back, the closest to the value among them, an even last digit among two as close.
fn shortest(value: f64) -> String {
    let shortest = format!("{value:e}");
    let fraction_digits =
        shortest.split_once('e').map_or(0, |(mantissa, _)| mantissa.len().saturating_sub(2));
    let rounded_to_even = format!("{value:.fraction_digits$e}");
    if rounded_to_even.parse() == Ok(value) { rounded_to_even } else { shortest }
}
