//! How a conversation begins with a server: in the era of the client where the server speaks it, else in the other.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use portcullis_wire::outline;
use portcullis_wire::revision::{Era, Revision};
use tokio::sync::mpsc;

use super::conversation::{Conversation, Judged, Peer};
use super::house::Upstream;
use super::link::{Arrival, Head, Link, LinkFault, next_id};
use super::message::{Outside, at, code};
use super::translate;

/// How long a server may think about whether it speaks the newer era.
const PROBE: Duration = Duration::from_secs(5);

/// Why a conversation with a server did not begin.
#[derive(Debug)]
pub(super) enum OpenFault {
    /// It could not be reached, or did not answer.
    Link(LinkFault),
    /// It, or the guard, answered with this error.
    Refused(Bytes),
}

impl From<LinkFault> for OpenFault {
    fn from(fault: LinkFault) -> Self {
        Self::Link(fault)
    }
}

type Opened = (Arc<Peer>, Option<mpsc::Receiver<Bytes>>);

/// Begins with the server; what it says on its own comes out of the receiver.
pub(super) async fn open(conversation: &Arc<Conversation>, index: usize) -> Result<Opened, OpenFault> {
    let Some(upstream) = conversation.house.upstreams.get(index) else {
        return Err(LinkFault::Unreachable(String::from("there is no such server")).into());
    };
    let modern_first = conversation.era == Era::Modern || upstream.is_modern_only();
    if modern_first && speaks_modern(conversation, index).await? {
        return shared(conversation, index).await.map(|peer| (peer, None));
    }
    let refused = match begin_legacy(conversation, index).await {
        Err(OpenFault::Refused(error)) => OpenFault::Refused(error),
        Err(OpenFault::Link(LinkFault::Status(status @ (400 | 404 | 405)))) => {
            LinkFault::Status(status).into()
        }
        other => return other,
    };
    // A server that refuses to begin in the older way may speak the newer one only.
    if !modern_first && speaks_modern(conversation, index).await? {
        upstream.modern_only.store(true, Ordering::Relaxed);
        return shared(conversation, index).await.map(|peer| (peer, None));
    }
    let server = conversation.house.plan.servers.get(index);
    if matches!(refused, OpenFault::Link(LinkFault::Status(_)))
        && server.is_some_and(|server| server.may_be_older)
        && !upstream.older.swap(true, Ordering::Relaxed)
    {
        let opened = begin_legacy(conversation, index).await;
        upstream.older.store(opened.is_ok(), Ordering::Relaxed);
        // What it said to the newer transport tells more.
        return opened.or(Err(refused));
    }
    Err(refused)
}

/// Begins in the older way, with what the client said when it began, or as a client that can do nothing.
async fn begin_legacy(conversation: &Arc<Conversation>, index: usize) -> Result<Opened, OpenFault> {
    let (link, rest) = connect(conversation, index).await?;
    let peer = Arc::new(Peer { index, link, era: Era::Legacy, opened: Bytes::new() });
    let params = match &conversation.greeting {
        Some(greeting) => greeting.params.clone(),
        None => Bytes::from(translate::own_greeting()),
    };
    let id = next_id();
    let message = translate::request(id, "initialize", &params);
    let result = handshake(conversation, &peer, id, message).await?;
    let revision = outline::member(&result, outline::whole(&result), "protocolVersion")
        .and_then(|span| translate::plain_text(at(&result, span))?.parse::<Revision>().ok())
        .filter(|revision| revision.era() == Era::Legacy);
    let Some(revision) = revision else {
        return Err(LinkFault::Odd(String::from("a revision that is not known")).into());
    };
    peer.link.agreed(revision.as_str());
    let ready = Bytes::from_static(br#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
    if let Judged::Pass(permitted) = conversation.judge_out(index, ready).await {
        peer.link.send(permitted.into_bytes(), &Head::default()).await?;
    }
    let Some(peer) = Arc::into_inner(peer) else { return Err(LinkFault::Ended.into()) };
    Ok((Arc::new(Peer { opened: result, ..peer }), Some(rest)))
}

/// Sends the first request; the result, judged.
async fn handshake(
    conversation: &Arc<Conversation>,
    peer: &Arc<Peer>,
    id: u64,
    message: Bytes,
) -> Result<Bytes, OpenFault> {
    let permitted = match conversation.judge_out(peer.index, message).await {
        Judged::Pass(permitted) => permitted.into_bytes(),
        Judged::Answer(answer) => return Err(OpenFault::Refused(answer)),
        Judged::Dropped => {
            return Err(LinkFault::Unreachable(String::from("the guard withheld the message")).into());
        }
    };
    let head = translate::head(peer, &permitted);
    let patience = conversation.house.plan.limits.answer;
    let answered = async {
        let mut answers = peer.link.request(id, permitted, &head).await?;
        loop {
            let Arrival::Message(message) = answers.next().await? else { continue };
            let Some(permitted) = conversation.judge_in(peer, message).await else { continue };
            let message = permitted.into_bytes();
            let outside = Outside::of(&message);
            if outside.method.is_some() || outside.number(&message) != Some(id) {
                continue;
            }
            return match outside.result {
                Some(result) => Ok(message.slice(result.start..result.end)),
                None => Err(OpenFault::Refused(message)),
            };
        }
    };
    let answered = tokio::time::timeout(patience, answered).await;
    let answered = answered.unwrap_or(Err(OpenFault::Link(LinkFault::Silent)));
    if let Err(OpenFault::Link(why)) = &answered {
        conversation.gives_up(peer.index, id, why);
    }
    answered
}

/// The connection that all conversations share, opened when there is none.
async fn shared(conversation: &Arc<Conversation>, index: usize) -> Result<Arc<Peer>, OpenFault> {
    let Some(upstream) = conversation.house.upstreams.get(index) else { return Err(LinkFault::Ended.into()) };
    let mut shared = upstream.shared.lock().await;
    let link = match shared.take().filter(|peer| peer.link.is_alive()) {
        Some(peer) => peer,
        None => {
            let (link, _) = connect(conversation, index).await?;
            Arc::new(Peer { index, link, era: Era::Modern, opened: Bytes::new() })
        }
    };
    *shared = Some(Arc::clone(&link));
    drop(shared);
    Ok(link)
}

/// What a server of the newer era says about itself to this client: the result of `server/discover`, judged.
pub(super) async fn discover(conversation: &Arc<Conversation>, peer: &Arc<Peer>) -> Result<Bytes, OpenFault> {
    let id = next_id();
    let message = translate::modern_request(conversation, id, "server/discover");
    handshake(conversation, peer, id, message).await
}

async fn connect(
    conversation: &Arc<Conversation>,
    index: usize,
) -> Result<(Link, mpsc::Receiver<Bytes>), LinkFault> {
    let house = &conversation.house;
    may_start(conversation, index)?;
    let spare = house.upstreams.get(index).and_then(Upstream::spare);
    if let Some(spare) = spare {
        return Ok(spare);
    }
    match (house.plan.servers.get(index), house.upstreams.get(index)) {
        (Some(server), Some(upstream)) => {
            let older = upstream.older.load(Ordering::Relaxed);
            Link::open(server, &upstream.client, older, &house.plan.limits).await
        }
        _ => Err(LinkFault::Ended),
    }
}

/// Whether the server may be reached in the way that the settings say: as the first time, or as a person has accepted
/// since. Asked once for each principal, since the settings stay the same while we run.
fn may_start(conversation: &Conversation, index: usize) -> Result<(), LinkFault> {
    let house = &conversation.house;
    let (Some(server), Some(upstream)) = (house.plan.servers.get(index), house.upstreams.get(index)) else {
        return Err(LinkFault::Ended);
    };
    let principal = conversation.session.principal();
    let mut accepted = upstream.accepted.lock().unwrap_or_else(PoisonError::into_inner);
    if !accepted.contains(principal) {
        house
            .guard
            .may_start(&conversation.session, &server.name, &server.facts())
            .map_err(LinkFault::Unreachable)?;
        accepted.insert(principal.clone());
    }
    Ok(())
}

/// Whether the server speaks the newer era. What it answers is looked at here and goes nowhere. A server that cannot
/// be reached is asked again next time.
async fn speaks_modern(conversation: &Arc<Conversation>, index: usize) -> Result<bool, OpenFault> {
    let Some(upstream) = conversation.house.upstreams.get(index) else { return Ok(false) };
    let asked = upstream.modern.get_or_try_init(|| async {
        let (link, rest) = connect(conversation, index).await?;
        let peer = Arc::new(Peer { index, link, era: Era::Modern, opened: Bytes::new() });
        let id = next_id();
        let message = translate::modern_request(conversation, id, "server/discover");
        let head = translate::head(&peer, &message);
        let answer = tokio::time::timeout(PROBE, async {
            let mut answers = peer.link.request(id, message, &head).await?;
            loop {
                if let Arrival::Message(message) = answers.next().await?
                    && Outside::of(&message).number(&message) == Some(id)
                {
                    return Ok(message);
                }
            }
        });
        let answer = match answer.await {
            Ok(Ok(message)) => Some(message),
            Ok(Err(LinkFault::Unreachable(why))) => return Err(LinkFault::Unreachable(why)),
            Ok(Err(_)) | Err(_) => None,
        };
        let modern = answer.as_deref().is_some_and(is_modern);
        if modern {
            *upstream.shared.lock().await = Some(peer);
        } else if let Some(peer) = Arc::into_inner(peer) {
            // A server that answered the unknown with an error can begin in its own way.
            match answer {
                Some(_) => upstream.keep((peer.link, rest)),
                None => peer.link.close().await,
            }
        }
        Ok(modern)
    });
    Ok(*asked.await?)
}

/// A result, or an error that only servers of the newer era know.
fn is_modern(answer: &[u8]) -> bool {
    let outside = Outside::of(answer);
    match outside.result {
        Some(result) => outline::member(answer, result, "supportedVersions").is_some(),
        None => matches!(outside.code(answer), Some(code::HEADER | code::MISSING | code::REVISION)),
    }
}
