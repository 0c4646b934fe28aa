//! Every detection rule of Portcullis, one file each, and the engine that walks them.
//!
//! Rules are pure: the same evidence yields the same findings in the same order. They read no file, no clock, no
//! network and no environment. A rule is declared with [`declare_rule!`] together with its page; the examples of the
//! page are executed as tests. One line in `rules.rs` registers it.
//!
//! Depends on `model`, `text`, `supply` and `source`. `assess` and the products call [`Engine`]; nothing else does.

mod asked;
#[macro_use]
mod declare;
mod address;
mod addressed;
pub mod capability;
mod command;
mod difference;
mod doing;
mod engine;
mod evidence;
mod fingerprint;
mod flows;
mod hidden;
mod listed;
mod naming;
mod pattern;
mod reference;
mod report;
mod rule;
mod rules;
mod schema;
mod selection;
mod sourced;
mod topic;

pub use engine::Engine;
pub use evidence::{
    Advised, InUse, Installation, InstalledServer, LaunchEvidence, Neighbours, PackageEvidence, Passage,
    ServerEvidence, SourceEvidence, Subject, ToolEvidence,
};
pub use listed::{LeakedSecret, Likeness, ListingEvidence};
pub use rule::{Entry, Meta};
pub use rules::RULES;
pub use selection::{Selection, SelectionError, nearest_rule};
pub use sourced::Looked;
