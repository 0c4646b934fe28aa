//! A source frame: the lines that a span touches, with the span underlined.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use portcullis_model::{Severity, Span};

use super::palette::Palette;
use crate::neutral::{self, Piece};
use crate::source::SourceText;

/// Lines shown of a span that is longer.
const MOST_LINES: usize = 3;
/// Columns that the line numbers and the margin take.
const GUTTER: usize = 8;

/// The frame of `span`, at most `width` columns. `None` when the span is empty or lies outside the text.
pub(super) fn render(
    source: &SourceText,
    span: Span,
    width: usize,
    palette: &Palette,
    severity: Severity,
) -> Option<String> {
    let (first_line, offset, lines) = source.lines_of(span, MOST_LINES);
    let from = span.start.checked_sub(offset)?;
    let marked = from..(span.end - offset).min(lines.len());
    if marked.is_empty() {
        return None;
    }
    let (shown, marked) = neutral_lines(lines, marked, width.saturating_sub(GUTTER).max(24));
    let snippet =
        Snippet::source(&shown).line_start(first_line).annotation(AnnotationKind::Primary.span(marked));
    let renderer = if palette.colour { Renderer::styled() } else { Renderer::plain() };
    let style = palette.of(severity);
    let renderer = renderer.error(style).line_num(palette.faint).term_width(width);
    Some(renderer.render(&[Group::with_level(Level::ERROR).element(snippet)]))
}

/// The lines with everything hidden spelt out and cut to `columns` characters around the mark, and where the mark is
/// in them.
fn neutral_lines(lines: &str, marked: Range<usize>, columns: usize) -> (String, Range<usize>) {
    let mut shown = String::new();
    let mut mark = None;
    let mut end = 0;
    let mut at = 0;
    for line in lines.split('\n') {
        let of_line =
            marked.start.saturating_sub(at).min(line.len())..marked.end.saturating_sub(at).min(line.len());
        if at > 0 {
            shown.push('\n');
        }
        let window = window(line, &of_line, columns);
        if window.start > 0 {
            shown.push('…');
        }
        for (part, is_marked) in [
            (window.start..of_line.start.max(window.start), false),
            (of_line.start.max(window.start)..of_line.end.min(window.end), true),
            (of_line.end.max(window.start).min(window.end)..window.end, false),
        ] {
            let before = shown.len();
            push_neutral(line.get(part).unwrap_or_default(), &mut shown);
            if is_marked && shown.len() > before {
                mark.get_or_insert(before);
                end = shown.len();
            }
        }
        if window.end < line.len() {
            shown.push('…');
        }
        at += line.len() + 1;
    }
    (shown, mark.unwrap_or(0)..end)
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

fn push_neutral(part: &str, shown: &mut String) {
    for piece in neutral::pieces(part) {
        match piece {
            Piece::Shown(text) => shown.push_str(text),
            Piece::Escaped(text) if text == "\\t" => shown.push_str("  "),
            Piece::Escaped(text) => shown.push_str(&text),
        }
    }
}
