//! Texts from outside, made harmless before they are written: whoever chooses them can neither leak a secret into the
//! log, nor act on a terminal that shows it, nor make it large.

use std::borrow::Cow;

use portcullis_text::secret;

/// Most characters of a name.
pub(crate) const NAME: usize = 256;
/// Most characters of a note.
pub(crate) const NOTE: usize = 512;
/// Most entries of a list.
pub(crate) const ENTRIES: usize = 32;
/// What of a text is looked at: what comes behind it would be cut off in any case.
const LOOKED_AT: usize = 8192;

/// The text with secrets redacted, hidden characters spelt out (`\u{1b}`) and its end cut off at `most` characters.
pub(crate) fn text(text: &str, most: usize) -> Cow<'_, str> {
    let looked_at = text.get(..text.floor_char_boundary(LOOKED_AT)).unwrap_or_default();
    let redacted = secret::redact(looked_at);
    let plain = redacted.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    if plain && redacted.len() <= most && looked_at.len() == text.len() {
        return redacted;
    }
    let mut harmless = String::with_capacity(redacted.len().min(most * 4));
    let mut left = most;
    for character in redacted.chars() {
        if left == 0 {
            break;
        }
        left -= 1;
        if is_hidden(character) {
            harmless.extend(character.escape_unicode());
        } else {
            harmless.push(character);
        }
    }
    if left == 0 || looked_at.len() < text.len() {
        harmless.push('…');
    }
    Cow::Owned(harmless)
}

/// True for a character that acts on a terminal or that nobody sees: controls, line ends, marks and overrides of
/// direction, zero width, fillers, tags, private use.
pub(crate) const fn is_hidden(character: char) -> bool {
    matches!(character,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}'
        | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_spelt_out() {
        assert_eq!(text("a\u{1b}[31m\nb\u{202e}", NAME), "a\\u{1b}[31m\\u{a}b\\u{202e}");
        assert_eq!(text("naïve 日本語", NAME), "naïve 日本語");
    }

    #[test]
    fn a_long_text_is_cut_off_and_says_so() {
        let long = "x".repeat(100_000);
        let short = text(&long, NAME);
        assert_eq!(short.chars().count(), NAME + 1);
        assert!(short.ends_with('…'));
        assert_eq!(text(&"é".repeat(NAME), NAME).chars().count(), NAME + 1);
    }

    #[test]
    fn a_secret_does_not_get_through_even_when_it_is_cut() {
        let token = concat!("ghp", "_k7QmVt3RzX9sLwBn4HcYpD2fGjU8aE3CtjI5");
        for before in [0, 10, NAME - 8, NAME - 30] {
            let shown = text(&format!("{} {token}", "x".repeat(before)), NAME).into_owned();
            assert!(!shown.contains("k7QmVt3RzX9s"), "{shown}");
        }
    }
}
