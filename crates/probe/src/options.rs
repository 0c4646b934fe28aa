//! How patient and how greedy a probe is.

use std::sync::Arc;
use std::time::Duration;

use crate::confinement::{Confinement, Unconfined};
use crate::identity::ClientIdentity;

/// Everything that a caller may choose.
#[derive(Clone)]
pub struct Options {
    /// Who asks, in this order; each has a session (and for a program a start) of its own. The first one's surface is
    /// reported, the others' are compared with it. Without any, the first of [`ClientIdentity::usual`] asks.
    pub identities: Vec<ClientIdentity>,
    /// Whether the first client lists everything a second time in the same session.
    pub ask_twice: bool,
    /// Whether bodies of prompts and resources are read, not only their listings.
    pub bodies: bool,
    /// When to give up.
    pub deadlines: Deadlines,
    /// How much to take.
    pub limits: Limits,
    /// What limits a started program.
    pub confinement: Arc<dyn Confinement>,
    /// An HTTP proxy's address. Without one, connections are direct, whatever the environment says. With one, the proxy
    /// resolves names: of the addresses that a server chooses, only those that are spelt as numbers can be judged.
    pub proxy: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            identities: ClientIdentity::usual(),
            ask_twice: true,
            bodies: true,
            deadlines: Deadlines::default(),
            limits: Limits::default(),
            confinement: Arc::new(Unconfined),
            proxy: None,
        }
    }
}

/// When to give up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// How long `server/discover` may stay unanswered before the older handshake is tried. It includes the time that a
    /// program takes to start, so a short one takes slow servers for old ones.
    pub discovery: Duration,
    /// How long one question may take whose answer may never come: a list that the server does not claim to have, a
    /// body, a document beside the protocol.
    pub question: Duration,
    /// How long each phase of a session may take: the handshake, each kind of listing, each kind of bodies.
    pub phase: Duration,
    /// How long one server may take, all sessions together.
    pub overall: Duration,
    /// How long a program may take to end after it was asked to; that happens a quarter of it after its input was closed.
    pub farewell: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            discovery: Duration::from_secs(4),
            question: Duration::from_secs(2),
            phase: Duration::from_secs(5),
            overall: Duration::from_secs(60),
            farewell: Duration::from_millis(500),
        }
    }
}

/// How much to take from one server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one message.
    pub message: usize,
    /// Bytes of all messages of a session.
    pub session: usize,
    /// Pages of one listing.
    pub pages: usize,
    /// Items of one listing.
    pub items: usize,
    /// Bodies of one kind (prompts, resources) that are fetched.
    pub bodies: usize,
    /// Bytes of one body.
    pub body: usize,
    /// Bytes of all bodies together.
    pub all_bodies: usize,
    /// Messages nobody asked for: notifications, requests, answers to nothing, lines that are no message.
    pub unasked: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message: 16 << 20,
            session: 64 << 20,
            pages: 1_000,
            items: 100_000,
            bodies: 256,
            body: 1 << 20,
            all_bodies: 16 << 20,
            unasked: 10_000,
        }
    }
}
