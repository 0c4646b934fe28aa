//! What is wrong with a policy file, where, and what to do.

use std::fmt;

use portcullis_model::Span;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyError {
    /// The name of the source.
    pub source: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The bytes; empty at 0 when the whole source is meant.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// Everything that is wrong with a set of policies; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyErrors {
    /// In the order of sources and places.
    pub errors: Vec<PolicyError>,
}

impl PolicyError {
    /// Something wrong at `span` of the source's `text`.
    #[must_use]
    pub fn at(
        source: &str,
        text: &str,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let before = text.get(..span.start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            source: source.to_owned(),
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: before.get(line_start..).unwrap_or("").chars().count() + 1,
            span,
            message: message.into(),
            help: help.into(),
        }
    }

    /// Something wrong with a source as a whole, also that it cannot be read.
    #[must_use]
    pub fn of_source(source: &str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::at(source, "", Span::UNKNOWN, message, help)
    }
}

impl PolicyErrors {
    /// One error alone.
    #[must_use]
    pub fn one(error: PolicyError) -> Self {
        Self { errors: vec![error] }
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}; {}", self.source, self.line, self.column, self.message, self.help)
    }
}

impl fmt::Display for PolicyErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.errors.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for PolicyError {}
impl std::error::Error for PolicyErrors {}

/// The word of `known` that was probably meant, when one is near enough.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = word.chars().count() / 3 + 1;
    let lower = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (edits(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Insertions, deletions and substitutions that turn one word into the other (Levenshtein), over two rows.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, left) in from.chars().take(64).enumerate() {
        let mut diagonal = index;
        let mut previous = index + 1;
        let mut next = vec![previous];
        for (right, above) in to.iter().zip(row.iter().skip(1)) {
            let cost = diagonal + usize::from(left != *right);
            previous = cost.min(previous + 1).min(above + 1);
            diagonal = *above;
            next.push(previous);
        }
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_named_only_when_it_is_near() {
        assert_eq!(nearest("verdct", ["id", "verdict", "reason"]), Some("verdict"));
        assert_eq!(nearest("redcat", ["ask", "flag", "redact"]), Some("redact"));
        assert_eq!(nearest("banana", ["ask", "flag", "redact"]), None);
    }

    #[test]
    fn a_place_is_line_and_column_in_characters() {
        let text = "permit;\n// ä\nüb forbid";
        let start = text.find("forbid").unwrap();
        let error = PolicyError::at("a.cedar", text, Span::new(start, start + 6), "wrong", "mend it");
        assert_eq!(error.to_string(), "a.cedar:3:4: wrong; mend it");
    }
}
