//! The words every part of Portcullis speaks: what was observed (a tree, a surface, a configuration), what was
//! concluded (a finding) and what follows from it (a verdict).
//!
//! It is not a format: nothing here knows JSON, a protocol revision, the clock, the file system or the network.
//! Wire twins of these types live where bytes are written (`report`), and readers where bytes are read (`wire`, `hosts`).
//!
//! Every crate may depend on it; it depends on nothing.

pub mod bundle;
pub mod change;
pub mod config;
pub mod finding;
pub mod identity;
pub mod label;
pub mod listing;
pub mod scale;
pub mod secret;
pub mod surface;
pub mod target;
pub mod threat;
pub mod tree;
pub mod verdict;

pub use bundle::{Bundle, BundleFile, UnreadFile};
pub use change::{Change, ChangeKind};
pub use config::{
    ConfiguredServer, ContextDocument, ContextKind, HostConfig, Launch, Located, Scope, Setting, SettingKind,
    Variable,
};
pub use finding::{Edit, Finding, Fix, FlowStep, ItemKind, Location, Place, Safety};
pub use identity::{HostId, RuleId};
pub use label::{Confidentiality, Integrity, Label};
pub use listing::{ListedPackage, ListedRepository, Listing, Moment, Observation, ObservedStatus, Subject};
pub use scale::{Audience, Confidence, Severity};
pub use secret::Secret;
pub use surface::{Coverage, Item, Surface, Unread};
pub use target::{Target, TargetKind, TargetStatus};
pub use threat::{Activity, Phase, Threat};
pub use tree::{Entry, Node, Pointer, Span, Value};
pub use verdict::Verdict;
