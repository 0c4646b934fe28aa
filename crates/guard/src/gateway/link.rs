//! One connection to one server: requests go out, and what comes back is claimed. Nothing is judged here.

mod http;
mod sse;
mod stdio;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use portcullis_probe::Way;
use tokio::sync::mpsc;

use super::board::Board;
use crate::settings::{Limits, Server};
pub(super) use http::HttpClient;

/// Ids of our requests: no two requests of this program have the same, so no two clients share one.
static NEXT_ID: AtomicU64 = AtomicU64::new(1);

pub(super) fn next_id() -> u64 {
    NEXT_ID.fetch_add(1, Ordering::Relaxed)
}

/// Why a server could not be reached, or did not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LinkFault {
    /// It could not be started or contacted.
    Unreachable(String),
    /// It ended, or closed the connection, before it answered.
    Ended,
    /// It was silent for too long.
    Silent,
    /// It answered with something that is no message of the protocol.
    Odd(String),
    /// It refused at the level of HTTP.
    Status(u16),
    /// It does not know our session any more.
    SessionLost,
}

impl fmt::Display for LinkFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(why) => write!(f, "it cannot be reached: {why}"),
            Self::Ended => f.write_str("it ended before it answered"),
            Self::Silent => f.write_str("it did not answer in time"),
            Self::Odd(what) => write!(f, "it answered with {what}"),
            Self::Status(status @ (401 | 403)) => write!(
                f,
                "it answered with status {status}: it wants credentials that the guard does not have; give the guard a \
                 header with a token, or, where the host signs in by itself, take the guard out of this server's entry"
            ),
            Self::Status(status) => write!(f, "it answered with status {status}"),
            Self::SessionLost => f.write_str("it ended the session"),
        }
    }
}

/// What a request goes out with besides its bytes.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// Mirrored headers; empty in the older era.
    pub(super) headers: Vec<(Box<str>, String)>,
}

/// What comes back for one request.
pub(super) enum Answers {
    /// One message, which is here.
    One(Option<Bytes>),
    /// Messages that are handed out from the server's stream.
    Claimed(mpsc::Receiver<Bytes>),
    /// The events of one answer.
    Events(Box<http::Events>),
}

/// Something that came back.
#[derive(Debug)]
pub(super) enum Arrival {
    /// A message, as it came.
    Message(Bytes),
    /// A sign of life.
    Comment,
}

impl Answers {
    /// What comes next.
    ///
    /// # Errors
    /// Nothing comes any more.
    pub(super) async fn next(&mut self) -> Result<Arrival, LinkFault> {
        match self {
            Self::One(message) => message.take().map(Arrival::Message).ok_or(LinkFault::Ended),
            Self::Claimed(receiver) => receiver.recv().await.map(Arrival::Message).ok_or(LinkFault::Ended),
            Self::Events(events) => events.next().await,
        }
    }
}

/// One connection to one server.
pub(super) struct Link {
    way: Connection,
    board: Arc<Board>,
}

enum Connection {
    Stdio(stdio::Stdio),
    Http(http::Http),
    Sse(sse::Sse),
}

impl Link {
    /// Connects: starts the program, or prepares to contact the address; `older` says that it speaks the older
    /// HTTP+SSE. What no request waits for comes out of the receiver.
    ///
    /// # Errors
    /// It cannot be started or contacted.
    pub(super) async fn open(
        server: &Server,
        client: &HttpClient,
        older: bool,
        limits: &Limits,
    ) -> Result<(Self, mpsc::Receiver<Bytes>), LinkFault> {
        let (board, rest) = Board::new();
        let board = Arc::new(board);
        let way = match &server.launch.way {
            Way::Start(start) => Connection::Stdio(stdio::Stdio::start(start, &board, limits)?),
            Way::Contact(contact) if older || contact.prefers_sse => {
                Connection::Sse(sse::Sse::connect(contact, client, &board, limits).await?)
            }
            Way::Contact(contact) => Connection::Http(http::Http::new(contact, client, &board, limits)?),
        };
        Ok((Self { way, board }, rest))
    }

    /// Whether requests can still be sent.
    pub(super) fn is_alive(&self) -> bool {
        !self.board.is_closed()
    }

    /// Sends the request `id`.
    ///
    /// # Errors
    /// It could not be sent, or was refused before anything came back.
    pub(super) async fn request(&self, id: u64, message: Bytes, head: &Head) -> Result<Answers, LinkFault> {
        match &self.way {
            Connection::Http(http) => http.request(message, head).await,
            Connection::Stdio(stdio) => {
                let answers = self.board.claim(id);
                stdio.send(&message).await.map(|()| Answers::Claimed(answers))
            }
            Connection::Sse(sse) => {
                let answers = self.board.claim(id);
                sse.send(message).await.map(|()| Answers::Claimed(answers))
            }
        }
    }

    /// Sends a message that has no answer: a notification, or an answer to the server.
    ///
    /// # Errors
    /// It could not be sent, or was refused.
    pub(super) async fn send(&self, message: Bytes, head: &Head) -> Result<(), LinkFault> {
        match &self.way {
            Connection::Http(http) => http.send(message, head).await,
            Connection::Stdio(stdio) => stdio.send(&message).await,
            Connection::Sse(sse) => sse.send(message).await,
        }
    }

    /// Nobody waits for the request `id` any more; whether the server still works on it and has to be told. A request
    /// over HTTP ends with its connection.
    pub(super) fn forget(&self, id: u64) -> bool {
        self.board.forget(id)
    }

    /// The revision that was agreed on: HTTP says it with every message.
    pub(super) fn agreed(&self, revision: &str) {
        if let Connection::Http(http) = &self.way {
            http.agreed(revision);
        }
    }

    /// Listens to what the server says on its own, where that takes a stream of its own. Once is enough.
    pub(super) fn listen(&self) {
        if let Connection::Http(http) = &self.way {
            http.listen();
        }
    }

    /// Ends the connection, and the program behind it, politely.
    pub(super) async fn close(&self) {
        self.board.close();
        match &self.way {
            Connection::Stdio(stdio) => stdio.stop().await,
            Connection::Http(http) => http.end_session().await,
            Connection::Sse(_) => {}
        }
    }
}
