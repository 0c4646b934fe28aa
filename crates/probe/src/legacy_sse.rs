//! HTTP+SSE of revision 2024-11-05: one event stream brings everything, messages are sent to the address it names.

use std::sync::Arc;

use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};
use reqwest::{Method, Url};

use crate::http::{Call, Web};
use crate::link::{Failure, Outgoing};
use crate::neutral::one_line;
use crate::streamable::{Events, post_headers, status_failure};

/// A stream and the address that belongs to it.
pub(crate) struct LegacySse {
    web: Arc<Web>,
    events: Events,
    endpoint: Url,
}

impl LegacySse {
    /// Opens the stream at the named address and waits for the address of messages. Events of at most `limit` bytes
    /// are taken.
    pub(crate) async fn open(web: Arc<Web>, limit: usize) -> Result<Self, Failure> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
        let url = web.named().clone();
        let answer = web.call(Call { method: Method::GET, url: url.clone(), headers, body: None }).await?;
        if answer.status() != 200 {
            return Err(status_failure(answer).await);
        }
        if answer.media_type() != "text/event-stream" {
            let shown = one_line(&answer.media_type(), 100);
            return Err(Failure::NotProtocol(format!(
                "the answer is of type `{shown}`, not an event stream"
            )));
        }
        let mut events = Events::new(answer.into_stream(), limit);
        let endpoint = loop {
            match events.next(&web).await? {
                Some((name, data)) if name == "endpoint" => break endpoint(&url, &data)?,
                Some(_) => {}
                None => {
                    return Err(Failure::Closed(
                        "the event stream ended before it named an address".to_owned(),
                    ));
                }
            }
        };
        Ok(Self { web, events, endpoint })
    }

    pub(crate) async fn send(&mut self, message: &Outgoing<'_>) -> Result<(), Failure> {
        let call = Call {
            method: Method::POST,
            url: self.endpoint.clone(),
            headers: post_headers(&message.mirror)?,
            body: Some(message.body.clone()),
        };
        let answer = self.web.call(call).await?;
        if (200..300).contains(&answer.status()) { Ok(()) } else { Err(status_failure(answer).await) }
    }

    pub(crate) async fn receive(&mut self) -> Result<Vec<u8>, Failure> {
        loop {
            match self.events.next(&self.web).await {
                Ok(Some((name, data))) if name == "message" => return Ok(data),
                Ok(Some(_)) => {}
                Ok(None) => return Err(Failure::Closed("the server ended the event stream".to_owned())),
                // Everything comes over this one stream, so nothing comes after it broke.
                Err(failure) => return Err(Failure::Closed(failure.describe())),
            }
        }
    }
}

/// The address of messages. It must be of the stream's origin: elsewhere, messages and headers would go to somebody
/// whom nobody named.
fn endpoint(stream: &Url, data: &[u8]) -> Result<Url, Failure> {
    let said = String::from_utf8_lossy(data);
    let shown = one_line(&said, 200);
    let endpoint = stream.join(said.trim()).map_err(|error| {
        Failure::NotProtocol(format!("the address of messages `{shown}` is none: {error}"))
    })?;
    if endpoint.origin() != stream.origin() {
        let why = format!("the server wants messages at `{shown}`, which is not its own origin");
        return Err(Failure::Refused(why));
    }
    Ok(endpoint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_sent_to_the_origin_of_the_stream_only() {
        let stream: Url = "https://tools.example/sse".parse().unwrap();
        assert_eq!(
            endpoint(&stream, b"/messages?id=1").unwrap().as_str(),
            "https://tools.example/messages?id=1"
        );
        for elsewhere in
            ["https://other.example/m", "//other.example/m", "http://tools.example/m", "file:///m"]
        {
            assert!(
                matches!(endpoint(&stream, elsewhere.as_bytes()), Err(Failure::Refused(_))),
                "{elsewhere}"
            );
        }
    }
}
