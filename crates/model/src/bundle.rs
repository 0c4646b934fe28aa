//! The files of a package, an archive or a source folder, as they were read. Nothing of them was executed.

use std::fmt;
use std::sync::Arc;

/// What was read of one package, archive or source folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bundle {
    /// Where it is from: a path (home shown as `~`), or a package such as `npm:NAME@1.2.3`.
    pub locator: String,
    /// Its files, sorted by path; no path stands twice.
    pub files: Vec<BundleFile>,
    /// What could not be read or was left out, with the reason: every byte of a bundle is accounted for.
    pub unread: Vec<UnreadFile>,
}

impl Bundle {
    /// The file at a path.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&BundleFile> {
        let index = self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
        self.files.get(index)
    }

    /// Bytes of all files together.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.files.iter().map(|file| file.bytes.len() as u64).sum()
    }
}

/// One file of a bundle.
#[derive(Clone, PartialEq, Eq)]
pub struct BundleFile {
    /// Its path inside the bundle: relative, `/` between parts, no `.` or `..` part, never empty.
    pub path: String,
    /// Its content.
    pub bytes: Arc<[u8]>,
    /// Whether its mode says that it may be executed.
    pub executable: bool,
}

impl BundleFile {
    /// Its content, where it is UTF-8. A byte order mark is left out.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        let text = std::str::from_utf8(&self.bytes).ok()?;
        Some(text.strip_prefix('\u{feff}').unwrap_or(text))
    }
}

/// Shows the size only: a file may hold a secret.
impl fmt::Debug for BundleFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({} bytes)", self.path, self.bytes.len())
    }
}

/// Something in a bundle that was not read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnreadFile {
    /// Its path as the bundle spells it.
    pub path: String,
    /// Why, as a lower-case fragment.
    pub reason: String,
    /// True when it was left out on purpose, such as a dependency's own files in a source folder. Everything else is a
    /// gap: what holds one was not looked at whole.
    pub left_out: bool,
}

impl UnreadFile {
    /// Something that could not be read, or that was refused.
    #[must_use]
    pub fn gap(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { path: path.into(), reason: reason.into(), left_out: false }
    }

    /// Something that is no part of what is looked at.
    #[must_use]
    pub fn left_out(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { path: path.into(), reason: reason.into(), left_out: true }
    }
}
