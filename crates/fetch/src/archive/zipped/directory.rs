//! The directory at the end of a zip archive, and whether the rest of the archive says the same.
//!
//! A zip archive can be read from its end (the directory) or from its start (a header before each file). Where the two
//! differ, an installer may see other files than a scanner: every difference is named.

/// Fixed part of the record that ends an archive.
const END: usize = 22;
/// The longest comment after it.
const COMMENT: usize = 0xffff;
/// Marks a number that is too large for its field and stands in an extra field.
const ELSEWHERE: u64 = 0xffff_ffff;

/// One entry, as the directory has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed<'a> {
    pub(super) name: &'a [u8],
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) checksum: u32,
    pub(super) packed: u64,
    pub(super) size: u64,
    /// Unix mode; 0 where the archive was made elsewhere.
    pub(super) mode: u32,
    /// Where its own header stands.
    pub(super) offset: u64,
    /// Another name for it in an extra field, where that differs.
    pub(super) is_renamed: bool,
}

/// What the end of an archive says of it.
pub(super) struct Directory<'a> {
    pub(super) entries: Vec<Listed<'a>>,
    /// Where the directory starts: entries lie before.
    pub(super) start: usize,
    /// True when there were more entries than may be read.
    pub(super) is_cut: bool,
}

struct End {
    count: u64,
    size: u64,
    start: u64,
    /// Where the directory has to end.
    limit: usize,
}

/// Reads the directory of an archive; at most `most` entries of it.
pub(super) fn read(bytes: &[u8], most: usize) -> Result<Directory<'_>, String> {
    let end = end(bytes)?;
    let broken = || String::from("its directory is not where its end says");
    let start = usize::try_from(end.start).map_err(|_| broken())?;
    let size = usize::try_from(end.size).map_err(|_| broken())?;
    if start.checked_add(size) != Some(end.limit) {
        return Err(broken());
    }
    let mut rest = bytes.get(start..end.limit).ok_or_else(broken)?;
    let mut entries = Vec::new();
    let mut is_cut = false;
    while !rest.is_empty() {
        if entries.len() == most {
            is_cut = true;
            break;
        }
        let (entry, after) = listed(rest)?;
        entries.push(entry);
        rest = after;
    }
    if !is_cut && entries.len() as u64 != end.count {
        return Err(format!("its directory has {} entries and its end says {}", entries.len(), end.count));
    }
    Ok(Directory { entries, start, is_cut })
}

/// The record at the end: the last one there is, which has to reach to the last byte.
fn end(bytes: &[u8]) -> Result<End, String> {
    let from = bytes.len().saturating_sub(END + COMMENT);
    let tail = bytes.get(from..).unwrap_or_default();
    let at = tail.windows(4).rposition(|window| window == b"PK\x05\x06").map(|at| from + at);
    let at = at.ok_or("it has no end: it was cut off, or it is no zip archive")?;
    let record = bytes.get(at..).unwrap_or_default();
    let comment = usize::from(half(record, 20).ok_or("its end is cut off")?);
    if at + END + comment != bytes.len() {
        return Err(String::from("bytes follow after its end"));
    }
    if half(record, 4) != Some(0) || half(record, 6) != Some(0) || half(record, 8) != half(record, 10) {
        return Err(String::from("it is one of several volumes"));
    }
    let plain = End {
        count: half(record, 10).unwrap_or_default().into(),
        size: word(record, 12).unwrap_or_default().into(),
        start: word(record, 16).unwrap_or_default().into(),
        limit: at,
    };
    let locator = at.checked_sub(20).filter(|locator| word(bytes, *locator) == Some(0x0706_4b50));
    match locator {
        Some(locator) => large_end(bytes, locator, &plain),
        None => Ok(plain),
    }
}

/// The record for archives with numbers too large for the ordinary one. It may not contradict that.
fn large_end(bytes: &[u8], locator: usize, plain: &End) -> Result<End, String> {
    let broken = "its second end is broken";
    let at = usize::try_from(long(bytes, locator + 8).ok_or(broken)?).map_err(|_| broken)?;
    let record = bytes.get(at..locator).ok_or(broken)?;
    let length = usize::try_from(long(record, 4).ok_or(broken)?).map_err(|_| broken)?;
    if word(record, 0) != Some(0x0606_4b50) || length.checked_add(12) != Some(record.len()) {
        return Err(broken.to_owned());
    }
    let (count, size) = (long(record, 32).ok_or(broken)?, long(record, 40).ok_or(broken)?);
    let start = long(record, 48).ok_or(broken)?;
    let agree = |plain: u64, large: u64, elsewhere: u64| plain == large || plain == elsewhere;
    if agree(plain.count, count, 0xffff)
        && agree(plain.size, size, ELSEWHERE)
        && agree(plain.start, start, ELSEWHERE)
    {
        Ok(End { count, size, start, limit: at })
    } else {
        Err(String::from("it has two ends that contradict each other"))
    }
}

fn listed(bytes: &[u8]) -> Result<(Listed<'_>, &[u8]), String> {
    let broken = || String::from("its directory is broken");
    if word(bytes, 0) != Some(0x0201_4b50) {
        return Err(broken());
    }
    let field = |at| half(bytes, at).ok_or_else(broken);
    let number = |at| word(bytes, at).ok_or_else(broken);
    let name_end = 46 + usize::from(field(28)?);
    let extra_end = name_end + usize::from(field(30)?);
    let end = extra_end + usize::from(field(32)?);
    let name = bytes.get(46..name_end).ok_or_else(broken)?;
    let extra = bytes.get(name_end..extra_end).ok_or_else(broken)?;
    let rest = bytes.get(end..).ok_or_else(broken)?;
    let mut large = extra_field(extra, 0x0001).unwrap_or_default();
    let mut wide = |plain: u32| -> Result<u64, String> {
        if u64::from(plain) != ELSEWHERE {
            return Ok(plain.into());
        }
        let value = long(large, 0).ok_or_else(broken)?;
        large = large.get(8..).unwrap_or_default();
        Ok(value)
    };
    // The order of the extra field: size, packed size, offset.
    let size = wide(number(24)?)?;
    let packed = wide(number(20)?)?;
    let offset = wide(number(42)?)?;
    let made_on_unix = field(4)? >> 8 == 3;
    let entry = Listed {
        name,
        flags: field(8)?,
        method: field(10)?,
        checksum: number(16)?,
        packed,
        size,
        mode: if made_on_unix { number(38)? >> 16 } else { 0 },
        offset,
        // Its content starts with a version and a checksum.
        is_renamed: extra_field(extra, 0x7075).is_some_and(|field| field.get(5..) != Some(name)),
    };
    Ok((entry, rest))
}

/// Where the data of an entry lies, and where the entry ends.
pub(super) struct Extent {
    pub(super) data: (usize, usize),
    pub(super) end: usize,
}

/// The entry's own header, which has to say what the directory says.
pub(super) fn extent(bytes: &[u8], entry: &Listed<'_>, limit: usize) -> Result<Extent, String> {
    let differs = |what: &str| format!("its own header and the archive's directory give it different {what}");
    let cut = || String::from("it does not lie where the archive's directory says");
    let at = usize::try_from(entry.offset).map_err(|_| cut())?;
    let header = bytes.get(at..limit).ok_or_else(cut)?;
    if word(header, 0) != Some(0x0403_4b50) {
        return Err(cut());
    }
    let name_end = 30 + usize::from(half(header, 26).ok_or_else(cut)?);
    let start = name_end + usize::from(half(header, 28).ok_or_else(cut)?);
    let extra = header.get(name_end..start).ok_or_else(cut)?;
    if header.get(30..name_end) != Some(entry.name) {
        return Err(differs("names"));
    }
    if half(header, 8) != Some(entry.method) {
        return Err(differs("ways of packing"));
    }
    let follows = half(header, 6).unwrap_or_default() & 8 != 0;
    let large = extra_field(extra, 0x0001).unwrap_or_default();
    let agrees = |at: usize, stated: u64, large_at: usize| {
        let plain = u64::from(word(header, at).unwrap_or_default());
        plain == stated
            || (plain == ELSEWHERE && long(large, large_at).is_some_and(|large| large == stated || follows))
            || (follows && plain == 0)
    };
    if !agrees(22, entry.size, 0) || !agrees(18, entry.packed, 8) {
        return Err(differs("sizes"));
    }
    let checksum = word(header, 14).unwrap_or_default();
    if checksum != entry.checksum && !(follows && checksum == 0) {
        return Err(differs("checksums"));
    }
    let packed = usize::try_from(entry.packed).map_err(|_| cut())?;
    let end = start.checked_add(packed).filter(|end| *end <= header.len()).ok_or_else(cut)?;
    let after = header.get(end..).unwrap_or_default();
    let trailer = if follows { descriptor(after, entry).ok_or_else(|| differs("sizes"))? } else { 0 };
    Ok(Extent { data: (at + start, at + end), end: at + end + trailer })
}

/// Length of the record after the data that repeats checksum and sizes, when it repeats them rightly.
fn descriptor(bytes: &[u8], entry: &Listed<'_>) -> Option<usize> {
    let marked = if word(bytes, 0) == Some(0x0807_4b50) { 4 } else { 0 };
    [marked, 0].into_iter().find_map(|mark| {
        if word(bytes, mark)? != entry.checksum {
            return None;
        }
        let at = mark + 4;
        let small = word(bytes, at).map(u64::from) == Some(entry.packed)
            && word(bytes, at + 4).map(u64::from) == Some(entry.size);
        let large = long(bytes, at) == Some(entry.packed) && long(bytes, at + 8) == Some(entry.size);
        // An empty file fits both ways; a following header tells them apart.
        match (small, large) {
            (true, true) if matches!(bytes.get(at + 8..at + 10), Some(b"PK") | None) => Some(at + 8),
            (_, true) => Some(at + 16),
            (true, false) => Some(at + 8),
            (false, false) => None,
        }
    })
}

/// The content of the extra field of that kind.
fn extra_field(mut extra: &[u8], kind: u16) -> Option<&[u8]> {
    loop {
        let length = usize::from(half(extra, 2)?);
        let content = extra.get(4..4 + length)?;
        if half(extra, 0) == Some(kind) {
            return Some(content);
        }
        extra = extra.get(4 + length..)?;
    }
}

fn half(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|chunk| u16::from_le_bytes(*chunk))
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|chunk| u32::from_le_bytes(*chunk))
}

fn long(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|chunk| u64::from_le_bytes(*chunk))
}
