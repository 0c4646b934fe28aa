//! Packages that are fetched: where the user's own clients would fetch them from, and how far they are.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use portcullis_assess::{Fetching, Settings};
use portcullis_fetch::{Clients, Options, Progress};
use portcullis_hosts::Machine;

use crate::exit::Failure;

/// A download that is done sooner needs no progress.
const SOON: Duration = Duration::from_secs(2);

/// Where packages come from. Keeps what [`Fetching`] borrows.
pub(crate) struct Downloads {
    home: PathBuf,
    root: PathBuf,
    folder: Option<PathBuf>,
    npm: Option<String>,
    pypi: Option<String>,
    bar: ProgressBar,
    progress: Box<dyn Fn(Progress<'_>) + Sync>,
}

impl Downloads {
    pub(crate) fn new(machine: &Machine, settings: &Settings) -> Self {
        let bar = ProgressBar::no_length();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {bytes} from {msg}") {
            bar.set_style(style);
        }
        let (shown, began) = (bar.clone(), Instant::now());
        Self {
            home: machine.home.clone(),
            root: machine.root.clone(),
            folder: machine.working_folder.clone(),
            npm: settings.registries.npm.clone(),
            pypi: settings.registries.pypi.clone(),
            bar,
            progress: Box::new(move |progress| {
                if began.elapsed() > SOON {
                    shown.set_message(portcullis_report::neutral::terminal(progress.host).into_owned());
                    shown.set_position(progress.received);
                }
            }),
        }
    }

    /// How packages are fetched.
    pub(crate) fn fetching(&self) -> Fetching<'_> {
        Fetching {
            clients: Clients {
                home: &self.home,
                root: &self.root,
                folder: self.folder.as_deref(),
                variable: &|name| std::env::var(name).ok(),
                npm: self.npm.as_deref(),
                pypi: self.pypi.as_deref(),
            },
            options: Options::default(),
            progress: &*self.progress,
        }
    }

    /// Gets a file of at most 1 GiB at an address that the user named.
    ///
    /// # Errors
    /// There is none, or it cannot be had.
    pub(crate) fn file(&self, address: &str) -> Result<Vec<u8>, Failure> {
        let fetching = self.fetching();
        let options = Options { archive: 1 << 30, whole: Duration::from_secs(1800), ..Options::default() };
        let work = portcullis_fetch::download(address, &fetching.clients, &options, fetching.progress);
        portcullis_probe::run_blocking(work).map_err(Failure::incomplete)?.map_err(Failure::incomplete)
    }

    /// Takes the progress from the terminal before the report comes.
    pub(crate) fn done(&self) {
        self.bar.finish_and_clear();
    }
}
