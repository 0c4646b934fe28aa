//! The front over HTTP: connections, paths, methods, bodies. What a message means is the business of its era.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::header::{ACCEPT, ALLOW, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue, ORIGIN};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use portcullis_wire::envelope::{self, Envelope};
use portcullis_wire::json::Limits as JsonLimits;
use portcullis_wire::revision::Era;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

use super::door::{Door, Refusal, only, refuse};
use super::house::{House, Scope};
use super::message::{code, on_one_line};
use super::reply::{self, Answer};
use super::sessions::Sessions;
use super::{legacy, modern};
use crate::session::Principal;

/// How long a client may take for the head of a request, and a connection may stay unused.
const HEAD: Duration = Duration::from_secs(30);

/// How long a client may take for a body.
const BODY: Duration = Duration::from_secs(30);

/// How long calls may go on after we were asked to end.
const GRACE: Duration = Duration::from_secs(10);

const MOST_HEADERS: usize = 100;
const HEADER_BYTES: usize = 64 << 10;

/// Everything that a request needs.
#[derive(Debug)]
pub(super) struct Front {
    pub(super) house: Arc<House>,
    pub(super) door: Door,
    pub(super) sessions: Sessions,
    pub(super) modern: modern::Conversations,
}

/// A request that was admitted and read.
pub(super) struct Admitted<'a> {
    pub(super) principal: Principal,
    pub(super) scope: Scope,
    pub(super) headers: &'a HeaderMap,
}

/// Serves until `stop` says so, then lets calls finish.
pub(super) async fn serve(front: Arc<Front>, listener: TcpListener, mut stop: watch::Receiver<bool>) {
    let most = front.house.plan.limits.connections;
    let places = Arc::new(Semaphore::new(most));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => break,
        };
        let Ok((stream, _)) = accepted else {
            // Too many open files, mostly: others have to end first.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        // Whoever comes when the house is full finds the connection closed.
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else { continue };
        let (front, stop) = (Arc::clone(&front), stop.clone());
        tokio::spawn(async move {
            connection(front, stream, stop).await;
            drop(place);
        });
    }
    drop(listener);
    let everybody = u32::try_from(most).unwrap_or(u32::MAX);
    // Who is not done by then is cut off.
    let _ = tokio::time::timeout(GRACE, places.acquire_many(everybody)).await;
}

async fn connection(front: Arc<Front>, stream: TcpStream, mut stop: watch::Receiver<bool>) {
    // Small answers must not wait for more to come.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let front = Arc::clone(&front);
        async move { Ok::<_, Infallible>(answer(&front, request).await) }
    });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_headers(MOST_HEADERS)
        .max_header_size(HEADER_BYTES);
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stop.changed() => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = tokio::time::timeout(GRACE, connection).await;
}

async fn answer(front: &Arc<Front>, request: Request<Incoming>) -> Answer {
    let (head, body) = request.into_parts();
    // A browser asks without a token whether a page may ask at all.
    let origin = head.headers.get(ORIGIN).cloned();
    if head.method == Method::OPTIONS && origin.is_some() {
        return match front.door.lets_in(&front.house.plan, &head.uri, &head.headers) {
            Ok(()) => reply::for_page(reply::preflight(), origin),
            Err(refusal) => reply::refusal(refusal),
        };
    }
    let principal = match front.door.admit(&front.house.plan, &head.uri, &head.headers) {
        Ok(principal) => principal,
        Err(refusal) => return reply::refusal(refusal),
    };
    let Some(scope) = scope(&front.house, &head.uri) else {
        return reply::refusal(refuse(StatusCode::NOT_FOUND, "nothing is served at this path"));
    };
    let admitted = Admitted { principal, scope, headers: &head.headers };
    let answer = match head.method {
        Method::POST => post(front, &admitted, body).await,
        Method::GET => legacy::get(front, &admitted).await,
        Method::DELETE => legacy::delete(front, &admitted).await,
        _ => {
            let mut answer = reply::status(StatusCode::METHOD_NOT_ALLOWED);
            answer.headers_mut().insert(ALLOW, HeaderValue::from_static("POST, GET, DELETE"));
            answer
        }
    };
    reply::for_page(answer, origin)
}

/// The servers that a path stands for. It is compared as it is: nothing is decoded, and there is nothing behind it.
fn scope(house: &House, uri: &hyper::Uri) -> Option<Scope> {
    if uri.query().is_some() {
        return None;
    }
    match uri.path() {
        "/mcp" => Some(house.whole()),
        path => house.find(path.strip_prefix("/mcp/")?).map(Scope::One),
    }
}

async fn post(front: &Arc<Front>, admitted: &Admitted<'_>, body: Incoming) -> Answer {
    if let Err(refusal) = acceptable(admitted.headers) {
        return reply::refusal(refusal);
    }
    let body = match read(body, front.house.plan.limits.message).await {
        Ok(body) => body,
        Err(refusal) => return reply::refusal(refusal),
    };
    let message = match envelope::read(&body, &JsonLimits { bytes: body.len(), ..JsonLimits::default() }) {
        Ok(message) => message,
        Err(fault) => {
            let looks_whole = body.trim_ascii_start().first().is_some_and(|byte| matches!(byte, b'{' | b'['));
            let code = if looks_whole { code::REQUEST } else { code::PARSE };
            return reply::refused(StatusCode::BAD_REQUEST, code, &fault.to_string());
        }
    };
    match era(admitted.headers, &message) {
        Era::Modern => modern::post(front, admitted, &message).await,
        Era::Legacy => legacy::post(front, admitted, &message).await,
    }
}

/// How the client opens says which era it speaks.
fn era(headers: &HeaderMap, message: &Envelope<'_>) -> Era {
    if portcullis_wire::mirror::version(message).is_some() {
        return Era::Modern;
    }
    let named = only(headers, super::modern::VERSION);
    let is_modern = named.and_then(|named| named.parse::<portcullis_wire::revision::Revision>().ok());
    let modern_header = is_modern.is_some_and(|revision| revision.era() == Era::Modern);
    if modern_header || message.method.as_deref() == Some("server/discover") {
        Era::Modern
    } else {
        Era::Legacy
    }
}

/// The type of the body, and what the client can read.
fn acceptable(headers: &HeaderMap) -> Result<(), Refusal> {
    let kind = only(headers, CONTENT_TYPE).unwrap_or_default();
    let mut parts = kind.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    let is_utf_8 = parts.all(|part| {
        part.split_once('=').is_some_and(|(name, value)| {
            name.trim().eq_ignore_ascii_case("charset")
                && value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
    });
    if !is_json || !is_utf_8 || headers.contains_key(CONTENT_ENCODING) {
        let why = "send `application/json` in UTF-8, not encoded";
        return Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, why));
    }
    if accepts(headers, &["application/json", "application/*", "*/*"])
        && accepts(headers, &["text/event-stream", "text/*", "*/*"])
    {
        return Ok(());
    }
    Err(refuse(StatusCode::NOT_ACCEPTABLE, "accept both `application/json` and `text/event-stream`"))
}

/// Whether the client takes one of these types.
pub(super) fn accepts(headers: &HeaderMap, wanted: &[&str]) -> bool {
    let values = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let mut kinds = values.flat_map(|value| value.split(',')).filter_map(|kind| kind.split(';').next());
    kinds.any(|kind| wanted.iter().any(|wanted| kind.trim().eq_ignore_ascii_case(wanted)))
}

/// The whole body, on one line, when it is not too large and comes in time.
async fn read(body: Incoming, most: usize) -> Result<Bytes, Refusal> {
    let too_large =
        refuse(StatusCode::PAYLOAD_TOO_LARGE, "the message is larger than `message-bytes`; split it");
    if body.size_hint().lower() > most as u64 {
        return Err(too_large);
    }
    match tokio::time::timeout(BODY, Limited::new(body, most).collect()).await {
        // What is behind the body (trailers) is not looked at and goes nowhere.
        Ok(Ok(body)) => Ok(on_one_line(body.to_bytes())),
        Ok(Err(why)) if why.is::<http_body_util::LengthLimitError>() => Err(too_large),
        Ok(Err(_)) => Err(refuse(StatusCode::BAD_REQUEST, "the body is cut short")),
        Err(_) => Err(refuse(StatusCode::REQUEST_TIMEOUT, "the body did not come in time")),
    }
}
