//! Makes text from outside safe to show.

use std::fmt::Write as _;

/// The text with everything that a terminal obeys or a reader cannot see spelt out; line breaks and tabs stay.
/// At most `limit` characters of the input are kept.
pub(crate) fn neutral(text: &str, limit: usize) -> String {
    let mut shown = String::new();
    for character in text.chars().take(limit) {
        if is_plain(character) {
            shown.push(character);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(character));
        }
    }
    if text.chars().nth(limit).is_some() {
        shown.push('…');
    }
    shown
}

/// The text on one line, in at most `limit` characters.
pub(crate) fn one_line(text: &str, limit: usize) -> String {
    neutral(text, limit).replace(['\n', '\t'], " ")
}

fn is_plain(character: char) -> bool {
    matches!(character, '\n' | '\t') || !(character.is_control() || is_invisible(character))
}

fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_invisible_characters_are_spelt_out_and_line_breaks_stay() {
        assert_eq!(neutral("a\u{1b}[31mb\nc\u{202e}d\u{e0041}", 100), "a\\u{1b}[31mb\nc\\u{202e}d\\u{e0041}");
        assert_eq!(one_line("a\nb\tc", 100), "a b c");
        assert_eq!(neutral("abcdef", 3), "abc…");
    }
}
