//! When to give up, counted from the start of a probe.

use std::time::Duration;

use tokio::time::Instant;

use crate::options::Deadlines;

/// The deadlines of one probe.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    deadlines: Deadlines,
    end: Instant,
}

impl Clock {
    /// A clock that starts now.
    pub(crate) fn start(deadlines: Deadlines) -> Self {
        Self { deadlines, end: Instant::now() + deadlines.overall }
    }

    /// The end of a phase that begins now.
    pub(crate) fn phase(&self) -> Instant {
        self.within(self.deadlines.phase)
    }

    /// The end of the wait for an answer to `server/discover`.
    pub(crate) fn discovery(&self) -> Instant {
        self.within(self.deadlines.discovery)
    }

    /// The end of the wait for what may never come.
    pub(crate) fn question(&self) -> Instant {
        self.within(self.deadlines.question)
    }

    /// How long a program may take to end.
    pub(crate) const fn farewell(&self) -> Duration {
        self.deadlines.farewell
    }

    /// How long one document beside the protocol may take.
    pub(crate) const fn document(&self) -> Duration {
        self.deadlines.question
    }

    pub(crate) fn is_over(&self) -> bool {
        Instant::now() >= self.end
    }

    fn within(&self, patience: Duration) -> Instant {
        (Instant::now() + patience).min(self.end)
    }
}
