//! One message on its way: where it comes from, what is known of it so far, and how its way ends.

use std::time::Instant;

use bytes::Bytes;
use portcullis_ledger::Direction;
use portcullis_model::{Label, Node, Verdict};
use portcullis_policy::{Action, PinState};
use portcullis_rules::capability::Capabilities;
use portcullis_text::Role;
use portcullis_wire::envelope::{Envelope, Id, Kind};
use portcullis_wire::splice::Splice;

use super::record;
use crate::guard::Guard;
use crate::inspect::{Inspection, Whose};
use crate::passage::{Decision, Judged, Outcome, Permitted, Reason};
use crate::refusal::{self, Refusal};
use crate::session::Session;

/// One message on its way.
pub(super) struct Way<'g> {
    pub(super) guard: &'g Guard,
    pub(super) session: &'g Session,
    pub(super) server: &'g str,
    pub(super) direction: Direction,
    pub(super) bytes: Bytes,
    pub(super) began: Instant,
    /// The id of the decision that will be made.
    pub(super) decision: Box<str>,
}

/// What is known of a message.
pub(super) struct Facts<'m> {
    pub(super) kind: Option<Kind>,
    pub(super) action: Action,
    pub(super) id: Option<&'m Id>,
    /// The method; of an answer, that of its request.
    pub(super) method: &'m str,
    pub(super) tool: Option<&'m str>,
    /// What it names besides a tool.
    pub(super) target: &'m str,
    pub(super) arguments: Option<&'m Node>,
    pub(super) capabilities: Capabilities,
    pub(super) pin: PinState,
    /// The digest of the item that it is about.
    pub(super) body: Option<Box<str>>,
    pub(super) revision: &'static str,
    pub(super) modern: bool,
    pub(super) label: Label,
    pub(super) advice: Verdict,
    /// The chain of the data, in sentences.
    pub(super) chain: Vec<String>,
    pub(super) inspection: Inspection,
    pub(super) calls_session: u64,
    pub(super) calls_minute: u64,
    pub(super) bytes_session: u64,
    pub(super) asks_for_secret: bool,
    /// Whether it asks for the next page of a list.
    pub(super) next_page: bool,
    /// The approval that lets it pass.
    pub(super) approval: Option<String>,
}

impl<'m> Facts<'m> {
    pub(super) fn new(kind: Option<Kind>, action: Action, method: &'m str) -> Self {
        Self {
            kind,
            action,
            id: None,
            method,
            tool: None,
            target: "",
            arguments: None,
            capabilities: Capabilities::default(),
            pin: PinState::Unpinned,
            body: None,
            revision: "",
            modern: false,
            label: Label::default(),
            advice: Verdict::Allow,
            chain: Vec::new(),
            inspection: Inspection::default(),
            calls_session: 0,
            calls_minute: 0,
            bytes_session: 0,
            asks_for_secret: false,
            next_page: false,
            approval: None,
        }
    }
}

impl<'g> Way<'g> {
    pub(super) fn new(
        guard: &'g Guard,
        session: &'g Session,
        server: &'g str,
        direction: Direction,
        bytes: Bytes,
    ) -> Self {
        Self {
            guard,
            session,
            server,
            direction,
            bytes,
            began: Instant::now(),
            decision: session.next_decision(),
        }
    }

    pub(super) fn whose<'a>(&'a self, name: Option<&'a str>) -> Whose<'a> {
        Whose { engine: &self.guard.engine, server: self.server, name }
    }

    /// A decision of this message.
    pub(super) fn decided(&self, verdict: Verdict, because: Vec<Reason>) -> Decision {
        Decision { id: self.decision.clone(), verdict, because }
    }

    /// Takes out of the message what the decision wants out of it. Where nothing can be taken out, none of it may pass.
    pub(super) fn redact(
        &self,
        facts: &Facts<'_>,
        role: Role,
        decision: Decision,
        splice: &mut Splice,
    ) -> Decision {
        let asked = decision.verdict == Verdict::Redact;
        if !asked || facts.inspection.redact(splice, self.whose(facts.tool), role, &decision.id) {
            return decision;
        }
        let mut because = decision.because;
        because.push(always("nothing-to-redact", &[], "nothing in it can be cut out, so none of it passes"));
        self.decided(Verdict::Deny, because)
    }

    /// The message with what was cut out of it, or as it came.
    pub(super) fn spliced(&self, splice: &Splice) -> Bytes {
        if splice.is_empty() { self.bytes.clone() } else { Bytes::from(splice.apply(&self.bytes)) }
    }

    /// The message passes as it came.
    pub(super) fn pass(&self, facts: &Facts<'_>, decision: Decision) -> Judged {
        self.pass_as(facts, decision, self.bytes.clone())
    }

    /// The message passes with these bytes. What cannot be recorded does not pass.
    pub(super) fn pass_as(&self, facts: &Facts<'_>, decision: Decision, bytes: Bytes) -> Judged {
        let outcome = Outcome::Forward(Permitted::new(bytes));
        self.end(facts, decision, outcome)
    }

    /// The message does not pass: its sender, or who waits for it, is told in the way that fits.
    pub(super) fn refuse(&self, facts: &Facts<'_>, decision: Decision, why: &Refusal) -> Judged {
        let outcome = self.refusal(facts, &decision, why);
        self.end(facts, decision, outcome)
    }

    /// A message that nobody could read. It is never passed on, dry run or not: there is nothing to pass on.
    pub(super) fn refuse_unread(&self, why: &Refusal) -> Judged {
        let facts = Facts::new(None, Action::Other, "");
        let decision = self.decided(Verdict::Deny, vec![strict()]);
        let outcome = match self.direction {
            Direction::ToServer => Outcome::Answer(refusal::error(None, why, &decision)),
            Direction::ToClient => Outcome::Drop,
        };
        self.end(&facts, decision, outcome)
    }

    /// How a refusal of this message is told.
    pub(super) fn refusal(&self, facts: &Facts<'_>, decision: &Decision, why: &Refusal) -> Outcome {
        let told = |bytes| match self.direction {
            // In the place of the answer that did not pass.
            Direction::ToClient if facts.kind != Some(Kind::Request) => {
                Outcome::Forward(Permitted::new(bytes))
            }
            _ => Outcome::Answer(bytes),
        };
        match (facts.kind, facts.id) {
            (Some(Kind::Notification), _) | (_, None) => Outcome::Drop,
            (Some(Kind::Response | Kind::Error), _) if self.direction == Direction::ToServer => Outcome::Drop,
            (_, Some(id)) if facts.method == "tools/call" && !why.is_protocol => {
                told(refusal::tool_error(id, facts.modern, why, decision))
            }
            (_, Some(id)) => told(refusal::error(Some(id), why, decision)),
        }
    }

    /// Writes the decision down, and then lets it happen. When it cannot be written down, nothing passes.
    pub(super) fn end(&self, facts: &Facts<'_>, decision: Decision, outcome: Outcome) -> Judged {
        // A dry run stops nothing that could be read: what has no kind was not.
        let outcome = match outcome {
            Outcome::Answer(_) | Outcome::Drop if self.guard.conduct.dry_run && facts.kind.is_some() => {
                Outcome::Forward(Permitted::new(self.bytes.clone()))
            }
            outcome => outcome,
        };
        match record::message(self, facts, &decision) {
            Ok(()) => Judged { decision, outcome },
            Err(error) => {
                let decision = self.decided(Verdict::Deny, vec![unrecorded()]);
                let why =
                    Refusal::decided(format!("the audit log cannot be written ({error}), so nothing passes"));
                let outcome = match outcome {
                    Outcome::Forward(_) | Outcome::Wait(_) => self.refusal(facts, &decision, &why),
                    refused @ (Outcome::Answer(_) | Outcome::Drop) => refused,
                };
                Judged { decision, outcome }
            }
        }
    }
}

/// A reason that is neither a rule's nor a policy's of the user: what the guard always does.
pub(super) fn always(id: &str, threats: &[&str], words: &str) -> Reason {
    Reason {
        kind: crate::passage::ReasonKind::Policy,
        id: id.into(),
        threats: threats.iter().map(|threat| (*threat).into()).collect(),
        words: words.into(),
    }
}

fn strict() -> Reason {
    always("strict-protocol", &["X13"], "the message has more than one reading or none")
}

fn unrecorded() -> Reason {
    always("audit-log", &["X14"], "what cannot be recorded does not pass")
}

/// What an envelope tells of itself.
pub(super) fn facts_of<'m>(envelope: &'m Envelope<'_>, action: Action) -> Facts<'m> {
    let mut facts = Facts::new(Some(envelope.kind), action, envelope.method.as_deref().unwrap_or_default());
    facts.id = envelope.id.as_ref();
    facts
}
