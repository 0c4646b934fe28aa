//! Findings become output: text for people in a terminal, JSON and JSON Lines for programs, SARIF for code
//! scanning, Markdown for review comments, and one HTML file for people who want to look around.
//!
//! It is not a judge: it decides nothing about severity, threshold or exit code, and it looks at no server. It never
//! prints: it writes to what it is given. Every text from outside is neutralised for its medium ([`neutral`]), and
//! sources enter with their secrets already blanked ([`Sources`]).
//!
//! The versioned wire twins of the domain types live here ([`json::v1`], SARIF). Output is deterministic: the same
//! assessment gives the same bytes.
//!
//! Products and the binary may depend on it; it depends on `model`.

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

mod assessment;
pub mod catalogue;
pub mod cyclonedx;
mod effects;
mod frame;
mod html;
mod inventory;
pub mod json;
mod jsonl;
mod markdown;
pub mod neutral;
mod order;
pub mod policies;
mod sarif;
mod source;
mod text;
mod way;
mod words;

pub use assessment::{
    Assessment, CapabilityClass, ChainStep, CodePlace, RuleDescriptor, ServerSummary, SourceTool, Suppressed,
    SuppressionPlace, ToolChain, ToolEffect, ToolSummary,
};
pub use inventory::{Component, ComponentKind, Inventory, Need};
pub use jsonl::JsonLines;
pub use source::{SourceText, Sources};

/// The formats a report can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// For a person at a terminal.
    Text,
    /// Findings, JSON version 1.
    Json,
    /// One line per target, in the order of the assessment.
    JsonLines,
    /// SARIF 2.1.0, for code scanning services and editors.
    Sarif,
    /// One HTML file that loads nothing.
    Html,
    /// GitHub-flavoured Markdown, for a comment on a change.
    Markdown,
}

impl Format {
    /// Every format.
    pub const ALL: &'static [Format] =
        &[Format::Text, Format::Json, Format::JsonLines, Format::Sarif, Format::Html, Format::Markdown];

    /// The word of the `--format` option.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Json => "json",
            Format::JsonLines => "jsonl",
            Format::Sarif => "sarif",
            Format::Html => "html",
            Format::Markdown => "markdown",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(word: &str) -> Result<Self, UnknownFormat> {
        Format::ALL
            .iter()
            .copied()
            .find(|format| format.as_str() == word)
            .ok_or_else(|| UnknownFormat { word: word.to_owned() })
    }
}

/// A word that names no format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownFormat {
    word: String,
}

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown format `{}`; one of:", neutral::terminal(&self.word))?;
        Format::ALL.iter().try_for_each(|format| write!(f, " {format}"))
    }
}

impl std::error::Error for UnknownFormat {}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Text: colours. The caller knows whether somebody looks.
    pub colour: bool,
    /// Text: columns of the terminal. Lines are never longer than 120 columns; below 40 they may be longer than this.
    pub width: usize,
    /// Whether to state the time taken. Without it, times are written as 0 or left out, so that the same evidence
    /// gives the same bytes.
    pub elapsed: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { colour: false, width: 100, elapsed: true }
    }
}

/// Writes a report.
///
/// # Errors
///
/// Only those of `out`.
pub fn write(
    assessment: &Assessment,
    format: Format,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Text => text::write(assessment, options, out),
        Format::Json => json::write(assessment, options, out),
        Format::JsonLines => jsonl::write(assessment, out),
        Format::Sarif => sarif::write(assessment, out),
        Format::Html => html::write(assessment, options, out),
        Format::Markdown => markdown::write(assessment, options, out),
    }
}
