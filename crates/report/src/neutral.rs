//! Text from outside, made harmless for the medium it is shown in.
//!
//! What cannot be seen or would act (control characters, escape sequences, direction overrides, tag characters) is
//! shown as a visible escape such as `\u{202e}`; what a medium would read as markup is escaped for that medium.

use std::borrow::Cow;
use std::fmt::Write as _;

/// True for a character that a reader would not see, or that would act on the medium instead of being shown.
#[must_use]
pub const fn is_hidden(character: char) -> bool {
    matches!(character,
        // C0, DEL and C1: escape sequences, line ends, bells.
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        // Soft hyphen, joiners, fillers, invisible vowels: no glyph of their own.
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        // Zero width, marks and overrides of direction, line and paragraph separators, invisible operators.
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        // Tags and supplementary variation selectors.
        | '\u{e0000}'..='\u{e0fff}'
        // Private use and noncharacters: what they look like depends on the reader's fonts.
        | '\u{e000}'..='\u{f8ff}' | '\u{fffe}' | '\u{ffff}' | '\u{f0000}'..='\u{10ffff}')
}

/// The visible spelling of a hidden character: `\n`, `\t`, `\r` or `\u{…}`.
#[must_use]
pub fn escape(character: char) -> String {
    match character {
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        other => format!("\\u{{{:x}}}", u32::from(other)),
    }
}

/// One stretch of a text: to be shown as it is, or the visible spelling of a hidden character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Shown(&'a str),
    Escaped(String),
}

/// Splits a text into what can be shown and what has to be spelt out.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    let mut pictograph_before = false;
    std::iter::from_fn(move || {
        let mut end = rest.len();
        let mut hidden = None;
        for (at, character) in rest.char_indices() {
            // A selector or joiner inside an emoji is how the emoji is written.
            let part_of_emoji = pictograph_before && matches!(character, '\u{fe0f}' | '\u{200d}');
            if is_hidden(character) && !part_of_emoji {
                (end, hidden) = (at, Some(character));
                break;
            }
            pictograph_before = is_pictograph(character) || character == '\u{fe0f}' && part_of_emoji;
        }
        let (shown, tail) = rest.split_at_checked(end)?;
        if !shown.is_empty() {
            rest = tail;
            return Some(Piece::Shown(shown));
        }
        pictograph_before = false;
        let character = hidden?;
        rest = tail.get(character.len_utf8()..)?;
        Some(Piece::Escaped(escape(character)))
    })
}

const fn is_pictograph(character: char) -> bool {
    matches!(character, '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// For a terminal and for any plain text: one line, no control, nothing hidden.
#[must_use]
pub fn terminal(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Shown(part) => shown.push_str(part),
            Piece::Escaped(part) => shown.push_str(&part),
        }
    }
    Cow::Owned(shown)
}

/// For Markdown as GitHub and others render it, on one line: no markup, no table cell ends, no mention, no link.
#[must_use]
pub fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    let mut before = ' ';
    let shown = terminal(text);
    let mut characters = shown.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            // Elsewhere it could begin a link or an emoji name.
            ':' if characters.peek() == Some(&' ') => escaped.push(':'),
            // Split from what follows, so that nobody is called and no issue is linked.
            '@' | '#' => {
                let _ = write!(escaped, "&#{};<!-- -->", u32::from(character));
            }
            // A full stop after `www` would begin a link.
            '.' if before.eq_ignore_ascii_case(&'w') => escaped.push_str("&#46;"),
            ' ' | '.' | ',' | ';' | '(' | ')' | '/' | '\'' | '%' | '=' | '?' | '-' | '+' => {
                escaped.push(character);
            }
            other if other.is_ascii_punctuation() => {
                let _ = write!(escaped, "&#{};", u32::from(other));
            }
            other => escaped.push(other),
        }
        before = character;
    }
    escaped
}

/// For the text and the quoted attributes of HTML and SVG, on one line.
#[must_use]
pub fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for character in terminal(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '`' => escaped.push_str("&#96;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// For the body of a JSON string: the same value, spelt so that nothing acts on a terminal or hides from a reader.
/// The caller has already escaped quotes, backslashes and C0.
pub(crate) fn json_fragment(fragment: &str) -> Cow<'_, str> {
    if !fragment.chars().any(is_hidden) {
        return Cow::Borrowed(fragment);
    }
    let mut escaped = String::with_capacity(fragment.len() + 16);
    for character in fragment.chars() {
        if is_hidden(character) {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(character);
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that acts or hides: C0, DEL, C1, bidi, zero width, separators, tags.
    fn dangerous() -> impl Iterator<Item = char> {
        ('\0'..='\u{1f}')
            .chain('\u{7f}'..='\u{9f}')
            .chain(['\u{61c}', '\u{200e}', '\u{200f}', '\u{2028}', '\u{2029}', '\u{feff}', '\u{ad}'])
            .chain('\u{200b}'..='\u{200d}')
            .chain('\u{202a}'..='\u{202e}')
            .chain('\u{2060}'..='\u{2069}')
            .chain('\u{e0000}'..='\u{e007f}')
            .chain('\u{e0100}'..='\u{e01ef}')
    }

    #[test]
    fn no_dangerous_character_reaches_a_terminal() {
        for character in dangerous() {
            let shown = terminal(&format!("a{character}b")).into_owned();
            assert!(!shown.contains(character), "{:x}", u32::from(character));
            assert!(shown.starts_with("a\\") && shown.ends_with('b'), "{shown}");
        }
    }

    #[test]
    fn an_escape_sequence_becomes_text() {
        assert_eq!(terminal("\u{1b}[31mred\u{1b}[0m\nx\u{202e}"), "\\u{1b}[31mred\\u{1b}[0m\\nx\\u{202e}");
    }

    #[test]
    fn emoji_and_letters_of_all_scripts_stay_as_they_are() {
        for text in ["naïve café", "日本語", "привет", "👩\u{200d}💻 ❤\u{fe0f}"] {
            assert_eq!(terminal(text), text);
        }
        assert_eq!(terminal("a\u{200d}b\u{fe0f}"), "a\\u{200d}b\\u{fe0f}");
    }

    #[test]
    fn markdown_loses_its_meaning() {
        let hostile =
            "| `a` <b> [x](javascript:y) *z* _u_ @all #1 https://e.example www.e.example \\ ![i](j) $x$";
        let escaped = markdown(hostile);
        let bare = escaped.replace("<!-- -->", "");
        let entities_only = bare.split('&').skip(1).all(|part| part.starts_with('#') && part.contains(';'));
        assert!(entities_only, "{escaped}");
        for mark in ['|', '`', '<', '>', '[', ']', '*', '_', '@', ':', '\\', '!', '$', '~'] {
            assert!(!bare.contains(mark), "{mark} in {escaped}");
        }
        assert!(!escaped.contains("www."));
        assert_eq!(markdown("a\nb"), "a&#92;nb");
    }

    #[test]
    fn html_loses_its_meaning_in_text_and_attributes() {
        assert_eq!(
            html("<a href=\"x\" id='y'>&`\n"),
            "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;&#96;\\n"
        );
        for character in dangerous() {
            assert!(!html(&format!("a{character}b")).contains(character));
            assert!(!markdown(&format!("a{character}b")).contains(character));
        }
    }

    #[test]
    fn a_json_string_keeps_its_value_and_shows_what_it_holds() {
        for character in dangerous().filter(|character| *character > '\u{1f}') {
            let text = format!("a{character}b");
            let fragment = json_fragment(&text).into_owned();
            assert!(fragment.is_ascii());
            let back: String = serde_json::from_str(&format!("\"{fragment}\"")).unwrap();
            assert_eq!(back, text);
        }
    }
}
