//! How often one host is asked.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use super::Manners;

#[derive(Debug)]
struct Clock {
    /// When the next request may go.
    next: Instant,
    pause: Duration,
}

/// The pace of one host.
#[derive(Debug)]
pub(super) struct Pace {
    turns: Semaphore,
    clock: Mutex<Clock>,
}

impl Pace {
    pub(super) fn new(manners: &Manners) -> Self {
        Self {
            turns: Semaphore::new(manners.at_once.max(1)),
            clock: Mutex::new(Clock { next: Instant::now(), pause: manners.pause }),
        }
    }

    /// Waits for a turn; none when it would take longer than `longest` because the host wants to rest.
    pub(super) async fn turn(&self, longest: Duration) -> Option<SemaphorePermit<'_>> {
        let permit = self.turns.acquire().await.ok()?;
        let at = {
            let mut clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            let at = clock.next.max(now);
            if at.duration_since(now) > longest {
                return None;
            }
            clock.next = at + clock.pause;
            at
        };
        tokio::time::sleep_until(at).await;
        Some(permit)
    }

    /// The host asks to be left alone for a while.
    pub(super) fn rest(&self, rest: Duration) {
        let mut clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        // A rest of years would overflow the clock.
        clock.next = clock.next.max(Instant::now() + rest.min(Duration::from_secs(86_400)));
    }

    /// The host asks for more time between requests.
    pub(super) fn slow(&self, pause: Duration) {
        let mut clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        clock.pause = clock.pause.max(pause);
    }
}

/// Up to a half more, so that many who were turned away together do not come back together.
pub(super) fn with_chance(wait: Duration) -> Duration {
    let chance = RandomState::new().hash_one(0) % 512;
    wait + wait.mul_f64(f64::from(u16::try_from(chance).unwrap_or_default()) / 1024.0)
}
