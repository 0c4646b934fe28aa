//! How a host is declared.

use std::path::Path;

use portcullis_model::{HostId, Scope};

use crate::machine::Os;
use crate::reading::Draft;

/// A program that starts or contacts MCP servers, and the files that tell it which.
#[derive(Debug)]
pub struct Host {
    /// Its stable name.
    pub id: HostId,
    /// Its name for people.
    pub name: &'static str,
    /// Where its files are, the most usual first.
    pub locations: &'static [Location],
}

/// One place where a host looks for a file.
#[derive(Debug)]
pub struct Location {
    /// The place, with `/` on every system. It starts with `~/` (the home directory), `/` (the root),
    /// `${NAME}/` or `${NAME:-default}/` (a folder that a variable names; `${CONFIG}` is where graphical
    /// programs keep settings), or else lies in a project. `{a,b}` stands for either, `*` for anything within
    /// a name, `**` for any folders between, to a bounded depth.
    pub template: &'static str,
    /// The systems it applies to.
    pub systems: &'static [Os],
    /// Whose file it is.
    pub scope: Scope,
    /// True when programs that have nothing to do with MCP use this name too: such a file counts only when a
    /// reader finds something in it.
    pub shared: bool,
    /// Why its servers are started somewhere where this machine's guard is not: in a container, on another machine.
    pub elsewhere: Option<&'static str>,
    /// Understands the tree.
    pub(crate) read: Read,
}

/// Picks servers and settings out of a document.
pub(crate) type Read = fn(&mut Draft<'_>);

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// JSON; comments, trailing commas and the other liberties of JSON5 are understood everywhere, because
    /// hosts differ in what they accept and a reader that refuses what a host accepts can be hidden from.
    Json,
    /// YAML.
    Yaml,
    /// TOML.
    Toml,
    /// Apple's property list, as XML or binary.
    Plist,
}

impl Format {
    /// The format that the extension of a file names; JSON for any other.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
        match extension.to_str() {
            Some("yaml" | "yml") => Format::Yaml,
            Some("toml") => Format::Toml,
            Some("plist") => Format::Plist,
            _ => Format::Json,
        }
    }

    /// The format's name for people.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Format::Json => "JSON",
            Format::Yaml => "YAML",
            Format::Toml => "TOML",
            Format::Plist => "property list",
        }
    }
}

impl Location {
    /// A file of the user, on every system.
    pub(crate) const fn user(template: &'static str, read: Read) -> Self {
        Self::new(template, Scope::User, read)
    }

    /// A file of a project, on every system.
    pub(crate) const fn project(template: &'static str, read: Read) -> Self {
        Self::new(template, Scope::Project, read)
    }

    /// A file of the administrator, on every system.
    pub(crate) const fn managed(template: &'static str, read: Read) -> Self {
        Self::new(template, Scope::Managed, read)
    }

    /// A file of a plug-in or an extension, on every system.
    pub(crate) const fn plugin(template: &'static str, read: Read) -> Self {
        Self::new(template, Scope::Plugin, read)
    }

    /// The same place, on one system only.
    pub(crate) const fn on(mut self, os: Os) -> Self {
        self.systems = match os {
            Os::Linux => &[Os::Linux],
            Os::Macos => &[Os::Macos],
            Os::Windows => &[Os::Windows],
        };
        self
    }

    /// The same place, under a name that other programs use too.
    pub(crate) const fn shared(mut self) -> Self {
        self.shared = true;
        self
    }

    /// The same place, whose servers are started somewhere else, for this reason.
    pub(crate) const fn elsewhere(mut self, reason: &'static str) -> Self {
        self.elsewhere = Some(reason);
        self
    }

    const fn new(template: &'static str, scope: Scope, read: Read) -> Self {
        Self { template, systems: Os::ALL, scope, shared: false, elsewhere: None, read }
    }
}
