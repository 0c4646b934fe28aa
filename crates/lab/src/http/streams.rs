//! The event streams of one conversation before 2026-07-28: every event is kept, so that a client that lost its
//! connection can come back with the id of the last event it saw.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::mpsc;

use super::body::Body;

/// How soon a client should come back, in milliseconds.
const RETRY: u32 = 300;

/// How many streams are kept; the oldest that ended go first.
const MOST: usize = 64;

/// The streams by their number; number 0 belongs to no request.
#[derive(Debug, Default)]
pub(super) struct Streams(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    all: BTreeMap<u64, Stream>,
    next: u64,
}

#[derive(Debug, Default)]
struct Stream {
    events: Vec<Bytes>,
    live: Option<mpsc::UnboundedSender<Bytes>>,
    ended: bool,
}

impl Stream {
    /// Keeps one event and sends it to whoever reads.
    fn push(&mut self, number: u64, fields: &str, data: &[u8]) {
        let mut event = format!("id: {number}-{}\n{fields}data: ", self.events.len()).into_bytes();
        event.extend_from_slice(data);
        event.extend_from_slice(b"\n\n");
        let event = Bytes::from(event);
        self.events.push(event.clone());
        if let Some(live) = &self.live {
            live.send(event).ok();
        }
    }

    fn is_read(&self) -> bool {
        self.live.as_ref().is_some_and(|live| !live.is_closed())
    }
}

impl Streams {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The stream of a request: its number and what the client reads.
    pub(super) fn open(&self) -> (u64, Body) {
        let mut kept = self.kept();
        kept.next += 1;
        let number = kept.next;
        let ended = kept.all.iter().find(|(_, stream)| stream.ended).map(|(number, _)| *number);
        if let Some(ended) = ended.filter(|_| kept.all.len() >= MOST) {
            kept.all.remove(&ended);
        }
        (number, begin(&mut kept, number))
    }

    /// The stream that belongs to no request; nothing when somebody reads it.
    pub(super) fn open_standalone(&self) -> Option<Body> {
        let mut kept = self.kept();
        if kept.all.get(&0).is_some_and(Stream::is_read) {
            return None;
        }
        kept.all.remove(&0);
        Some(begin(&mut kept, 0))
    }

    /// What came after the event with this id, and what will come; nothing when there was no such event.
    pub(super) fn resume(&self, last: &str) -> Option<Body> {
        let (number, index) = last.split_once('-')?;
        let (number, index): (u64, usize) = (number.parse().ok()?, index.parse().ok()?);
        let mut kept = self.kept();
        let stream = kept.all.get_mut(&number).filter(|stream| index < stream.events.len())?;
        let (sender, receiver) = mpsc::unbounded_channel();
        for event in stream.events.iter().skip(index + 1) {
            sender.send(event.clone()).ok();
        }
        stream.live = Some(sender).filter(|_| !stream.ended);
        Some(Body::Parts(receiver, None))
    }

    /// One more message.
    pub(super) fn push(&self, number: u64, message: &[u8]) {
        if let Some(stream) = self.kept().all.get_mut(&number) {
            stream.push(number, "event: message\n", message);
        }
    }

    /// A comment, for whoever reads now.
    pub(super) fn keep_alive(&self, number: u64) {
        if let Some(live) = self.kept().all.get(&number).and_then(|stream| stream.live.as_ref()) {
            live.send(Bytes::from_static(b": still here\n\n")).ok();
        }
    }

    /// Closes the connection; the stream goes on.
    pub(super) fn disconnect(&self, number: u64) {
        if let Some(stream) = self.kept().all.get_mut(&number) {
            stream.live = None;
        }
    }

    /// Nothing more will come.
    pub(super) fn end(&self, number: u64) {
        if let Some(stream) = self.kept().all.get_mut(&number) {
            stream.live = None;
            stream.ended = true;
        }
    }
}

/// A stream that begins with an empty event, so that the client has an id from the start.
fn begin(kept: &mut Kept, number: u64) -> Body {
    let (sender, receiver) = mpsc::unbounded_channel();
    let mut stream = Stream { live: Some(sender), ..Stream::default() };
    stream.push(number, &format!("retry: {RETRY}\n"), b"");
    kept.all.insert(number, stream);
    Body::Parts(receiver, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: Body) -> String {
        let Body::Parts(mut parts, _) = body else { panic!("a stream has parts") };
        let mut text = String::new();
        while let Ok(part) = parts.try_recv() {
            text.push_str(std::str::from_utf8(&part).unwrap());
        }
        text
    }

    #[test]
    fn a_client_that_comes_back_misses_nothing_and_sees_nothing_twice() {
        let streams = Streams::default();
        let (number, body) = streams.open();
        streams.push(number, b"1");
        streams.disconnect(number);
        streams.push(number, b"2");
        streams.end(number);
        assert_eq!(read(body), "id: 1-0\nretry: 300\ndata: \n\nid: 1-1\nevent: message\ndata: 1\n\n");
        assert_eq!(read(streams.resume("1-1").unwrap()), "id: 1-2\nevent: message\ndata: 2\n\n");
        assert!(
            streams.resume("1-3").is_none()
                && streams.resume("2-0").is_none()
                && streams.resume("x").is_none()
        );
    }

    #[test]
    fn one_reader_at_a_time_has_the_stream_that_belongs_to_no_request() {
        let streams = Streams::default();
        let first = streams.open_standalone().unwrap();
        assert!(streams.open_standalone().is_none());
        drop(first);
        assert!(streams.open_standalone().is_some());
    }
}
