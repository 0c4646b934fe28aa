//! One request while it is answered.

use std::str::FromStr;
use std::sync::Arc;

use portcullis_model::Node;
use portcullis_wire::envelope::{Envelope, Id};
use portcullis_wire::request;
use portcullis_wire::revision::{Era, Revision};
use tokio::sync::mpsc;

use super::seal::Rounds;
use super::session::Session;
use super::tasks::Task;
use super::{Everything, NAME, VERSION, lock};
use crate::message::{self, INTERNAL_ERROR, INVALID_PARAMS, MISSING_CAPABILITY, Refusal};
use crate::node::{at, map, number, object, text, with};

/// What a server says while it answers.
#[derive(Debug)]
pub enum Emission {
    /// A notification, or a request to the client.
    Message(Vec<u8>),
    /// Nothing: the stream is kept open.
    KeepAlive,
    /// The connection is given up; what follows waits for the client to come back.
    Disconnect,
    /// The answer.
    Answer {
        /// Its bytes.
        bytes: Vec<u8>,
        /// Its status, when nothing was emitted before it.
        status: u16,
    },
}

/// Why a request does not end with its own result.
#[derive(Debug)]
pub enum Stop {
    /// It is refused.
    Refused(Refusal),
    /// The client is to repeat it with more input.
    InputRequired(Node),
    /// It goes on as a task.
    Task(Node),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// How severe a message of the log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Debug,
    Info,
    Notice,
    Warning,
    Error,
    Critical,
    Alert,
    Emergency,
}

impl FromStr for Level {
    type Err = Refusal;

    fn from_str(name: &str) -> Result<Self, Refusal> {
        Ok(match name {
            "debug" => Self::Debug,
            "info" => Self::Info,
            "notice" => Self::Notice,
            "warning" => Self::Warning,
            "error" => Self::Error,
            "critical" => Self::Critical,
            "alert" => Self::Alert,
            "emergency" => Self::Emergency,
            _ => return Err(Refusal::new(INVALID_PARAMS, format!("`{name}` is no level of the log"))),
        })
    }
}

/// How the client is asked for something.
#[derive(Debug, Clone)]
pub(super) enum Asking {
    /// By a request.
    Session(Arc<Session>),
    /// By a result that says what is missing.
    Rounds(Rounds),
    /// By a task that waits.
    Task(Arc<Task>),
}

/// One request while it is answered.
#[derive(Debug, Clone)]
pub struct Call {
    pub(super) server: Arc<Everything>,
    pub(super) id: Id,
    pub(super) method: Box<str>,
    pub(super) params: Node,
    pub(super) revision: Revision,
    pub(super) asking: Asking,
    capabilities: Node,
    outlet: mpsc::UnboundedSender<Emission>,
}

impl Call {
    /// A request of a conversation.
    #[must_use]
    pub fn in_session(
        server: &Arc<Everything>,
        session: &Arc<Session>,
        envelope: &Envelope<'_>,
        outlet: &mpsc::UnboundedSender<Emission>,
    ) -> Option<Self> {
        let capabilities = session.capabilities.clone();
        let asking = Asking::Session(Arc::clone(session));
        Self::new(server, envelope, session.revision, capabilities, asking, outlet)
    }

    /// A request that stands alone. What its metadata has to say was checked.
    ///
    /// # Errors
    /// Answers to what was asked that are none, and a state that is not ours.
    pub fn alone(
        server: &Arc<Everything>,
        envelope: &Envelope<'_>,
        outlet: &mpsc::UnboundedSender<Emission>,
    ) -> Result<Option<Self>, Refusal> {
        let params = envelope.params();
        let capabilities =
            params.and_then(|params| at(params, &["_meta", "io.modelcontextprotocol/clientCapabilities"]));
        let capabilities = capabilities.cloned().unwrap_or_else(|| object([]));
        let method = envelope.method.as_deref().unwrap_or_default();
        let rounds = server.seal.open(method, params)?;
        let asking = Asking::Rounds(rounds);
        Ok(Self::new(server, envelope, Revision::NEWEST, capabilities, asking, outlet))
    }

    fn new(
        server: &Arc<Everything>,
        envelope: &Envelope<'_>,
        revision: Revision,
        capabilities: Node,
        asking: Asking,
        outlet: &mpsc::UnboundedSender<Emission>,
    ) -> Option<Self> {
        Some(Self {
            server: Arc::clone(server),
            id: envelope.id.clone()?,
            method: envelope.method.as_deref()?.into(),
            params: envelope.params().cloned().unwrap_or_else(|| object([])),
            revision,
            asking,
            capabilities,
            outlet: outlet.clone(),
        })
    }

    /// The same request, which asks its client in another way.
    pub(super) fn asking(&self, asking: Asking) -> Self {
        Self { asking, ..self.clone() }
    }

    pub(super) fn era(&self) -> Era {
        self.revision.era()
    }

    /// Whether the client declared what `path` leads to.
    pub(super) fn client_has(&self, path: &[&str]) -> bool {
        at(&self.capabilities, path).is_some_and(Node::is_map)
    }

    /// A text among the parameters.
    pub(super) fn param(&self, name: &str) -> Result<&str, Refusal> {
        self.params
            .get_text(name)
            .ok_or_else(|| Refusal::new(INVALID_PARAMS, format!("`params.{name}` is missing or no text")))
    }

    fn emit(&self, emission: Emission) {
        // A client that left misses it.
        self.outlet.send(emission).ok();
    }

    /// Tells the client something about this request.
    pub(super) fn notify(&self, method: &str, params: &Node) {
        self.emit(Emission::Message(request::notification(method, params)));
    }

    /// Makes the answer a stream, if it can be one.
    pub(super) fn keep_alive(&self) {
        self.emit(Emission::KeepAlive);
    }

    /// Gives up the connection before the answer, where the client can come back for it.
    pub(super) fn disconnect(&self) {
        if matches!(self.asking, Asking::Session(_)) {
            self.emit(Emission::Disconnect);
        }
    }

    /// Says how far it is, to a client that wants to know.
    pub(super) fn progress(&self, progress: u32, total: u32) {
        if let Some(token) = at(&self.params, &["_meta", "progressToken"]) {
            let params = object([
                ("progressToken", token.clone()),
                ("progress", number(progress)),
                ("total", number(total)),
            ]);
            self.notify("notifications/progress", &params);
        }
    }

    /// Writes to the client's log at the level of information, if the client wants that.
    pub(super) fn log(&self, message: &str) {
        let wanted = match &self.asking {
            Asking::Session(session) => Some(*lock(&session.level)),
            Asking::Rounds(_) | Asking::Task(_) => {
                let level = at(&self.params, &["_meta", "io.modelcontextprotocol/logLevel"]);
                level.and_then(Node::text).and_then(|level| level.parse().ok())
            }
        };
        if wanted.is_some_and(|wanted| wanted <= Level::Info) {
            let params = object([("level", text("info")), ("logger", text(NAME)), ("data", text(message))]);
            self.notify("notifications/message", &params);
        }
    }

    /// Asks the client for one thing and returns its result.
    pub(super) async fn ask(&self, key: &str, method: &str, params: Node) -> Result<Node, Stop> {
        let mut answers = self.ask_all(vec![(key, method, params)]).await?;
        answers.pop().ok_or_else(|| Refusal::new(INTERNAL_ERROR, "nothing was answered").into())
    }

    /// Asks the client for several things at once and returns the results in the same order.
    pub(super) async fn ask_all(&self, wanted: Vec<(&str, &str, Node)>) -> Result<Vec<Node>, Stop> {
        for (_, method, _) in &wanted {
            let capability = capability_of(method);
            if !self.client_has(&[capability]) {
                return Err(missing(&[capability]).into());
            }
        }
        match &self.asking {
            Asking::Session(session) => {
                let mut answers = Vec::with_capacity(wanted.len());
                for (_, method, params) in wanted {
                    let (id, answer) = session.owe();
                    self.emit(Emission::Message(request::request(id, method, &params)));
                    let answer = answer.await.map_err(|_| Refusal::new(INTERNAL_ERROR, "the client left"))?;
                    let refused = |error: Node| {
                        let why = error.get_text("message").unwrap_or("without a reason").to_owned();
                        Refusal::new(INTERNAL_ERROR, format!("the client refused `{method}`: {why}"))
                    };
                    answers.push(answer.map_err(refused)?);
                }
                Ok(answers)
            }
            Asking::Rounds(rounds) => {
                let missing = wanted.iter().any(|(key, _, _)| rounds.given(key).is_none());
                if missing {
                    return Err(Stop::InputRequired(self.server.seal.input_required(rounds, wanted)));
                }
                Ok(wanted.iter().filter_map(|(key, _, _)| rounds.given(key).cloned()).collect())
            }
            Asking::Task(task) => Ok(task.ask(wanted).await),
        }
    }

    /// The answer, as the revision wants it.
    pub(super) fn conclude(&self, result: Result<Node, Stop>) -> Emission {
        let result = match result {
            Ok(result) if self.era() == Era::Modern => complete(result),
            Ok(result) | Err(Stop::InputRequired(result) | Stop::Task(result)) => result,
            Err(Stop::Refused(refusal)) => {
                let status = if self.era() == Era::Modern { refusal.status } else { 200 };
                return Emission::Answer { bytes: message::error(Some(&self.id), &refusal), status };
            }
        };
        Emission::Answer { bytes: message::response(&self.id, result), status: 200 }
    }
}

/// A result of 2026-07-28 that ends its request, with who gives it.
fn complete(result: Node) -> Node {
    let info = map([(String::from("io.modelcontextprotocol/serverInfo"), server_info())]);
    with(with(result, "resultType", text("complete")), "_meta", info)
}

/// Who this server says it is.
pub(super) fn server_info() -> Node {
    object([("name", text(NAME)), ("version", text(VERSION))])
}

/// What a client declares that answers this request of the server.
fn capability_of(method: &str) -> &str {
    method.split('/').next().unwrap_or(method)
}

/// The refusal for a client that did not declare what `path` names.
pub(super) fn missing(path: &[&str]) -> Refusal {
    let required = path.iter().rev().fold(object([]), |inner, key| map([((*key).to_owned(), inner)]));
    Refusal::new(MISSING_CAPABILITY, format!("the client did not declare `{}`", path.join(".")))
        .data(object([("requiredCapabilities", required)]))
}

/// A request of the server as it stands in a result or a task.
pub(super) fn wanted_node(method: &str, params: Node) -> Node {
    object([("method", text(method)), ("params", params)])
}
