//! One session: questions and their answers, and what else the server says meanwhile.

use std::collections::VecDeque;
use std::time::Duration;

use portcullis_model::{Entry, ItemKind, Node, Value};
use portcullis_wire::revision::{Era, Revision};
use tokio::time::{Instant, timeout_at};

use crate::authentication::Challenge;
use crate::identity::ClientIdentity;
use crate::link::{Failure, Farewell, Link, Mirror, Outgoing};
use crate::message::{self, Incoming};
use crate::neutral::one_line;
use crate::options::Limits;
use crate::outcome::{Evidence, EvidenceKind, Problem, ProblemKind};

/// Values in all messages of a session: what bounds memory when every byte is a value.
const VALUES: usize = 2_000_000;
/// Pieces of evidence, and problems of one kind, that are kept.
const KEPT: usize = 100;
const KEPT_ALIKE: usize = 3;

/// A question that awaits its answer.
pub(crate) struct Question<'a> {
    pub(crate) method: &'a str,
    pub(crate) params: Vec<Entry>,
    /// The prompt's name or the resource's address, which HTTP mirrors.
    pub(crate) name: Option<&'a str>,
    /// Bytes that the answer may have.
    pub(crate) limit: usize,
    pub(crate) deadline: Instant,
}

/// An answer.
pub(crate) struct Reply {
    pub(crate) result: Node,
    /// Bytes of the message that it came in.
    pub(crate) bytes: usize,
}

/// What was noticed during a session.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) problems: Vec<Problem>,
    /// Lists that the server said have changed.
    pub(crate) changed: Vec<ItemKind>,
    /// What the server said when it wanted credentials.
    pub(crate) challenge: Option<Box<Challenge>>,
}

impl Notes {
    /// Notes a problem; of many of one kind the first few.
    pub(crate) fn problem(&mut self, problem: Problem) {
        let alike = self.problems.iter().filter(|other| other.kind == problem.kind).count();
        if alike < KEPT_ALIKE && !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    pub(crate) fn evidence(&mut self, kind: EvidenceKind, occasion: &str, node: Node) {
        if self.evidence.len() < KEPT {
            self.evidence.push(Evidence { kind, occasion: one_line(occasion, 200), node });
        }
    }
}

/// A connection on which questions are asked one at a time.
pub(crate) struct Session {
    link: Link,
    pub(crate) identity: ClientIdentity,
    /// What was agreed on; none before.
    revision: Option<Revision>,
    next_id: u64,
    unasked: usize,
    values: usize,
    limits: Limits,
    /// Messages of a batch that wait for their turn.
    waiting: VecDeque<Incoming>,
    pub(crate) notes: Notes,
}

impl Session {
    pub(crate) fn new(link: Link, identity: &ClientIdentity, limits: Limits) -> Self {
        Self {
            link,
            identity: identity.clone(),
            revision: None,
            next_id: 1,
            unasked: 0,
            values: 0,
            limits,
            waiting: VecDeque::new(),
            notes: Notes::default(),
        }
    }

    pub(crate) const fn link(&self) -> &Link {
        &self.link
    }

    /// Sets the revision that messages follow from now on.
    pub(crate) fn speak(&mut self, revision: Revision) {
        self.revision = Some(revision);
    }

    pub(crate) const fn revision(&self) -> Option<Revision> {
        self.revision
    }

    /// Asks, and waits for the answer; meanwhile the server's own requests are answered.
    pub(crate) async fn ask(&mut self, question: Question<'_>) -> Result<Reply, Failure> {
        let deadline = question.deadline;
        let result =
            timeout_at(deadline, self.ask_patiently(question)).await.unwrap_or(Err(Failure::TimedOut));
        if let Err(Failure::Unauthenticated(challenge)) = &result {
            self.notes.challenge.get_or_insert_with(|| challenge.clone());
        }
        result
    }

    async fn ask_patiently(&mut self, question: Question<'_>) -> Result<Reply, Failure> {
        let id = self.next_id;
        self.next_id += 1;
        let modern = self.revision.filter(|revision| revision.era() == Era::Modern);
        let mut params = Node::made(Value::Map(question.params));
        if let Some(revision) = modern {
            message::add(&mut params, "_meta", message::meta(&self.identity, revision));
        }
        let outgoing = Outgoing {
            body: message::request(id, question.method, &params),
            is_request: true,
            mirror: Mirror {
                revision: self.header_revision(),
                method: modern.map(|_| question.method),
                name: question.name.filter(|_| modern.is_some()),
            },
            limit: question.limit,
        };
        self.link.send(&outgoing).await?;
        loop {
            let (message, bytes) = self.next_message(question.limit).await?;
            match message {
                Incoming::Answer { id: Some(answered), result } if answered == id => {
                    return self.settle(question.method, question.name, result, bytes);
                }
                other => self.hear(other).await?,
            }
        }
    }

    /// Tells the server something that has no answer.
    pub(crate) async fn tell(&mut self, method: &str, deadline: Instant) -> Result<(), Failure> {
        let mirror = Mirror { revision: self.header_revision(), ..Mirror::default() };
        let body = message::notification(method, &message::object([]));
        let outgoing = Outgoing { body, is_request: false, mirror, limit: self.limits.message };
        timeout_at(deadline, self.link.send(&outgoing)).await.unwrap_or(Err(Failure::TimedOut))
    }

    pub(crate) async fn close(self, patience: Duration) -> (Notes, Farewell) {
        (self.notes, self.link.close(patience).await)
    }

    async fn next_message(&mut self, limit: usize) -> Result<(Incoming, usize), Failure> {
        if let Some(message) = self.waiting.pop_front() {
            return Ok((message, 0));
        }
        loop {
            let bytes = self.link.receive(limit).await?;
            if bytes.iter().all(u8::is_ascii_whitespace) {
                self.count_unasked()?;
                continue;
            }
            let reading = message::read(&bytes);
            if let Some(oddity) = reading.oddity {
                let what = format!("a message that strict readers refuse: {}", one_line(&oddity, 200));
                self.notes.problem(Problem::new(ProblemKind::NotProtocol, what));
            }
            self.values += reading.values;
            if self.values > VALUES {
                return Err(Failure::Exhausted(format!("the server sent more than {VALUES} values")));
            }
            self.waiting.extend(reading.messages);
            if let Some(message) = self.waiting.pop_front() {
                return Ok((message, bytes.len()));
            }
        }
    }

    fn settle(
        &mut self,
        method: &str,
        name: Option<&str>,
        result: Result<Node, Node>,
        bytes: usize,
    ) -> Result<Reply, Failure> {
        let occasion = || name.map_or_else(|| method.to_owned(), |name| format!("{method} {name}"));
        let result = match result {
            Ok(result) => result,
            Err(error) => {
                self.notes.evidence(EvidenceKind::Error, &occasion(), error.clone());
                return Err(Failure::Answered(crate::link::error_code(&error), Box::new(error)));
            }
        };
        match result.get_text("resultType") {
            None | Some("complete") => Ok(Reply { result, bytes }),
            Some("input_required") => {
                self.notes.evidence(EvidenceKind::Elicitation, &occasion(), result);
                Err(Failure::NotProtocol(
                    "the server wants input before it answers; it was refused".to_owned(),
                ))
            }
            Some(other) => {
                let what = format!("result type `{}` is not known", one_line(other, 60));
                Err(Failure::NotProtocol(what))
            }
        }
    }

    /// Deals with a message that is not the awaited answer.
    async fn hear(&mut self, message: Incoming) -> Result<(), Failure> {
        self.count_unasked()?;
        match message {
            Incoming::Answer { id, .. } => {
                // An answer to an earlier question that was given up is merely late.
                if id.is_none_or(|id| id >= self.next_id) {
                    let shown = id.map_or_else(|| "none that we use".to_owned(), |id| id.to_string());
                    let what = format!("an answer to a question that was never asked (id {shown})");
                    self.notes.problem(Problem::new(ProblemKind::NotProtocol, what));
                }
            }
            Incoming::Notification { method, params } => self.notified(&method, params),
            Incoming::Request { id, method, params } => return self.requested(id, &method, params).await,
            Incoming::Garbage(why) => {
                let what = format!(
                    "something that is no message: {}; hosts may stop reading there",
                    one_line(&why, 200)
                );
                self.notes.problem(Problem::new(ProblemKind::NotProtocol, what));
            }
        }
        Ok(())
    }

    fn notified(&mut self, method: &str, params: Node) {
        let changed = match method {
            "notifications/tools/list_changed" => Some(ItemKind::Tool),
            "notifications/prompts/list_changed" => Some(ItemKind::Prompt),
            "notifications/resources/list_changed" => Some(ItemKind::Resource),
            _ => None,
        };
        match changed {
            Some(kind) if self.notes.changed.contains(&kind) => {}
            Some(kind) => self.notes.changed.push(kind),
            None if method == "notifications/message" => {
                self.notes.evidence(EvidenceKind::Log, method, params);
            }
            None => {}
        }
    }

    /// Answers a request of the server with as little as possible.
    async fn requested(&mut self, id: Node, method: &str, params: Node) -> Result<(), Failure> {
        let kind = match method {
            "sampling/createMessage" => EvidenceKind::Sampling,
            "elicitation/create" => EvidenceKind::Elicitation,
            _ => EvidenceKind::Request,
        };
        if method != "ping" {
            self.notes.evidence(kind, method, params);
        }
        let result = match method {
            "ping" => Ok(message::object([])),
            "roots/list" => Ok(message::object([("roots", Node::made(Value::List(Vec::new())))])),
            "sampling/createMessage" => Err((-1, "User rejected sampling request")),
            "elicitation/create" => Ok(message::object([("action", message::text("decline"))])),
            _ => Err((-32601, "Method not found")),
        };
        let mirror = Mirror { revision: self.header_revision(), ..Mirror::default() };
        let body = message::answer(id, result);
        self.link.send(&Outgoing { body, is_request: false, mirror, limit: self.limits.message }).await
    }

    fn count_unasked(&mut self) -> Result<(), Failure> {
        self.unasked += 1;
        if self.unasked <= self.limits.unasked {
            return Ok(());
        }
        let limit = self.limits.unasked;
        Err(Failure::Exhausted(format!("the server sent more than {limit} messages that nobody asked for")))
    }

    /// The revision as a header says it; revisions before 2025-06-18 had no such header.
    fn header_revision(&self) -> Option<Revision> {
        self.revision.filter(|revision| *revision >= Revision::R2025_06_18)
    }
}
