//! The everything-server: one honest server in every revision, whatever carries its messages.
//!
//! A tool is written once. Where it needs something from the client it calls [`Call::ask`]: before 2026-07-28 that is a
//! request to the client, since then a result that says what is missing, and inside a task a task that waits.

mod call;
mod content;
mod listen;
mod methods;
mod prompts;
mod resources;
mod seal;
mod session;
mod surface;
mod tasks;
mod tools;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use portcullis_model::Node;
use tokio::sync::{broadcast, mpsc};

pub use call::{Call, Emission, Stop};
pub use methods::initialize;
pub use session::Session;

use seal::Seal;
use tasks::Tasks;

/// The name it gives itself.
pub const NAME: &str = "everything-server";
/// Its version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What changed at the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The list of tools.
    Tools,
    /// The list of prompts.
    Prompts,
    /// What this resource holds.
    Resource(String),
}

/// The server, shared by all its conversations.
#[derive(Debug)]
pub struct Everything {
    surface: Node,
    changes: broadcast::Sender<Change>,
    extra_tool: AtomicBool,
    extra_prompt: AtomicBool,
    tasks: Tasks,
    seal: Seal,
}

impl Everything {
    /// A server without conversations.
    ///
    /// # Errors
    /// When the machine gives no random bytes.
    pub fn new() -> Result<Arc<Self>, String> {
        Ok(Arc::new(Self {
            surface: surface::read(),
            changes: broadcast::Sender::new(64),
            extra_tool: AtomicBool::new(false),
            extra_prompt: AtomicBool::new(false),
            tasks: Tasks::default(),
            seal: Seal::new()?,
        }))
    }

    /// What changes from now on.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// The tools, in an order that depends on nothing.
    #[must_use]
    pub fn tools(&self) -> Vec<Node> {
        self.items("tools", &self.extra_tool)
    }

    fn prompts(&self) -> Vec<Node> {
        self.items("prompts", &self.extra_prompt)
    }

    /// The items of one kind; those marked `extra` come and go.
    fn items(&self, kind: &str, extra: &AtomicBool) -> Vec<Node> {
        let all = self.surface.get(kind).map_or(&[][..], Node::items);
        let extra = extra.load(Ordering::Relaxed);
        all.iter().filter(|item| extra || !surface::is_extra(item)).cloned().collect()
    }

    fn toggle_tool(&self) {
        self.extra_tool.fetch_not(Ordering::Relaxed);
        self.announce(Change::Tools);
    }

    fn toggle_prompt(&self) {
        self.extra_prompt.fetch_not(Ordering::Relaxed);
        self.announce(Change::Prompts);
    }

    /// Tells everybody who listens; nobody has to.
    fn announce(&self, change: Change) {
        self.changes.send(change).ok();
    }

    /// Answers one request: what is emitted last is the answer.
    pub async fn answer(self: Arc<Self>, call: Call, outlet: mpsc::UnboundedSender<Emission>) {
        let result = methods::dispatch(&call).await;
        // Whoever asked may be gone.
        outlet.send(call.conclude(result)).ok();
    }
}

/// The guard of a lock whose holder may have panicked: every value behind these locks is whole at any time.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
