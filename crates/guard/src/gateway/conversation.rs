//! One client and the servers behind it: connections that are its own, ids that are ours, every message judged.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::{Duration, Instant};

use bytes::Bytes;
use portcullis_wire::envelope::Id;
use portcullis_wire::revision::{Era, Revision};
use portcullis_wire::splice::Splice;
use tokio::sync::{Notify, mpsc};

use super::house::{House, Scope};
use super::link::{Head, Link, LinkFault};
use super::listen::{self, Listeners};
use super::mailbox::Mailbox;
use super::message::{self, Outside, at, code};
use super::opening::OpenFault;
use crate::passage::{Outcome, Permitted};
use crate::session::{Principal, Session};

/// Requests of servers that a client may leave unanswered.
const ASKED: usize = 256;

/// What a client said when it began.
#[derive(Debug)]
pub(super) struct Greeting {
    /// The parameters of its `initialize`, as JSON.
    pub(super) params: Bytes,
    /// The revision that it asked for, or the newest that begins this way.
    pub(super) revision: Revision,
}

/// A conversation of one client.
#[derive(Debug)]
pub(super) struct Conversation {
    pub(super) house: Arc<House>,
    pub(super) session: Session,
    pub(super) era: Era,
    pub(super) scope: Scope,
    pub(super) greeting: Option<Greeting>,
    /// Whether it is one client's, so that its ids are unique.
    pub(super) is_one_clients: bool,
    /// The revision that it was told.
    pub(super) revision: OnceLock<Revision>,
    pub(super) mailbox: Mailbox,
    pub(super) routes: super::routes::Routes,
    pub(super) listeners: Listeners,
    peers: Box<[tokio::sync::Mutex<Slot>]>,
    calls: Mutex<HashMap<Id, Call>>,
    asked: Mutex<HashMap<u64, Asked>>,
    began: Instant,
    used: AtomicU64,
    busy: AtomicUsize,
}

/// The place of one server's connection.
#[derive(Debug, Default)]
struct Slot {
    peer: Option<Arc<Peer>>,
    /// When it was opened.
    opened: Option<Instant>,
    /// How often it ended soon after it was opened, without a longer life in between.
    failures: u32,
}

/// A connection that lived for so long has not failed when it ends.
const LONG_LIFE: Duration = Duration::from_secs(10);

/// The first pause before a connection is opened again; each failure doubles it.
const PAUSE: Duration = Duration::from_millis(50);

/// How often it is doubled at most.
const DOUBLINGS: u32 = 8;

impl Slot {
    /// How long to wait before the connection is opened again.
    fn pause(&mut self) -> Duration {
        let lived = self.opened.take().map(|opened| opened.elapsed());
        match lived {
            Some(lived) if lived >= LONG_LIFE => self.failures = 0,
            Some(_) => self.failures += 1,
            None => {}
        }
        if self.failures == 0 { Duration::ZERO } else { PAUSE * (1 << self.failures.min(DOUBLINGS)) }
    }
}

/// A connection on which the conversation has begun.
pub(super) struct Peer {
    pub(super) index: usize,
    pub(super) link: Link,
    /// How it is spoken to.
    pub(super) era: Era,
    /// What it said about itself: the result of `initialize` or `server/discover`, judged.
    pub(super) opened: Bytes,
}

impl std::fmt::Debug for Peer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Peer").field("index", &self.index).field("era", &self.era).finish_non_exhaustive()
    }
}

/// A request of the client that is being answered.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) ours: u64,
    pub(super) peer: Weak<Peer>,
    pub(super) cancelled: Arc<Notify>,
}

/// A request of a server that the client has to answer.
#[derive(Debug)]
struct Asked {
    peer: Weak<Peer>,
    theirs: Bytes,
}

/// What the guard says to a message for a server.
pub(super) enum Judged {
    Pass(Permitted),
    Answer(Bytes),
    Dropped,
}

impl Conversation {
    /// A conversation in the older era, or of one client over standard input.
    pub(super) fn of_one(
        house: &Arc<House>,
        principal: Principal,
        era: Era,
        scope: Scope,
        greeting: Option<Greeting>,
    ) -> Arc<Self> {
        Self::new(house, principal, (era, scope), greeting, true)
    }

    /// The conversation of all clients of a principal that speak the newer era over HTTP.
    pub(super) fn of_all(house: &Arc<House>, principal: Principal, scope: Scope) -> Arc<Self> {
        Self::new(house, principal, (Era::Modern, scope), None, false)
    }

    fn new(
        house: &Arc<House>,
        principal: Principal,
        (era, scope): (Era, Scope),
        greeting: Option<Greeting>,
        is_one_clients: bool,
    ) -> Arc<Self> {
        let peers = house.upstreams.iter().map(|_| tokio::sync::Mutex::default()).collect();
        Arc::new(Self {
            house: Arc::clone(house),
            session: house.guard.session(principal),
            era,
            scope,
            greeting,
            is_one_clients,
            revision: OnceLock::new(),
            mailbox: Mailbox::default(),
            listeners: Listeners::default(),
            routes: super::routes::Routes::default(),
            peers,
            calls: Mutex::default(),
            asked: Mutex::default(),
            began: Instant::now(),
            used: AtomicU64::new(0),
            busy: AtomicUsize::new(0),
        })
    }

    /// The name of a server.
    pub(super) fn server(&self, index: usize) -> &str {
        self.house.plan.servers.get(index).map_or("", |server| &*server.name)
    }

    /// The connection to a server, opened when there is none.
    pub(super) async fn peer(self: &Arc<Self>, index: usize) -> Result<Arc<Peer>, OpenFault> {
        let Some(slot) = self.peers.get(index) else {
            return Err(OpenFault::Link(LinkFault::Unreachable(String::from("there is no such server"))));
        };
        let mut slot = slot.lock().await;
        if let Some(peer) = slot.peer.as_ref().filter(|peer| peer.link.is_alive()) {
            return Ok(Arc::clone(peer));
        }
        slot.peer = None;
        let pause = slot.pause();
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        // A server that cannot be opened at all counts as one that ended at once.
        slot.opened = Some(Instant::now());
        let (peer, rest) = super::opening::open(self, index).await?;
        if let Some(rest) = rest {
            tokio::spawn(pump(Arc::downgrade(self), Arc::downgrade(&peer), rest));
        }
        if self.mailbox.is_read() {
            peer.link.listen();
        }
        slot.opened = Some(Instant::now());
        slot.peer = Some(Arc::clone(&peer));
        Ok(peer)
    }

    /// The connections that are open.
    pub(super) async fn open_peers(&self) -> Vec<Arc<Peer>> {
        let mut open = Vec::new();
        for slot in &self.peers {
            open.extend(slot.lock().await.peer.clone());
        }
        open
    }

    /// The server forgot the session: the next request opens another one.
    pub(super) async fn lost(&self, peer: &Arc<Peer>) {
        if let Some(slot) = self.peers.get(peer.index) {
            let mut slot = slot.lock().await;
            if slot.peer.as_ref().is_some_and(|held| Arc::ptr_eq(held, peer)) {
                *slot = Slot::default();
            }
        }
    }

    /// Judges a message for a server; waits for a person where one decides.
    pub(super) async fn judge_out(&self, index: usize, message: Bytes) -> Judged {
        let mut outcome = self.house.guard.outbound(&self.session, self.server(index), &message);
        loop {
            outcome = match outcome {
                Outcome::Forward(permitted) => return Judged::Pass(permitted),
                Outcome::Answer(answer) => return Judged::Answer(answer),
                Outcome::Drop => return Judged::Dropped,
                Outcome::Wait(pending) => self.house.guard.wait(&self.session, pending).await,
            };
        }
    }

    /// Judges a message of a server. What is answered to the server is sent to it.
    pub(super) async fn judge_in(&self, peer: &Arc<Peer>, message: Bytes) -> Option<Permitted> {
        let mut outcome = self.house.guard.inbound(&self.session, self.server(peer.index), &message);
        loop {
            outcome = match outcome {
                Outcome::Forward(permitted) => return Some(permitted),
                Outcome::Drop => return None,
                Outcome::Answer(answer) => {
                    // A server that is gone needs no answer.
                    let _ = peer.link.send(answer, &Head::default()).await;
                    return None;
                }
                Outcome::Wait(pending) => self.house.guard.wait(&self.session, pending).await,
            };
        }
    }

    /// There will be no answer to a request that the guard let pass: it gets an error of ours in its place, so that it
    /// does not wait for ever.
    pub(super) fn gives_up(&self, index: usize, ours: u64, why: &LinkFault) {
        let server = self.server(index);
        let text = format!("server `{server}` failed: {why}");
        let error = message::error(ours.to_string().as_bytes(), code::SERVER, &text);
        drop(self.house.guard.inbound(&self.session, server, &error));
    }

    /// A request of the client begins; nothing when one with the same id is being answered.
    pub(super) fn begin(&self, id: &Id, call: Call) -> bool {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        match calls.entry(id.clone()) {
            std::collections::hash_map::Entry::Occupied(_) => false,
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(call);
                true
            }
        }
    }

    /// The request was answered, or is not waited for.
    pub(super) fn end(&self, id: &Id) {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    /// The request that the client cancels: the server that works on it, and the id that it knows.
    pub(super) fn cancel(&self, id: &Id) -> Option<(Arc<Peer>, u64)> {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let call = calls.get(id)?;
        call.cancelled.notify_one();
        Some((call.peer.upgrade()?, call.ours))
    }

    /// A server asks the client something: the message with an id of ours. None when too much is asked.
    fn ask(&self, peer: &Arc<Peer>, message: &Bytes, outside: &Outside) -> Option<Bytes> {
        let id = outside.id?;
        let ours = super::link::next_id();
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.len() >= ASKED {
            return None;
        }
        asked.insert(
            ours,
            Asked { peer: Arc::downgrade(peer), theirs: Bytes::copy_from_slice(at(message, id)) },
        );
        let mut splice = Splice::new();
        splice.replace(id, ours.to_string());
        Some(splice.apply(message).into())
    }

    /// The client's answer, with the id that the server knows.
    pub(super) fn answered(&self, ours: u64, message: &Bytes) -> Option<(Arc<Peer>, Bytes)> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner).remove(&ours)?;
        let mut splice = Splice::new();
        splice.replace(Outside::of(message).id?, asked.theirs.to_vec());
        Some((asked.peer.upgrade()?, splice.apply(message).into()))
    }

    /// What the client gets of a judged message that is no answer to a request of its own; nothing when it is not for
    /// it. `token` is the progress token of the request that the message came with.
    pub(super) async fn for_client(
        &self,
        peer: &Arc<Peer>,
        message: Bytes,
        ours: Option<(u64, &Bytes, &Bytes)>,
    ) -> Option<Bytes> {
        let outside = Outside::of(&message);
        let method = outside.method(&message)?;
        if outside.id.is_some() {
            if self.era == Era::Legacy && peer.era == Era::Legacy {
                return self.ask(peer, &message, &outside);
            }
            let id = Bytes::copy_from_slice(at(&message, outside.id?));
            let answer = if method == "ping" {
                message::result(&id, b"{}")
            } else {
                message::error(&id, code::METHOD, "the client takes no requests")
            };
            // A server that is gone needs no answer.
            let _ = peer.link.send(answer, &Head::default()).await;
            return None;
        }
        let mut splice = Splice::new();
        match method {
            "notifications/progress" => {
                let place = outside.below_params(&message, &["progressToken"])?;
                let (number, token, _) = ours?;
                if at(&message, place) != number.to_string().as_bytes() {
                    return None;
                }
                splice.replace(place, token.to_vec());
            }
            "notifications/cancelled" => {
                let place = outside.below_params(&message, &["requestId"])?;
                let theirs = at(&message, place);
                let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
                let (ours, _) = asked.iter().find(|(_, asked)| {
                    asked.theirs == theirs
                        && asked.peer.upgrade().is_some_and(|held| Arc::ptr_eq(&held, peer))
                })?;
                splice.replace(place, ours.to_string());
            }
            _ => {
                let keys = ["_meta", "io.modelcontextprotocol/subscriptionId"];
                if let Some(place) = outside.below_params(&message, &keys) {
                    let (_, _, id) = ours?;
                    splice.replace(place, id.to_vec());
                }
            }
        }
        Some(if splice.is_empty() { message } else { splice.apply(&message).into() })
    }

    /// The client was heard.
    pub(super) fn touch(&self) {
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.used.store(now, Ordering::Relaxed);
    }

    /// For how long nobody has used it; nothing while somebody does.
    pub(super) fn idle(&self) -> Option<Duration> {
        if self.busy.load(Ordering::Relaxed) > 0 || self.mailbox.is_read() {
            return None;
        }
        let used = Duration::from_millis(self.used.load(Ordering::Relaxed));
        Some(self.began.elapsed().saturating_sub(used))
    }

    /// Counts as used as long as the returned value lives.
    pub(super) fn busy(self: &Arc<Self>) -> Busy {
        self.busy.fetch_add(1, Ordering::Relaxed);
        Busy(Arc::clone(self))
    }

    /// Ends all connections.
    pub(super) async fn close(&self) {
        for slot in &self.peers {
            let peer = slot.lock().await.peer.take();
            if let Some(peer) = peer.filter(|peer| peer.era == Era::Legacy) {
                peer.link.close().await;
            }
        }
    }
}

/// A conversation that is used.
#[derive(Debug)]
pub(super) struct Busy(Arc<Conversation>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.touch();
        self.0.busy.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Judges what a server says on its own, and puts it where the client finds it.
async fn pump(conversation: Weak<Conversation>, peer: Weak<Peer>, mut rest: mpsc::Receiver<Bytes>) {
    while let Some(message) = rest.recv().await {
        let (Some(conversation), Some(peer)) = (conversation.upgrade(), peer.upgrade()) else { return };
        let Some(permitted) = conversation.judge_in(&peer, message).await else { continue };
        if conversation.era == Era::Modern && listen::tells(permitted.bytes()) {
            conversation.listeners.tell(permitted.bytes());
            continue;
        }
        if let Some(message) = conversation.for_client(&peer, permitted.into_bytes(), None).await {
            conversation.mailbox.put(message);
        }
    }
}
