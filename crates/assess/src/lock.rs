//! Pins: what every server was when a person last looked at it, in a file that is committed and reviewed.
//!
//! A pin covers the launch (command, arguments, environment names, package, digest of a local program) and the whole
//! surface: one canonical digest (RFC 8785, SHA-256) for each item and each of its members. Short members are kept as
//! text too, so that a review shows what a server says and a comparison says what changed. Values that may be secrets
//! are never written: environment values are left out, everything else passes redaction.

mod compare;
mod file;
mod inner;
mod pin;

use std::collections::BTreeMap;

pub use file::LockError;

/// The pins of all servers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    /// One pin for each server, sorted by name and origin.
    pub servers: Vec<Pin>,
}

/// What one server was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pin {
    /// Its configured or recorded name.
    pub name: String,
    /// The configuration or surface file it comes from, home shown as `~`.
    pub origin: String,
    /// How it is launched, when it is configured: facts by name, such as `command` or `package`.
    pub launch: BTreeMap<String, String>,
    /// Whether its surface was looked at when it was pinned. Without, items say nothing about absence.
    pub surface: bool,
    /// Its items, sorted by kind and name. The server's own words are the item of kind `instructions`.
    pub items: Vec<PinnedItem>,
    /// Items that were there once and were accepted as gone: they are recognised when they return.
    pub gone: Vec<PinnedItem>,
}

/// What one item was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PinnedItem {
    /// `tool`, `prompt`, `resource`, `template` or `instructions`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Digest of everything but the name: a renamed item is recognised by it.
    pub body: String,
    /// Each member by name: its digest and, when it is short, its text.
    pub fields: BTreeMap<String, PinnedField>,
}

/// What one member of an item was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PinnedField {
    /// Canonical digest, hexadecimal.
    pub digest: String,
    /// The text, or the compact JSON of a structure; secrets redacted. Absent above [`PinnedField::LONGEST`] bytes.
    pub text: Option<String>,
}

impl PinnedField {
    /// A longer member is known by its digest only.
    pub const LONGEST: usize = 4096;
}

impl Lock {
    /// The pin of a server.
    #[must_use]
    pub fn pin(&self, name: &str, origin: &str) -> Option<&Pin> {
        self.servers.iter().find(|pin| pin.name == name && pin.origin == origin)
    }

    /// Accepts what `now` says: of the named servers, or of all when none is named. Servers that `now` does not know
    /// stay as they are unless all are accepted. What disappears is remembered as gone.
    ///
    /// Returns the names that `now` does not hold.
    pub fn accept(&mut self, now: &Lock, names: &[String]) -> Vec<String> {
        let unknown = |name: &&String| !now.servers.iter().any(|pin| pin.name == **name);
        let missing = names.iter().filter(unknown).cloned().collect();
        let accepted = |pin: &&Pin| names.is_empty() || names.contains(&pin.name);
        let mut servers: Vec<Pin> =
            now.servers.iter().filter(accepted).map(|pin| self.renewed(pin)).collect();
        if !names.is_empty() {
            servers.extend(self.servers.iter().filter(|pin| !names.contains(&pin.name)).cloned());
        }
        servers.sort_by(|a, b| (&a.name, &a.origin).cmp(&(&b.name, &b.origin)));
        self.servers = servers;
        missing
    }

    /// A pin of now that remembers what the old one held and what was gone before. A surface that was not looked at
    /// this time keeps its old pins.
    fn renewed(&self, now: &Pin) -> Pin {
        let mut renewed = now.clone();
        let Some(old) = self.pin(&now.name, &now.origin) else { return renewed };
        if !now.surface {
            renewed.surface = old.surface;
            renewed.items.clone_from(&old.items);
            renewed.gone.clone_from(&old.gone);
            return renewed;
        }
        let is_there =
            |item: &PinnedItem| now.items.iter().any(|here| here.kind == item.kind && here.name == item.name);
        renewed.gone = old.items.iter().chain(&old.gone).filter(|item| !is_there(item)).cloned().collect();
        renewed.gone.sort_by(|a, b| (&a.kind, &a.name).cmp(&(&b.kind, &b.name)));
        renewed.gone.dedup_by(|a, b| a.kind == b.kind && a.name == b.name);
        renewed
    }
}
