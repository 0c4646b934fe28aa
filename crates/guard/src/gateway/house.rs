//! What all conversations share: the guard, the plan, and what is known about each server.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};

use bytes::Bytes;
use portcullis_probe::Way;
use tokio::sync::{Mutex, OnceCell, mpsc};

use super::conversation::Peer;
use super::link::{HttpClient, Link};
use crate::guard::Guard;
use crate::session::Principal;
use crate::settings::GatewayPlan;

/// Which servers a client talks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Scope {
    /// All of them, as one.
    All,
    /// One, under its own names.
    One(usize),
}

/// Everything that is shared.
pub(super) struct House {
    pub(super) guard: Arc<Guard>,
    pub(super) plan: GatewayPlan,
    pub(super) upstreams: Box<[Upstream]>,
}

impl std::fmt::Debug for House {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("House").field("plan", &self.plan).finish_non_exhaustive()
    }
}

/// What is known about one server, whoever asks.
pub(super) struct Upstream {
    pub(super) client: HttpClient,
    /// Whether it speaks the newer era; asked once.
    pub(super) modern: OnceCell<bool>,
    /// Who accepted the way in which it is reached.
    pub(super) accepted: std::sync::Mutex<BTreeSet<Principal>>,
    /// A program that was started to be asked, and speaks the older era: the next conversation may have it.
    pub(super) spare: std::sync::Mutex<Option<(Link, mpsc::Receiver<Bytes>)>>,
    /// Whether it refused to begin in the older way.
    pub(super) modern_only: AtomicBool,
    /// Whether it speaks the older HTTP+SSE, though nobody said so.
    pub(super) older: AtomicBool,
    /// The connection that all conversations of the newer era share: such a server keeps nothing between requests.
    pub(super) shared: Mutex<Option<Arc<Peer>>>,
}

impl House {
    /// # Errors
    /// The certificates of authorities cannot be read.
    pub(super) fn new(guard: Arc<Guard>, plan: GatewayPlan) -> std::io::Result<Arc<Self>> {
        let upstreams = plan.servers.iter().map(|server| {
            let client = match &server.launch.way {
                Way::Start(_) => HttpClient::none(),
                Way::Contact(contact) => {
                    let uri = contact.url.parse().map_err(std::io::Error::other)?;
                    HttpClient::new(&uri, server.private_network, plan.limits.answer)?
                }
            };
            let modern = OnceCell::new();
            Ok(Upstream {
                client,
                modern,
                accepted: std::sync::Mutex::default(),
                spare: std::sync::Mutex::default(),
                modern_only: AtomicBool::new(false),
                older: AtomicBool::new(false),
                shared: Mutex::new(None),
            })
        });
        let upstreams = upstreams.collect::<std::io::Result<Box<[_]>>>()?;
        Ok(Arc::new(Self { guard, plan, upstreams }))
    }

    /// The server with this name.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.plan.servers.iter().position(|server| &*server.name == name)
    }

    /// What clients talk to that name no server: all of them, or the one that stands alone under its own names.
    pub(super) fn whole(&self) -> Scope {
        match self.plan.servers.as_slice() {
            [only] if !only.prefix => Scope::One(0),
            _ => Scope::All,
        }
    }

    /// The servers of a scope.
    pub(super) fn servers(&self, scope: Scope) -> Vec<usize> {
        match scope {
            Scope::All => (0..self.plan.servers.len()).collect(),
            Scope::One(index) => vec![index],
        }
    }

    /// Ends the connections that are shared.
    pub(super) async fn close(&self) {
        for upstream in &self.upstreams {
            if let Some(peer) = upstream.shared.lock().await.take() {
                peer.link.close().await;
            }
            let spare = upstream.spare.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some((link, _)) = spare {
                link.close().await;
            }
        }
    }
}

impl Upstream {
    /// Keeps a connection that nobody uses.
    pub(super) fn keep(&self, spare: (Link, mpsc::Receiver<Bytes>)) {
        *self.spare.lock().unwrap_or_else(PoisonError::into_inner) = Some(spare);
    }

    /// The connection that nobody uses.
    pub(super) fn spare(&self) -> Option<(Link, mpsc::Receiver<Bytes>)> {
        let spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner).take();
        spare.filter(|(link, _)| link.is_alive())
    }

    pub(super) fn is_modern_only(&self) -> bool {
        self.modern_only.load(Ordering::Relaxed)
    }
}
