//! What a tool can do, inferred from what it says: does it bring in text that an outsider wrote (EIT), does it read
//! private data (PAT), can it make data visible to an outsider (NAT), and what does it change?
//!
//! The inference reads a name's words, the clauses of a description, and the names and choices of parameters against
//! reviewed tables of acts and things. Annotations are claims of the server: they are never evidence for a class.
//! It is linear in the text, takes microseconds and needs no model.

mod acts;
mod chain;
mod clause;
mod correction;
mod infer;
mod parameters;
mod things;
pub(crate) mod words;

use std::fmt;

pub use chain::{ClassedTool, ToolChain, chains, tool_classes};
pub use correction::{Correction, correct};
pub use infer::{of_text, of_tool};

/// Which classes a tool belongs to and what it does, each with the words that showed it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// External ingestion (EIT): it can bring in text that an outsider wrote.
    pub ingests: Option<Why>,
    /// Privacy access (PAT): it can read private or sensitive data.
    pub reads_private: Option<Why>,
    /// Network access (NAT): it can make data visible to an outsider.
    pub reaches_network: Option<Why>,
    /// It looks something up, of whatever kind.
    pub reads: Option<Why>,
    /// It creates or changes something.
    pub writes: Option<Why>,
    /// It deletes something.
    pub deletes: Option<Why>,
    /// It hands something to somebody: sends, posts, publishes, shares.
    pub sends: Option<Why>,
    /// It runs code or commands.
    pub executes: Option<Why>,
    /// It moves money or places an order.
    pub spends_money: Option<Why>,
}

/// The words that showed a capability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// Where they stand.
    pub source: Source,
    /// The words, such as `read file`.
    pub words: String,
}

/// Where a capability was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The tool's name.
    Name,
    /// Its description.
    Description,
    /// A parameter's name or choices.
    Parameter,
    /// What is known of the server, not what it says.
    KnownServer,
    /// What the user says of the tool ([`Correction`]).
    User,
}

impl Source {
    /// The word for people.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Source::Name => "name",
            Source::Description => "description",
            Source::Parameter => "parameter",
            Source::KnownServer => "known server",
            Source::User => "the user says",
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`", self.source.as_str(), self.words)
    }
}

/// One of the capabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Ingests,
    ReadsPrivate,
    ReachesNetwork,
    Reads,
    Writes,
    Deletes,
    Sends,
    Executes,
    SpendsMoney,
}

impl Capabilities {
    /// Notes a capability; the first words that show it are kept.
    fn note(&mut self, kind: Kind, why: impl FnOnce() -> Why) {
        let place = match kind {
            Kind::Ingests => &mut self.ingests,
            Kind::ReadsPrivate => &mut self.reads_private,
            Kind::ReachesNetwork => &mut self.reaches_network,
            Kind::Reads => &mut self.reads,
            Kind::Writes => &mut self.writes,
            Kind::Deletes => &mut self.deletes,
            Kind::Sends => &mut self.sends,
            Kind::Executes => &mut self.executes,
            Kind::SpendsMoney => &mut self.spends_money,
        };
        place.get_or_insert_with(why);
    }

    /// True when some act was recognised and none of them changes, sends or runs anything.
    #[must_use]
    pub const fn only_reads(&self) -> bool {
        self.reads.is_some() && !self.changes_something()
    }

    /// True when it changes, sends, runs or pays something.
    #[must_use]
    pub const fn changes_something(&self) -> bool {
        self.writes.is_some()
            || self.deletes.is_some()
            || self.sends.is_some()
            || self.executes.is_some()
            || self.spends_money.is_some()
    }

    /// The effects a `readOnlyHint` denies, strongest first, with their words.
    pub fn effects(&self) -> impl Iterator<Item = (&'static str, &Why)> {
        [
            ("deletes", &self.deletes),
            ("runs code or commands", &self.executes),
            ("spends money", &self.spends_money),
            ("sends", &self.sends),
            ("writes", &self.writes),
        ]
        .into_iter()
        .filter_map(|(effect, why)| why.as_ref().map(|why| (effect, why)))
    }

    /// The classes as a set of three bits: ingests 1, reads private 2, reaches the network 4.
    pub(crate) fn classes(&self) -> u8 {
        u8::from(self.ingests.is_some())
            | u8::from(self.reads_private.is_some()) << 1
            | u8::from(self.reaches_network.is_some()) << 2
    }
}
