//! One connection to a server, whatever carries it: messages out, messages in.

use std::time::Duration;

use portcullis_model::{Node, Value};
use portcullis_wire::revision::Revision;

use crate::authentication::Challenge;
use crate::legacy_sse::LegacySse;
use crate::neutral::one_line;
use crate::outcome::{Problem, ProblemKind, Transport};
use crate::stdio::Stdio;
use crate::streamable::Streamable;

/// A message to the server.
pub(crate) struct Outgoing<'a> {
    /// The message as JSON, without line breaks.
    pub(crate) body: Vec<u8>,
    /// True for a request: an answer to it is awaited.
    pub(crate) is_request: bool,
    /// What HTTP headers mirror of it.
    pub(crate) mirror: Mirror<'a>,
    /// Bytes that the answer may have.
    pub(crate) limit: usize,
}

/// What HTTP headers say about a message.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Mirror<'a> {
    /// `MCP-Protocol-Version`, once it is known.
    pub(crate) revision: Option<Revision>,
    /// `Mcp-Method`, from revision 2026-07-28 on.
    pub(crate) method: Option<&'a str>,
    /// `Mcp-Name`: the prompt's name or the resource's address.
    pub(crate) name: Option<&'a str>,
}

/// Why a message could not be sent or no message came.
#[derive(Debug, Clone)]
pub(crate) enum Failure {
    /// The program ended or the connection closed.
    Closed(String),
    /// The deadline passed.
    TimedOut,
    /// The answer was longer than this number of bytes and was dropped.
    TooLong(usize),
    /// The server sent more than is taken from one session.
    Exhausted(String),
    /// What came is not the protocol.
    NotProtocol(String),
    /// The server answered with an error: its code, and the whole error as it came.
    Answered(Option<i64>, Box<Node>),
    /// The server answered with an HTTP error, in whose body the error member of a JSON-RPC answer may have been.
    Status(u16, Option<Box<Node>>),
    /// The address could not be reached.
    Network(String),
    /// It leads to where we do not go.
    Refused(String),
    /// It wants credentials.
    Unauthenticated(Box<Challenge>),
}

impl Failure {
    /// True when nothing more can be asked over this connection.
    pub(crate) const fn is_final(&self) -> bool {
        matches!(self, Failure::Closed(_) | Failure::Exhausted(_) | Failure::Unauthenticated(_))
    }

    /// The code of a JSON-RPC error, however it came.
    pub(crate) fn code(&self) -> Option<i64> {
        match self {
            Failure::Answered(code, _) => *code,
            Failure::Status(_, Some(error)) => error_code(error),
            _ => None,
        }
    }

    /// What happened, in words.
    pub(crate) fn describe(&self) -> String {
        match self {
            Failure::Closed(why) | Failure::Exhausted(why) | Failure::NotProtocol(why) => why.clone(),
            Failure::Network(why) | Failure::Refused(why) => why.clone(),
            Failure::TimedOut => "no answer in time".to_owned(),
            Failure::TooLong(limit) => format!("the answer is larger than {limit} bytes"),
            Failure::Answered(_, error) => format!("the server answered with an error: {}", told(error)),
            Failure::Status(status, Some(error)) => format!("HTTP status {status}: {}", told(error)),
            Failure::Status(status, None) => format!("HTTP status {status}"),
            Failure::Unauthenticated(challenge) => {
                format!("the server wants credentials (HTTP status {})", challenge.status)
            }
        }
    }

    /// The failure as a problem of the phase `phase`.
    pub(crate) fn problem(&self, phase: &str) -> Problem {
        let kind = match self {
            Failure::Closed(_) => ProblemKind::Closed,
            Failure::TimedOut => ProblemKind::TimedOut,
            Failure::TooLong(_) | Failure::Exhausted(_) => ProblemKind::TooMuch,
            Failure::NotProtocol(_) => ProblemKind::NotProtocol,
            Failure::Answered(..) => ProblemKind::Answered,
            Failure::Status(..) | Failure::Network(_) => ProblemKind::Http,
            Failure::Refused(_) => ProblemKind::Refused,
            Failure::Unauthenticated(_) => ProblemKind::Unauthenticated,
        };
        Problem::new(kind, format!("{phase}: {}", self.describe()))
    }
}

/// The `code` of a JSON-RPC error object.
pub(crate) fn error_code(error: &Node) -> Option<i64> {
    match &error.get("code")?.value {
        Value::Number(spelling) => spelling.parse().ok(),
        _ => None,
    }
}

fn told(error: &Node) -> String {
    let code = error_code(error).map_or_else(String::new, |code| format!("{code} "));
    format!("{code}`{}`", one_line(error.get_text("message").unwrap_or_default(), 200))
}

/// A connection.
pub(crate) enum Link {
    Stdio(Box<Stdio>),
    Streamable(Box<Streamable>),
    LegacySse(Box<LegacySse>),
}

impl Link {
    pub(crate) const fn transport(&self) -> Transport {
        match self {
            Link::Stdio(_) => Transport::Stdio,
            Link::Streamable(_) => Transport::StreamableHttp,
            Link::LegacySse(_) => Transport::HttpSse,
        }
    }

    /// Sends one message.
    pub(crate) async fn send(&mut self, message: &Outgoing<'_>) -> Result<(), Failure> {
        match self {
            Link::Stdio(link) => link.send(message).await,
            Link::Streamable(link) => link.send(message).await,
            Link::LegacySse(link) => link.send(message).await,
        }
    }

    /// The next message of at most `limit` bytes; nothing is lost when the wait is given up.
    pub(crate) async fn receive(&mut self, limit: usize) -> Result<Vec<u8>, Failure> {
        match self {
            Link::Stdio(link) => link.receive(limit).await,
            Link::Streamable(link) => link.receive().await,
            Link::LegacySse(link) => link.receive().await,
        }
    }

    /// Ends the connection, and the program behind it. What the program wrote to standard error comes back.
    pub(crate) async fn close(self, patience: Duration) -> Farewell {
        match self {
            Link::Stdio(link) => link.close(patience).await,
            Link::Streamable(link) => {
                link.close(patience).await;
                Farewell::default()
            }
            Link::LegacySse(_) => Farewell::default(),
        }
    }
}

/// How a connection ended.
#[derive(Debug, Default)]
pub(crate) struct Farewell {
    /// The end of what a program wrote to standard error, safe to show.
    pub(crate) stderr_tail: String,
    /// Set when the program could not be ended.
    pub(crate) problem: Option<Problem>,
}
