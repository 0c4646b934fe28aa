//! The guard: everything that judging needs, shared by all sessions.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use portcullis_ledger::{Approval, Direction, Event, Ledger, Record};
use portcullis_model::{Item, Verdict};
use portcullis_policy::Policies;
use portcullis_rules::Engine;
use portcullis_rules::capability::{self, Capabilities, Correction};
use portcullis_wire::Fault;

use crate::approval::{Answered, Approvals};
use crate::clean::Clean;
use crate::launch;
use crate::limit::Limits;
use crate::passage::{Judged, Outcome, Pending};
use crate::pins::Pins;
use crate::pipeline;
use crate::seal::{SealError, Sealer, hex};
use crate::session::{Principal, Session};

/// How often a waiting message looks for its answer.
const LOOKS: Duration = Duration::from_millis(100);

/// Judges messages. One guard serves all sessions of a program.
pub struct Guard {
    pub(crate) engine: Engine,
    pub(crate) policies: Arc<Policies>,
    pub(crate) pins: Pins,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) approvals: Option<Approvals>,
    pub(crate) sealer: Sealer,
    pub(crate) clean: Clean,
    pub(crate) conduct: Conduct,
    /// Tells the sessions of this program from those of others in the ledger.
    tag: Box<str>,
    sessions: AtomicU64,
    pub(crate) local: LocalClock,
}

/// What the local clock is ahead of UTC, as it was looked up last.
#[derive(Debug, Default)]
pub(crate) struct LocalClock(Mutex<Option<(i64, i32)>>);

impl LocalClock {
    /// What it is ahead in this minute, in seconds.
    pub(crate) fn ahead(&self, minute: i64, look: impl FnOnce() -> i32) -> i32 {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match *known {
            Some((at, ahead)) if at == minute => ahead,
            _ => known.insert((minute, look())).1,
        }
    }
}

/// How a guard decides.
#[derive(Debug, Clone)]
pub struct Conduct {
    /// Rates, budgets and sizes.
    pub limits: Limits,
    /// How long a message waits for a person before it is refused.
    pub patience: Duration,
    /// Decisions are written down and not enforced.
    pub dry_run: bool,
    /// What the user knows better about what tools can do.
    pub corrections: Vec<Correction>,
    /// Tools that may be given credentials, as `SERVER/TOOL`.
    pub accept_secrets: Vec<String>,
}

impl Default for Conduct {
    fn default() -> Self {
        // Hosts give a call a minute; the refusal has to arrive before they give up.
        Self {
            limits: Limits::default(),
            patience: Duration::from_secs(50),
            dry_run: false,
            corrections: Vec::new(),
            accept_secrets: Vec::new(),
        }
    }
}

/// What a guard is made of.
pub struct Parts {
    /// The rules.
    pub engine: Engine,
    /// The policies, which can be replaced while the guard runs.
    pub policies: Arc<Policies>,
    /// What servers were when they were accepted.
    pub pins: Pins,
    /// The audit log. What it cannot hold does not pass.
    pub ledger: Arc<Ledger>,
    /// Where people decide; without it what would be asked is refused.
    pub approvals: Option<Approvals>,
    /// How it decides.
    pub conduct: Conduct,
}

/// There is no randomness, so no guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoGuard;

impl std::fmt::Display for NoGuard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the system gives no random numbers, so nothing can be sealed; nothing passes")
    }
}

impl std::error::Error for NoGuard {}

impl From<SealError> for NoGuard {
    fn from(_: SealError) -> Self {
        Self
    }
}

impl Guard {
    /// A guard of these parts.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn new(parts: Parts) -> Result<Self, NoGuard> {
        let Parts { engine, policies, pins, ledger, approvals, conduct } = parts;
        let mut tag = [0_u8; 4];
        aws_lc_rs::rand::fill(&mut tag).map_err(|_| NoGuard)?;
        let (sealer, clean, sessions) = (Sealer::new()?, Clean::default(), AtomicU64::new(0));
        let tag = hex(&tag).into();
        let local = LocalClock::default();
        Ok(Self { engine, policies, pins, ledger, approvals, sealer, clean, conduct, tag, sessions, local })
    }

    /// Begins a conversation.
    pub fn session(&self, principal: Principal) -> Session {
        let number = self.sessions.fetch_add(1, Ordering::Relaxed) + 1;
        Session::new(principal, format!("{}-{number}", self.tag).into())
    }

    /// Judges a message from the client to `server`.
    pub fn outbound(&self, session: &Session, server: &str, bytes: &Bytes) -> Outcome {
        self.judge_outbound(session, server, bytes).outcome
    }

    /// Judges a message from `server` to the client.
    pub fn inbound(&self, session: &Session, server: &str, bytes: &Bytes) -> Outcome {
        self.judge_inbound(session, server, bytes).outcome
    }

    /// What the client sent is no message; its framing says why.
    pub fn unreadable_outbound(&self, session: &Session, server: &str, fault: &Fault) -> Outcome {
        pipeline::unreadable(self, session, server, Direction::ToServer, fault).outcome
    }

    /// What `server` sent is no message; its framing says why.
    pub fn unreadable_inbound(&self, session: &Session, server: &str, fault: &Fault) -> Outcome {
        pipeline::unreadable(self, session, server, Direction::ToClient, fault).outcome
    }

    /// Judges a message from the client to `server`, and tells what was decided.
    pub fn judge_outbound(&self, session: &Session, server: &str, bytes: &Bytes) -> Judged {
        pipeline::outbound(self, session, server, bytes)
    }

    /// Judges a message from `server` to the client, and tells what was decided.
    pub fn judge_inbound(&self, session: &Session, server: &str, bytes: &Bytes) -> Judged {
        pipeline::inbound(self, session, server, bytes)
    }

    /// Whether this server may be started in this way: as the first time, or as a person has accepted since. The facts
    /// are those of the launch by name; the way it is started is remembered.
    ///
    /// # Errors
    /// It may not; the sentence says why and what to do.
    pub fn may_start(
        &self,
        session: &Session,
        server: &str,
        facts: &BTreeMap<String, String>,
    ) -> Result<(), String> {
        launch::may_start(self, session, server, facts)
    }

    /// Waits for the person's decision: the message passes, or its sender is answered. An approved message is judged
    /// anew, so what changed in between counts; the approval fits only if nothing that it was given for did.
    pub async fn wait(&self, session: &Session, mut pending: Box<Pending>) -> Outcome {
        loop {
            match self.answered(session, pending) {
                Ok(outcome) => return outcome,
                Err(waits) => pending = waits,
            }
            tokio::time::sleep(LOOKS).await;
        }
    }

    /// The same on a thread of its own.
    pub fn wait_blocking(&self, session: &Session, mut pending: Box<Pending>) -> Outcome {
        loop {
            match self.answered(session, pending) {
                Ok(outcome) => return outcome,
                Err(waits) => pending = waits,
            }
            std::thread::sleep(LOOKS);
        }
    }

    /// What has become of a waiting message; the message itself while nothing has.
    fn answered(&self, session: &Session, pending: Box<Pending>) -> Result<Outcome, Box<Pending>> {
        let answered = self.approvals.as_ref().map_or(Answered::Over, |all| all.answered(&pending.id));
        match answered {
            Answered::Approved => {
                pending.done(session);
                Ok(match self.outbound(session, &pending.server, &pending.bytes) {
                    // It changed what it was approved for: that was another message.
                    Outcome::Wait(again) => Outcome::Answer(again.give_up(session)),
                    outcome => outcome,
                })
            }
            // Who has cancelled a request expects no answer.
            _ if pending.is_cancelled(session) => Ok(Outcome::Drop),
            Answered::Not if Instant::now() < pending.until => Err(pending),
            Answered::Not | Answered::Rejected | Answered::Over => {
                self.record_refusal(session, &pending, answered);
                Ok(Outcome::Answer(pending.give_up(session)))
            }
        }
    }

    /// Writes down that a person said no, or that nobody said anything in time. The message does not pass either way, so
    /// a ledger that cannot be written changes nothing.
    fn record_refusal(&self, session: &Session, pending: &Pending, answered: Answered) {
        let by = || self.approvals.as_ref().and_then(|approvals| approvals.rejecter(&pending.id));
        let (by, note) = match answered {
            Answered::Rejected => (by().unwrap_or_default(), "a person rejected it"),
            Answered::Not => (String::new(), "nobody answered in time"),
            Answered::Approved | Answered::Over => (String::new(), "it was decided or expired before"),
        };
        let _ = self.ledger.append(&Record {
            event: Event::Approval,
            session: Some(session.id.to_string()),
            principal: Some(session.principal.to_string()),
            server: Some(pending.server.to_string()),
            direction: Some(Direction::ToServer),
            request: pending.request.clone(),
            verdict: Verdict::Deny,
            approval: Some(Approval { id: pending.id.to_string(), by }),
            note: Some(note.to_owned()),
            ..Record::default()
        });
    }

    /// What a tool can do: what its words say, as far as the user does not correct it.
    pub(crate) fn capabilities(&self, server: &str, tool: &Item) -> Capabilities {
        let mut capabilities = capability::of_tool(tool);
        capability::correct(&mut capabilities, &self.conduct.corrections, server, &tool.name);
        capabilities
    }
}

impl std::fmt::Debug for Guard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guard").field("conduct", &self.conduct).finish_non_exhaustive()
    }
}
