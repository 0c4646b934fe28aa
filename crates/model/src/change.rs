//! A change of something that was pinned or asked before.

use crate::finding::{ItemKind, Location};

/// One difference between what a server was and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The server.
    pub server: String,
    /// What happened.
    pub kind: ChangeKind,
    /// What kind of thing changed; `None` for the server itself and its launch.
    pub item: Option<ItemKind>,
    /// Its name.
    pub name: String,
    /// The field inside it, such as `/description`; empty for the whole item.
    pub field: String,
    /// What it was, shortened; `None` when it was not there.
    pub before: Option<String>,
    /// What it is, shortened; `None` when it is gone.
    pub after: Option<String>,
    /// Between what the difference lies, such as `the lock file and now`, or two client names.
    pub between: String,
    /// Where to look.
    pub location: Location,
}

/// What happened to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is there with other content.
    Changed,
    /// The same body under another name.
    Renamed,
    /// It was gone in between and is back with other content.
    Returned,
    /// The way the server is started or reached differs.
    LaunchChanged,
    /// Different askers, or the same asker twice, get different answers.
    Equivocal,
}

impl ChangeKind {
    /// The word for people and formats.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            ChangeKind::Added => "added",
            ChangeKind::Removed => "removed",
            ChangeKind::Changed => "changed",
            ChangeKind::Renamed => "renamed",
            ChangeKind::Returned => "returned",
            ChangeKind::LaunchChanged => "launch changed",
            ChangeKind::Equivocal => "equivocal",
        }
    }
}
