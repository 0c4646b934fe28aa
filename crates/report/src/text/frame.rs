//! A source frame in the terminal: the lines that a span touches, with the span underlined.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use portcullis_model::Severity;

use super::palette::Palette;
use crate::frame::{Frame, Line};
use crate::neutral::{self, Piece};

/// Columns that the line numbers and the margin take.
pub(crate) const GUTTER: usize = 8;

/// The frame as the terminal shows it, at most `width` columns.
pub(crate) fn render(frame: &Frame<'_>, width: usize, palette: &Palette, severity: Severity) -> String {
    let mut shown = String::new();
    let mut marks = Vec::new();
    for (index, line) in frame.lines.iter().enumerate() {
        if index > 0 {
            shown.push('\n');
        }
        let from = push_line(line, &mut shown);
        if !from.is_empty() {
            marks.push(AnnotationKind::Primary.span(from));
        }
    }
    let snippet = Snippet::source(&shown).line_start(frame.first_line).annotations(marks);
    let renderer = if palette.colour { Renderer::styled() } else { Renderer::plain() };
    let style = palette.of(severity);
    let renderer = renderer.error(style).line_num(palette.faint).term_width(width);
    renderer.render(&[Group::with_level(Level::ERROR).element(snippet)])
}

/// Adds a line with everything hidden spelt out; says where its mark is.
fn push_line(line: &Line<'_>, shown: &mut String) -> std::ops::Range<usize> {
    if line.cut_before {
        shown.push('…');
    }
    push_neutral(line.before, shown);
    let from = shown.len();
    push_neutral(line.marked, shown);
    let to = shown.len();
    push_neutral(line.after, shown);
    if line.cut_after {
        shown.push('…');
    }
    from..to
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
