//! Numbers: checked, and kept as they are spelt.

use portcullis_model::Span;

use super::reader::Reader;
use crate::fault::Fault;

impl Reader<'_> {
    /// Reads a number; the cursor stands on its first byte.
    pub(super) fn number(&mut self) -> Result<Box<str>, Fault> {
        let start = self.at;
        let rest = self.rest();
        let length = rest.iter().position(|&byte| !may_continue(byte)).unwrap_or(rest.len());
        self.at += length;
        let spelling = self.slice(start);
        let span = Span::new(start, self.at);
        if length > self.limits.string_bytes {
            let message = format!("number is longer than {} bytes; shorten it", self.limits.string_bytes);
            return Err(Fault::new(span, message));
        }
        if is_json_number(spelling) || (self.json5() && is_json5_number(spelling)) {
            return Ok(spelling.into());
        }
        let shown = crate::fault::quoted(spelling);
        Err(Fault::new(span, format!("{shown} is not a number; write digits as in `-12.5e3`, or a text")))
    }
}

fn may_continue(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
}

/// Whether a spelling is a number of RFC 8259.
pub(crate) fn is_json_number(spelling: &str) -> bool {
    let unsigned = spelling.strip_prefix('-').unwrap_or(spelling);
    let (mantissa, exponent) = parts(unsigned);
    let (whole, fraction) = halves(mantissa);
    let whole_is_right = is_digits(whole) && (whole.len() == 1 || !whole.starts_with('0'));
    whole_is_right && fraction.is_none_or(is_digits) && exponent.is_none_or(is_exponent)
}

fn is_json5_number(spelling: &str) -> bool {
    let unsigned = spelling.strip_prefix(['-', '+']).unwrap_or(spelling);
    if matches!(unsigned, "Infinity" | "NaN") {
        return true;
    }
    if let Some(hex) = unsigned.strip_prefix("0x").or_else(|| unsigned.strip_prefix("0X")) {
        return !hex.is_empty() && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    let (mantissa, exponent) = parts(unsigned);
    let (whole, fraction) = halves(mantissa);
    let fraction = fraction.unwrap_or_default();
    let whole_is_right =
        whole.is_empty() || (is_digits(whole) && (whole.len() == 1 || !whole.starts_with('0')));
    let fraction_is_right = fraction.is_empty() || is_digits(fraction);
    let has_digits = !(whole.is_empty() && fraction.is_empty());
    has_digits && whole_is_right && fraction_is_right && exponent.is_none_or(is_exponent)
}

fn parts(unsigned: &str) -> (&str, Option<&str>) {
    match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    }
}

fn halves(mantissa: &str) -> (&str, Option<&str>) {
    match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    }
}

fn is_exponent(exponent: &str) -> bool {
    is_digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
