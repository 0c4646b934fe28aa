//! What a probe brings back.

use std::fmt;
use std::time::Duration;

use portcullis_model::{ItemKind, Node, Pointer, Surface, TargetStatus};

/// Everything that was learnt about one server. Texts in it come from the server unless it says otherwise.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// The name under which the server is known here.
    pub server: String,
    /// The surface as the first client saw it, with its coverage ledger; none when no session came about.
    pub surface: Option<Surface>,
    /// Surfaces that differ from it: what other clients saw, or what a second listing held. Rules look at them too.
    pub views: Vec<View>,
    /// What differs, item by item.
    pub differences: Vec<Difference>,
    /// The protocol revision that was agreed on with the first client.
    pub revision: Option<String>,
    /// How the server was reached.
    pub transport: Option<Transport>,
    /// Other texts of the server that reach a host or a model: its requests, log messages and error texts.
    pub evidence: Vec<Evidence>,
    /// What went wrong, in our words.
    pub problems: Vec<Problem>,
    /// Set when the server wants credentials.
    pub authentication: Option<AuthNeeded>,
    /// The end of what the program wrote to standard error, made safe to show.
    pub stderr_tail: String,
    /// How long it took.
    pub elapsed: Duration,
}

impl Outcome {
    /// Whether the server was looked at whole. What is missing is named; it is never clean. Problems alone do not count:
    /// whatever was lost by one is in the coverage ledger.
    #[must_use]
    pub fn status(&self) -> TargetStatus {
        let Some(surface) = &self.surface else {
            let reason = match self.problems.first() {
                Some(problem) => problem.message.clone(),
                None => "no surface was read".to_owned(),
            };
            return TargetStatus::Failed(reason);
        };
        if let Some(unread) = surface.coverage.unread.iter().find(|unread| !unread.expected) {
            return TargetStatus::Failed(format!("{}: {}", unread.part, unread.reason));
        }
        TargetStatus::Scanned
    }
}

/// A surface that is not the one of the first client.
#[derive(Debug, Clone)]
pub struct View {
    /// Who saw it, such as `client cursor-vscode` or `second listing`.
    pub seen_by: String,
    /// What was seen.
    pub surface: Surface,
}

/// One thing that the server said to one and not to the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What kind of item; [`ItemKind::Instructions`] for the server's own words.
    pub item: ItemKind,
    /// Its name.
    pub name: String,
    /// The field in it; the root when one side lacks the item.
    pub field: Pointer,
    /// The field in the first view as canonical JSON, cut to 16 KiB; none when it is missing there.
    pub first: Option<String>,
    /// The field in the second view.
    pub second: Option<String>,
    /// Which two, such as `client claude-ai and client cursor-vscode` or `first and second listing`.
    pub between: String,
    /// True when the server had announced that its list changed.
    pub announced: bool,
}

/// A text that is neither an item nor the server's instructions.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// What it is.
    pub kind: EvidenceKind,
    /// The request or notification it came with, such as `sampling/createMessage` or `prompts/get fixed`.
    pub occasion: String,
    /// The server's parameters, error or message.
    pub node: Node,
}

/// What such a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvidenceKind {
    /// The server asked the host's model to write something; it was refused.
    Sampling,
    /// The server asked the user for something; it was refused.
    Elicitation,
    /// Another request of the server; `roots/list` was answered with no roots, others were refused.
    Request,
    /// A log message.
    Log,
    /// An error's text.
    Error,
}

/// How a server was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// Standard streams of a program.
    Stdio,
    /// Streamable HTTP.
    StreamableHttp,
    /// HTTP+SSE of revision 2024-11-05.
    HttpSse,
}

impl Transport {
    /// The word for reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Transport::Stdio => "stdio",
            Transport::StreamableHttp => "streamable-http",
            Transport::HttpSse => "http+sse",
        }
    }
}

/// Something that went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What kind.
    pub kind: ProblemKind,
    /// What happened and what to do, a lower-case fragment with input in backticks, safe to show.
    pub message: String,
}

impl Problem {
    pub(crate) fn new(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// What kind of thing went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// The program could not be started, or may not be.
    NotStarted,
    /// The program ended, or the connection closed.
    Closed,
    /// It did not answer in time.
    TimedOut,
    /// What came is not the protocol.
    NotProtocol,
    /// It sent more than is taken.
    TooMuch,
    /// The server answered with an error.
    Answered,
    /// The address could not be reached, or answered with an HTTP error.
    Http,
    /// We refused to go where the server pointed.
    Refused,
    /// It wants credentials.
    Unauthenticated,
    /// A program or its descendants could not be ended.
    NotEnded,
    /// Our own fault.
    Internal,
}

/// What a server that wants credentials says about getting them (RFC 9728). Its texts are made safe to show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuthNeeded {
    /// Where its protected resource metadata is.
    pub resource_metadata: Option<String>,
    /// Who issues tokens for it.
    pub authorization_servers: Vec<String>,
    /// The scopes that it asks for.
    pub scopes: Vec<String>,
    /// What the user can do, in words.
    pub how: String,
}
