//! Streamable HTTP: every message is a POST, every answer a JSON body or an event stream.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use portcullis_model::Node;
use portcullis_wire::json::{self, Dialect, Limits};
use portcullis_wire::mirror;
use portcullis_wire::revision::Revision;
use portcullis_wire::sse::{Decoder, Signal};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Response, Url};

use crate::http::{Answer, Call, Web};
use crate::link::{Failure, Mirror, Outgoing};
use crate::neutral::one_line;

/// Bytes of the body of an HTTP error that are read.
const ERROR_BODY: usize = 64 << 10;
/// Bytes of a session's name.
const SESSION: usize = 1 << 10;

/// A conversation with one endpoint.
pub(crate) struct Streamable {
    web: Arc<Web>,
    url: Url,
    /// The session that an older server opened.
    session: Option<HeaderValue>,
    /// Messages that came and were not taken yet.
    pending: VecDeque<Vec<u8>>,
    /// The stream that answers the last request.
    stream: Option<Events>,
}

impl Streamable {
    pub(crate) fn new(web: Arc<Web>) -> Self {
        let url = web.named().clone();
        Self { web, url, session: None, pending: VecDeque::new(), stream: None }
    }

    pub(crate) async fn send(&mut self, message: &Outgoing<'_>) -> Result<(), Failure> {
        let mut headers = post_headers(&message.mirror)?;
        if let Some(session) = &self.session {
            headers.insert(HeaderName::from_static("mcp-session-id"), session.clone());
        }
        let body = Some(message.body.clone());
        let web = Arc::clone(&self.web);
        let answer = web.call(Call { method: Method::POST, url: self.url.clone(), headers, body }).await?;
        if !(200..300).contains(&answer.status()) {
            return Err(status_failure(answer).await);
        }
        if !message.is_request {
            return Ok(());
        }
        self.pending.clear();
        self.stream = None;
        self.remember_session(&answer)?;
        match answer.media_type().as_str() {
            "application/json" => self.pending.push_back(answer.body(message.limit).await?),
            "text/event-stream" => self.stream = Some(Events::new(answer.into_stream(), message.limit)),
            other => {
                let shown = one_line(other, 100);
                return Err(Failure::NotProtocol(format!(
                    "the answer is of type `{shown}`, neither JSON nor an event stream; is this the server's address?"
                )));
            }
        }
        Ok(())
    }

    pub(crate) async fn receive(&mut self) -> Result<Vec<u8>, Failure> {
        if let Some(message) = self.pending.pop_front() {
            return Ok(message);
        }
        let Some(stream) = &mut self.stream else {
            return Err(Failure::NotProtocol("the body holds no answer to the question".to_owned()));
        };
        match stream.next(&self.web).await? {
            Some((_, data)) => Ok(data),
            None => Err(Failure::NotProtocol("the event stream ended before the answer".to_owned())),
        }
    }

    /// Ends the session of an older server, if it cares.
    pub(crate) async fn close(self, patience: Duration) {
        let Some(session) = self.session else { return };
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_static("mcp-session-id"), session);
        let call = Call { method: Method::DELETE, url: self.url.clone(), headers, body: None };
        // Nothing depends on it: sessions that are not ended expire.
        let _ = tokio::time::timeout(patience, self.web.call(call)).await;
    }

    fn remember_session(&mut self, answer: &Answer<'_>) -> Result<(), Failure> {
        let Some(session) = answer.header("mcp-session-id") else { return Ok(()) };
        let is_plain = session.bytes().all(|byte| byte.is_ascii_graphic()) && session.len() <= SESSION;
        let value = HeaderValue::from_str(session).ok().filter(|_| is_plain);
        let Some(mut value) = value else {
            return Err(Failure::NotProtocol(
                "the session's name is not of visible ASCII characters".to_owned(),
            ));
        };
        value.set_sensitive(true);
        self.session = Some(value);
        Ok(())
    }
}

/// The headers of a POST: both media types, and what mirrors the message.
pub(crate) fn post_headers(mirror: &Mirror<'_>) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let name = mirror.name.map(mirror::encode);
    let mirrored = [
        (mirror::VERSION, mirror.revision.map(Revision::as_str)),
        (mirror::METHOD, mirror.method),
        (mirror::NAME, name.as_deref()),
    ];
    for (header, value) in mirrored {
        let Some(value) = value else { continue };
        let value = HeaderValue::from_str(value)
            .map_err(|_| Failure::NotProtocol("a name that no header can carry".to_owned()))?;
        headers.insert(HeaderName::from_static(header), value);
    }
    Ok(headers)
}

/// The failure that an HTTP error is, with the JSON-RPC error that its body may hold.
pub(crate) async fn status_failure(answer: Answer<'_>) -> Failure {
    let status = answer.status();
    let error = match answer.body(ERROR_BODY).await {
        Ok(body) => error_of(&body),
        Err(_) => None,
    };
    Failure::Status(status, error.map(Box::new))
}

fn error_of(body: &[u8]) -> Option<Node> {
    let document = json::read(body, Dialect::Strict, &Limits::default()).ok()?;
    document.root.get("error").filter(|error| error.is_map()).cloned()
}

/// The events of one stream.
pub(crate) struct Events {
    response: Response,
    decoder: Decoder,
    ready: VecDeque<(String, Vec<u8>)>,
}

impl Events {
    pub(crate) fn new(response: Response, limit: usize) -> Self {
        Self { response, decoder: Decoder::new(limit), ready: VecDeque::new() }
    }

    /// The name and data of the next event; nothing at the end of the stream.
    pub(crate) async fn next(&mut self, web: &Web) -> Result<Option<(String, Vec<u8>)>, Failure> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Ok(Some(event));
            }
            let Some(chunk) = web.chunk(&mut self.response).await? else { return Ok(None) };
            let mut signals = Vec::new();
            let pushed = self.decoder.push(&chunk, &mut signals);
            self.ready.extend(signals.into_iter().filter_map(|signal| match signal {
                Signal::Event(event) => Some((event.name, event.data.into_bytes())),
                Signal::Comment(_) | Signal::Retry(_) => None,
            }));
            // What came before a fault counts; a broken decoder repeats that it is broken.
            if self.ready.is_empty() {
                pushed.map_err(|fault| Failure::NotProtocol(fault.message))?;
            }
        }
    }
}
