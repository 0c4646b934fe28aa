//! The course of one session: what was asked, called and returned.

use portcullis_model::{Item, Label, Node, Verdict};

use crate::assessment::Assessment;

/// A call of a tool.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// Tells this call from the others of the session that are not answered yet.
    pub id: &'a str,
    /// The server, by the name that we gave it.
    pub server: &'a str,
    /// The tool, by the name that its server gave it.
    pub tool: &'a str,
    /// Its arguments; an empty mapping where there are none.
    pub arguments: &'a Node,
}

/// How a text reached the model, other than as the result of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// A prompt that the person picked.
    Prompt,
    /// The content of a resource.
    Resource,
    /// A question of a server to the model or the person, or a notification or log line.
    Unasked,
}

/// How much a course remembers. What is oldest is forgotten first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most remembered places of values.
    pub values: usize,
    /// Most remembered sentences that ask for something.
    pub orders: usize,
    /// Most bytes of one result that are read.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { values: 4096, orders: 256, bytes: 256 * 1024 }
    }
}

/// The course of one session.
#[derive(Debug, Default)]
pub struct Course {
    limits: Limits,
    forgotten: u64,
}

impl Course {
    /// The course of a new session.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, forgotten: 0 }
    }

    /// Learns what the person asked. A session in which this is not known is judged without it.
    pub fn said(&mut self, _text: &str) {}

    /// Learns the tools of a server; what was known of them before is replaced. Without it, names tell what tools do.
    pub fn roster<'i>(&mut self, _server: &str, _items: impl IntoIterator<Item = &'i Item>) {}

    /// What is thought of a call that has not been passed on yet.
    #[must_use]
    pub fn call(&self, _call: &Call<'_>) -> Assessment {
        Assessment { advice: Verdict::Allow, ..Assessment::default() }
    }

    /// Learns that a call was passed on.
    pub fn called(&mut self, _call: &Call<'_>) {}

    /// Learns the result of a call, or its error: the label of the whole.
    pub fn result(&mut self, _id: &str, _result: &Node) -> Label {
        Label::default()
    }

    /// Learns a text that reached the model otherwise: the label of the whole. `name` says what it is for people.
    pub fn received(&mut self, _channel: Channel, _server: &str, _name: &str, _body: &Node) -> Label {
        Label::default()
    }

    /// The labels of everything that the session has seen.
    #[must_use]
    pub fn label(&self) -> Label {
        Label::default()
    }

    /// How much it remembers.
    #[must_use]
    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// How many remembered things were forgotten because the course was full.
    #[must_use]
    pub const fn forgotten(&self) -> u64 {
        self.forgotten
    }
}
