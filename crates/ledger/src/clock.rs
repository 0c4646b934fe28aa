//! What time it is, as the caller says.

use jiff::Timestamp;

/// Tells the time of records. It may jump: a jump backwards is recorded and never fatal.
pub trait Clock: Send + Sync {
    /// The present time.
    fn now(&self) -> Timestamp;
}

/// The clock of the system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A time as every line spells it: UTC, microseconds, always 27 characters.
pub(crate) fn spell(time: Timestamp) -> String {
    format!("{time:.6}")
}
