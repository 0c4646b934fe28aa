//! One text, read once: raw, and every other way a model or a person could read it.

use portcullis_model::Span;

use crate::role::Role;

/// A text and its views.
#[derive(Debug)]
pub struct Reading<'a> {
    /// The text as it came.
    pub raw: &'a str,
    /// What the text is for.
    pub role: Role,
    /// Views that differ from the raw text; empty for plain text.
    pub views: Vec<View>,
}

/// How a view was made from the raw text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ViewKind {
    /// Tag characters decoded to ASCII.
    Tags,
}

/// One other way to read (a part of) the text.
#[derive(Debug, Clone)]
pub struct View {
    /// How it was made.
    pub kind: ViewKind,
    /// What it says.
    pub text: String,
    /// Which bytes of the raw text it was made from.
    pub source: Span,
}

impl<'a> Reading<'a> {
    /// Reads a text.
    #[must_use]
    pub fn of(raw: &'a str, role: Role) -> Self {
        Self { raw, role, views: Vec::new() }
    }
}
