//! Tar archives, gzipped or not: npm packages and source distributions.

use std::io::{self, Read};

use flate2::bufread::MultiGzDecoder;
use tar::{Archive, Entry, EntryType};

use super::NotAnArchive;
use crate::limits::shown;
use crate::path;
use crate::shelf::Shelf;

/// A stream that ends with an error after as many bytes as it may have.
struct Metered<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            // Exactly as much as allowed is not too much.
            return match self.inner.read(&mut [0])? {
                0 => Ok(0),
                _ => Err(io::Error::other(TooMuch)),
            };
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let Some(buffer) = buffer.get_mut(..most) else { return Ok(0) };
        let count = self.inner.read(buffer)?;
        self.left -= count as u64;
        Ok(count)
    }
}

/// The stream unpacks to more than it may.
#[derive(Debug)]
struct TooMuch;

impl std::fmt::Display for TooMuch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("too much")
    }
}

impl std::error::Error for TooMuch {}

/// Unpacks `bytes` onto the shelf.
pub(super) fn unpack(name: &str, bytes: &[u8], shelf: &mut Shelf) -> Result<(), NotAnArchive> {
    let left = shelf.limits().unpacked(bytes.len());
    if bytes.starts_with(&[0x1f, 0x8b]) {
        entries(name, Metered { inner: MultiGzDecoder::new(bytes), left }, left, shelf)
    } else {
        entries(name, Metered { inner: bytes, left }, left, shelf)
    }
}

fn entries(name: &str, stream: Metered<impl Read>, most: u64, shelf: &mut Shelf) -> Result<(), NotAnArchive> {
    let mut archive = Archive::new(stream);
    let found = archive.entries().map_err(|error| NotAnArchive::new(error.to_string()))?;
    let mut any = false;
    for found in found {
        let outcome = found.and_then(|entry| {
            any = true;
            if shelf.count() { entry_onto(entry, shelf).map(|()| true) } else { Ok(false) }
        });
        match outcome {
            Ok(true) => {}
            Ok(false) => {
                let most = shelf.limits().entries;
                shelf.refuse(name, format!("it has more than {most} entries; the rest was not read"));
                return Ok(());
            }
            Err(error) if is_too_much(&error) => {
                let reason =
                    format!("it unpacks to more than {}, as a bomb does; the rest was not read", shown(most));
                shelf.refuse(name, reason);
                return Ok(());
            }
            Err(error) if any => {
                shelf.refuse(name, format!("it is broken: {error}; the rest was not read"));
                return Ok(());
            }
            Err(error) => {
                return Err(NotAnArchive::new(format!("a tar archive that cannot be read: {error}")));
            }
        }
    }
    if let Some(reason) = after_the_end(archive.into_inner()) {
        shelf.refuse(name, reason);
    }
    Ok(())
}

fn is_too_much(error: &io::Error) -> bool {
    let mut source: Option<&(dyn std::error::Error + 'static)> = error.get_ref().map(|inner| inner as _);
    while let Some(error) = source {
        if error.is::<TooMuch>() {
            return true;
        }
        source = match error.downcast_ref::<io::Error>() {
            Some(wrapped) => wrapped.get_ref().map(|inner| inner as _),
            None => error.source(),
        };
    }
    false
}

/// Whoever ignores the mark at the end of a tar archive reads what comes after it.
fn after_the_end(mut rest: impl Read) -> Option<String> {
    let mut buffer = [0_u8; 4096];
    loop {
        match rest.read(&mut buffer) {
            Ok(0) => return None,
            Ok(count) if buffer.iter().take(count).all(|byte| *byte == 0) => {}
            Ok(_) => {
                return Some(String::from(
                    "more follows after its end, which some programs read and others do not",
                ));
            }
            Err(error) if is_too_much(&error) => {
                return Some(String::from("more follows after its end than may be unpacked"));
            }
            Err(error) => return Some(format!("what follows after its end is broken: {error}")),
        }
    }
}

fn entry_onto(mut entry: Entry<'_, impl Read>, shelf: &mut Shelf) -> io::Result<()> {
    let raw = entry.path_bytes().into_owned();
    let refused = path::shown(&raw);
    let path = match path::judged(&raw) {
        Ok(path) => path,
        Err(reason) => {
            shelf.refuse(refused, reason);
            return Ok(());
        }
    };
    if let Some(reason) = two_readings(&mut entry)? {
        shelf.refuse(refused, reason);
        return Ok(());
    }
    match entry.header().entry_type() {
        EntryType::Directory | EntryType::XGlobalHeader => Ok(()),
        EntryType::Regular | EntryType::Continuous if raw.ends_with(b"/") => Ok(()),
        EntryType::Regular | EntryType::Continuous => file_onto(entry, path, shelf),
        kind @ (EntryType::Symlink | EntryType::Link) => {
            let target = entry.link_name_bytes().map(std::borrow::Cow::into_owned).unwrap_or_default();
            let base = if kind == EntryType::Link { "" } else { path.as_str() };
            let target = path::resolved(base, &target);
            shelf.link(path, target);
            Ok(())
        }
        EntryType::Char | EntryType::Block | EntryType::Fifo => {
            shelf.refuse(path, "a device or pipe, which no package needs");
            Ok(())
        }
        _ => {
            shelf.refuse(path, "an entry of a kind that no package needs");
            Ok(())
        }
    }
}

fn file_onto(mut entry: Entry<'_, impl Read>, path: String, shelf: &mut Shelf) -> io::Result<()> {
    let size = entry.size();
    let (room, too_large) = shelf.room();
    if size > room {
        shelf.refuse(path, format!("{too_large}; it was not read"));
        return Ok(());
    }
    let executable = entry.header().mode().is_ok_and(|mode| mode & 0o111 != 0);
    let mut bytes = Vec::new();
    entry.read_to_end(&mut bytes)?;
    if bytes.len() as u64 == size {
        shelf.put(path, bytes, executable);
    } else {
        shelf.refuse(path, format!("the archive says {size} bytes and ends after {}", bytes.len()));
    }
    Ok(())
}

/// An extended header that contradicts the entry's own: a reader that knows extended headers goes on elsewhere than one
/// that does not, and sees other files.
fn two_readings(entry: &mut Entry<'_, impl Read>) -> io::Result<Option<String>> {
    let plain = entry.header().entry_size().unwrap_or_default();
    let Some(extensions) = entry.pax_extensions()? else { return Ok(None) };
    let mut seen: Vec<String> = Vec::new();
    for extension in extensions {
        let Ok(extension) = extension else {
            return Ok(Some(String::from("its extended header is broken")));
        };
        let key = String::from_utf8_lossy(extension.key_bytes()).into_owned();
        if key == "size" {
            let stated = extension.value().ok().and_then(|value| value.parse::<u64>().ok());
            // The field holds 8 GiB at most; only beyond that has the extended header anything to add.
            if stated != Some(plain) {
                return Ok(Some(String::from("its two headers give it different sizes")));
            }
        }
        if matches!(key.as_str(), "path" | "size" | "linkpath") && seen.contains(&key) {
            return Ok(Some(format!("its extended header gives `{key}` twice")));
        }
        if key.starts_with("GNU.sparse") {
            return Ok(Some(String::from("a sparse file, which no package needs")));
        }
        seen.push(key);
    }
    Ok(None)
}
