//! What servers say to a client on their own, until somebody reads it.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use tokio::sync::mpsc;

/// Messages that are kept for a reader that comes, or comes back; the oldest goes first.
const KEPT: usize = 64;

/// Messages that a slow reader may have waiting.
const WAITING: usize = 256;

/// A message and its number, by which a reader that comes back says what it has.
pub(super) type Numbered = (u64, Bytes);

/// One reader at a time.
#[derive(Debug, Default)]
pub(super) struct Mailbox {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    reader: Option<mpsc::Sender<Numbered>>,
    kept: VecDeque<Numbered>,
    /// The number of the last message.
    last: u64,
    /// The number of the last message that a reader was given.
    given: u64,
}

impl Mailbox {
    /// Puts a judged message in.
    pub(super) fn put(&self, message: Bytes) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.last += 1;
        let number = state.last;
        if state.kept.len() == KEPT {
            state.kept.pop_front();
        }
        state.kept.push_back((number, message.clone()));
        // A reader that does not keep up, or is gone, gets it when it comes back.
        if state.reader.as_ref().is_some_and(|reader| reader.try_send((number, message)).is_ok()) {
            state.given = number;
        }
    }

    /// Reads from now on: first what was kept and is newer than `after`, or than what any reader was given. Nothing
    /// when somebody else reads.
    pub(super) fn open(&self, after: Option<u64>) -> Option<mpsc::Receiver<Numbered>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.reader.as_ref().is_some_and(|reader| !reader.is_closed()) {
            return None;
        }
        let (sender, receiver) = mpsc::channel(WAITING);
        let after = after.unwrap_or(state.given);
        for (number, message) in state.kept.iter().filter(|(number, _)| *number > after) {
            // There is room: fewer are kept than may wait.
            drop(sender.try_send((*number, message.clone())));
        }
        state.given = state.last;
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

    fn read(reader: &mut mpsc::Receiver<Numbered>) -> Option<(u64, u8)> {
        let (number, message) = reader.try_recv().ok()?;
        Some((number, *message.first()?))
    }

    #[test]
    fn what_came_before_the_reader_is_read_first_and_one_reader_reads() {
        let mailbox = Mailbox::default();
        (0..70_u8).for_each(|number| mailbox.put(Bytes::from(vec![number])));
        let mut reader = mailbox.open(None).expect("nobody reads");
        assert!(mailbox.open(None).is_none() && mailbox.is_read());
        assert_eq!(read(&mut reader), Some((7, 6)), "the oldest six are gone");
    }

    #[test]
    fn a_reader_that_comes_back_gets_what_it_says_that_it_lacks() {
        let mailbox = Mailbox::default();
        let mut reader = mailbox.open(None).expect("nobody reads");
        (0..4_u8).for_each(|number| mailbox.put(Bytes::from(vec![number])));
        assert_eq!(read(&mut reader), Some((1, 0)));
        drop(reader);
        mailbox.put(Bytes::from_static(&[9]));
        let mut again = mailbox.open(Some(1)).expect("the reader left");
        let got: Vec<(u64, u8)> = std::iter::from_fn(|| read(&mut again)).collect();
        assert_eq!(got, [(2, 1), (3, 2), (4, 3), (5, 9)]);
        drop(again);
        mailbox.put(Bytes::from_static(&[10]));
        assert_eq!(read(&mut mailbox.open(None).expect("the reader left")), Some((6, 10)));
    }
}
