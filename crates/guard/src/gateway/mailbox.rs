//! What servers say to a client on their own, until somebody reads it.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use tokio::sync::mpsc;

/// Messages that are kept while nobody reads; the oldest goes first.
const KEPT: usize = 64;

/// Messages that a slow reader may have waiting.
const WAITING: usize = 256;

/// One reader at a time.
#[derive(Debug, Default)]
pub(super) struct Mailbox {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    reader: Option<mpsc::Sender<Bytes>>,
    kept: VecDeque<Bytes>,
}

impl Mailbox {
    /// Puts a judged message in.
    pub(super) fn put(&self, message: Bytes) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let unread = match &state.reader {
            Some(reader) => match reader.try_send(message) {
                Ok(()) => return,
                // A reader that does not keep up loses the message; for one that is gone it is kept.
                Err(mpsc::error::TrySendError::Full(_)) => return,
                Err(mpsc::error::TrySendError::Closed(message)) => message,
            },
            None => message,
        };
        state.reader = None;
        if state.kept.len() == KEPT {
            state.kept.pop_front();
        }
        state.kept.push_back(unread);
    }

    /// Reads from now on, what was kept first; nothing when somebody else reads.
    pub(super) fn open(&self) -> Option<mpsc::Receiver<Bytes>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.reader.as_ref().is_some_and(|reader| !reader.is_closed()) {
            return None;
        }
        let (sender, receiver) = mpsc::channel(WAITING);
        for message in state.kept.drain(..) {
            // There is room: fewer are kept than may wait.
            drop(sender.try_send(message));
        }
        state.reader = Some(sender);
        Some(receiver)
    }

    /// Whether somebody reads.
    pub(super) fn is_read(&self) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.reader.as_ref().is_some_and(|reader| !reader.is_closed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_before_the_reader_is_read_first_and_one_reader_reads() {
        let mailbox = Mailbox::default();
        for number in 0..70_u8 {
            mailbox.put(Bytes::from(vec![number]));
        }
        let mut reader = mailbox.open().expect("nobody reads");
        assert!(mailbox.open().is_none() && mailbox.is_read());
        mailbox.put(Bytes::from_static(b"last"));
        assert_eq!(reader.try_recv().expect("kept").as_ref(), [6]);
        drop(reader);
        mailbox.put(Bytes::from_static(b"again"));
        assert_eq!(mailbox.open().expect("the reader left").try_recv().expect("kept").as_ref(), b"again");
    }
}
