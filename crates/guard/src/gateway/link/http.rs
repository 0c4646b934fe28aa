//! A server at an address that speaks Streamable HTTP, in both eras.

mod client;
mod events;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode, Uri};
use portcullis_probe::Contact;
use portcullis_wire::{mirror, outline};
use tokio::task::JoinHandle;

use super::{Answers, Head, LinkFault};
use crate::gateway::board::Board;
use crate::gateway::message::on_one_line;
use crate::settings::Limits;
pub(in crate::gateway) use client::HttpClient;
pub(in crate::gateway) use events::Events;

pub(super) const JSON: &str = "application/json";
pub(super) const EVENTS: &str = "text/event-stream";
const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
const LAST_EVENT: HeaderName = HeaderName::from_static("last-event-id");

/// Before the stream of what a server says on its own is opened again.
const PAUSE: Duration = Duration::from_secs(1);

pub(super) struct Http {
    peer: Arc<Peer>,
    board: Arc<Board>,
    listener: Mutex<Option<JoinHandle<()>>>,
}

/// Everything that a request to the server needs.
pub(in crate::gateway) struct Peer {
    client: HttpClient,
    uri: Uri,
    headers: HeaderMap,
    session: Mutex<Option<HeaderValue>>,
    revision: OnceLock<HeaderValue>,
    longest: usize,
}

impl Http {
    pub(super) fn new(
        contact: &Contact,
        client: &HttpClient,
        board: &Arc<Board>,
        limits: &Limits,
    ) -> Result<Self, LinkFault> {
        let peer = Arc::new(Peer::new(contact, client, limits)?);
        Ok(Self { peer, board: Arc::clone(board), listener: Mutex::new(None) })
    }

    pub(super) async fn request(&self, message: Bytes, head: &Head) -> Result<Answers, LinkFault> {
        let response = self.peer.post(message, head).await?;
        let status = response.status();
        match (status, media(&response)) {
            (StatusCode::OK, Some(Media::Json)) => {
                Ok(Answers::One(Some(on_one_line(self.peer.body(response).await?))))
            }
            (StatusCode::OK, Some(Media::Events)) => {
                Ok(Answers::Events(Box::new(Events::new(response.into_body(), Arc::clone(&self.peer)))))
            }
            (StatusCode::OK, None) => Err(LinkFault::Odd(String::from("an unknown media type"))),
            (StatusCode::NOT_FOUND, _) if self.peer.session().is_some() => Err(LinkFault::SessionLost),
            // A refusal may say why, as a message of the protocol.
            (_, Some(Media::Json)) if status.is_client_error() => {
                let body = on_one_line(self.peer.body(response).await?);
                let id = outline::member(&body, outline::whole(&body), "id");
                let named = id.and_then(|id| body.get(id.start..id.end)).is_some_and(|id| id != b"null");
                if named { Ok(Answers::One(Some(body))) } else { Err(LinkFault::Status(status.as_u16())) }
            }
            _ => Err(LinkFault::Status(status.as_u16())),
        }
    }

    pub(super) async fn send(&self, message: Bytes, head: &Head) -> Result<(), LinkFault> {
        let response = self.peer.post(message, head).await?;
        match response.status() {
            StatusCode::OK | StatusCode::ACCEPTED | StatusCode::NO_CONTENT => Ok(()),
            StatusCode::NOT_FOUND if self.peer.session().is_some() => Err(LinkFault::SessionLost),
            status => Err(LinkFault::Status(status.as_u16())),
        }
    }

    pub(super) fn agreed(&self, revision: &str) {
        if let Ok(value) = HeaderValue::try_from(revision) {
            // It is agreed on once.
            let _ = self.peer.revision.set(value);
        }
    }

    /// Opens the stream of what the server says on its own, and opens it again when it ends.
    pub(super) fn listen(&self) {
        let mut listener = self.listener.lock().unwrap_or_else(PoisonError::into_inner);
        if listener.is_none() {
            *listener = Some(tokio::spawn(listen(Arc::clone(&self.peer), Arc::clone(&self.board))));
        }
    }

    pub(super) async fn end_session(&self) {
        if let Some(listener) = self.listener.lock().unwrap_or_else(PoisonError::into_inner).take() {
            listener.abort();
        }
        let session = self.peer.session();
        if session.is_none() {
            return;
        }
        let request = self.peer.head(Method::DELETE, session).body(Full::default());
        if let Ok(request) = request {
            // A server may not know how to end a session, or be gone.
            let _ = tokio::time::timeout(PAUSE, self.peer.client.request(request)).await;
        }
    }
}

impl Drop for Http {
    fn drop(&mut self) {
        if let Some(listener) = self.listener.lock().unwrap_or_else(PoisonError::into_inner).take() {
            listener.abort();
        }
    }
}

async fn listen(peer: Arc<Peer>, board: Arc<Board>) {
    let mut last: Option<String> = None;
    while !board.is_closed() {
        let Ok(response) = peer.get(last.as_deref()).await else { return };
        // A server that has no such stream says 405 and is not asked again.
        if response.status() != StatusCode::OK || media(&response) != Some(Media::Events) {
            return;
        }
        let mut events = Events::new(response.into_body(), Arc::clone(&peer)).once();
        while let Ok(arrival) = events.next().await {
            if let super::Arrival::Message(message) = arrival {
                board.hand_out(message);
            }
        }
        last = events.last_id().or(last);
        tokio::time::sleep(PAUSE).await;
    }
}

impl Peer {
    pub(super) fn new(contact: &Contact, client: &HttpClient, limits: &Limits) -> Result<Self, LinkFault> {
        let unreachable = |why: &str| LinkFault::Unreachable(why.to_owned());
        let mut headers = HeaderMap::with_capacity(contact.headers.len() + 2);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
        for (name, value) in &contact.headers {
            let name =
                HeaderName::try_from(name.as_str()).map_err(|_| unreachable("a header has no name"))?;
            let mut value =
                HeaderValue::try_from(value.expose()).map_err(|_| unreachable("a header has no value"))?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        Ok(Self {
            client: client.clone(),
            uri: contact.url.parse().map_err(|_| unreachable("its address cannot be read"))?,
            headers,
            session: Mutex::new(None),
            revision: OnceLock::new(),
            longest: limits.message,
        })
    }

    fn session(&self) -> Option<HeaderValue> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn head(&self, method: Method, session: Option<HeaderValue>) -> hyper::http::request::Builder {
        let mut builder = Request::builder().method(method).uri(self.uri.clone());
        if let Some(headers) = builder.headers_mut() {
            headers.clone_from(&self.headers);
            if let Some(session) = session {
                headers.insert(SESSION, session);
            }
            if let Some(revision) = self.revision.get() {
                headers.insert(mirror::VERSION, revision.clone());
            }
        }
        builder
    }

    async fn post(&self, message: Bytes, head: &Head) -> Result<Response<Incoming>, LinkFault> {
        let mut builder = self.head(Method::POST, self.session());
        if let Some(headers) = builder.headers_mut() {
            for (name, value) in &head.headers {
                let (Ok(name), Ok(value)) =
                    (HeaderName::try_from(&**name), HeaderValue::try_from(value.as_str()))
                else {
                    return Err(LinkFault::Odd(String::from("no header that could be written")));
                };
                headers.insert(name, value);
            }
        }
        let request = builder
            .body(Full::new(message))
            .map_err(|_| LinkFault::Unreachable(String::from("its address cannot be used")))?;
        let response = self.client.request(request).await?;
        if let Some(session) = response.headers().get(SESSION) {
            let mut kept = self.session.lock().unwrap_or_else(PoisonError::into_inner);
            kept.get_or_insert_with(|| session.clone());
        }
        Ok(response)
    }

    pub(super) async fn get(&self, last: Option<&str>) -> Result<Response<Incoming>, LinkFault> {
        let mut builder = self.head(Method::GET, self.session());
        if let Some(headers) = builder.headers_mut() {
            headers.insert(ACCEPT, HeaderValue::from_static(EVENTS));
            headers.remove(CONTENT_TYPE);
            if let Some(last) = last.and_then(|last| HeaderValue::try_from(last).ok()) {
                headers.insert(LAST_EVENT, last);
            }
        }
        let request = builder
            .body(Full::default())
            .map_err(|_| LinkFault::Unreachable(String::from("its address cannot be used")))?;
        self.client.request(request).await
    }

    async fn body(&self, response: Response<Incoming>) -> Result<Bytes, LinkFault> {
        let body = Limited::new(response.into_body(), self.longest).collect().await;
        body.map(http_body_util::Collected::to_bytes)
            .map_err(|_| LinkFault::Odd(format!("more than {} bytes, or half a message", self.longest)))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Media {
    Json,
    Events,
}

/// What a body is, when it is something that can be judged: not encoded, and of a known type.
pub(super) fn media<B>(response: &Response<B>) -> Option<Media> {
    if response.headers().contains_key(CONTENT_ENCODING) {
        return None;
    }
    let text = response.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    let kind = text.split(';').next()?.trim();
    if kind.eq_ignore_ascii_case(JSON) {
        Some(Media::Json)
    } else {
        kind.eq_ignore_ascii_case(EVENTS).then_some(Media::Events)
    }
}
