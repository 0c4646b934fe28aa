//! Decides over a recorded session. Nothing is started, nothing is enforced: what was recorded happened.

use std::collections::BTreeMap;
use std::io::BufRead;

use bytes::Bytes;
use portcullis_model::Node;
use portcullis_wire::json::{self, Dialect, Limits};

use crate::guard::Guard;
use crate::passage::Decision;
use crate::session::{Principal, Session};

/// A longer line is no message: 16 MiB.
const LONGEST: u64 = 16 << 20;
/// The most sessions of one recording that are open at a time; the oldest is forgotten.
const MOST: usize = 4_096;

/// What was decided about one recorded message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// Which message of the recording, counted from 0; lines that tell what the person asked are not counted.
    pub index: u64,
    /// Its line, counted from 1.
    pub line: u64,
    /// The session it belongs to.
    pub session: String,
    /// What was decided.
    pub decision: Decision,
}

/// Why a recording cannot be replayed to its end.
#[derive(Debug)]
pub enum ReplayError {
    /// It cannot be read.
    Unreadable(std::io::Error),
    /// A line is no line of a transcript.
    Line(u64, String),
}

impl std::fmt::Display for ReplayError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreadable(error) => write!(f, "the transcript cannot be read: {error}"),
            Self::Line(line, why) => write!(f, "line {line} is no line of a transcript: {why}"),
        }
    }
}

impl std::error::Error for ReplayError {}

/// A recording that is decided over, line by line.
pub struct Replay<'g> {
    guard: &'g Guard,
    sessions: BTreeMap<String, (u64, Session)>,
    line: u64,
    index: u64,
}

impl<'g> Replay<'g> {
    /// Begins. The guard should enforce nothing ([`Conduct::dry_run`](crate::Conduct)): what was recorded happened.
    #[must_use]
    pub fn new(guard: &'g Guard) -> Self {
        Self { guard, sessions: BTreeMap::new(), line: 0, index: 0 }
    }

    /// Decides over the message of the next line; nothing where it holds none.
    ///
    /// # Errors
    /// It is no line of a transcript.
    pub fn line(&mut self, line: &[u8]) -> Result<Option<Replayed>, ReplayError> {
        self.line += 1;
        if line.iter().all(u8::is_ascii_whitespace) {
            return Ok(None);
        }
        let wrong = |why: String| ReplayError::Line(self.line, why);
        let root = json::read(line, Dialect::Strict, &Limits::default())
            .map_err(|fault| wrong(fault.to_string()))?
            .root;
        let name = root.get_text("session").unwrap_or_default().to_owned();
        let (number, guard) = (self.line, self.guard);
        self.forget_oldest(&name);
        let (_, session) = self.sessions.entry(name.clone()).or_insert_with(|| {
            let principal = Principal { issuer: "replay".into(), subject: name.as_str().into() };
            (number, guard.session(principal))
        });
        let Some(message) = root.get("message") else {
            let said = root.get_text("user");
            let none = || ReplayError::Line(number, String::from("it has neither `message` nor `user`"));
            session.said(said.ok_or_else(none)?);
            return Ok(None);
        };
        let decision =
            decide(guard, session, &root, message, line).map_err(|why| ReplayError::Line(number, why))?;
        let index = self.index;
        self.index += 1;
        Ok(Some(Replayed { index, line: number, session: name, decision }))
    }

    fn forget_oldest(&mut self, name: &str) {
        if self.sessions.len() >= MOST && !self.sessions.contains_key(name) {
            let oldest = self.sessions.iter().min_by_key(|(_, (at, _))| *at).map(|(name, _)| name.clone());
            oldest.and_then(|oldest| self.sessions.remove(&oldest));
        }
    }
}

/// The next line, with its end; nothing at the end of the recording.
///
/// # Errors
/// It cannot be read, or is longer than 16 MiB.
pub fn next_line(transcript: &mut impl BufRead, line: &mut Vec<u8>) -> Result<bool, ReplayError> {
    line.clear();
    std::io::Read::take(&mut *transcript, LONGEST)
        .read_until(b'\n', line)
        .map_err(ReplayError::Unreadable)?;
    if line.len() as u64 >= LONGEST {
        let why = std::io::Error::other(format!("a line is longer than {LONGEST} bytes"));
        return Err(ReplayError::Unreadable(why));
    }
    Ok(!line.is_empty())
}

/// Judges the message as the bytes that stand in the transcript.
fn decide(
    guard: &Guard,
    session: &Session,
    root: &Node,
    message: &Node,
    line: &[u8],
) -> Result<Decision, String> {
    let server = root.get_text("server").unwrap_or_default();
    let bytes = Bytes::copy_from_slice(line.get(message.span.start..message.span.end).unwrap_or_default());
    match root.get_text("direction") {
        Some("to-server") => Ok(guard.judge_outbound(session, server, &bytes).decision),
        Some("to-client") => Ok(guard.judge_inbound(session, server, &bytes).decision),
        _ => Err(String::from("`direction` is neither `to-server` nor `to-client`")),
    }
}
