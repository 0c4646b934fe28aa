//! Conversations (before 2026-07-28): they begin with `initialize` and are known by an id that only we make up.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::rand;
use hyper::header::HeaderValue;
use hyper::{HeaderMap, Response, StatusCode};
use portcullis_wire::envelope::{Envelope, Kind};
use portcullis_wire::request::notification;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;

use super::body::Work;
use super::streams::Streams;
use super::{Body, Front, accepted, event_stream, header, json, media_types, plain, refused};
use crate::everything::{Call, Emission, Session, initialize};
use crate::headers;
use crate::message::{self, INTERNAL_ERROR, INVALID_REQUEST, Refusal};

/// The header that names the conversation.
const SESSION: &str = "mcp-session-id";

/// How many conversations there can be at once.
const MOST: usize = 10_000;

/// One conversation and its streams.
#[derive(Debug)]
struct Conversation {
    session: Arc<Session>,
    streams: Streams,
}

/// All conversations by their id.
#[derive(Debug, Default)]
pub(super) struct Conversations(Mutex<BTreeMap<String, Arc<Conversation>>>);

impl Conversations {
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Conversation>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, session: Arc<Session>) -> Result<String, Refusal> {
        let mut random = [0; 24];
        let no_id = |why: &str| Refusal::new(INTERNAL_ERROR, why).status(503);
        rand::fill(&mut random).map_err(|_| no_id("the machine gives no random bytes"))?;
        let id: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut all = self.all();
        if all.len() >= MOST {
            return Err(no_id("there are too many conversations"));
        }
        all.insert(id.clone(), Arc::new(Conversation { session, streams: Streams::default() }));
        Ok(id)
    }

    /// The conversation that the headers name.
    fn named(&self, headers: &HeaderMap) -> Result<Arc<Conversation>, Box<Response<Body>>> {
        let missing = || Box::new(plain(StatusCode::BAD_REQUEST, "Mcp-Session-Id is missing or given twice"));
        let id = header(headers, SESSION).ok_or_else(missing)?;
        let unknown = || Box::new(plain(StatusCode::NOT_FOUND, "there is no such session"));
        self.all().get(id).cloned().ok_or_else(unknown)
    }

    /// `GET`: a stream that was lost, or the one that belongs to no request.
    pub(super) fn listen(&self, front: &Front, headers: &HeaderMap) -> Response<Body> {
        if !media_types(headers, &hyper::header::ACCEPT).any(|kind| kind == "text/event-stream") {
            return plain(StatusCode::NOT_ACCEPTABLE, "accept text/event-stream");
        }
        let conversation = match self.named(headers) {
            Ok(conversation) => conversation,
            Err(response) => return *response,
        };
        if let Some(last) = header(headers, "last-event-id") {
            return match conversation.streams.resume(last) {
                Some(body) => event_stream(body),
                None => plain(StatusCode::BAD_REQUEST, "there was no such event"),
            };
        }
        match conversation.streams.open_standalone() {
            Some(Body::Parts(parts, _)) => {
                let work = tokio::spawn(tell(Arc::clone(&conversation), front.server.changes()));
                event_stream(Body::Parts(parts, Some(Work(work.abort_handle()))))
            }
            _ => plain(StatusCode::CONFLICT, "somebody reads this stream already"),
        }
    }

    /// `DELETE`: the client leaves.
    pub(super) fn end(&self, headers: &HeaderMap) -> Response<Body> {
        match self.named(headers) {
            Ok(_) => {
                self.all().remove(header(headers, SESSION).unwrap_or_default());
                plain(StatusCode::OK, "the session has ended")
            }
            Err(response) => *response,
        }
    }
}

/// Tells of changes on the stream that belongs to no request.
async fn tell(
    conversation: Arc<Conversation>,
    mut changes: tokio::sync::broadcast::Receiver<crate::everything::Change>,
) {
    loop {
        match changes.recv().await {
            Ok(change) => {
                if let Some((method, params)) = conversation.session.notification(&change) {
                    conversation.streams.push(0, &notification(method, &params));
                }
            }
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

pub(super) async fn post(
    front: &Front,
    headers: &HeaderMap,
    envelope: &Envelope<'_>,
    prefers_stream: bool,
) -> Response<Body> {
    if envelope.kind == Kind::Request && envelope.method.as_deref() == Some("initialize") {
        return begin(front, headers, envelope);
    }
    let conversation = match front.conversations.named(headers) {
        Ok(conversation) => conversation,
        Err(response) => return *response,
    };
    if header(headers, headers::VERSION)
        .is_some_and(|version| version != conversation.session.revision.as_str())
    {
        return plain(StatusCode::BAD_REQUEST, "MCP-Protocol-Version is not the one agreed on");
    }
    match envelope.kind {
        Kind::Request => answer(front, &conversation, envelope, prefers_stream).await,
        Kind::Notification => accepted(),
        Kind::Response | Kind::Error => {
            conversation.session.settle(envelope);
            accepted()
        }
    }
}

fn begin(front: &Front, headers: &HeaderMap, envelope: &Envelope<'_>) -> Response<Body> {
    let Some(id) = envelope.id.as_ref().filter(|_| !headers.contains_key(SESSION)) else {
        return plain(StatusCode::BAD_REQUEST, "a session begins without Mcp-Session-Id");
    };
    let begun = initialize(envelope.params())
        .and_then(|(session, result)| front.conversations.begin(session).map(|name| (name, result)));
    let (name, result) = match begun {
        Ok(begun) => begun,
        Err(refusal) => return refused(Some(id), &refusal),
    };
    let mut response = json(200, message::response(id, result));
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(SESSION, name);
    }
    response
}

async fn answer(
    front: &Front,
    conversation: &Arc<Conversation>,
    envelope: &Envelope<'_>,
    prefers_stream: bool,
) -> Response<Body> {
    let refuse = |refusal: &Refusal| refused(envelope.id.as_ref(), refusal);
    let (outlet, mut emissions) = mpsc::unbounded_channel();
    let Some(call) = Call::in_session(&front.server, &conversation.session, envelope, &outlet) else {
        return refuse(&Refusal::new(INVALID_REQUEST, "a request has an id"));
    };
    // It goes on when the client loses its connection: the client may come back.
    tokio::spawn(Arc::clone(&front.server).answer(call, outlet));
    let first = match emissions.recv().await {
        Some(Emission::Answer { bytes, .. }) if !prefers_stream => return json(200, bytes),
        Some(first) => first,
        None => return refuse(&Refusal::new(INTERNAL_ERROR, "the call ended without an answer").status(500)),
    };
    let (number, body) = conversation.streams.open();
    let conversation = Arc::clone(conversation);
    tokio::spawn(async move {
        let streams = &conversation.streams;
        let mut next = Some(first);
        while let Some(emission) = next {
            match emission {
                Emission::Message(bytes) => streams.push(number, &bytes),
                Emission::Answer { bytes, .. } => {
                    streams.push(number, &bytes);
                    break;
                }
                Emission::KeepAlive => streams.keep_alive(number),
                Emission::Disconnect => streams.disconnect(number),
            }
            next = emissions.recv().await;
        }
        streams.end(number);
    });
    event_stream(body)
}
