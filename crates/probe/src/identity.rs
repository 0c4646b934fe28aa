//! Who the probe says it is.

use portcullis_wire::revision::Revision;

/// How a client introduces itself, and which protocol revision it offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientIdentity {
    /// The client's name as it stands in `clientInfo`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The revision that it insists on with `initialize`; without one the newest that both sides speak is found.
    pub revision: Option<Revision>,
}

impl ClientIdentity {
    /// A client that speaks whatever is newest.
    #[must_use]
    pub fn new(name: &str, version: &str) -> Self {
        Self { name: name.to_owned(), version: version.to_owned(), revision: None }
    }

    /// The identities a server is asked under when nothing else was said: two hosts that everybody knows, then this
    /// program by its own name and with an older revision. The first is a well-known host, so that the surface that is
    /// reported is the one that its users get.
    #[must_use]
    pub fn usual() -> Vec<Self> {
        let mut own = Self::new("portcullis", env!("CARGO_PKG_VERSION"));
        own.revision = Some(Revision::R2025_06_18);
        vec![Self::new("claude-ai", "0.1.0"), Self::new("cursor-vscode", "1.0.0"), own]
    }

    /// The words for a report, such as `client claude-ai`.
    #[must_use]
    pub fn describe(&self) -> String {
        match self.revision {
            None => format!("client {}", self.name),
            Some(revision) => format!("client {} with revision {revision}", self.name),
        }
    }
}
