//! Streamable HTTP in front of the everything-server: both eras at one address, chosen by how the client speaks.

mod body;
mod legacy;
mod modern;
mod origin;
mod streams;

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{ACCEPT, ALLOW, CONTENT_TYPE};
use hyper::service::service_fn;
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use portcullis_wire::envelope::{self, Envelope};
use portcullis_wire::json::Limits;
use portcullis_wire::revision::{Era, Revision};
use tokio::net::{TcpListener, TcpStream};

use crate::everything::Everything;
use crate::headers;
use crate::message::{self, INVALID_REQUEST, PARSE_ERROR, Refusal};
use crate::node::at;

pub use body::Body;

/// The path of the one endpoint.
pub const PATH: &str = "/mcp";

/// The largest body that is read, in bytes.
const LARGEST: usize = 4 << 20;

/// The server and the conversations of its clients.
#[derive(Debug)]
struct Front {
    server: Arc<Everything>,
    conversations: legacy::Conversations,
    port: u16,
}

/// Serves until the listener breaks.
///
/// # Errors
/// When the listener has no address.
pub async fn serve(server: Arc<Everything>, listener: TcpListener) -> std::io::Result<()> {
    let port = listener.local_addr()?.port();
    let front = Arc::new(Front { server, conversations: legacy::Conversations::default(), port });
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(connection(Arc::clone(&front), stream));
    }
}

async fn connection(front: Arc<Front>, stream: TcpStream) {
    let service = service_fn(move |request| {
        let front = Arc::clone(&front);
        async move { Ok::<_, Infallible>(front.answer(request).await) }
    });
    let http = hyper::server::conn::http1::Builder::new();
    // A connection that breaks concerns its client alone.
    http.serve_connection(TokioIo::new(stream), service).await.ok();
}

impl Front {
    async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        if !origin::is_allowed(request.headers(), self.port) {
            return plain(StatusCode::FORBIDDEN, "this Host or Origin is not served here");
        }
        if request.uri().path() != PATH {
            return plain(StatusCode::NOT_FOUND, "the endpoint is /mcp");
        }
        match *request.method() {
            Method::POST => self.post(request).await,
            Method::GET if is_legacy(request.headers()) => self.conversations.listen(self, request.headers()),
            Method::DELETE if is_legacy(request.headers()) => self.conversations.end(request.headers()),
            _ => {
                let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "send a POST");
                response.headers_mut().insert(ALLOW, hyper::header::HeaderValue::from_static("POST"));
                response
            }
        }
    }

    async fn post(&self, request: Request<Incoming>) -> Response<Body> {
        let (head, body) = request.into_parts();
        if !media_types(&head.headers, &CONTENT_TYPE).any(|kind| kind == "application/json") {
            return plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send application/json");
        }
        let accepted: Vec<String> = media_types(&head.headers, &ACCEPT).collect();
        if !["application/json", "text/event-stream"]
            .iter()
            .all(|kind| accepted.iter().any(|other| other == kind))
        {
            return plain(StatusCode::NOT_ACCEPTABLE, "accept application/json and text/event-stream");
        }
        let Ok(body) = Limited::new(body, LARGEST).collect().await else {
            return plain(StatusCode::PAYLOAD_TOO_LARGE, "send less");
        };
        let body = body.to_bytes();
        let envelope = match envelope::read(&body, &Limits::default()) {
            Ok(envelope) => envelope,
            Err(fault) => {
                let code =
                    if body.trim_ascii_start().starts_with(b"{") { INVALID_REQUEST } else { PARSE_ERROR };
                return refused(None, &Refusal::new(code, fault.to_string()));
            }
        };
        let prefers_stream = accepted
            .iter()
            .find(|kind| kind.as_str() != "*/*")
            .is_some_and(|kind| kind == "text/event-stream");
        match era(&head.headers, &envelope) {
            Era::Legacy => legacy::post(self, &head.headers, &envelope, prefers_stream).await,
            Era::Modern => modern::post(self, &head.headers, &envelope, prefers_stream).await,
        }
    }
}

/// Which era a request is of: the header says it, and without a header whether the body has the metadata of today.
fn era(headers: &HeaderMap, envelope: &Envelope<'_>) -> Era {
    if headers.contains_key(headers::VERSION) {
        return if is_legacy(headers) { Era::Legacy } else { Era::Modern };
    }
    let version = envelope
        .params()
        .and_then(|params| at(params, &["_meta", "io.modelcontextprotocol/protocolVersion"]));
    if version.is_some() { Era::Modern } else { Era::Legacy }
}

/// Whether the header names no revision, or one that begins with `initialize`.
fn is_legacy(headers: &HeaderMap) -> bool {
    match header(headers, headers::VERSION) {
        None => !headers.contains_key(headers::VERSION),
        Some(version) => version.parse().is_ok_and(|revision: Revision| revision.era() == Era::Legacy),
    }
}

/// The one value of a header that is visible ASCII.
fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// The media types that a header lists, in lower case and without their parameters.
fn media_types<'a>(
    headers: &'a HeaderMap,
    name: &hyper::header::HeaderName,
) -> impl Iterator<Item = String> + use<'a> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    let kinds = values.flat_map(|value| value.split(','));
    kinds.map(|kind| kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}

/// A response in words.
fn plain(status: StatusCode, words: &'static str) -> Response<Body> {
    respond(status, "text/plain; charset=utf-8", Body::whole(Bytes::from_static(words.as_bytes())))
}

fn json(status: u16, bytes: Vec<u8>) -> Response<Body> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    respond(status, "application/json", Body::whole(Bytes::from(bytes)))
}

fn refused(id: Option<&envelope::Id>, refusal: &Refusal) -> Response<Body> {
    json(refusal.status, message::error(id, refusal))
}

fn event_stream(body: Body) -> Response<Body> {
    let mut response = respond(StatusCode::OK, "text/event-stream", body);
    let headers = response.headers_mut();
    headers.insert("cache-control", hyper::header::HeaderValue::from_static("no-cache"));
    headers.insert("x-accel-buffering", hyper::header::HeaderValue::from_static("no"));
    response
}

fn accepted() -> Response<Body> {
    let mut response = Response::new(Body::whole(Bytes::new()));
    *response.status_mut() = StatusCode::ACCEPTED;
    response
}

fn respond(status: StatusCode, kind: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(kind));
    response
}
