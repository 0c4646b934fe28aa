//! Sets of characters that tokens are written in.

/// A set of ASCII characters, a union of the groups below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Alphabet(u16);

const DIGITS: u16 = 1;
const LOWER_HEX: u16 = 1 << 1;
const LOWER_REST: u16 = 1 << 2;
const UPPER_HEX: u16 = 1 << 3;
const UPPER_REST: u16 = 1 << 4;
const UNDERSCORE: u16 = 1 << 5;
const HYPHEN: u16 = 1 << 6;
const PLUS_SLASH: u16 = 1 << 7;
const EQUALS: u16 = 1 << 8;
const DOT: u16 = 1 << 9;
const TILDE: u16 = 1 << 10;
const PERCENT: u16 = 1 << 11;

/// `0` to `9`.
pub(super) const DECIMAL: Alphabet = Alphabet(DIGITS);
/// Digits and `a` to `f`.
pub(super) const HEX: Alphabet = Alphabet(DIGITS | LOWER_HEX);
/// Hexadecimal digits of either case and the hyphens of a UUID.
pub(super) const UUID: Alphabet = Alphabet(DIGITS | LOWER_HEX | UPPER_HEX | HYPHEN);
/// Digits and small letters.
pub(super) const LOWER: Alphabet = Alphabet(DIGITS | LOWER_HEX | LOWER_REST);
/// Digits and capital letters.
pub(super) const UPPER: Alphabet = Alphabet(DIGITS | UPPER_HEX | UPPER_REST);
/// Digits and letters.
pub(super) const BASE62: Alphabet = Alphabet(LOWER.0 | UPPER.0);
/// Digits, letters and the underscore.
pub(super) const WORD: Alphabet = Alphabet(BASE62.0 | UNDERSCORE);
/// Digits, letters, underscore and hyphen: base64 as URLs spell it.
pub(super) const SLUG: Alphabet = Alphabet(WORD.0 | HYPHEN);
/// Base64 with its padding.
pub(super) const BASE64: Alphabet = Alphabet(BASE62.0 | PLUS_SLASH | EQUALS);
/// Base64 with the URL spelling of its symbols allowed.
pub(super) const ANY64: Alphabet = Alphabet(BASE64.0 | UNDERSCORE | HYPHEN | PERCENT);
/// What a client secret of Entra is made of.
pub(super) const ENTRA: Alphabet = Alphabet(SLUG.0 | DOT | TILDE);
/// A slug with dots.
pub(super) const DOTTED: Alphabet = Alphabet(SLUG.0 | DOT);

impl Alphabet {
    /// True when `byte` belongs to the set.
    pub(super) const fn contains(self, byte: u8) -> bool {
        group(byte) & self.0 != 0
    }

    /// Number of leading bytes of `bytes` that belong to the set, counting at most `most`.
    pub(super) fn run(self, bytes: &[u8], most: usize) -> usize {
        bytes.iter().take(most).take_while(|&&byte| self.contains(byte)).count()
    }
}

const fn group(byte: u8) -> u16 {
    match byte {
        b'0'..=b'9' => DIGITS,
        b'a'..=b'f' => LOWER_HEX,
        b'g'..=b'z' => LOWER_REST,
        b'A'..=b'F' => UPPER_HEX,
        b'G'..=b'Z' => UPPER_REST,
        b'_' => UNDERSCORE,
        b'-' => HYPHEN,
        b'+' | b'/' => PLUS_SLASH,
        b'=' => EQUALS,
        b'.' => DOT,
        b'~' => TILDE,
        b'%' => PERCENT,
        _ => 0,
    }
}
