//! Lines that end where the terminal does.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns that a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// `text` in lines of at most `columns`, broken between words; a word longer than a line is broken inside. After
/// `most` lines the rest is left out and an ellipsis says so. There is always one line.
pub(crate) fn wrapped(text: &str, columns: usize, most: usize) -> Vec<String> {
    let columns = columns.max(8);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(' ') {
        let needed = width(word) + usize::from(!line.is_empty());
        if used + needed <= columns {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
            used += needed;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        for character in word.chars() {
            let wide = character.width().unwrap_or(0);
            if used + wide > columns {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push(character);
            used += wide;
        }
        if lines.len() > most {
            break;
        }
    }
    lines.push(line);
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            *last = shortened(&format!("{last} …"), columns);
        }
    }
    lines
}

/// `text` in at most `columns`, its end replaced by an ellipsis when it is longer.
pub(crate) fn shortened(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut used = 1;
    for character in text.chars() {
        used += character.width().unwrap_or(0);
        if used > columns {
            break;
        }
        short.push(character);
    }
    short.truncate(short.trim_end_matches([' ', '…']).len());
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_long_words_break_inside() {
        assert_eq!(wrapped("one two three", 8, 9), ["one two", "three"]);
        assert_eq!(wrapped("a 0123456789", 8, 9), ["a", "01234567", "89"]);
        assert_eq!(wrapped("", 8, 9), [""]);
        assert_eq!(wrapped("日本語日本語", 8, 9), ["日本語日", "本語"]);
    }

    #[test]
    fn what_does_not_fit_is_marked_as_left_out() {
        assert_eq!(wrapped("one two three four", 8, 2), ["one two", "three …"]);
        assert_eq!(shortened("0123456789", 5), "0123…");
        assert_eq!(shortened("0123", 5), "0123");
    }
}
