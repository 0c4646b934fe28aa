//! What was asked to be looked at, and whether it could be.

/// One thing a scan was pointed at or discovered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Stable within a report: kind and locator, such as `host-config:~/.cursor/mcp.json`.
    pub id: String,
    /// What kind of thing it is.
    pub kind: TargetKind,
    /// Where it is: a path (home shown as `~`), a URL, a package name.
    pub locator: String,
    /// Whether it was looked at.
    pub status: TargetStatus,
}

impl Target {
    /// A target that was looked at whole.
    #[must_use]
    pub fn scanned(kind: TargetKind, locator: impl Into<String>) -> Self {
        Self::new(kind, locator, TargetStatus::Scanned)
    }

    /// A target with its state.
    #[must_use]
    pub fn new(kind: TargetKind, locator: impl Into<String>, status: TargetStatus) -> Self {
        let locator = locator.into();
        Self { id: format!("{}:{locator}", kind.as_str()), kind, locator, status }
    }
}

/// The kinds of target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetKind {
    /// A host's configuration file.
    HostConfig,
    /// A recorded surface.
    Surface,
    /// A live server.
    Server,
    /// A source tree.
    Source,
    /// A package or archive.
    Package,
    /// A registry listing.
    Listing,
}

impl TargetKind {
    /// The word used in every format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            TargetKind::HostConfig => "host-config",
            TargetKind::Surface => "surface",
            TargetKind::Server => "server",
            TargetKind::Source => "source",
            TargetKind::Package => "package",
            TargetKind::Listing => "listing",
        }
    }
}

/// Whether a target was looked at. What was not scanned is never clean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetStatus {
    /// Everything of it was read.
    Scanned,
    /// It was left out on purpose, for this reason.
    Skipped(String),
    /// It, or a part of it, could not be read, for this reason.
    Failed(String),
}

impl TargetStatus {
    /// The word used in every format.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            TargetStatus::Scanned => "scanned",
            TargetStatus::Skipped(_) => "skipped",
            TargetStatus::Failed(_) => "failed",
        }
    }

    /// Why it was not scanned.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            TargetStatus::Scanned => None,
            TargetStatus::Skipped(reason) | TargetStatus::Failed(reason) => Some(reason),
        }
    }
}
