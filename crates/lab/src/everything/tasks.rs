//! Calls that go on after their answer: the extension `io.modelcontextprotocol/tasks` of 2026-07-28.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aws_lc_rs::rand;
use jiff::Timestamp;
use portcullis_model::Node;
use tokio::sync::Notify;
use tokio::task::AbortHandle;

use super::call::{Asking, Call, Stop, missing, wanted_node};
use super::lock;
use crate::message::{INVALID_PARAMS, Refusal};
use crate::node::{map, number, object, text, with};

/// The extension.
pub(super) const EXTENSION: &str = "io.modelcontextprotocol/tasks";

/// How long a task is kept, in milliseconds.
const TIME_TO_LIVE: u64 = 300_000;

/// How many tasks are kept; the oldest go first.
const MOST: usize = 1024;

/// Whether a tool can also answer at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// It can: a client without tasks waits.
    May,
    /// It cannot.
    Must,
}

/// All tasks, by their id; ids ascend with time.
#[derive(Debug, Default)]
pub(super) struct Tasks {
    all: Mutex<BTreeMap<String, Arc<Task>>>,
}

impl Tasks {
    fn insert(&self, task: &Arc<Task>) {
        let mut all = lock(&self.all);
        while all.len() >= MOST {
            all.pop_first();
        }
        all.insert(task.id.clone(), Arc::clone(task));
    }

    pub(super) fn get(&self, id: &str) -> Result<Arc<Task>, Refusal> {
        let task = lock(&self.all).get(id).cloned();
        task.ok_or_else(|| Refusal::new(INVALID_PARAMS, format!("there is no task `{id}`")))
    }
}

/// One task.
#[derive(Debug)]
pub(super) struct Task {
    id: String,
    created: Timestamp,
    state: Mutex<State>,
    given: Notify,
}

#[derive(Debug)]
struct State {
    status: Status,
    updated: Timestamp,
    /// What was asked and is not yet answered, as the client sees it.
    wanted: BTreeMap<String, Node>,
    answers: BTreeMap<String, Node>,
    work: Option<AbortHandle>,
}

#[derive(Debug)]
enum Status {
    Working,
    InputRequired,
    Completed(Node),
    Failed(Refusal),
    Cancelled,
}

impl Status {
    const fn word(&self) -> &'static str {
        match self {
            Self::Working => "working",
            Self::InputRequired => "input_required",
            Self::Completed(_) => "completed",
            Self::Failed(_) => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    const fn is_last(&self) -> bool {
        matches!(self, Self::Completed(_) | Self::Failed(_) | Self::Cancelled)
    }
}

impl Task {
    fn new() -> Self {
        let created = Timestamp::now();
        let mut random = [0; 16];
        // An id that is not random is still unique by its time; the tasks of this server are no secret.
        rand::fill(&mut random).ok();
        let random: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let state = State {
            status: Status::Working,
            updated: created,
            wanted: BTreeMap::new(),
            answers: BTreeMap::new(),
            work: None,
        };
        let id = format!("{:016x}-{random}", created.as_microsecond());
        Self { id, created, state: Mutex::new(state), given: Notify::new() }
    }

    fn turn(&self, status: Status) {
        let mut state = lock(&self.state);
        if !state.status.is_last() {
            state.status = status;
            state.updated = Timestamp::now();
        }
    }

    /// Waits until the client has answered all that is wanted.
    pub(super) async fn ask(&self, wanted: Vec<(&str, &str, Node)>) -> Vec<Node> {
        let keys: Vec<String> = wanted.iter().map(|(key, _, _)| (*key).to_owned()).collect();
        let asked =
            wanted.into_iter().map(|(key, method, params)| (key.to_owned(), wanted_node(method, params)));
        lock(&self.state).wanted.extend(asked);
        self.turn(Status::InputRequired);
        loop {
            let answered = self.given.notified();
            {
                let mut state = lock(&self.state);
                if state.wanted.is_empty() {
                    state.status = Status::Working;
                    return keys.iter().filter_map(|key| state.answers.remove(key)).collect();
                }
            }
            answered.await;
        }
    }

    /// Takes answers of the client; those that nobody asked for are ignored.
    pub(super) fn give(&self, responses: &Node) {
        let mut state = lock(&self.state);
        for entry in responses.entries() {
            if state.wanted.remove(&*entry.key).is_some() {
                state.answers.insert(entry.key.to_string(), entry.node.clone());
            }
        }
        drop(state);
        self.given.notify_one();
    }

    /// Ends it; nothing when it has ended.
    pub(super) fn cancel(&self) {
        self.turn(Status::Cancelled);
        if let Some(work) = lock(&self.state).work.take() {
            work.abort();
        }
    }

    /// The task without its outcome, as `tools/call` returns it.
    fn node(&self) -> Node {
        let state = lock(&self.state);
        object([
            ("taskId", text(&self.id)),
            ("status", text(state.status.word())),
            ("createdAt", text(&self.created.to_string())),
            ("lastUpdatedAt", text(&state.updated.to_string())),
            ("ttlMs", number(TIME_TO_LIVE)),
            ("pollIntervalMs", number(200)),
        ])
    }

    /// The task with its outcome, or with what it waits for, as `tasks/get` returns it.
    pub(super) fn detailed(&self) -> Node {
        let node = self.node();
        let state = lock(&self.state);
        match &state.status {
            Status::Completed(result) => with(node, "result", result.clone()),
            Status::Failed(refusal) => with(node, "error", refusal.node()),
            Status::InputRequired => with(node, "inputRequests", map(state.wanted.clone())),
            Status::Working | Status::Cancelled => node,
        }
    }
}

impl Call {
    /// Goes on as a task when the client knows tasks; else at once, if that can be.
    pub(super) async fn as_task<F, W>(&self, need: Need, work: W) -> Result<Node, Stop>
    where
        W: FnOnce(Call) -> F,
        F: Future<Output = Result<Node, Stop>> + Send + 'static,
    {
        if !self.client_has(&["extensions", EXTENSION]) {
            return match need {
                Need::May => work(self.clone()).await,
                Need::Must => Err(missing(&["extensions", EXTENSION]).into()),
            };
        }
        let task = Arc::new(Task::new());
        let inside = self.asking(Asking::Task(Arc::clone(&task)));
        let (work, ending) = (work(inside), Arc::clone(&task));
        self.server.tasks.insert(&task);
        let work = tokio::spawn(async move {
            ending.turn(match work.await {
                Ok(result) | Err(Stop::InputRequired(result) | Stop::Task(result)) => {
                    Status::Completed(result)
                }
                Err(Stop::Refused(refusal)) => Status::Failed(refusal),
            });
        });
        lock(&task.state).work = Some(work.abort_handle());
        Err(Stop::Task(with(task.node(), "resultType", text("task"))))
    }
}
