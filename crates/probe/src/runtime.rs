//! For programs without a runtime of their own.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::io;
use std::time::Duration;

use tokio::runtime::Builder;

/// The user ended the program while servers were running. All of them were ended.
#[derive(Debug)]
pub enum Interrupted {
    /// By a signal.
    Signal,
    /// There was no runtime to begin with.
    NoRuntime(io::Error),
}

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Interrupted::Signal => f.write_str("interrupted; every server that was started is ended"),
            Interrupted::NoRuntime(error) => write!(f, "no runtime could be started: {error}"),
        }
    }
}

impl Error for Interrupted {}

/// Runs `work`, which may probe servers, on a small runtime of its own. An interrupt, a request to end or a closed
/// terminal drops the work, which kills every started server, and then returns; the caller ends the program.
/// From then on the process does not end by those signals alone.
///
/// # Errors
/// [`Interrupted`], also when no runtime can be started.
pub fn run_blocking<F: Future>(work: F) -> Result<F::Output, Interrupted> {
    let runtime =
        Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(Interrupted::NoRuntime)?;
    let result = runtime.block_on(async {
        tokio::select! {
            biased;
            () = asked_to_end() => Err(Interrupted::Signal),
            output = work => Ok(output),
        }
    });
    // Tasks that were cut off drop their servers here; a name lookup that hangs is not waited for.
    runtime.shutdown_timeout(Duration::from_secs(1));
    result
}

#[cfg(unix)]
async fn asked_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()].map(signal);
    let [Ok(mut interrupt), Ok(mut terminate), Ok(mut hangup)] = signals else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
}

#[cfg(not(unix))]
async fn asked_to_end() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}
