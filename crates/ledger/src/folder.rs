//! Files and folders that belong to their owner alone, and the locks between processes.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::error::LedgerError;

/// Nobody holds the lock longer than a few writes take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where things are in the folder of a ledger.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) root: PathBuf,
}

impl Layout {
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The signed list of all series.
    pub(crate) fn index(&self) -> PathBuf {
        self.root.join("index.jsonl")
    }

    /// One file for each series that is being written, locked by who writes it.
    pub(crate) fn open(&self) -> PathBuf {
        self.root.join("open")
    }

    /// The folder of a series.
    pub(crate) fn series(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The names of the series that have a folder, sorted.
    pub(crate) fn series_names(&self) -> Result<Vec<String>, LedgerError> {
        let mut names = names(&self.root)?;
        names.retain(|name| is_series_name(name));
        Ok(names)
    }
}

/// The names of what is in a folder, sorted. Names that are not UTF-8 are not ours.
pub(crate) fn names(folder: &Path) -> Result<Vec<String>, LedgerError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(LedgerError::system("list", folder))? {
        let entry = entry.map_err(LedgerError::system("list", folder))?;
        names.extend(entry.file_name().into_string());
    }
    names.sort_unstable();
    Ok(names)
}

/// `20261121T145300Z-PID-RANDOM`: sorted by name is sorted by time.
pub(crate) fn is_series_name(name: &str) -> bool {
    name.len() >= 20
        && name.len() <= 64
        && name.as_bytes().first().is_some_and(u8::is_ascii_digit)
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// The name of the file of this number in its series.
pub(crate) fn segment(number: u32) -> String {
    format!("{number:06}.jsonl")
}

/// The number of a file of a series, by its name.
pub(crate) fn segment_number(name: &str) -> Option<u32> {
    let digits = name.strip_suffix(".jsonl")?;
    (digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(())?;
    digits.parse().ok().filter(|number| *number > 0)
}

/// Makes a folder that its owner alone may enter; one that is there stays as it is.
pub(crate) fn create_private(path: &Path) -> Result<(), LedgerError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(LedgerError::system("make the folder", path))
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Makes a file that must not be there yet, and opens it for appending.
pub(crate) fn create_for_appending(path: &Path) -> Result<File, LedgerError> {
    private(OpenOptions::new().append(true).create_new(true))
        .open(path)
        .map_err(LedgerError::system("make", path))
}

/// Opens a file for reading and appending; makes it when `create`.
pub(crate) fn open_for_appending(path: &Path, create: bool) -> Result<File, LedgerError> {
    private(OpenOptions::new().read(true).append(true).create(create))
        .open(path)
        .map_err(LedgerError::system("open", path))
}

/// Opens a regular file for reading. Anything else with its name is not ours, and might keep us waiting.
pub(crate) fn open_for_reading(path: &Path) -> Result<File, LedgerError> {
    let metadata = fs::symlink_metadata(path).map_err(LedgerError::system("look at", path))?;
    if !metadata.is_file() {
        return Err(LedgerError::damaged(path, "is no regular file; move it away"));
    }
    File::open(path).map_err(LedgerError::system("read", path))
}

/// Writes a whole file that must not be there yet; it is on the disk afterwards.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), LedgerError> {
    let mut file = create_for_appending(path)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(LedgerError::system("write to", path))?;
    path.parent().map_or(Ok(()), sync)
}

/// Puts the entries of a folder on the disk.
pub(crate) fn sync(folder: &Path) -> Result<(), LedgerError> {
    if cfg!(unix) {
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(LedgerError::system("sync", folder))?;
    }
    Ok(())
}

/// Whether others than its owner may read or write a file.
pub(crate) fn is_open_to_others(path: &Path) -> Result<bool, LedgerError> {
    let metadata = fs::metadata(path).map_err(LedgerError::system("look at", path))?;
    #[cfg(unix)]
    let open = std::os::unix::fs::MetadataExt::mode(&metadata) & 0o077 != 0;
    #[cfg(not(unix))]
    let open = !metadata.is_file();
    Ok(open)
}

/// Whether the path still names the open file.
pub(crate) fn is_same(path: &Path, file: &File) -> io::Result<bool> {
    let named = match fs::symlink_metadata(path) {
        Ok(named) => named,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    let opened = file.metadata()?;
    #[cfg(unix)]
    let same = {
        use std::os::unix::fs::MetadataExt;
        (named.dev(), named.ino()) == (opened.dev(), opened.ino())
    };
    #[cfg(not(unix))]
    let same = named.len() == opened.len();
    Ok(same)
}

/// Whether no folder names the open file any more.
pub(crate) fn is_unlinked(metadata: &fs::Metadata) -> bool {
    #[cfg(unix)]
    let unlinked = std::os::unix::fs::MetadataExt::nlink(metadata) == 0;
    #[cfg(not(unix))]
    let unlinked = !metadata.is_file();
    unlinked
}

/// Tries to lock a file once; false when somebody else holds it.
pub(crate) fn try_lock(file: &File) -> io::Result<bool> {
    was_locked(file.try_lock())
}

fn was_locked(tried: Result<(), TryLockError>) -> io::Result<bool> {
    match tried {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Locks a file, waiting at most five seconds. The lock goes with the file.
pub(crate) fn lock(path: &Path, file: &File) -> Result<(), LedgerError> {
    wait(|| file.try_lock()).map_err(LedgerError::system("lock", path))
}

/// Locks a file for reading, waiting at most five seconds.
pub(crate) fn lock_shared(path: &Path, file: &File) -> Result<(), LedgerError> {
    wait(|| file.try_lock_shared()).map_err(LedgerError::system("lock", path))
}

fn wait(try_lock: impl Fn() -> Result<(), TryLockError>) -> io::Result<()> {
    let began = Instant::now();
    while !was_locked(try_lock())? {
        if began.elapsed() > PATIENCE {
            let what = "another process holds it; end that process";
            return Err(io::Error::new(io::ErrorKind::TimedOut, what));
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}
