//! Who gets what a server sends: the exchange that waits for it, or whoever listens to the server as a whole.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use portcullis_wire::outline;
use tokio::sync::mpsc;

/// Messages that one exchange may have waiting for it.
const WAITING: usize = 256;

/// Where the answers of one server's stream are claimed. It judges nothing: what it hands out is judged by whoever
/// claims it.
#[derive(Debug)]
pub(super) struct Board {
    waiting: Mutex<Option<HashMap<u64, mpsc::Sender<Bytes>>>>,
    rest: mpsc::Sender<Bytes>,
}

impl Board {
    /// A board, and where everything goes that no exchange waits for.
    pub(super) fn new() -> (Self, mpsc::Receiver<Bytes>) {
        let (rest, receiver) = mpsc::channel(WAITING);
        (Self { waiting: Mutex::new(Some(HashMap::new())), rest }, receiver)
    }

    /// Waits for what belongs to the request `id`. On a board that was closed nothing comes.
    pub(super) fn claim(&self, id: u64) -> mpsc::Receiver<Bytes> {
        let (sender, receiver) = mpsc::channel(WAITING);
        if let Some(waiting) = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            waiting.insert(id, sender);
        }
        receiver
    }

    /// Nobody waits for the request `id` any more; whether somebody did.
    pub(super) fn forget(&self, id: u64) -> bool {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.as_mut().is_some_and(|waiting| waiting.remove(&id).is_some())
    }

    /// The server is gone: everybody who waits learns it.
    pub(super) fn close(&self) {
        *self.waiting.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(super) fn is_closed(&self) -> bool {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    /// Hands a message to whom it belongs. A reader that does not keep up loses notifications, and holds up nobody.
    pub(super) fn hand_out(&self, message: Bytes) {
        let receiver = self.receiver(&message);
        let refused = match receiver {
            Some(sender) => sender.try_send(message),
            None => self.rest.try_send(message),
        };
        // A full queue belongs to somebody who does not read.
        drop(refused);
    }

    fn receiver(&self, message: &[u8]) -> Option<mpsc::Sender<Bytes>> {
        let address = Address::of(message)?;
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = waiting.as_mut()?;
        match address {
            Address::Answer(id) => waiting.remove(&id),
            Address::About(id) => waiting.get(&id).cloned(),
            // What the server says during the only call that it has is about that call.
            Address::Nobody if waiting.len() == 1 => waiting.values().next().cloned(),
            Address::Nobody => None,
        }
    }
}

/// Which request of ours a message belongs to.
enum Address {
    /// It ends the request.
    Answer(u64),
    /// It belongs to the request and does not end it.
    About(u64),
    /// It names none.
    Nobody,
}

impl Address {
    fn of(message: &[u8]) -> Option<Self> {
        let all = outline::whole(message);
        let number = |keys: &[&str]| {
            let span = outline::below(message, all, keys)?;
            std::str::from_utf8(message.get(span.start..span.end)?).ok()?.parse::<u64>().ok()
        };
        if outline::member(message, all, "method").is_none() {
            return number(&["id"]).map(Self::Answer);
        }
        let about = number(&["params", "progressToken"])
            .or_else(|| number(&["params", "_meta", "io.modelcontextprotocol/subscriptionId"]));
        Some(about.map_or(Self::Nobody, Self::About))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn got(receiver: &mut mpsc::Receiver<Bytes>) -> Option<String> {
        receiver.try_recv().ok().map(|bytes| String::from_utf8(bytes.to_vec()).expect("UTF-8"))
    }

    #[test]
    fn an_answer_goes_to_the_request_that_it_names_and_to_no_other() {
        let (board, mut rest) = Board::new();
        let (mut one, mut two) = (board.claim(1), board.claim(2));
        board.hand_out(Bytes::from_static(br#"{"jsonrpc":"2.0","id":2,"result":{}}"#));
        board.hand_out(Bytes::from_static(br#"{"jsonrpc":"2.0","id":7,"result":{}}"#));
        assert!(got(&mut two).is_some() && got(&mut one).is_none());
        assert!(got(&mut rest).is_some(), "an answer that nobody waits for");
        board.hand_out(Bytes::from_static(br#"{"jsonrpc":"2.0","id":2,"result":{}}"#));
        assert!(got(&mut two).is_none(), "a second answer to the same request");
    }

    #[test]
    fn a_server_that_goes_tells_everybody_who_waits() {
        let (board, _rest) = Board::new();
        let mut one = board.claim(1);
        board.close();
        assert!(matches!(one.try_recv(), Err(mpsc::error::TryRecvError::Disconnected)));
        assert!(matches!(board.claim(2).try_recv(), Err(mpsc::error::TryRecvError::Disconnected)));
    }
}
