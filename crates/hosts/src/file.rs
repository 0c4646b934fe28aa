//! Opens files that strangers may have prepared: only regular ones, only up to a size, never waiting on a
//! pipe.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::problem::{Problem, ProblemKind};

/// The largest configuration that is read: 16 MiB.
pub(crate) const LARGEST_CONFIGURATION: u64 = 16 << 20;

/// A file's bytes and what its file system says about it.
pub(crate) struct Contents {
    pub(crate) bytes: Vec<u8>,
    /// Where the file really is, links resolved.
    pub(crate) real_path: PathBuf,
    pub(crate) unix_mode: Option<u32>,
}

/// The SHA-256 digest of a file's bytes.
pub(crate) fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Reads a regular file of at most `largest` bytes. `shown` names it in problems.
pub(crate) fn contents(path: &Path, shown: &str, largest: u64) -> Result<Contents, Problem> {
    let real_path = std::fs::canonicalize(path).map_err(|error| unreadable(shown, &error))?;
    // Asked before opening: to open a device can have an effect.
    regular(&std::fs::metadata(&real_path).map_err(|error| unreadable(shown, &error))?, shown, largest)?;
    let file = open(&real_path).map_err(|error| unreadable(shown, &error))?;
    let metadata = file.metadata().map_err(|error| unreadable(shown, &error))?;
    regular(&metadata, shown, largest)?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default());
    // It may grow while it is read.
    let read = file.take(largest + 1).read_to_end(&mut bytes).map_err(|error| unreadable(shown, &error))?;
    if read as u64 > largest {
        return Err(too_large(shown, largest));
    }
    Ok(Contents { bytes, real_path, unix_mode: unix_mode(&metadata) })
}

fn regular(metadata: &Metadata, shown: &str, largest: u64) -> Result<(), Problem> {
    if !metadata.is_file() {
        let what = if metadata.is_dir() { "a folder" } else { "not a regular file" };
        let message = format!("{what} stands where a file belongs");
        let remedy = "move it away or name the file to look at";
        return Err(Problem::new(ProblemKind::NotAFile, shown, message, remedy));
    }
    if metadata.len() > largest { Err(too_large(shown, largest)) } else { Ok(()) }
}

fn too_large(shown: &str, largest: u64) -> Problem {
    let message = format!("the file is larger than {} MiB", largest >> 20);
    Problem::new(ProblemKind::TooLarge, shown, message, "split it, or look at it yourself")
}

fn unreadable(shown: &str, error: &io::Error) -> Problem {
    let (message, remedy) = match error.kind() {
        io::ErrorKind::NotFound => ("the file does not exist", "check the path, or what the link points to"),
        io::ErrorKind::PermissionDenied => {
            ("the file may not be read", "grant read permission or run as its owner")
        }
        _ => return other(shown, error),
    };
    Problem::new(ProblemKind::Unreadable, shown, message, remedy)
}

fn other(shown: &str, error: &io::Error) -> Problem {
    #[cfg(unix)]
    if error.raw_os_error() == Some(nix::libc::ELOOP) {
        let message = "the link leads back to itself";
        return Problem::new(
            ProblemKind::Unreadable,
            shown,
            message,
            "remove the link or point it to a file",
        );
    }
    let message = format!("the file cannot be read: {}", error.to_string().to_lowercase());
    Problem::new(ProblemKind::Unreadable, shown, message, "check the disk and the path")
}

/// Opens without waiting: a pipe that took the file's place since it was asked about must not hang the scan.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().read(true).custom_flags(nix::fcntl::OFlag::O_NONBLOCK.bits()).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

/// The POSIX permission bits.
#[cfg(unix)]
#[allow(clippy::unnecessary_wraps)] // the other systems have none
pub(crate) fn unix_mode(metadata: &Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    Some(metadata.permissions().mode() & 0o7777)
}

/// No POSIX permission bits here.
#[cfg(not(unix))]
pub(crate) fn unix_mode(_: &Metadata) -> Option<u32> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(path: &Path) -> Problem {
        contents(path, "~/x.json", LARGEST_CONFIGURATION).err().unwrap()
    }

    #[test]
    fn a_huge_file_is_refused_without_being_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("huge.json");
        File::create(&path).unwrap().set_len(1 << 30).unwrap();
        let started = std::time::Instant::now();
        assert_eq!(problem(&path).kind, ProblemKind::TooLarge);
        assert!(started.elapsed().as_millis() < 500);
    }

    #[test]
    fn a_folder_and_a_missing_file_say_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(
            problem(folder.path()).to_string(),
            "`~/x.json`: a folder stands where a file belongs; move it away or name the file to look at"
        );
        assert_eq!(
            problem(&folder.path().join("none")).to_string(),
            "`~/x.json`: the file does not exist; check the path, or what the link points to"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_does_not_hang_and_a_device_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
        assert_eq!(problem(&pipe).kind, ProblemKind::NotAFile);
        assert_eq!(problem(Path::new("/dev/zero")).kind, ProblemKind::NotAFile);
        drop(open(&pipe).unwrap());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_a_circle_is_named_as_such() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("b", folder.path().join("a")).unwrap();
        std::os::unix::fs::symlink("a", folder.path().join("b")).unwrap();
        assert_eq!(&*problem(&folder.path().join("a")).message, "the link leads back to itself");
    }

    #[cfg(unix)]
    #[test]
    fn an_unreadable_file_says_so_and_a_link_is_followed_to_its_real_path() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.json");
        std::fs::write(&path, "{}").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
        let denied = unreadable("~/x.json", &io::Error::from(io::ErrorKind::PermissionDenied));
        if !nix::unistd::Uid::effective().is_root() {
            assert_eq!(problem(&path), denied);
        }
        assert_eq!(&*denied.remedy, "grant read permission or run as its owner");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let link = folder.path().join("link.json");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let contents = contents(&link, "~/link.json", LARGEST_CONFIGURATION).unwrap();
        assert_eq!(contents.unix_mode, Some(0o640));
        assert_eq!(contents.real_path, std::fs::canonicalize(&path).unwrap());
    }
}
