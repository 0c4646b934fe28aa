//! Where a part of a text stands in the literal that spells it.

use portcullis_model::Span;

/// The bytes of a literal, quotes included, that spell the bytes `part` of its text. None when the literal is no JSON
/// string or the part lies outside of it.
///
/// A literal without escapes spells its text byte for byte; each escape spells one character with two to twelve bytes.
#[must_use]
pub fn spelt(literal: &str, part: Span) -> Option<Span> {
    let inner = literal.strip_prefix('"')?.strip_suffix('"')?;
    let mut decoded = 0;
    let mut start = None;
    let mut end = None;
    let mut rest = inner;
    while let Some((width, length)) = unit(rest) {
        if start.is_none() && decoded + length > part.start {
            start = Some(inner.len() - rest.len());
        }
        decoded += length;
        rest = rest.get(width..)?;
        if decoded >= part.end {
            end = Some(inner.len() - rest.len());
            break;
        }
    }
    // One for the opening quote.
    Some(Span::new(start? + 1, end? + 1))
}

/// How many bytes the first unit of a literal takes, and how many its character takes in the text.
fn unit(rest: &str) -> Option<(usize, usize)> {
    let first = rest.chars().next()?;
    if first != '\\' {
        return Some((first.len_utf8(), first.len_utf8()));
    }
    if rest.as_bytes().get(1) != Some(&b'u') {
        return Some((2, 1));
    }
    let code = |from: usize| u32::from_str_radix(rest.get(from..from + 4)?, 16).ok();
    let high = code(2)?;
    if (0xD800..0xDC00).contains(&high) && rest.get(6..8) == Some("\\u") {
        code(8)?;
        return Some((12, 4));
    }
    // A lone surrogate became the replacement character, which is as long as any of its range would be.
    Some((6, char::from_u32(high).map_or(3, char::len_utf8)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_text_is_found_behind_escapes_of_every_kind() {
        let literal = r#""a\n\u00e4\ud83d\ude00 read \"it\"""#;
        let text = "a\nä😀 read \"it\"";
        let part = |word: &str| {
            let start = text.find(word).unwrap();
            let span = spelt(literal, Span::new(start, start + word.len())).unwrap();
            literal.get(span.start..span.end).unwrap()
        };
        assert_eq!(part("read"), "read");
        assert_eq!(part("\"it\""), r#"\"it\""#);
        assert_eq!(part("ä😀"), r"\u00e4\ud83d\ude00");
        assert_eq!(part("a"), "a");
        assert_eq!(spelt(literal, Span::new(90, 95)), None);
        assert_eq!(spelt("'single'", Span::new(0, 1)), None);
    }
}
