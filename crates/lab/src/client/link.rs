//! Messages to one address and back, over JSON or an event stream.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::{Method, Request, Response, Uri};
use hyper_util::client::legacy::Client as Http;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use portcullis_model::Node;
use portcullis_wire::envelope::{self, Id, Kind};
use portcullis_wire::json::Limits;
use portcullis_wire::sse::{Decoder, Signal};

use super::{Failure, answers};
use crate::headers;
use crate::message;

const SESSION: &str = "mcp-session-id";

/// The largest message that is read, in bytes.
const LARGEST: usize = 16 << 20;

/// How long to wait before coming back when the server does not say.
const RETRY: Duration = Duration::from_secs(1);

/// How long a server may take to begin the stream that is its own.
const PATIENCE: Duration = Duration::from_secs(2);

/// How often to come back for one answer.
const ATTEMPTS: usize = 5;

/// How a request ended.
#[derive(Debug)]
pub(super) enum Reply {
    Result(Node),
    Error(Node),
}

/// How a stream ended.
enum End {
    /// With what was waited for.
    Reply(Reply),
    /// Without it: the id of the last event, and how long to wait.
    Lost(Option<String>, Duration),
}

/// The way to one address.
#[derive(Debug)]
pub(super) struct Link {
    http: Http<HttpConnector, Full<Bytes>>,
    address: Uri,
    session: Mutex<Option<String>>,
    revision: Mutex<Option<String>>,
}

fn broken(why: impl std::fmt::Display) -> Failure {
    Failure::Broken(why.to_string())
}

impl Link {
    pub(super) fn new(address: Uri) -> Self {
        let http = Http::builder(TokioExecutor::new()).build_http();
        Self { http, address, session: Mutex::default(), revision: Mutex::default() }
    }

    /// From now on requests name this revision.
    pub(super) fn agree(&self, revision: &str) {
        *self.revision.lock().unwrap_or_else(PoisonError::into_inner) = Some(revision.to_owned());
    }

    async fn exchange(
        &self,
        method: Method,
        body: Vec<u8>,
        headers: &[(String, String)],
    ) -> Result<Response<Incoming>, Failure> {
        let mut request = Request::builder().method(&method).uri(&self.address);
        if method == Method::POST {
            request = request
                .header("content-type", "application/json")
                .header("accept", "application/json, text/event-stream");
        } else {
            request = request.header("accept", "text/event-stream");
        }
        let mut kept = Vec::new();
        for (name, value) in [(SESSION, &self.session), (headers::VERSION, &self.revision)] {
            let value = value.lock().unwrap_or_else(PoisonError::into_inner).clone();
            kept.extend(value.map(|value| (name.to_owned(), value)));
        }
        for (name, value) in kept.iter().chain(headers) {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(Bytes::from(body))).map_err(broken)?;
        let response = self.http.request(request).await.map_err(broken)?;
        if let Some(session) = response.headers().get(SESSION).and_then(|session| session.to_str().ok()) {
            *self.session.lock().unwrap_or_else(PoisonError::into_inner) = Some(session.to_owned());
        }
        Ok(response)
    }

    /// Sends what gets no answer.
    pub(super) async fn send(&self, message: Vec<u8>, headers: &[(String, String)]) -> Result<(), Failure> {
        let response = self.exchange(Method::POST, message, headers).await?;
        let status = response.status();
        if status.is_success() {
            Ok(())
        } else {
            Err(broken(format!("the server answered with status {status}")))
        }
    }

    /// Sends a request and returns what answers it.
    pub(super) async fn ask(
        &self,
        message: Vec<u8>,
        headers: &[(String, String)],
        id: &Id,
    ) -> Result<Reply, Failure> {
        let mut response = self.exchange(Method::POST, message, headers).await?;
        for _ in 0..ATTEMPTS {
            let status = response.status();
            if !is_stream(&response) {
                let body = response.into_body().collect().await.map_err(broken)?.to_bytes();
                return self
                    .take(&body, Some(id))
                    .await?
                    .ok_or_else(|| broken(format!("status {status} without an answer")));
            }
            match self.read(response, Some(id)).await? {
                End::Reply(reply) => return Ok(reply),
                End::Lost(Some(last), wait) => {
                    tokio::time::sleep(wait).await;
                    let resume = [(String::from("last-event-id"), last)];
                    response = self.exchange(Method::GET, Vec::new(), &resume).await?;
                }
                End::Lost(None, _) => return Err(broken("the stream ended before the answer")),
            }
        }
        Err(broken(format!("there was no answer in {ATTEMPTS} streams")))
    }

    /// The stream that a server sends unasked; nothing when it has none, or does not begin one at once.
    pub(super) async fn open_stream(&self) -> Option<Response<Incoming>> {
        let opening = self.exchange(Method::GET, Vec::new(), &[]);
        let response = tokio::time::timeout(PATIENCE, opening).await.ok()?.ok()?;
        Some(response).filter(is_stream)
    }

    /// Reads that stream until it ends.
    pub(super) async fn listen(&self, stream: Response<Incoming>) -> Result<(), Failure> {
        self.read(stream, None).await.map(|_| ())
    }

    async fn read(&self, response: Response<Incoming>, id: Option<&Id>) -> Result<End, Failure> {
        let mut decoder = Decoder::new(LARGEST);
        let (mut last, mut wait) = (None, RETRY);
        let mut body = response.into_body();
        while let Some(Ok(frame)) = body.frame().await {
            let Some(data) = frame.data_ref() else { continue };
            let mut signals = Vec::new();
            decoder.push(data, &mut signals).map_err(broken)?;
            for signal in signals {
                match signal {
                    Signal::Retry(milliseconds) => wait = Duration::from_millis(milliseconds),
                    Signal::Comment(_) => {}
                    Signal::Event(event) => {
                        last = event.id.or(last);
                        if event.data.trim().is_empty() {
                            continue;
                        }
                        if let Some(reply) = self.take(event.data.as_bytes(), id).await? {
                            return Ok(End::Reply(reply));
                        }
                    }
                }
            }
        }
        Ok(End::Lost(last, wait))
    }

    /// Reads one message: what answers `id` is returned, what asks us is answered, the rest is dropped.
    async fn take(&self, bytes: &[u8], id: Option<&Id>) -> Result<Option<Reply>, Failure> {
        let envelope = envelope::read(bytes, &Limits::default()).map_err(broken)?;
        match (envelope.kind, &envelope.id) {
            (Kind::Request, Some(asked)) => {
                let method = envelope.method.as_deref().unwrap_or_default();
                let result = answers::answer(method, envelope.params());
                let answer = message::response(asked, result);
                // The stream goes on; the answer travels on its own.
                Box::pin(self.send(answer, &[])).await?;
                Ok(None)
            }
            (Kind::Response, given) if given.as_ref() == id => {
                Ok(envelope.result().map(|result| Reply::Result(result.clone())))
            }
            (Kind::Error, given) if id.is_some() && (given.as_ref() == id || given.is_none()) => {
                Ok(envelope.error().map(|error| Reply::Error(error.clone())))
            }
            _ => Ok(None),
        }
    }
}

fn is_stream(response: &Response<Incoming>) -> bool {
    let kind = response.headers().get("content-type").and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/event-stream"))
}
