//! Decides over a recorded session. Nothing is started, nothing is enforced: what was recorded happened.

use std::collections::BTreeMap;
use std::io::BufRead;

use bytes::Bytes;
use portcullis_model::{Node, Verdict};
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

/// Decides over each message of a transcript in its order.
///
/// # Errors
/// The first line that is none; what came before it has been told.
pub fn run(
    guard: &Guard,
    mut transcript: impl BufRead,
    mut tell: impl FnMut(&Replayed) -> std::io::Result<()>,
) -> Result<Verdict, ReplayError> {
    let mut sessions: BTreeMap<String, (u64, Session)> = BTreeMap::new();
    let (mut index, mut number, mut worst) = (0, 0, Verdict::Allow);
    let mut line = Vec::new();
    loop {
        line.clear();
        number += 1;
        let read = std::io::Read::take(&mut transcript, LONGEST).read_until(b'\n', &mut line);
        if read.map_err(ReplayError::Unreadable)? == 0 {
            return Ok(worst);
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let root = json::read(&line, Dialect::Strict, &Limits::default())
            .map_err(|fault| ReplayError::Line(number, fault.to_string()))?
            .root;
        let name = root.get_text("session").unwrap_or_default().to_owned();
        if !sessions.contains_key(&name) {
            if sessions.len() >= MOST {
                let oldest = sessions.iter().min_by_key(|(_, (at, _))| *at).map(|(name, _)| name.clone());
                oldest.and_then(|oldest| sessions.remove(&oldest));
            }
            let principal = Principal { issuer: "replay".into(), subject: name.as_str().into() };
            let session = guard.session(principal);
            sessions.insert(name.clone(), (number, session));
        }
        let Some((_, session)) = sessions.get(&name) else { continue };
        let Some(message) = root.get("message") else {
            let said = root.get_text("user").ok_or_else(|| {
                ReplayError::Line(number, String::from("it has neither `message` nor `user`"))
            })?;
            session.said(said);
            continue;
        };
        let decision =
            decide(guard, session, &root, message, &line).map_err(|why| ReplayError::Line(number, why))?;
        worst = worst.max(decision.verdict);
        tell(&Replayed { index, line: number, session: name, decision }).map_err(ReplayError::Unreadable)?;
        index += 1;
    }
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
