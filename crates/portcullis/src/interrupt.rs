//! Signals that ask a long-running command to end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::{flag, low_level};

use crate::exit::Failure;

/// Hears signals.
#[derive(Debug, Clone)]
pub(crate) struct Interrupt {
    heard: Arc<AtomicBool>,
    which: Arc<AtomicUsize>,
}

impl Interrupt {
    /// From now on SIGINT, SIGTERM and SIGHUP are heard; a second one ends the process at once.
    pub(crate) fn listen() -> Result<Self, Failure> {
        let interrupt =
            Self { heard: Arc::new(AtomicBool::new(false)), which: Arc::new(AtomicUsize::new(0)) };
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            let number = usize::try_from(signal).unwrap_or_default();
            flag::register_conditional_default(signal, Arc::clone(&interrupt.heard))
                .and_then(|_| flag::register(signal, Arc::clone(&interrupt.heard)))
                .and_then(|_| flag::register_usize(signal, Arc::clone(&interrupt.which), number))
                .map_err(Failure::incomplete)?;
        }
        Ok(interrupt)
    }

    /// Whether one came.
    pub(crate) fn heard(&self) -> bool {
        self.heard.load(Ordering::Acquire)
    }

    /// Ends the process as the signal would have.
    pub(crate) fn end(&self) {
        let signal = i32::try_from(self.which.load(Ordering::Acquire)).unwrap_or(SIGTERM);
        // When it cannot be emulated, the second signal does it.
        let _ = low_level::emulate_default_handler(signal);
    }
}
