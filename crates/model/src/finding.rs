//! What a rule concluded, where, on what evidence, and what to do about it.

use std::fmt;

use crate::identity::RuleId;
use crate::scale::{Audience, Confidence, Severity};
use crate::threat::{Activity, Threat};
use crate::tree::{Pointer, Span};

/// One conclusion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Stable across runs and moved lines: a digest of rule, target, symbolic place and evidence.
    pub id: String,
    /// The rule that found it.
    pub rule: RuleId,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// Who wants to hear it.
    pub audience: Audience,
    /// The threats of the catalogue that it is a case of; at least one.
    pub threats: &'static [Threat],
    /// The activity in which the danger is planted.
    pub origin: Activity,
    /// The activity in which it fires.
    pub trigger: Activity,
    /// Id of the target it was found in.
    pub target: String,
    /// Where.
    pub location: Location,
    /// What was found, one lower-case sentence with input in backticks.
    pub message: String,
    /// The text that shows it: excerpt with secrets redacted.
    pub evidence: Option<String>,
    /// The way through source code that leads there, from the input to `location`; empty where there is none.
    pub flow: Vec<FlowStep>,
    /// What to do.
    pub fix: Fix,
    /// CWE numbers, papers, CVEs, specification sections.
    pub references: &'static [&'static str],
}

/// A step of the way through source code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowStep {
    /// Where.
    pub location: Location,
    /// What happens there, a lower-case fragment with input in backticks.
    pub message: String,
}

/// What kind of thing a finding is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemKind {
    /// A tool.
    Tool,
    /// A prompt.
    Prompt,
    /// A resource.
    Resource,
    /// A resource template.
    Template,
    /// The server's instructions or another text of the server itself.
    Instructions,
    /// A configuration entry or a file beside it.
    Config,
    /// A package.
    Package,
    /// A registry listing.
    Listing,
}

impl ItemKind {
    /// The word used in every format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            ItemKind::Tool => "tool",
            ItemKind::Prompt => "prompt",
            ItemKind::Resource => "resource",
            ItemKind::Template => "template",
            ItemKind::Instructions => "instructions",
            ItemKind::Config => "config",
            ItemKind::Package => "package",
            ItemKind::Listing => "listing",
        }
    }
}

impl fmt::Display for ItemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A symbolic location: which server, item and field; and, where a file was read, which bytes of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Location {
    /// The server.
    pub server: Option<String>,
    /// What kind of thing.
    pub item: Option<ItemKind>,
    /// Its name.
    pub name: Option<String>,
    /// The field inside it.
    pub field: Option<Pointer>,
    /// The file, home shown as `~`.
    pub file: Option<String>,
    /// The bytes in the file.
    pub span: Option<Span>,
    /// The part of the decoded text that is meant, where the file spells the text with escapes so that `span` can only
    /// point at all of it. Resolved into `span` by whoever has the file's text.
    pub part: Option<Span>,
    /// The bytes as lines and columns, filled in where the file's text is at hand.
    pub place: Option<Place>,
}

/// Lines and columns, counted from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// First line.
    pub line: usize,
    /// First column.
    pub column: usize,
    /// Last line.
    pub end_line: usize,
    /// One past the last column.
    pub end_column: usize,
}

impl Place {
    /// Where `span` lies in `text`. Places outside the text are at its end.
    #[must_use]
    pub fn of(span: Span, text: &str) -> Self {
        let (line, column) = line_and_column(text, span.start);
        let (end_line, end_column) = line_and_column(text, span.end);
        Self { line, column, end_line, end_column }
    }
}

fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = text.get(..end).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
    let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
    (line, column)
}

/// What to do about a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// In words, an imperative sentence.
    pub title: String,
    /// Whether the edits keep everything working.
    pub safety: Safety,
    /// Edits that do it; empty when a person has to.
    pub edits: Vec<Edit>,
}

/// Whether applying a fix can break something that works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Safety {
    /// Everything that worked keeps working.
    Safe,
    /// A person should look.
    Unsafe,
}

impl Safety {
    /// The word used in every format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Safety::Safe => "safe",
            Safety::Unsafe => "unsafe",
        }
    }
}

/// One change to one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Bytes are replaced.
    Replace {
        /// The file, home shown as `~`.
        file: String,
        /// The bytes that go.
        span: Span,
        /// What stands there afterwards.
        replacement: String,
    },
    /// Permission bits are set.
    Permissions {
        /// The file, home shown as `~`.
        file: String,
        /// The new bits, such as `0o600`.
        mode: u32,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_start_at_one() {
        let text = "ä\nbc";
        let place = Place::of(Span::new(3, 5), text);
        assert_eq!((place.line, place.column, place.end_line, place.end_column), (2, 1, 2, 3));
        assert_eq!(Place::of(Span::new(2, 2), text).column, 2);
        assert_eq!(Place::of(Span::new(99, 99), text).line, 2);
    }
}
