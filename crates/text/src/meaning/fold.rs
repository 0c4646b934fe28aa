//! Spelling that does not count: case, accents, width. A folded word is only ever needed as a number.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

const SEED: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// The number of a folded word, made one character at a time (FNV-1a).
#[derive(Clone, Copy)]
pub(crate) struct Folded(u64);

impl Folded {
    pub(crate) const fn new() -> Self {
        Self(SEED)
    }

    pub(crate) const fn number(self) -> u64 {
        self.0
    }

    /// A character below 128.
    pub(crate) const fn push_ascii(&mut self, byte: u8) {
        self.push_byte(byte.to_ascii_lowercase());
    }

    pub(crate) fn push(&mut self, character: char) {
        if character.is_ascii() {
            self.push_ascii(character as u8);
            return;
        }
        match character {
            '’' | '‘' | 'ʼ' | '′' => self.push_byte(b'\''),
            'ß' => {
                self.push_byte(b's');
                self.push_byte(b's');
            }
            _ => decompose_compatible(character, |part| {
                if !is_combining_mark(part) {
                    for lower in part.to_lowercase() {
                        let mut buffer = [0; 4];
                        for &byte in lower.encode_utf8(&mut buffer).as_bytes() {
                            self.push_byte(byte);
                        }
                    }
                }
            }),
        }
    }

    const fn push_byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ byte as u64).wrapping_mul(PRIME);
    }

    pub(crate) fn of(word: &str) -> u64 {
        let mut folded = Self::new();
        for character in word.chars() {
            folded.push(character);
        }
        folded.number()
    }
}

/// True for scripts that are written without spaces between words.
pub(crate) const fn is_unspaced(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{3005}')
}

/// True for the syllables that only Japanese uses.
pub(crate) const fn is_kana(character: char) -> bool {
    matches!(character, '\u{3041}'..='\u{309F}' | '\u{30A1}'..='\u{30FA}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_width_do_not_count() {
        assert_eq!(Folded::of("Système"), Folded::of("systeme"));
        assert_eq!(Folded::of("ｓｅｎｄ"), Folded::of("SEND"));
        assert_eq!(Folded::of("user’s"), Folded::of("user's"));
        assert_ne!(Folded::of("send"), Folded::of("sent"));
    }
}
