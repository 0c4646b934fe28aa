//! Texts of files that findings point into, with their secrets blanked before anything can show them.

use std::collections::BTreeMap;

use portcullis_model::{Location, Place, Span};

use crate::frame::Frame;

/// The texts of files, by the name under which findings name them.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: BTreeMap<String, SourceText>,
}

impl Sources {
    /// Adds a file. `secrets` are the bytes that must not be shown: every secret of the file, found or not by a rule.
    pub fn insert(&mut self, file: impl Into<String>, text: &str, secrets: &[Span]) {
        self.files.insert(file.into(), SourceText::redacted(text, secrets));
    }

    /// The text of a file.
    #[must_use]
    pub fn get(&self, file: &str) -> Option<&SourceText> {
        self.files.get(file)
    }

    /// The frame of a location, where the text is at hand.
    pub(crate) fn frame(&self, location: &Location, columns: usize) -> Option<Frame<'_>> {
        Frame::of(self.get(location.file.as_ref()?)?, location.span?, columns)
    }

    /// Lines and columns of a location: as it states them, else those of its bytes where the text is at hand.
    pub(crate) fn place(&self, location: &Location) -> Option<Place> {
        location.place.or_else(|| Some(self.get(location.file.as_ref()?)?.place(location.span?)))
    }
}

/// A text without its secrets. Offsets, lines and columns are those of the original.
#[derive(Clone)]
pub struct SourceText {
    text: String,
    line_starts: Vec<usize>,
}

impl std::fmt::Debug for SourceText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SourceText({} bytes, {} lines)", self.text.len(), self.line_starts.len())
    }
}

impl SourceText {
    /// `text` with every byte of `secrets` replaced by `*`. Line ends stay; a span that cuts a character takes the
    /// whole character.
    #[must_use]
    pub fn redacted(text: &str, secrets: &[Span]) -> Self {
        let mut spans: Vec<Span> = secrets.iter().copied().filter(|span| !span.is_empty()).collect();
        spans.sort_unstable();
        let mut blanked = String::with_capacity(text.len());
        let mut next = spans.iter().peekable();
        let mut covered_to = 0;
        for (at, character) in text.char_indices() {
            let end = at + character.len_utf8();
            while let Some(span) = next.next_if(|span| span.start < end) {
                covered_to = covered_to.max(span.end);
            }
            if at < covered_to && !matches!(character, '\n' | '\r') {
                blanked.extend(std::iter::repeat_n('*', character.len_utf8()));
            } else {
                blanked.push(character);
            }
        }
        let line_starts = std::iter::once(0)
            .chain(blanked.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1))
            .collect();
        Self { text: blanked, line_starts }
    }

    /// Where `span` lies. Places outside the text are at its end.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        let (line, column) = self.line_and_column(span.start);
        let (end_line, end_column) = self.line_and_column(span.end);
        Place { line, column, end_line, end_column }
    }

    fn line_and_column(&self, offset: usize) -> (usize, usize) {
        let offset = self.text.floor_char_boundary(offset.min(self.text.len()));
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let before = self.text.get(self.start_of(line)..offset).unwrap_or_default();
        // Counted over bytes rather than characters: this is hot when a minified file has thousands of findings.
        let characters = before.bytes().filter(|byte| byte & 0xC0 != 0x80).count();
        (line, characters + 1)
    }

    fn start_of(&self, line: usize) -> usize {
        line.checked_sub(1).and_then(|index| self.line_starts.get(index)).copied().unwrap_or(self.text.len())
    }

    /// The lines that `span` touches, at most `most` of them: number of the first line, offset of its first byte, text.
    pub(crate) fn lines_of(&self, span: Span, most: usize) -> (usize, usize, &str) {
        let (first, _) = self.line_and_column(span.start);
        let last_byte = if span.is_empty() { span.end } else { span.end - 1 };
        let (last, _) = self.line_and_column(last_byte);
        let last = last.min(first + most.saturating_sub(1));
        let start = self.start_of(first);
        let end = self.start_of(last + 1);
        let lines = self.text.get(start..end).unwrap_or_default();
        (first, start, lines.trim_end_matches(['\n', '\r']))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_blanked_and_every_place_stays_where_it_was() {
        let text = "a: tökén\nb: 2\n";
        let source = SourceText::redacted(text, &[Span::new(4, 10), Span::new(5, 6)]);
        assert_eq!(source.text, "a: t******\nb: 2\n");
        assert_eq!(source.text.len(), text.len());
        let span = Span::new(11, 12);
        assert_eq!(source.place(span), Place::of(span, text));
    }

    #[test]
    fn a_span_that_cuts_a_character_blanks_all_of_it() {
        assert_eq!(SourceText::redacted("xäy", &[Span::new(2, 3)]).text, "x**y");
    }

    #[test]
    fn a_span_outside_the_text_is_at_its_end() {
        let source = SourceText::redacted("ab\ncd", &[Span::new(90, 99)]);
        assert_eq!(source.place(Span::new(50, 60)), Place::of(Span::new(50, 60), "ab\ncd"));
        assert_eq!(source.lines_of(Span::new(50, 60), 3), (2, 3, "cd"));
    }

    #[test]
    fn lines_of_a_span_are_whole_and_at_most_as_many_as_asked() {
        let source = SourceText::redacted("one\ntwo\r\nthree\nfour", &[]);
        assert_eq!(source.lines_of(Span::new(5, 6), 3), (2, 4, "two"));
        assert_eq!(source.lines_of(Span::new(0, 19), 2), (1, 0, "one\ntwo"));
        assert_eq!(source.lines_of(Span::new(0, 4), 3), (1, 0, "one"));
    }
}
