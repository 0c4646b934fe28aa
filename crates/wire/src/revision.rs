//! The revisions of MCP, and which methods each knows.

use std::fmt;
use std::str::FromStr;

/// A revision of the specification, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Revision {
    /// The first one.
    R2024_11_05,
    /// Streamable HTTP, annotations of tools.
    R2025_03_26,
    /// Elicitation, structured results.
    R2025_06_18,
    /// Tasks in the core, elicitation by URL.
    R2025_11_25,
    /// Stateless: no handshake, metadata in every request, requests of the server inside results.
    R2026_07_28,
}

/// How a conversation is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Era {
    /// Begins with `initialize`; both sides send requests.
    Legacy,
    /// Every request stands alone; only the client sends requests.
    Modern,
}

/// Who sends a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sender {
    /// The client.
    Client,
    /// The server.
    Server,
}

impl Revision {
    /// Every revision, oldest first.
    pub const ALL: &'static [Revision] =
        &[Self::R2024_11_05, Self::R2025_03_26, Self::R2025_06_18, Self::R2025_11_25, Self::R2026_07_28];

    /// The newest revision.
    pub const NEWEST: Revision = Self::R2026_07_28;

    /// The newest revision that begins with `initialize`.
    pub const NEWEST_LEGACY: Revision = Self::R2025_11_25;

    /// The revision as messages and headers spell it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::R2024_11_05 => "2024-11-05",
            Self::R2025_03_26 => "2025-03-26",
            Self::R2025_06_18 => "2025-06-18",
            Self::R2025_11_25 => "2025-11-25",
            Self::R2026_07_28 => "2026-07-28",
        }
    }

    /// How conversations of this revision are held.
    #[must_use]
    pub const fn era(self) -> Era {
        match self {
            Self::R2024_11_05 | Self::R2025_03_26 | Self::R2025_06_18 | Self::R2025_11_25 => Era::Legacy,
            Self::R2026_07_28 => Era::Modern,
        }
    }

    /// Whether `method` is a request that `sender` may send.
    #[must_use]
    pub fn knows_request(self, sender: Sender, method: &str) -> bool {
        knows(REQUESTS, self, sender, method)
    }

    /// Whether `method` is a notification that `sender` may send.
    #[must_use]
    pub fn knows_notification(self, sender: Sender, method: &str) -> bool {
        knows(NOTIFICATIONS, self, sender, method)
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Revision {
    type Err = UnknownRevision;

    fn from_str(text: &str) -> Result<Self, UnknownRevision> {
        Self::ALL.iter().copied().find(|revision| revision.as_str() == text).ok_or(UnknownRevision)
    }
}

/// A text that names no revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownRevision;

impl fmt::Display for UnknownRevision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown revision of MCP; known are `{}` to `{}`", Revision::R2024_11_05, Revision::NEWEST)
    }
}

impl std::error::Error for UnknownRevision {}

/// A method, who sends it, and the first and last revision that has it.
type Method = (&'static str, &'static [Sender], Revision, Revision);

const CLIENT: &[Sender] = &[Sender::Client];
const SERVER: &[Sender] = &[Sender::Server];
const BOTH: &[Sender] = &[Sender::Client, Sender::Server];

const FIRST: Revision = Revision::R2024_11_05;
const LEGACY: Revision = Revision::NEWEST_LEGACY;
const NEWEST: Revision = Revision::NEWEST;

/// From the `ClientRequest` and `ServerRequest` unions of each revision's schema. Tasks are in the core of
/// 2025-11-25 only; in 2026-07-28 they are the extension `io.modelcontextprotocol/tasks`.
const REQUESTS: &[Method] = &[
    ("completion/complete", CLIENT, FIRST, NEWEST),
    ("elicitation/create", SERVER, Revision::R2025_06_18, LEGACY),
    ("initialize", CLIENT, FIRST, LEGACY),
    ("logging/setLevel", CLIENT, FIRST, LEGACY),
    ("ping", BOTH, FIRST, LEGACY),
    ("prompts/get", CLIENT, FIRST, NEWEST),
    ("prompts/list", CLIENT, FIRST, NEWEST),
    ("resources/list", CLIENT, FIRST, NEWEST),
    ("resources/read", CLIENT, FIRST, NEWEST),
    ("resources/subscribe", CLIENT, FIRST, LEGACY),
    ("resources/templates/list", CLIENT, FIRST, NEWEST),
    ("resources/unsubscribe", CLIENT, FIRST, LEGACY),
    ("roots/list", SERVER, FIRST, LEGACY),
    ("sampling/createMessage", SERVER, FIRST, LEGACY),
    ("server/discover", CLIENT, NEWEST, NEWEST),
    ("subscriptions/listen", CLIENT, NEWEST, NEWEST),
    ("tasks/cancel", BOTH, LEGACY, LEGACY),
    ("tasks/cancel", CLIENT, NEWEST, NEWEST),
    ("tasks/get", BOTH, LEGACY, LEGACY),
    ("tasks/get", CLIENT, NEWEST, NEWEST),
    ("tasks/list", BOTH, LEGACY, LEGACY),
    ("tasks/result", BOTH, LEGACY, LEGACY),
    ("tasks/update", CLIENT, NEWEST, NEWEST),
    ("tools/call", CLIENT, FIRST, NEWEST),
    ("tools/list", CLIENT, FIRST, NEWEST),
];

/// From the `ClientNotification` and `ServerNotification` unions of each revision's schema.
const NOTIFICATIONS: &[Method] = &[
    ("notifications/cancelled", BOTH, FIRST, NEWEST),
    ("notifications/elicitation/complete", SERVER, LEGACY, LEGACY),
    ("notifications/initialized", CLIENT, FIRST, LEGACY),
    ("notifications/message", SERVER, FIRST, NEWEST),
    ("notifications/progress", CLIENT, FIRST, LEGACY),
    ("notifications/progress", SERVER, FIRST, NEWEST),
    ("notifications/prompts/list_changed", SERVER, FIRST, NEWEST),
    ("notifications/resources/list_changed", SERVER, FIRST, NEWEST),
    ("notifications/resources/updated", SERVER, FIRST, NEWEST),
    ("notifications/roots/list_changed", CLIENT, FIRST, LEGACY),
    ("notifications/subscriptions/acknowledged", SERVER, NEWEST, NEWEST),
    ("notifications/tasks", SERVER, NEWEST, NEWEST),
    ("notifications/tasks/status", BOTH, LEGACY, LEGACY),
    ("notifications/tools/list_changed", SERVER, FIRST, NEWEST),
];

fn knows(methods: &[Method], revision: Revision, sender: Sender, method: &str) -> bool {
    methods.iter().any(|&(name, senders, first, last)| {
        name == method && senders.contains(&sender) && (first..=last).contains(&revision)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revisions_are_ordered_and_read_back() {
        assert!(Revision::ALL.is_sorted());
        for revision in Revision::ALL {
            assert_eq!(revision.as_str().parse(), Ok(*revision));
        }
        assert!("2026-07-29".parse::<Revision>().is_err());
    }

    #[test]
    fn the_stateless_revision_dropped_the_handshake_and_requests_of_the_server() {
        let (old, new) = (Revision::NEWEST_LEGACY, Revision::NEWEST);
        for gone in ["initialize", "ping", "logging/setLevel", "resources/subscribe", "tasks/result"] {
            assert!(
                old.knows_request(Sender::Client, gone) && !new.knows_request(Sender::Client, gone),
                "{gone}"
            );
        }
        for (method, ..) in REQUESTS {
            assert!(!new.knows_request(Sender::Server, method), "{method}");
        }
        assert!(new.knows_request(Sender::Client, "server/discover"));
        assert!(!old.knows_request(Sender::Client, "server/discover"));
        assert!(!new.knows_notification(Sender::Client, "notifications/initialized"));
    }

    #[test]
    fn a_method_counts_letter_by_letter_and_sender_by_sender() {
        let revision = Revision::R2025_06_18;
        assert!(revision.knows_request(Sender::Server, "elicitation/create"));
        assert!(!Revision::R2025_03_26.knows_request(Sender::Server, "elicitation/create"));
        for method in ["Tools/call", "tools/call ", "tools/call\0", "tools//call", ""] {
            assert!(!revision.knows_request(Sender::Client, method), "{method:?}");
        }
        assert!(!revision.knows_request(Sender::Server, "tools/call"));
        assert!(!revision.knows_notification(Sender::Client, "tools/call"));
    }

    #[test]
    fn every_table_is_sorted_so_that_two_equal_rows_meet_the_eye() {
        assert!(REQUESTS.iter().map(|row| row.0).is_sorted());
        assert!(NOTIFICATIONS.iter().map(|row| row.0).is_sorted());
    }
}
