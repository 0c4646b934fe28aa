//! What went wrong while a file was found, read or changed.

use std::fmt;

use portcullis_model::{Place, Span};

/// One thing that went wrong with one file, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What sort of problem it is.
    pub kind: ProblemKind,
    /// The file, home shown as `~`.
    pub path: Box<str>,
    /// The bytes of the decoded text it is about.
    pub span: Option<Span>,
    /// Those bytes as line and column.
    pub place: Option<Place>,
    /// What is wrong: a lower-case fragment, input in backticks, never a value that may be a secret.
    pub message: Box<str>,
    /// What to do: an imperative.
    pub remedy: Box<str>,
}

/// What sort of problem it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// The file could not be opened or read.
    Unreadable,
    /// It is a directory, a pipe, a device or a socket.
    NotAFile,
    /// It is larger than this program reads.
    TooLarge,
    /// It is not text.
    NotText,
    /// Its text does not follow its format; what could be understood was read.
    Syntax,
    /// A part has a shape that no reader understands.
    NotUnderstood,
    /// There was more to look at than this program looks at.
    TooMany,
    /// It was understood, but a host may understand it differently: a repeated key, a number where a text
    /// belongs.
    Irregular,
    /// It is well formed, but not a configuration of any host.
    NotAConfiguration,
    /// It must not be edited: it changed since it was read, or the edits contradict one another.
    EditRefused,
    /// It could not be written; it is as it was.
    NotWritten,
}

impl ProblemKind {
    /// True when text was not looked at because of it: such a target is never reported as clean. A file that
    /// is not text, such as a picture among the files of a skill, has none.
    #[must_use]
    pub const fn leaves_a_gap(self) -> bool {
        !matches!(
            self,
            ProblemKind::NotText
                | ProblemKind::Irregular
                | ProblemKind::EditRefused
                | ProblemKind::NotWritten
        )
    }
}

impl Problem {
    pub(crate) fn new(
        kind: ProblemKind,
        path: impl Into<Box<str>>,
        message: impl Into<Box<str>>,
        remedy: impl Into<Box<str>>,
    ) -> Self {
        Self {
            kind,
            path: path.into(),
            span: None,
            place: None,
            message: message.into(),
            remedy: remedy.into(),
        }
    }

    pub(crate) fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// Turns the span into line and column.
    pub(crate) fn placed(mut self, text: &str) -> Self {
        self.place = self.span.map(|span| Place::of(span, text));
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.path)?;
        if let Some(place) = self.place {
            write!(f, " line {} column {}", place.line, place.column)?;
        }
        write!(f, ": {}; {}", self.message, self.remedy)
    }
}

impl std::error::Error for Problem {}
