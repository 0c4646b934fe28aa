//! For programs without a runtime of their own.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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
/// After the work these signals end the process again, as they do before it.
///
/// # Errors
/// [`Interrupted`], also when no runtime can be started.
pub fn run_blocking<F: Future>(work: F) -> Result<F::Output, Interrupted> {
    let (result, heard) = run(async {
        tokio::select! {
            biased;
            () = asked_to_end() => Err(Interrupted::Signal),
            output = work => Ok(output),
        }
    })?;
    // A signal that came in between was heard by nobody else.
    if heard { Err(Interrupted::Signal) } else { result }
}

/// As [`run_blocking`] for work that can stop by itself: the first signal sets what it is given, which it looks at now and
/// then; only the second drops it.
///
/// # Errors
/// [`Interrupted`], also when no runtime can be started.
pub fn run_until_told<F: Future>(work: impl FnOnce(Arc<AtomicBool>) -> F) -> Result<F::Output, Interrupted> {
    let told = Arc::new(AtomicBool::new(false));
    let work = work(Arc::clone(&told));
    let (result, _) = run(async {
        let twice = async {
            asked_to_end().await;
            told.store(true, Ordering::SeqCst);
            asked_to_end().await;
        };
        tokio::select! {
            biased;
            () = twice => Err(Interrupted::Signal),
            output = work => Ok(output),
        }
    })?;
    result
}

/// Runs on a runtime that ends with the work; says too whether a signal came meanwhile.
fn run<F: Future>(work: F) -> Result<(F::Output, bool), Interrupted> {
    let runtime =
        Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(Interrupted::NoRuntime)?;
    let watch = watch::Watch::begin();
    let result = runtime.block_on(work);
    // Tasks that were cut off drop their servers here; a name lookup that hangs is not waited for.
    runtime.shutdown_timeout(Duration::from_secs(1));
    Ok((result, watch.end()))
}

#[cfg(unix)]
async fn asked_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = watch::SIGNALS.map(|number| signal(SignalKind::from_raw(number)));
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

/// Gives the signals their meaning back when the work is done: tokio's handlers stay for the life of the process and
/// swallow what nobody listens to.
#[cfg(unix)]
mod watch {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, OnceLock};

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::flag;

    /// Interrupt, request to end, closed terminal.
    pub(super) const SIGNALS: [i32; 3] = [SIGINT, SIGTERM, SIGHUP];

    pub(super) struct Watch {
        /// No work runs: a signal ends the process.
        idle: Arc<AtomicBool>,
        /// A signal came while work ran.
        heard: Arc<AtomicBool>,
    }

    impl Watch {
        /// From now on a signal is noted, not obeyed. The handlers are set once for the process.
        pub(super) fn begin() -> &'static Self {
            static WATCH: OnceLock<Watch> = OnceLock::new();
            let watch = WATCH.get_or_init(|| {
                let watch = Watch { idle: Arc::default(), heard: Arc::default() };
                for signal in SIGNALS {
                    // Where no handler can be set the system's own stays, which ends the process at any time.
                    let _ = flag::register_conditional_default(signal, watch.idle.clone());
                    let _ = flag::register(signal, watch.heard.clone());
                }
                watch
            });
            watch.heard.store(false, Ordering::SeqCst);
            watch.idle.store(false, Ordering::SeqCst);
            watch
        }

        /// From now on a signal ends the process. True when one came before.
        pub(super) fn end(&self) -> bool {
            self.idle.store(true, Ordering::SeqCst);
            self.heard.load(Ordering::SeqCst)
        }
    }
}

#[cfg(not(unix))]
mod watch {
    pub(super) struct Watch;

    impl Watch {
        pub(super) fn begin() -> Self {
            Self
        }

        pub(super) fn end(&self) -> bool {
            false
        }
    }
}
