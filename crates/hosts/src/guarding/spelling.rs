//! How words and lists are written into a text that exists.

use portcullis_model::{Edit, Node, Span};
use portcullis_wire::json;

use crate::reading::Reading;

/// A text in double quotes, as JSON, YAML and TOML read alike.
pub(super) fn quoted(text: &str) -> String {
    json::write(&Node::made_text(text)).replace('\u{7f}', "\\u007F")
}

/// Words in double quotes with commas between them.
pub(super) fn listed(words: &[String]) -> String {
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ")
}

/// The text between two places.
pub(super) fn between(reading: &Reading, start: usize, end: usize) -> &str {
    reading.text.get(start..end).unwrap_or_default()
}

/// The text from the start of its line to a place.
pub(super) fn before_in_line(reading: &Reading, at: usize) -> &str {
    between(reading, line_start(reading, at), at)
}

/// Where the line of a place starts.
pub(super) fn line_start(reading: &Reading, at: usize) -> usize {
    between(reading, 0, at).rfind('\n').map_or(0, |end| end + 1)
}

/// Where the line of a place ends, its line break left out.
pub(super) fn line_end(reading: &Reading, at: usize) -> usize {
    let rest = between(reading, at, reading.text.len());
    let end = rest.find('\n').unwrap_or(rest.len());
    let carriage = rest.get(..end).is_some_and(|line| line.ends_with('\r'));
    at + end - usize::from(carriage)
}

/// The line break of a text.
pub(super) fn line_break(reading: &Reading) -> &'static str {
    if reading.text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// True when a list or a mapping is written in brackets rather than in lines of its own.
pub(super) fn is_bracketed(reading: &Reading, node: &Node) -> bool {
    between(reading, node.span.start, node.span.end).starts_with(if node.is_map() { '{' } else { '[' })
}

/// Replaces a range of the file's text.
pub(super) fn replace(reading: &Reading, start: usize, end: usize, text: impl Into<String>) -> Edit {
    let (file, replacement) = (reading.config.path.clone(), text.into());
    Edit::Replace { file, span: Span::new(start, end), replacement }
}

/// Where the dash of a line of a YAML list stands, for the element that starts at a place.
pub(super) fn dash(reading: &Reading, element: usize) -> Option<usize> {
    let line = before_in_line(reading, element);
    let written = line.trim_end();
    written.ends_with('-').then(|| line_start(reading, element) + written.len() - 1)
}

/// As many spaces as a place is characters from the start of its line.
pub(super) fn indent(reading: &Reading, at: usize) -> String {
    " ".repeat(before_in_line(reading, at).chars().count())
}
