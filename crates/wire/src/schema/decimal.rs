//! Numbers of any length, exactly: what a double would round is not the same number.

use std::cmp::Ordering;
use std::fmt::Write;

use crate::json::is_json_number;

/// Exponents beyond this are not read: no argument needs them, and sums of them must not overflow.
const LARGEST_EXPONENT: i64 = 1_000_000_000;

/// Zeros that a division writes out before it gives up.
const MOST_ZEROS: u64 = 4096;

/// A number as its significant digits and a power of ten. Zero has no digits and no sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decimal {
    negative: bool,
    /// Without leading and trailing zeros.
    digits: Box<str>,
    /// The power of ten of the last digit.
    exponent: i64,
}

impl Decimal {
    /// Reads a JSON number. None for what is none (`NaN`, `0xff`) and for an exponent that nobody means.
    pub(super) fn read(spelling: &str) -> Option<Self> {
        if !is_json_number(spelling) {
            return None;
        }
        let unsigned = spelling.strip_prefix('-').unwrap_or(spelling);
        let (mantissa, power) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, power)) => (mantissa, power.parse::<i64>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = if fraction.is_empty() { whole.to_owned() } else { format!("{whole}{fraction}") };
        let kept = all.trim_end_matches('0');
        let digits = kept.trim_start_matches('0');
        if digits.is_empty() {
            return Some(Self { negative: false, digits: "".into(), exponent: 0 });
        }
        if power.abs() > LARGEST_EXPONENT {
            return None;
        }
        let exponent =
            power + i64::try_from(all.len() - kept.len()).ok()? - i64::try_from(fraction.len()).ok()?;
        Some(Self { negative: spelling.starts_with('-'), digits: digits.into(), exponent })
    }

    pub(super) fn is_integer(&self) -> bool {
        self.exponent >= 0
    }

    pub(super) fn is_positive(&self) -> bool {
        !self.negative && !self.digits.is_empty()
    }

    /// The value as a count; more than fits is the largest one. None for a negative or broken number.
    pub(super) fn count(&self) -> Option<u64> {
        if self.negative || !self.is_integer() {
            return None;
        }
        let zeros = u32::try_from(self.exponent).unwrap_or(u32::MAX);
        let power = 10_u64.checked_pow(zeros);
        let digits = if self.digits.is_empty() { Some(0) } else { self.digits.parse::<u64>().ok() };
        Some(digits.zip(power).and_then(|(digits, power)| digits.checked_mul(power)).unwrap_or(u64::MAX))
    }

    /// Whether a division by `divisor`, which is positive, leaves nothing. None when it cannot be told in bounded time.
    pub(super) fn is_multiple_of(&self, divisor: &Self) -> Option<bool> {
        if self.digits.is_empty() {
            return Some(true);
        }
        // The last digit is not zero: nothing takes a higher power of ten away.
        let Ok(zeros) = u64::try_from(self.exponent - divisor.exponent) else { return Some(false) };
        let modulus = divisor.modulus()?;
        if zeros > MOST_ZEROS {
            return None;
        }
        let digits = self.digits.bytes().map(|digit| u128::from(digit - b'0'));
        let zeros = std::iter::repeat_n(0, usize::try_from(zeros).ok()?);
        Some(digits.chain(zeros).fold(0, |rest, digit| (rest * 10 + digit) % modulus) == 0)
    }

    /// The digits as a number that another digit can be appended to. None for more than 37 of them.
    fn modulus(&self) -> Option<u128> {
        if self.digits.len() > 37 { None } else { self.digits.parse().ok().filter(|modulus| *modulus > 0) }
    }

    /// Whether [`Decimal::is_multiple_of`] can divide by it.
    pub(super) fn is_divisor(&self) -> bool {
        self.is_positive() && self.modulus().is_some()
    }

    /// Writes the one spelling that equal numbers share.
    pub(super) fn write(&self, out: &mut String) {
        let sign = if self.negative { "-" } else { "" };
        // A `String` takes everything.
        let _ = write!(out, "{sign}{}e{}", self.digits, self.exponent);
    }

    /// How the magnitudes compare; both are not zero.
    fn compare_magnitude(&self, other: &Self) -> Ordering {
        let size = |it: &Self| it.exponent.saturating_add(i64::try_from(it.digits.len()).unwrap_or(i64::MAX));
        size(self).cmp(&size(other)).then_with(|| self.digits.cmp(&other.digits))
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |it: &Self| match (it.negative, it.digits.is_empty()) {
            (_, true) => 0,
            (true, false) => -1,
            (false, false) => 1,
        };
        sign(self).cmp(&sign(other)).then_with(|| match sign(self) {
            0 => Ordering::Equal,
            1 => self.compare_magnitude(other),
            _ => other.compare_magnitude(self),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(spelling: &str) -> Decimal {
        Decimal::read(spelling).unwrap()
    }

    #[test]
    fn equal_numbers_are_equal_however_they_are_spelt() {
        for spellings in
            [&["1", "1.0", "1e0", "10e-1", "0.1E+1", "100e-2"][..], &["0", "-0", "0.0", "0e99999999999"]]
        {
            for spelling in spellings {
                assert_eq!(read(spelling), read(spellings[0]), "{spelling}");
            }
        }
        assert_ne!(read("0.1"), read("0.10000000000000000001"));
        assert_ne!(read("9007199254740993"), read("9007199254740992"));
    }

    #[test]
    fn numbers_are_ordered_exactly() {
        let ascending =
            ["-1e9", "-2.01", "-2", "-1e-7", "0", "1e-300", "0.1", "0.11", "0.2", "1", "1.5", "15", "1e400"];
        for (index, one) in ascending.iter().enumerate() {
            for (place, other) in ascending.iter().enumerate() {
                assert_eq!(read(one).cmp(&read(other)), index.cmp(&place), "{one} {other}");
            }
        }
    }

    #[test]
    fn division_is_exact_for_decimals() {
        for (number, divisor) in
            [("0.3", "0.1"), ("4.35", "0.01"), ("1e308", "3.2"), ("0", "7"), ("-9", "3"), ("1.50", "0.25")]
        {
            assert_eq!(read(number).is_multiple_of(&read(divisor)), Some(true), "{number} {divisor}");
        }
        for (number, divisor) in [("0.35", "0.1"), ("10", "3"), ("1e-9", "2"), ("5", "10"), ("1e308", "7")] {
            assert_eq!(read(number).is_multiple_of(&read(divisor)), Some(false), "{number} {divisor}");
        }
        assert_eq!(read("1e9000").is_multiple_of(&read("7")), None);
    }

    #[test]
    fn what_is_no_json_number_is_not_read() {
        for spelling in ["NaN", "0xff", "+1", ".5", "1e99999999999", ""] {
            assert_eq!(Decimal::read(spelling), None, "{spelling}");
        }
    }

    #[test]
    fn a_count_is_a_whole_number_that_is_not_negative() {
        assert_eq!(read("2.0").count(), Some(2));
        assert_eq!(read("0").count(), Some(0));
        assert_eq!(read("1e99").count(), Some(u64::MAX));
        assert_eq!(read("-1").count(), None);
        assert_eq!(read("1.5").count(), None);
    }
}
