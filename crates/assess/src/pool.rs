//! Work on many pieces at once, results in the order of the pieces, memory bounded by the pieces under way.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

/// Runs `work` on every piece that `pieces` yields, on as many threads as the machine has cores, and hands the results
/// to `take` in the order of the pieces. At most four pieces a thread are under way, so memory stays flat however many
/// there are. `take` returns false to stop early.
pub(crate) fn in_order<P: Send, R: Send>(
    pieces: impl Iterator<Item = P> + Send,
    work: impl Fn(P) -> R + Sync,
    mut take: impl FnMut(R) -> bool,
) {
    let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let (to_work, from_source) = sync_channel::<(usize, P)>(threads * 2);
    let (to_take, from_work) = sync_channel::<(usize, R)>(threads * 2);
    let from_source = Mutex::new(from_source);
    thread::scope(|scope| {
        scope.spawn(move || {
            for numbered in pieces.enumerate() {
                if to_work.send(numbered).is_err() {
                    break;
                }
            }
        });
        for _ in 0..threads {
            let to_take = to_take.clone();
            let (from_source, work) = (&from_source, &work);
            scope.spawn(move || {
                while let Some((number, piece)) = next(from_source) {
                    if to_take.send((number, work(piece))).is_err() {
                        break;
                    }
                }
                // Wakes the source when the taker stopped early: nobody receives any more.
            });
        }
        drop(to_take);
        let mut waiting = BTreeMap::new();
        let mut expected = 0;
        'taking: for (number, result) in &from_work {
            waiting.insert(number, result);
            while let Some(result) = waiting.remove(&expected) {
                expected += 1;
                if !take(result) {
                    break 'taking;
                }
            }
        }
        drop(from_work);
        // Drains what the source still sends after an early stop, so that it can end.
        while next(&from_source).is_some() {}
    });
}

fn next<P>(source: &Mutex<Receiver<P>>) -> Option<P> {
    source.lock().ok()?.recv().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_pieces() {
        let mut taken = Vec::new();
        in_order(
            0..1000_u32,
            |piece| piece * 2,
            |result| {
                taken.push(result);
                true
            },
        );
        assert_eq!(taken, (0..1000).map(|piece| piece * 2).collect::<Vec<_>>());
    }

    #[test]
    fn the_taker_can_stop_early() {
        let mut taken = 0;
        in_order(
            0..100_000_u32,
            |piece| piece,
            |_| {
                taken += 1;
                taken < 3
            },
        );
        assert_eq!(taken, 3);
    }
}
