//! The events of one answer, one message each.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::StatusCode;
use hyper::body::Incoming;
use portcullis_wire::sse::{Decoder, Signal};
use tokio::time::{Duration, sleep};

use super::{Media, Peer, media};
use crate::gateway::link::{Arrival, LinkFault};
use crate::gateway::message::on_one_line;

/// How often a stream that breaks is taken up again without a message in between.
const TRIES: u32 = 8;

/// The longest pause that a server may ask for before that.
const LONGEST_PAUSE: u64 = 5_000;

pub(in crate::gateway) struct Events {
    body: Incoming,
    decoder: Decoder,
    signals: VecDeque<Signal>,
    fresh: Vec<Signal>,
    peer: Arc<Peer>,
    last_id: Option<String>,
    pause: u64,
    tries: u32,
}

impl Events {
    pub(super) fn new(body: Incoming, peer: Arc<Peer>) -> Self {
        Self {
            body,
            decoder: Decoder::new(peer.longest),
            signals: VecDeque::new(),
            fresh: Vec::new(),
            peer,
            last_id: None,
            pause: 200,
            tries: TRIES,
        }
    }

    /// Lets the stream end where it ends.
    pub(super) fn once(mut self) -> Self {
        self.tries = 0;
        self
    }

    /// The id of the last event.
    pub(super) fn last_id(&self) -> Option<String> {
        self.last_id.clone()
    }

    /// The next message or sign of life.
    pub(in crate::gateway) async fn next(&mut self) -> Result<Arrival, LinkFault> {
        loop {
            while let Some(signal) = self.signals.pop_front() {
                match signal {
                    Signal::Event(event) => {
                        self.last_id = event.id.filter(|id| !id.is_empty());
                        // An event without data only says its id.
                        if event.name == "message" && !event.data.is_empty() {
                            return Ok(Arrival::Message(on_one_line(Bytes::from(event.data))));
                        }
                    }
                    Signal::Comment(_) => return Ok(Arrival::Comment),
                    Signal::Retry(pause) => self.pause = pause.min(LONGEST_PAUSE),
                }
            }
            match self.body.frame().await {
                Some(Ok(frame)) => {
                    let Ok(data) = frame.into_data() else { continue };
                    let read = self.decoder.push(&data, &mut self.fresh);
                    self.signals.extend(self.fresh.drain(..));
                    if read.is_err() && self.signals.is_empty() {
                        return Err(LinkFault::Odd(String::from("an event stream that cannot be read")));
                    }
                }
                Some(Err(_)) | None => self.resume().await?,
            }
        }
    }

    /// Takes up a stream that ended before its answer, where the last event can be named.
    async fn resume(&mut self) -> Result<(), LinkFault> {
        let last = self.last_id.clone().ok_or(LinkFault::Ended)?;
        self.tries = self.tries.checked_sub(1).ok_or(LinkFault::Ended)?;
        sleep(Duration::from_millis(self.pause)).await;
        let response = self.peer.get(Some(&last)).await?;
        if response.status() != StatusCode::OK || media(&response) != Some(Media::Events) {
            return Err(LinkFault::Ended);
        }
        self.body = response.into_body();
        self.decoder = Decoder::new(self.peer.longest);
        Ok(())
    }
}
