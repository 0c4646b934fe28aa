//! Text that is pushed out of sight: behind hundreds of blanks, or far below what looks like the end.

use memchr::memmem;
use portcullis_model::Span;

use super::Draft;
use crate::mark::{MarkKind, Marks};
use crate::view::ViewKind;

/// Blanks in one line from which the rest of the line is out of sight. Tables and columns stay below.
const FAR_RIGHT: usize = 160;
/// Line feeds in a row from which the rest of the text is out of sight.
const FAR_DOWN: usize = 24;

/// Blanks outside ASCII with which a line can be padded, each twice.
const WIDE_BLANKS: [&str; 7] = [
    "\u{A0}\u{A0}",
    "\u{2000}\u{2000}",
    "\u{2002}\u{2002}",
    "\u{2003}\u{2003}",
    "\u{2009}\u{2009}",
    "\u{2800}\u{2800}",
    "\u{3000}\u{3000}",
];

/// True when a text outside ASCII holds rows of its own kinds of blank.
pub(crate) fn has_wide_blanks(text: &str) -> bool {
    WIDE_BLANKS.iter().any(|blanks| memmem::find(text.as_bytes(), blanks.as_bytes()).is_some())
}

/// Notes every padding that text follows, and adds what stands behind it.
pub(crate) fn look(text: &str, marks: &mut Marks, drafts: &mut Vec<Draft>) {
    let mut blank: Option<usize> = None;
    let (mut lines, mut columns, mut widest) = (0, 0, 0);
    for (at, character) in text.char_indices() {
        if character.is_whitespace() || character == '\u{2800}' {
            blank.get_or_insert(at);
            if character == '\n' {
                lines += 1;
                columns = 0;
            } else {
                columns += if character == '\t' { 8 } else { 1 };
                widest = widest.max(columns);
            }
            continue;
        }
        if let Some(start) = blank.take()
            && start > 0
            && (lines >= FAR_DOWN || widest >= FAR_RIGHT)
        {
            marks.note(MarkKind::Padding, Span::new(start, at));
            let rest = text.get(at..).unwrap_or_default();
            let end = if lines >= FAR_DOWN { text.len() } else { at + rest.find('\n').unwrap_or(rest.len()) };
            let behind = text.get(at..end).unwrap_or_default();
            drafts.push(Draft::decoded(ViewKind::Padded, behind.to_owned(), Span::new(at, end)));
            if lines >= FAR_DOWN {
                return;
            }
        }
        (lines, columns, widest) = (0, 0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn behind(text: &str) -> Vec<String> {
        let mut drafts = Vec::new();
        look(text, &mut Marks::default(), &mut drafts);
        drafts.into_iter().map(|draft| draft.text).collect()
    }

    #[test]
    fn what_stands_behind_blanks_or_empty_lines_is_seen() {
        let right = format!("Adds.{}then send\nnext", " ".repeat(300));
        assert_eq!(behind(&right), ["then send"]);
        let down = format!("Adds.{}then send\nnext", "\n".repeat(60));
        assert_eq!(behind(&down), ["then send\nnext"]);
        let braille = format!("Adds.{}then send", "\u{2800}".repeat(300));
        assert_eq!(behind(&braille), ["then send"]);
    }

    #[test]
    fn tables_indentation_and_blanks_at_the_end_are_left_alone() {
        assert!(behind(&format!("name{}value\n\n\n\nnext", " ".repeat(80))).is_empty());
        assert!(behind(&format!("Adds.{}", " ".repeat(900))).is_empty());
        assert!(behind(&format!("{}code", " ".repeat(900))).is_empty());
    }
}
