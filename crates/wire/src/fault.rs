//! Why bytes were refused, and what was odd in bytes that were read all the same.

use std::error::Error;
use std::fmt;

use portcullis_model::{Place, Span};

/// Why a document was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong and what to do, a lower-case fragment with input in backticks.
    pub message: String,
    /// The bytes it is about.
    pub span: Span,
}

impl Fault {
    /// A fault about the bytes of `span`.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self { message: message.into(), span }
    }

    /// Lines and columns of the fault in the text that was read.
    #[must_use]
    pub fn place(&self, text: &str) -> Place {
        Place::of(self.span, text)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at byte {})", self.message, self.span.start)
    }
}

impl Error for Fault {}

/// Something a lenient reader read, although readers disagree about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What it is, a lower-case fragment with input in backticks.
    pub message: String,
    /// The bytes it is about.
    pub span: Span,
    /// The other place it is about, such as the first of two equal keys.
    pub other: Option<Span>,
}

impl Problem {
    /// A problem about the bytes of `span`.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self { message: message.into(), span, other: None }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at byte {}", self.message, self.span.start)?;
        if let Some(other) = self.other {
            write!(f, " and byte {}", other.start)?;
        }
        f.write_str(")")
    }
}

/// Problems up to a bound: what comes after it is said in one last problem.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<Problem>);

impl Problems {
    const MOST: usize = 256;

    pub(crate) fn push(&mut self, problem: Problem) {
        if self.0.len() < Self::MOST {
            self.0.push(problem);
        } else if self.0.len() == Self::MOST {
            self.0.push(Problem::new(problem.span, "more problems follow and are not listed"));
        }
    }

    pub(crate) fn into_vec(self) -> Vec<Problem> {
        self.0
    }
}

/// Input as a message shows it: in backticks, at most 64 characters, without line breaks or invisible characters.
pub(crate) fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(64).flat_map(char::escape_debug).collect();
    if text.chars().nth(64).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}
