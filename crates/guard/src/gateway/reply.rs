//! What is sent back over HTTP: one message, a stream of them, or a status.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{BufMut as _, Bytes, BytesMut};
use hyper::body::{Body, Frame, SizeHint};
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, VARY,
    WWW_AUTHENTICATE,
};
use hyper::{Response, StatusCode};
use tokio::sync::mpsc;

use super::door::Refusal;
use super::exchange::{Reply, Source, Turn};
use super::message;

/// Messages that a slow client may have waiting in one stream.
const WAITING: usize = 64;

/// A body of ours.
#[derive(Debug)]
pub(super) enum Content {
    /// Everything is here.
    Whole(Option<Bytes>),
    /// Events, as they come.
    Events(mpsc::Receiver<Bytes>),
}

impl Body for Content {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(match self.get_mut() {
            Self::Whole(bytes) => bytes.take().map(|bytes| Ok(Frame::data(bytes))),
            Self::Events(events) => ready!(events.poll_recv(context)).map(|bytes| Ok(Frame::data(bytes))),
        })
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Self::Events(_) => SizeHint::default(),
        }
    }
}

pub(super) type Answer = Response<Content>;

/// A status without a body.
pub(super) fn status(status: StatusCode) -> Answer {
    let mut answer = Response::new(Content::Whole(None));
    *answer.status_mut() = status;
    answer
}

/// One message.
pub(super) fn json(status: StatusCode, message: Bytes) -> Answer {
    let mut answer = Response::new(Content::Whole(Some(message)));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

/// An error that belongs to no request that could be read.
pub(super) fn refused(http: StatusCode, code: i32, why: &str) -> Answer {
    json(http, message::error(b"null", code, why))
}

/// Why somebody stays outside.
pub(super) fn refusal(refusal: Refusal) -> Answer {
    let mut answer = refused(refusal.status, refusal.code, refusal.message);
    if refusal.status == StatusCode::UNAUTHORIZED {
        answer.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    answer
}

/// What a browser is told before a page asks.
pub(super) fn preflight() -> Answer {
    let mut answer = status(StatusCode::NO_CONTENT);
    let headers = answer.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST, GET, DELETE"));
    let allowed = "authorization, content-type, accept, last-event-id, mcp-session-id, mcp-protocol-version, \
        mcp-method, mcp-name";
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(allowed));
    answer
}

/// The answer with what a browser needs to show it to a page of `origin`, which was admitted.
pub(super) fn for_page(mut answer: Answer, origin: Option<HeaderValue>) -> Answer {
    if let Some(origin) = origin {
        let headers = answer.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("mcp-session-id"));
        headers.insert(VARY, HeaderValue::from_static("origin"));
    }
    answer
}

/// A stream of messages.
pub(super) fn events(messages: mpsc::Receiver<Bytes>) -> Answer {
    let mut answer = Response::new(Content::Events(messages));
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform"));
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    answer
}

/// A message as an event, with its number where a client can come back for it. Messages have no line breaks.
pub(super) fn event(number: Option<u64>, message: &[u8]) -> Bytes {
    let mut out = BytesMut::with_capacity(message.len() + 48);
    if let Some(number) = number {
        out.put_slice(format!("id: {number}\n").as_bytes());
    }
    out.put_slice(b"event: message\ndata: ");
    out.put_slice(message);
    out.put_slice(b"\n\n");
    out.freeze()
}

/// The reply to a request; `http` is the status of an answer that stands alone.
pub(super) fn to_request(reply: Reply, http: impl FnOnce(&[u8]) -> StatusCode) -> Answer {
    match reply {
        Reply::One(answer) => json(http(&answer), answer),
        Reply::Many(first, exchange) => {
            let (sender, receiver) = mpsc::channel(WAITING);
            tokio::spawn(pump(first, exchange, sender));
            events(receiver)
        }
        Reply::Nothing => events(mpsc::channel(1).1),
    }
}

/// Writes what comes out of an exchange as events, until its answer or until the client leaves.
async fn pump(first: Turn, mut exchange: Box<Source>, client: mpsc::Sender<Bytes>) {
    let mut turn = first;
    loop {
        let (bytes, is_last) = match turn {
            Turn::Interim(message) => (event(None, &message), false),
            Turn::Comment => (Bytes::from_static(b":\n\n"), false),
            Turn::Final(message) => (event(None, &message), true),
            Turn::Cancelled => return,
        };
        if client.send(bytes).await.is_err() || is_last {
            return;
        }
        turn = tokio::select! {
            turn = exchange.next() => turn,
            () = client.closed() => return,
        };
    }
}
