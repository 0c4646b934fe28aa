//! From the parser's places to bytes.

use saphyr_parser::Marker;

/// From lines and columns, counted in characters, to bytes. The parser's own count of characters drifts after
/// some lines (a directive with characters of several bytes); a column can only drift within its line.
pub(super) struct Offsets<'a> {
    text: &'a str,
    /// For each line, how many characters stand before it.
    lines: Vec<usize>,
    /// The byte offset of every 64th character; empty when every character is one byte.
    marks: Vec<usize>,
}

impl<'a> Offsets<'a> {
    const STEP: usize = 64;

    pub(super) fn new(text: &'a str) -> Self {
        let mut lines = vec![0];
        let mut starts_line = true;
        let mut characters = text.chars().enumerate().peekable();
        while let Some((at, character)) = characters.next() {
            let next = characters.peek().map(|(_, next)| *next);
            // A byte order mark at the start of a document has no column.
            let is_mark = starts_line && character == '\u{feff}';
            starts_line = character == '\n' || (character == '\r' && next != Some('\n'));
            if starts_line {
                lines.push(at + 1);
            } else if is_mark {
                lines.pop();
                lines.push(at + 1);
                starts_line = true;
            }
        }
        let marks = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().step_by(Self::STEP).map(|(offset, _)| offset).collect()
        };
        Self { text, lines, marks }
    }

    pub(super) fn byte(&self, at: &Marker) -> usize {
        let line = self.lines.get(at.line().saturating_sub(1));
        line.map_or(self.text.len(), |before| self.byte_of(before + at.col()))
    }

    fn byte_of(&self, character: usize) -> usize {
        if self.marks.is_empty() {
            return character.min(self.text.len());
        }
        let Some(&mark) = self.marks.get(character / Self::STEP) else { return self.text.len() };
        let rest = self.text.get(mark..).unwrap_or_default();
        rest.char_indices().nth(character % Self::STEP).map_or(self.text.len(), |(offset, _)| mark + offset)
    }
}
