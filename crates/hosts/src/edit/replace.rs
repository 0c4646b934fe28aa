//! Writing without loss: a complete new file takes the old one's name in one step.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::BACKUP;

/// The end of the name of a file that is not yet complete.
const NEW: &str = ".portcullis-new";
/// How many files of one name beside a file are put up with; then someone has to clear up.
const MOST_NAMES: usize = 1_000;
/// In a folder of more entries than this, what is left over is not searched for.
const MOST_ENTRIES: usize = 10_000;

/// Writes what a file held beside it, under a name that is not taken.
pub(super) fn keep(path: &Path, bytes: &[u8], mode: Option<u32>) -> io::Result<PathBuf> {
    write_beside(path, BACKUP, bytes, mode)
}

/// Replaces a file whole.
pub(super) fn replace(path: &Path, bytes: &[u8], mode: Option<u32>) -> io::Result<()> {
    let new = write_beside(path, NEW, bytes, mode)?;
    let outcome = same_owner(path, &new).and_then(|()| fs::rename(&new, path));
    if outcome.is_err() {
        let _ = fs::remove_file(&new);
    }
    outcome?;
    sync_folder(path);
    Ok(())
}

/// Removes what a run that was killed while it replaced the file left beside it. What cannot be removed stays.
pub(super) fn clear(path: &Path) {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return };
    let start = format!("{}{NEW}", name.to_string_lossy());
    for entry in fs::read_dir(folder).into_iter().flatten().take(MOST_ENTRIES).flatten() {
        let rest = entry.file_name().to_string_lossy().strip_prefix(&start).map(str::to_owned);
        let is_ours = |rest: &str| rest.is_empty() || rest.starts_with('.') && rest.len() > 1;
        if rest
            .is_some_and(|rest| is_ours(&rest) && rest.chars().skip(1).all(|letter| letter.is_ascii_digit()))
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Sets permission bits, where there are such.
#[cfg(unix)]
pub(super) fn set_mode(path: &Path, mode: Option<u32>) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    mode.map_or(Ok(()), |mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)))
}

/// Permission bits exist on Unix only.
#[cfg(not(unix))]
pub(super) fn set_mode(_: &Path, _: Option<u32>) -> io::Result<()> {
    Ok(())
}

/// Writes a file whose name ends so, with a number after it when the name is taken.
fn write_beside(path: &Path, end: &str, bytes: &[u8], mode: Option<u32>) -> io::Result<PathBuf> {
    for number in 1..=MOST_NAMES {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        if number > 1 {
            name.push(format!(".{number}"));
        }
        match write_new(Path::new(&name), bytes, mode) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            outcome => return outcome.map(|()| PathBuf::from(name)),
        }
    }
    Err(io::Error::other(format!("{MOST_NAMES} files ending in `{end}` stand beside it")))
}

/// Writes a file that does not exist yet. Until it is complete, its owner alone may read it.
fn write_new(path: &Path, bytes: &[u8], mode: Option<u32>) -> io::Result<()> {
    let mut file = create(path)?;
    let outcome = file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| set_mode(path, mode));
    if outcome.is_err() {
        let _ = fs::remove_file(path);
    }
    outcome
}

#[cfg(unix)]
fn create(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// An administrator who edits a user's file leaves it the user's.
#[cfg(unix)]
fn same_owner(old: &Path, new: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let (old, written) = (fs::metadata(old)?, fs::metadata(new)?);
    if (old.uid(), old.gid()) == (written.uid(), written.gid()) {
        return Ok(());
    }
    std::os::unix::fs::chown(new, Some(old.uid()), Some(old.gid()))
}

#[cfg(not(unix))]
fn same_owner(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}

/// Makes the new name last through a power failure, where a folder can be synced.
fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent().and_then(|folder| File::open(folder).ok()) {
        let _ = folder.sync_all();
    }
}
