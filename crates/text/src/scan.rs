//! One pass over the bytes of a text that tells which closer looks are worth it. Plain prose needs none.
//!
//! Bytes are classed eight at a time inside a machine word; sixty-four of them become one bit mask each for letters,
//! digits and blanks, in which runs are found by shifting. Everything else is a comparison that compilers vectorise.

/// Length from which a run without blanks can hold a secret or an encoded text, in bytes.
pub(crate) const LONG_WORD: usize = 20;
/// Length from which a run of blanks can hide something, in bytes.
pub(crate) const LONG_BLANK: usize = 24;

/// What a text contains that asks for a closer look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Signs(u16);

impl Signs {
    /// A byte outside ASCII.
    pub(crate) const NON_ASCII: Signs = Signs(1);
    /// A control character other than tab and line feed.
    pub(crate) const CONTROL: Signs = Signs(1 << 1);
    /// A backslash.
    pub(crate) const BACKSLASH: Signs = Signs(1 << 2);
    /// A percent sign.
    pub(crate) const PERCENT: Signs = Signs(1 << 3);
    /// An ampersand.
    pub(crate) const AMPERSAND: Signs = Signs(1 << 4);
    /// A less-than sign.
    pub(crate) const ANGLE: Signs = Signs(1 << 5);
    /// An equals sign.
    pub(crate) const EQUALS: Signs = Signs(1 << 6);
    /// A run of [`LONG_WORD`] bytes without a blank.
    pub(crate) const LONG_WORD: Signs = Signs(1 << 7);
    /// A run of [`LONG_BLANK`] blanks.
    pub(crate) const LONG_BLANK: Signs = Signs(1 << 8);
    /// Four letters that stand alone, one after the other.
    pub(crate) const SPACED: Signs = Signs(1 << 9);
    /// A digit between letters.
    pub(crate) const DIGIT_IN_WORD: Signs = Signs(1 << 10);
    /// An opening bracket, with which Markdown writes a comment too.
    pub(crate) const BRACKET: Signs = Signs(1 << 11);
    /// A tab.
    pub(crate) const TAB: Signs = Signs(1 << 12);

    /// True when any of `signs` is present.
    pub(crate) const fn any(self, signs: Signs) -> bool {
        self.0 & signs.0 != 0
    }

    const fn with(self, signs: Signs, present: bool) -> Signs {
        if present { Signs(self.0 | signs.0) } else { self }
    }
}

/// Looks at every byte once.
pub(crate) fn signs(bytes: &[u8]) -> Signs {
    let mut signs = Signs::default();
    let mut runs = Runs::default();
    let (blocks, rest) = bytes.as_chunks::<64>();
    for block in blocks {
        if is_special(block) {
            signs = specials(block, signs);
        }
        signs = runs.block(block, u64::MAX, signs);
    }
    if !rest.is_empty() {
        let mut block = [b' '; 64];
        block.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        signs = specials(&block, signs);
        signs = runs.block(&block, (1 << rest.len()) - 1, signs);
    }
    runs.block(&[b' '; 64], 0, signs)
}

/// True when the text has a run of [`LONG_WORD`] bytes without a blank.
pub(crate) fn has_long_word(bytes: &[u8]) -> bool {
    let is_blank = |byte: &u8| (b'\t'..=b' ').contains(byte);
    let mut from = 0;
    // No long run holds the last blank of a part: what is before it need not be looked at.
    while let Some(part) = bytes.get(from..from + LONG_WORD) {
        match part.iter().rposition(is_blank) {
            Some(blank) => from += blank + 1,
            None => return true,
        }
    }
    false
}

/// True when a block has any byte of which [`specials`] would say something.
fn is_special(block: &[u8; 64]) -> bool {
    let mut special = 0_u8;
    for &byte in block {
        let control = (byte < 0x20) & (byte != b'\n');
        let sign = (byte == b'\\')
            | (byte == b'%')
            | (byte == b'&')
            | (byte == b'<')
            | (byte == b'=')
            | (byte == b'[')
            | (byte >= 0x7F);
        special |= u8::from(control | sign);
    }
    special != 0
}

fn specials(block: &[u8; 64], mut signs: Signs) -> Signs {
    for &byte in block {
        signs.0 |= match byte {
            b'\n' => 0,
            b'\t' => Signs::TAB.0,
            0x80.. => Signs::NON_ASCII.0,
            0..0x20 | 0x7F => Signs::CONTROL.0,
            b'\\' => Signs::BACKSLASH.0,
            b'%' => Signs::PERCENT.0,
            b'&' => Signs::AMPERSAND.0,
            b'<' => Signs::ANGLE.0,
            b'=' => Signs::EQUALS.0,
            b'[' => Signs::BRACKET.0,
            _ => 0,
        };
    }
    signs
}

/// The masks of the block before, so that runs across blocks are seen.
#[derive(Default)]
struct Runs {
    letters: u64,
    digits: u64,
    blanks: u64,
    words: u64,
}

impl Runs {
    /// Looks for runs that end in this block or in the one before.
    fn block(&mut self, block: &[u8; 64], valid: u64, signs: Signs) -> Signs {
        let now = Self::masks(block, valid);
        let joined = |before: u64, after: u64| u128::from(after) << 64 | u128::from(before);
        let letters = joined(self.letters, now.letters);
        let digits = joined(self.digits, now.digits);
        let blanks = joined(self.blanks, now.blanks);
        let words = joined(self.words, now.words);
        *self = now;
        let eight = |bits: u128| {
            let two = bits & bits >> 1;
            let four = two & two >> 2;
            four & four >> 4
        };
        const { assert!(LONG_WORD == 20 && LONG_BLANK == 24) };
        let word = eight(words);
        let blank = eight(blanks);
        let alone = letters & !(letters << 1) & !(letters >> 1);
        let spaced = alone & alone >> 2 & alone >> 4 & alone >> 6;
        signs
            .with(Signs::LONG_WORD, word & word >> 8 & word >> 12 != 0)
            .with(Signs::LONG_BLANK, blank & blank >> 8 & blank >> 16 != 0)
            .with(Signs::SPACED, spaced != 0)
            .with(Signs::DIGIT_IN_WORD, digits & letters << 1 & letters >> 1 != 0)
    }

    fn masks(block: &[u8; 64], valid: u64) -> Runs {
        let mut masks = Runs::default();
        let (eights, _) = block.as_chunks::<8>();
        for (index, eight) in eights.iter().enumerate() {
            let bytes = u64::from_le_bytes(*eight);
            let shift = 8 * index;
            masks.letters |= gather(between(bytes | every(0x20), b'a', b'z')) << shift;
            masks.digits |= gather(between(bytes, b'0', b'9')) << shift;
            masks.blanks |= gather(between(bytes, b'\t', b' ')) << shift;
        }
        masks.words = !masks.blanks & valid;
        masks.blanks &= valid;
        masks
    }
}

const fn every(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The high bit of every byte that is ASCII and lies between `low` and `high`, both included.
const fn between(bytes: u64, low: u8, high: u8) -> u64 {
    let ascii = bytes & every(0x7F);
    let from_low = ascii + every(0x80 - low);
    let above_high = ascii + every(0x7F - high);
    from_low & !above_high & !bytes & every(0x80)
}

/// The high bits of eight bytes as the low eight bits of a word.
const fn gather(high_bits: u64) -> u64 {
    (high_bits >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_prose_shows_no_sign() {
        let prose =
            "Adds two numbers, returns their sum. It works offline!\n\n  And (always) quickly: 42 ms. "
                .repeat(9);
        assert_eq!(signs(prose.as_bytes()), Signs::default());
        assert_eq!(signs(b""), Signs::default());
    }

    #[test]
    fn signs_are_seen_at_every_offset() {
        for offset in 0..140 {
            let seen = |text: &str| signs(format!("{}{text} ok", ". ".repeat(offset)).as_bytes());
            assert!(seen("i g n o r e").any(Signs::SPACED), "{offset}");
            assert!(seen("pr3vious").any(Signs::DIGIT_IN_WORD), "{offset}");
            assert!(seen(&"x".repeat(LONG_WORD)).any(Signs::LONG_WORD), "{offset}");
            assert!(!seen(&"x".repeat(LONG_WORD - 1)).any(Signs::LONG_WORD), "{offset}");
            assert!(seen(&format!("{}.", " ".repeat(LONG_BLANK))).any(Signs::LONG_BLANK), "{offset}");
            assert!(!seen(&format!(".{}.", " ".repeat(LONG_BLANK - 1))).any(Signs::LONG_BLANK), "{offset}");
            assert!(seen("\u{1b}[8m").any(Signs::CONTROL), "{offset}");
            assert!(seen("é").any(Signs::NON_ASCII), "{offset}");
        }
    }

    proptest! {
        #[test]
        fn long_words_are_found_as_the_masks_find_them(bytes in "[ab\\n \u{1}é]{0,90}|([a-z]{15,24} ){0,4}") {
            let expected = signs(bytes.as_bytes()).any(Signs::LONG_WORD);
            prop_assert_eq!(has_long_word(bytes.as_bytes()), expected);
        }

        #[test]
        fn the_masks_say_what_each_byte_is(block in prop::array::uniform32(any::<u8>())) {
            let mut bytes = [0; 64];
            bytes[..32].copy_from_slice(&block);
            let masks = Runs::masks(&bytes, u64::MAX);
            for (index, byte) in bytes.iter().enumerate() {
                prop_assert_eq!(masks.letters >> index & 1 == 1, byte.is_ascii_alphabetic());
                prop_assert_eq!(masks.digits >> index & 1 == 1, byte.is_ascii_digit());
                prop_assert_eq!(masks.blanks >> index & 1 == 1, (b'\t'..=b' ').contains(byte));
            }
        }
    }
}
