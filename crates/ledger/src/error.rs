//! Why the ledger cannot be written.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why the ledger cannot be written or read. Whoever writes must let nothing pass then.
#[derive(Debug)]
#[non_exhaustive]
pub enum LedgerError {
    /// The system refused. The next call tries again: a full disk may have room by then.
    System {
        /// What was tried, such as `write to`.
        doing: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Somebody else changed, moved or removed what this process writes. Stays until the program is started again.
    Changed {
        /// Which file or folder.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        what: String,
    },
    /// The key cannot be used, or is not the one that signed this ledger.
    Key {
        /// The file of the key.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        what: String,
    },
    /// A file is no ledger, or is damaged.
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        what: String,
    },
    /// It was closed.
    Closed,
}

impl LedgerError {
    pub(crate) fn system(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::System { doing, path: path.to_owned(), source }
    }

    pub(crate) fn changed(path: &Path, what: impl Into<String>) -> Self {
        Self::Changed { path: path.to_owned(), what: what.into() }
    }

    pub(crate) fn key(path: &Path, what: impl Into<String>) -> Self {
        Self::Key { path: path.to_owned(), what: what.into() }
    }

    pub(crate) fn damaged(path: &Path, what: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), what: what.into() }
    }
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System { doing, path, source } => {
                write!(f, "ledger: cannot {doing} `{}`: {source}", path.display())
            }
            Self::Changed { path, what } | Self::Key { path, what } | Self::Damaged { path, what } => {
                write!(f, "ledger: `{}` {what}", path.display())
            }
            Self::Closed => f.write_str("ledger: it was closed; open it again"),
        }
    }
}

impl std::error::Error for LedgerError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::System { source, .. } => Some(source),
            _ => None,
        }
    }
}
