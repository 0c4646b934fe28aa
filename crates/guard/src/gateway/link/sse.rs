//! A server at an address that speaks the older HTTP+SSE: one stream of events, and an endpoint for messages.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode, Uri};
use portcullis_probe::Contact;
use portcullis_wire::sse::{Decoder, Signal};
use tokio::task::JoinHandle;

use super::LinkFault;
use super::http::{EVENTS, HttpClient, JSON, Media, media};
use crate::gateway::board::Board;
use crate::gateway::message::on_one_line;
use crate::settings::Limits;

/// How long a server has to name its endpoint.
const OPENING: Duration = Duration::from_secs(15);

/// The longest address of an endpoint.
const LONGEST_ENDPOINT: usize = 4096;

pub(super) struct Sse {
    client: HttpClient,
    endpoint: Uri,
    headers: HeaderMap,
    reader: JoinHandle<()>,
}

impl Sse {
    pub(super) async fn connect(
        contact: &Contact,
        client: &HttpClient,
        board: &Arc<Board>,
        limits: &Limits,
    ) -> Result<Self, LinkFault> {
        let uri: Uri = contact
            .url
            .parse()
            .map_err(|_| LinkFault::Unreachable(String::from("its address cannot be read")))?;
        let mut headers = HeaderMap::new();
        for (name, value) in &contact.headers {
            if let (Ok(name), Ok(mut value)) =
                (HeaderName::try_from(name.as_str()), HeaderValue::try_from(value.expose()))
            {
                value.set_sensitive(true);
                headers.insert(name, value);
            }
        }
        let response = tokio::time::timeout(OPENING, open(client, &uri, &headers)).await;
        let response = response.map_err(|_| LinkFault::Silent)??;
        let mut stream = Stream { response, decoder: Decoder::new(limits.message), signals: Vec::new() };
        let named = tokio::time::timeout(OPENING, stream.endpoint(&uri)).await;
        let endpoint = named.map_err(|_| LinkFault::Silent)??;
        let reader = tokio::spawn(read(stream, Arc::clone(board)));
        Ok(Self { client: client.clone(), endpoint, headers, reader })
    }

    pub(super) async fn send(&self, message: Bytes) -> Result<(), LinkFault> {
        let mut builder = Request::builder().method(Method::POST).uri(self.endpoint.clone());
        if let Some(headers) = builder.headers_mut() {
            headers.clone_from(&self.headers);
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
        }
        let request = builder.body(Full::new(message)).map_err(|_| LinkFault::Ended)?;
        match self.client.request(request).await?.status() {
            status if status.is_success() => Ok(()),
            status => Err(LinkFault::Status(status.as_u16())),
        }
    }
}

impl Drop for Sse {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

async fn open(client: &HttpClient, uri: &Uri, headers: &HeaderMap) -> Result<Response<Incoming>, LinkFault> {
    let mut builder = Request::builder().method(Method::GET).uri(uri.clone());
    if let Some(own) = builder.headers_mut() {
        own.clone_from(headers);
        own.insert(ACCEPT, HeaderValue::from_static(EVENTS));
    }
    let request = builder.body(Full::default()).map_err(|_| LinkFault::Ended)?;
    let response = client.request(request).await?;
    match (response.status(), media(&response)) {
        (StatusCode::OK, Some(Media::Events)) => Ok(response),
        (StatusCode::OK, _) => Err(LinkFault::Odd(String::from("no stream of events"))),
        (status, _) => Err(LinkFault::Status(status.as_u16())),
    }
}

struct Stream {
    response: Response<Incoming>,
    decoder: Decoder,
    signals: Vec<Signal>,
}

impl Stream {
    /// Takes more of the stream; what is complete is in `signals`.
    async fn more(&mut self) -> Result<(), LinkFault> {
        match self.response.body_mut().frame().await {
            Some(Ok(frame)) => {
                let Ok(data) = frame.into_data() else { return Ok(()) };
                let odd = |_| LinkFault::Odd(String::from("an event stream that cannot be read"));
                self.decoder.push(&data, &mut self.signals).map_err(odd)
            }
            Some(Err(_)) | None => Err(LinkFault::Ended),
        }
    }

    /// Where messages are sent: the first event says it. It has to be on the same origin.
    async fn endpoint(&mut self, uri: &Uri) -> Result<Uri, LinkFault> {
        loop {
            while !self.signals.is_empty() {
                let Signal::Event(event) = self.signals.remove(0) else { continue };
                if event.name != "endpoint" || event.data.len() > LONGEST_ENDPOINT {
                    return Err(LinkFault::Odd(String::from("no endpoint")));
                }
                return same_origin(uri, &event.data)
                    .ok_or_else(|| LinkFault::Odd(String::from("an endpoint of another origin")));
            }
            self.more().await?;
        }
    }
}

/// The endpoint, when it lies where the stream came from.
fn same_origin(uri: &Uri, endpoint: &str) -> Option<Uri> {
    if endpoint.starts_with("//") {
        return None;
    }
    let whole = if endpoint.starts_with('/') {
        format!("{}://{}{endpoint}", uri.scheme_str()?, uri.authority()?)
    } else if endpoint.contains("://") {
        endpoint.to_owned()
    } else {
        let (folder, _) = uri.path().rsplit_once('/')?;
        format!("{}://{}{folder}/{endpoint}", uri.scheme_str()?, uri.authority()?)
    };
    let found: Uri = whole.parse().ok()?;
    (found.scheme() == uri.scheme() && found.authority() == uri.authority()).then_some(found)
}

async fn read(mut stream: Stream, board: Arc<Board>) {
    loop {
        for signal in stream.signals.drain(..) {
            if let Signal::Event(event) = signal
                && event.name == "message"
            {
                board.hand_out(on_one_line(Bytes::from(event.data)));
            }
        }
        if stream.more().await.is_err() {
            break;
        }
    }
    board.close();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_lies_on_the_origin_of_its_stream() {
        let uri: Uri = "http://127.0.0.1:8080/a/sse".parse().expect("an address");
        let at = |endpoint: &str| same_origin(&uri, endpoint).map(|uri| uri.to_string());
        assert_eq!(at("/messages?s=1").as_deref(), Some("http://127.0.0.1:8080/messages?s=1"));
        assert_eq!(at("messages").as_deref(), Some("http://127.0.0.1:8080/a/messages"));
        assert_eq!(at("http://127.0.0.1:8080/m").as_deref(), Some("http://127.0.0.1:8080/m"));
        for foreign in
            ["http://127.0.0.1:8081/m", "https://127.0.0.1:8080/m", "//other/m", "http://a@127.0.0.1:8080/"]
        {
            assert_eq!(at(foreign), None, "{foreign}");
        }
    }
}
