//! Zip archives: wheels and bundles of servers (`.mcpb`, `.dxt`).

mod directory;

use std::io::Read;

use flate2::Crc;
use flate2::read::DeflateDecoder;

use super::NotAnArchive;
use crate::limits::shown;
use crate::path;
use crate::shelf::Shelf;
use directory::{Directory, Listed};

/// What `mcpb sign` writes after an archive.
const SIGNATURE: (&[u8], &[u8]) = (b"MCPB_SIG_V1", b"MCPB_SIG_END");

/// Unpacks `bytes` onto the shelf.
pub(super) fn unpack(name: &str, bytes: &[u8], shelf: &mut Shelf) -> Result<(), NotAnArchive> {
    let most = shelf.limits().entries;
    let (bytes, directory) = match directory::read(bytes, most) {
        Ok(directory) => (bytes, directory),
        Err(reason) => {
            let refused = || NotAnArchive::new(format!("a zip archive that cannot be read: {reason}"));
            let unsigned = without_signature(bytes).ok_or_else(refused)?;
            shelf.leave_out(name, "the signature after its end; it is not checked");
            (unsigned, directory::read(unsigned, most).map_err(|_| refused())?)
        }
    };
    if directory.is_cut {
        shelf.refuse(name, format!("it has more than {most} entries; the rest was not read"));
    }
    entries(name, bytes, &directory, shelf);
    Ok(())
}

fn without_signature(bytes: &[u8]) -> Option<&[u8]> {
    let (begin, end) = SIGNATURE;
    let at =
        bytes.ends_with(end).then(|| bytes.windows(begin.len()).rposition(|window| window == begin))??;
    bytes.get(..at)
}

fn entries(name: &str, bytes: &[u8], directory: &Directory<'_>, shelf: &mut Shelf) {
    let mut left = shelf.limits().unpacked(bytes.len());
    let most = left;
    let mut extents = Vec::new();
    for entry in &directory.entries {
        shelf.count();
        match directory::extent(bytes, entry, directory.start) {
            Err(reason) => shelf.refuse(path::shown(entry.name), reason),
            Ok(extent) => {
                extents.push((entry.offset, extent.end));
                let data = bytes.get(extent.data.0..extent.data.1).unwrap_or_default();
                let Some(room) = left.checked_sub(entry.size) else {
                    let reason = format!(
                        "it unpacks to more than {}, as a bomb does; the rest was not read",
                        shown(most)
                    );
                    shelf.refuse(name, reason);
                    return;
                };
                left = room;
                entry_onto(entry, data, shelf);
            }
        }
    }
    if !directory.is_cut
        && extents.len() == directory.entries.len()
        && let Some(reason) = unlisted(extents, directory.start)
    {
        shelf.refuse(name, reason);
    }
}

/// Entries have to follow one another from the first byte to the directory: what lies between them is read by whoever
/// reads from the start, and what overlaps is read twice.
fn unlisted(mut extents: Vec<(u64, usize)>, start: usize) -> Option<String> {
    extents.sort_unstable();
    let mut reached = 0_u64;
    for (offset, end) in extents {
        if offset < reached {
            return Some(String::from("its entries overlap, as those of a bomb do"));
        }
        if offset > reached {
            return Some(format!(
                "bytes {reached} to {offset} belong to none of its entries; some programs read them"
            ));
        }
        reached = end as u64;
    }
    (reached < start as u64)
        .then(|| format!("bytes {reached} to {start} belong to none of its entries; some programs read them"))
}

fn entry_onto(entry: &Listed<'_>, data: &[u8], shelf: &mut Shelf) {
    let refused = path::shown(entry.name);
    let path = match path::judged(entry.name) {
        Ok(path) => path,
        Err(reason) => return shelf.refuse(refused, reason),
    };
    if entry.is_renamed {
        return shelf.refuse(path, "the archive has a second, different name for it");
    }
    if entry.name.ends_with(b"/") && entry.size == 0 {
        return;
    }
    if path.is_empty() || entry.name.ends_with(b"/") {
        return shelf.refuse(refused, "a folder with content");
    }
    if entry.flags & 1 != 0 {
        return shelf.refuse(path, "it is encrypted");
    }
    let (room, too_large) = shelf.room();
    if entry.size > room {
        return shelf.refuse(path, format!("{too_large}; it was not read"));
    }
    match content(entry, data) {
        Err(reason) => shelf.refuse(path, reason),
        Ok(bytes) if entry.mode & 0o170_000 == 0o120_000 => {
            let target = path::resolved(&path, &bytes);
            shelf.link(path, target);
        }
        Ok(bytes) => shelf.put(path, bytes, entry.mode & 0o111 != 0),
    }
}

/// What an entry unpacks to: exactly as much as it says, with the checksum that it says.
fn content(entry: &Listed<'_>, data: &[u8]) -> Result<Vec<u8>, String> {
    let bytes = match entry.method {
        0 if entry.packed == entry.size => data.to_vec(),
        0 => return Err(String::from("it is stored as it is, and has two different sizes")),
        8 => {
            // One more byte than it says shows that it lied.
            let mut inflated = DeflateDecoder::new(data);
            let mut bytes = Vec::new();
            let outcome = inflated.by_ref().take(entry.size + 1).read_to_end(&mut bytes);
            outcome.map_err(|error| format!("its packed content is broken: {error}"))?;
            if bytes.len() as u64 > entry.size {
                return Err(format!("the archive says {} bytes, and it unpacks to more", entry.size));
            }
            if inflated.total_in() != entry.packed {
                return Err(String::from("its packed content ends before the archive says"));
            }
            bytes
        }
        method => {
            return Err(format!(
                "it is packed in a way (method {method}) that is not read; pack it with deflate"
            ));
        }
    };
    if bytes.len() as u64 != entry.size {
        return Err(format!("the archive says {} bytes, and it unpacks to {}", entry.size, bytes.len()));
    }
    let mut sum = Crc::new();
    sum.update(&bytes);
    if sum.sum() == entry.checksum {
        Ok(bytes)
    } else {
        Err(String::from("its content does not have the checksum that the archive says"))
    }
}
