//! Literals.

use crate::ir::{LONGEST_LITERAL, Literal};

/// A text of which the beginning is kept.
pub(super) fn cut(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LONGEST_LITERAL)).unwrap_or(text)
}

/// `` `…` ``: as it stands, without carriage returns.
pub(super) fn raw(source: &str) -> Literal {
    let text = source.strip_prefix('`').unwrap_or(source);
    let text = text.strip_suffix('`').unwrap_or(text);
    Literal::Text(if text.contains('\r') { text.replace('\r', "").as_str().into() } else { cut(text).into() })
}

/// `"…"` and `'…'`, with escapes. Bytes that are no UTF-8 stand as U+FFFD.
pub(super) fn interpreted(source: &str) -> Literal {
    let inner = source.get(1..source.len().saturating_sub(1)).unwrap_or_default();
    if !inner.contains('\\') {
        return Literal::Text(cut(inner).into());
    }
    let mut bytes: Vec<u8> = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some((text, escape)) = rest.split_once('\\') {
        bytes.extend_from_slice(text.as_bytes());
        rest = unescape(escape, &mut bytes);
    }
    bytes.extend_from_slice(rest.as_bytes());
    Literal::Text(cut(&String::from_utf8_lossy(&bytes)).into())
}

/// Reads what follows a backslash; gives what follows that.
fn unescape<'t>(escape: &'t str, into: &mut Vec<u8>) -> &'t str {
    let mut characters = escape.chars();
    let Some(first) = characters.next() else { return "" };
    let plain = match first {
        'a' => 7,
        'b' => 8,
        'f' => 12,
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'v' => 11,
        'x' => return number(escape, 1, 3, 16, into),
        'u' => return number(escape, 1, 5, 16, into),
        'U' => return number(escape, 1, 9, 16, into),
        '0'..='7' => return number(escape, 0, 3, 8, into),
        other => {
            into.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes());
            return characters.as_str();
        }
    };
    into.push(plain);
    characters.as_str()
}

/// A byte (`\x41`, `\101`) or a character (`\u0041`) by its number.
fn number<'t>(escape: &'t str, from: usize, to: usize, radix: u32, into: &mut Vec<u8>) -> &'t str {
    let digits = escape.get(from..to).and_then(|digits| u32::from_str_radix(digits, radix).ok());
    let is_character = to - from > 3;
    match digits {
        Some(number) if is_character => {
            let character = char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER);
            into.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
        Some(number) => into.push(u8::try_from(number).unwrap_or(b'?')),
        None => {}
    }
    escape.get(to..).unwrap_or_default()
}

/// A number; large ones are rounded.
pub(super) fn integer(source: &str) -> Literal {
    let digits = source.replace('_', "");
    let lower = digits.to_ascii_lowercase();
    let (rest, radix) = match lower.get(..2) {
        Some("0x") => (lower.get(2..), 16),
        Some("0b") => (lower.get(2..), 2),
        Some("0o") => (lower.get(2..), 8),
        _ if lower.len() > 1 && lower.starts_with('0') => (lower.get(1..), 8),
        _ => (Some(lower.as_str()), 10),
    };
    let digits = rest.unwrap_or_default().chars().filter_map(|digit| digit.to_digit(radix));
    Literal::Number(digits.fold(0.0, |value, digit| value * f64::from(radix) + f64::from(digit)))
}

/// A number with a fraction. Hexadecimal ones are rare and become nothing that compares.
pub(super) fn float(source: &str) -> Literal {
    Literal::Number(source.replace('_', "").parse().unwrap_or(f64::NAN))
}
