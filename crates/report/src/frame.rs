//! A frame: the lines of a file that a span touches, cut to a width, and the part of each that is marked.

use std::ops::Range;

use portcullis_model::Span;

use crate::source::SourceText;

/// Lines shown of a span that is longer.
const MOST_LINES: usize = 3;

/// The lines that a span touches.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame<'a> {
    /// Number of the first line, counted from 1.
    pub(crate) first_line: usize,
    /// The lines in order; at least one has a mark.
    pub(crate) lines: Vec<Line<'a>>,
}

/// One line: what stands before, in and after the mark. Raw text: it is still to be neutralised.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line<'a> {
    /// True when the line begins earlier than what is shown.
    pub(crate) cut_before: bool,
    pub(crate) before: &'a str,
    pub(crate) marked: &'a str,
    pub(crate) after: &'a str,
    /// True when the line goes on after what is shown.
    pub(crate) cut_after: bool,
}

impl<'a> Frame<'a> {
    /// The frame of `span` with lines of at most `columns` bytes. `None` when the span is empty or outside the text.
    pub(crate) fn of(source: &'a SourceText, span: Span, columns: usize) -> Option<Self> {
        let (first_line, offset, text) = source.lines_of(span, MOST_LINES);
        let marked = span.start.checked_sub(offset)?..span.end.checked_sub(offset)?.min(text.len());
        let mut at = 0;
        let mut lines = Vec::new();
        for line in text.split('\n') {
            let part =
                |position: usize| line.floor_char_boundary(position.saturating_sub(at).min(line.len()));
            lines.push(Line::of(line, part(marked.start)..part(marked.end), columns));
            at += line.len() + 1;
        }
        lines.iter().any(|line| !line.marked.is_empty()).then_some(Self { first_line, lines })
    }

    /// True when `evidence` can be read in the marked part, or is the whole line, so that it need not be quoted as well.
    pub(crate) fn shows(&self, evidence: &str) -> bool {
        let whole = |line: &Line<'_>| {
            let text = [line.before, line.marked, line.after].concat();
            !line.cut_before && !line.cut_after && text.trim() == evidence
        };
        let marked: Vec<&str> = self.lines.iter().map(|line| line.marked).collect();
        marked.join("\n").contains(evidence) || self.lines.iter().any(whole)
    }
}

impl<'a> Line<'a> {
    fn of(line: &'a str, marked: Range<usize>, columns: usize) -> Self {
        let window = window(line, &marked, columns);
        let from = marked.start.clamp(window.start, window.end);
        let to = marked.end.clamp(from, window.end);
        let part = |range: Range<usize>| line.get(range).unwrap_or_default();
        Self {
            cut_before: window.start > 0,
            before: part(window.start..from),
            marked: part(from..to),
            after: part(to..window.end).trim_end_matches('\r'),
            cut_after: window.end < line.len(),
        }
    }
}

/// The part of a line that is shown: about `columns` bytes that begin a little before the mark.
fn window(line: &str, marked: &Range<usize>, columns: usize) -> Range<usize> {
    if line.len() <= columns {
        return 0..line.len();
    }
    let lead = columns.saturating_sub(marked.len()).min(columns / 3);
    let start = marked.start.saturating_sub(lead).min(line.len().saturating_sub(columns));
    let start = line.floor_char_boundary(start);
    start..line.floor_char_boundary(start + columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(text: &str, start: usize, end: usize, columns: usize) -> Option<String> {
        let source = SourceText::redacted(text, &[]);
        let frame = Frame::of(&source, Span::new(start, end), columns)?;
        let lines = frame.lines.iter().map(|line| {
            let ends = |cut| if cut { "…" } else { "" };
            let Line { before, marked, after, .. } = line;
            format!("{}{before}[{marked}]{after}{}", ends(line.cut_before), ends(line.cut_after))
        });
        Some(format!("{}: {}", frame.first_line, lines.collect::<Vec<_>>().join(" / ")))
    }

    #[test]
    fn the_marked_part_is_told_from_the_rest_of_its_lines() {
        assert_eq!(frame("a\nbcd\ne", 3, 4, 80).as_deref(), Some("2: b[c]d"));
        assert_eq!(frame("a\r\nbcd\ne", 0, 5, 80).as_deref(), Some("1: [a\r] / [bc]d"));
        assert_eq!(frame("1\n2\n3\n4\n5", 0, 9, 80).as_deref(), Some("1: [1] / [2] / [3]"));
    }

    #[test]
    fn a_long_line_is_cut_around_the_mark() {
        let line = format!("{}MARK{}", "x".repeat(500), "y".repeat(500));
        assert_eq!(frame(&line, 500, 504, 12).as_deref(), Some("1: …xxxx[MARK]yyyy…"));
        assert_eq!(frame(&line, 500, 504, 3).as_deref(), Some("1: …[MAR]…"));
    }

    #[test]
    fn a_frame_shows_what_its_marked_part_holds() {
        let source = SourceText::redacted("a secret: 1\n", &[Span::new(10, 11)]);
        let frame = Frame::of(&source, Span::new(2, 11), 80).unwrap();
        assert!(frame.shows("secret"));
        assert!(!frame.shows("1"));
    }

    #[test]
    fn there_is_no_frame_of_nothing() {
        assert_eq!(frame("abc", 1, 1, 80), None);
        assert_eq!(frame("abc", 7, 9, 80), None);
    }
}
