//! Archives, unpacked in memory.

mod tarball;
mod zipped;

use std::fmt;

use portcullis_model::Bundle;

use crate::limits::Limits;
use crate::shelf::Shelf;

/// What becomes of the folder that most archives put everything in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Root {
    /// Paths stay as they are: wheels and bundles have no such folder.
    Keep,
    /// It is taken off when everything lies in it.
    Common,
    /// Every first folder is taken off, whatever it is called: npm installs a package so.
    First,
}

/// The bytes are no archive that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAnArchive {
    because: String,
}

impl NotAnArchive {
    fn new(because: impl Into<String>) -> Self {
        Self { because: because.into() }
    }
}

impl fmt::Display for NotAnArchive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.because)
    }
}

impl std::error::Error for NotAnArchive {}

/// Unpacks an archive: tar, gzipped tar or zip, whatever its name says. `name` stands for the archive as a whole in
/// the list of what was not read.
///
/// # Errors
/// The bytes are none of these, or an archive so broken that nothing of it can be told. Everything else that goes
/// wrong is in the bundle's `unread`.
pub fn unpack(
    locator: &str,
    name: &str,
    bytes: &[u8],
    root: Root,
    limits: &Limits,
) -> Result<Bundle, NotAnArchive> {
    let mut shelf = Shelf::new(*limits, true);
    if bytes.starts_with(b"PK") {
        zipped::unpack(name, bytes, &mut shelf)?;
    } else if bytes.starts_with(&[0x1f, 0x8b]) || is_tar(bytes) {
        tarball::unpack(name, bytes, &mut shelf)?;
    } else {
        return Err(NotAnArchive::new(
            "neither a zip nor a tar nor a gzipped tar by its content; pack it as one of these, or unpack it and scan the folder",
        ));
    }
    let strip = match root {
        Root::Keep => false,
        Root::Common => shelf.common_folder().is_some(),
        Root::First => true,
    };
    let shelf = if strip { shelf.without_first_folder() } else { shelf };
    Ok(shelf.into_bundle(locator))
}

/// True for the names that archives of packages go by.
#[must_use]
pub fn is_archive_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".tgz", ".tar.gz", ".tar", ".whl", ".zip", ".mcpb", ".dxt"].iter().any(|ending| name.ends_with(ending))
}

/// What an archive is called by its first bytes.
pub(crate) fn magic(bytes: &[u8]) -> Option<&'static str> {
    const MARKS: &[(&[u8], &str)] = &[
        (b"PK\x03\x04", "a zip archive"),
        (b"\x1f\x8b\x08", "a gzip archive"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
        (b"\xfd7zXZ\0", "an xz archive"),
        (b"BZh", "a bzip2 archive"),
        (b"Rar!\x1a\x07", "a rar archive"),
        (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    ];
    let marked = MARKS.iter().find(|(mark, _)| bytes.starts_with(mark)).map(|(_, kind)| *kind);
    marked.or_else(|| is_tar(bytes).then_some("a tar archive"))
}

fn is_tar(bytes: &[u8]) -> bool {
    bytes.get(257..262) == Some(b"ustar")
}

/// True for documents that are zip archives inside: they hold text and pictures.
pub(crate) fn is_document(path: &str) -> bool {
    let ending = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let endings =
        ["docx", "xlsx", "pptx", "odt", "ods", "odp", "epub", "svgz", "npz", "pages", "numbers", "key"];
    endings.contains(&ending.as_str())
}
