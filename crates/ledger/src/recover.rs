//! What a process that was killed left behind: its last line may be torn, and nobody said where its series ended.
//!
//! Whoever opens the ledger next closes such series: the torn bytes are set aside in a file, a signed line says so,
//! and the index says where the series ended. From then on nothing can be taken off its end unseen.

use std::fs::{self, File};
use std::io::BufReader;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::chain::{Framed, Hash, hex};
use crate::error::LedgerError;
use crate::folder::{self, Layout};
use crate::index::{Entry, Index, number};
use crate::key::SigningKey;
use crate::lines::{Lines, Step};
use crate::series::{Found, Position, Recovered, Series};

/// Most series that are closed at one opening: the others wait for the next one.
const MOST: usize = 16;

/// Closes the series of processes that are no more.
pub(crate) fn dead_series(
    layout: &Layout,
    index: &mut Index,
    key: &SigningKey,
    now: Timestamp,
) -> Result<(), LedgerError> {
    let open = layout.open();
    folder::create_private(&open)?;
    let names = folder::names(&open)?;
    let mut left = MOST;
    for name in names.iter().filter(|name| folder::is_series_name(name)) {
        let path = open.join(name);
        let lock = folder::open_for_appending(&path, false)?;
        if !folder::try_lock(&lock).map_err(LedgerError::system("lock", &path))? {
            continue;
        }
        if left == 0 {
            break;
        }
        left -= 1;
        // Who died before its series was in the index had written no record.
        if index.names(name)? {
            match find_end(layout, name, key)? {
                Ok(end) => bury(layout, index, name, lock, &end, key, now)?,
                Err(what) => {
                    index.append(key, now, &Entry::Damaged { series: name, what })?;
                    remove(&path)?;
                }
            }
        } else {
            remove(&path)?;
        }
    }
    Ok(())
}

fn remove(path: &std::path::Path) -> Result<(), LedgerError> {
    fs::remove_file(path).map_err(LedgerError::system("remove", path))
}

/// How a series whose process died ends.
struct End {
    found: Found,
    unsigned: u64,
    torn: Option<Torn>,
    /// Its last line says already that it ended.
    ended: Option<Ended>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    Closed,
    Recovered,
}

struct Torn {
    bytes: Vec<u8>,
    /// The file in which they are: the last one, or one behind it that has no whole line at all.
    file: u32,
}

/// Reads the last file of a series to the end of its last whole line, or says why nobody should sign it.
fn find_end(layout: &Layout, name: &str, key: &SigningKey) -> Result<Result<End, &'static str>, LedgerError> {
    let folder = layout.series(name);
    if !folder.is_dir() {
        return Ok(Err("its folder is missing"));
    }
    let names = folder::names(&folder)?;
    let Some(last) = names.iter().filter_map(|name| folder::segment_number(name)).max() else {
        return Ok(Err("it has no file"));
    };
    let mut end = read_file(layout, name, last, key)?;
    if let Ok(End { found, torn: Some(torn), .. }) = &mut end
        && found.end == 0
        && last > 1
    {
        let begun = std::mem::take(&mut torn.bytes);
        end = read_file(layout, name, last - 1, key)?;
        match &mut end {
            Ok(End { torn: Some(_), .. }) => return Ok(Err("a file before its last one is torn")),
            Ok(end) => end.torn = Some(Torn { bytes: begun, file: last }),
            Err(_) => {}
        }
    }
    Ok(end.and_then(|end| if end.found.end == 0 { Err("its first line is missing") } else { Ok(end) }))
}

fn read_file(
    layout: &Layout,
    name: &str,
    number_of_file: u32,
    key: &SigningKey,
) -> Result<Result<End, &'static str>, LedgerError> {
    let path = layout.series(name).join(folder::segment(number_of_file));
    let fail = || LedgerError::system("read", &path);
    let mut lines = Lines::new(BufReader::new(folder::open_for_reading(&path)?));
    let mut at = Position { next: 0, head: Hash::NONE, records: 0 };
    let mut end =
        End { found: Found { file: number_of_file, end: 0, at }, unsigned: 0, torn: None, ended: None };
    loop {
        let line = match lines.step().map_err(fail())? {
            Step::Line(line) => line,
            Step::TooLong => return Ok(Err("a line is longer than any of ours")),
            Step::Torn(bytes) => {
                end.torn = Some(Torn { bytes: bytes.to_vec(), file: number_of_file });
                break;
            }
            Step::End => {
                if end.found.end == 0 {
                    end.torn = Some(Torn { bytes: Vec::new(), file: number_of_file });
                }
                break;
            }
        };
        let Some(framed) = Framed::read(line) else { return Ok(Err("a line has not the form of a line")) };
        let word = word(framed.body);
        if end.found.end == 0 {
            let Some(begun) = header(framed.body) else {
                return Ok(Err("a file does not begin with its header"));
            };
            at = begun;
        }
        if !framed.follows(at.head) {
            return Ok(Err("its chain is broken"));
        }
        let signed = word != b"record" && word != b"header";
        if signed && !framed.is_signed(name, at.head, &key.public()) {
            return Ok(Err("a signature is wrong"));
        }
        end.ended = match word {
            b"recovered" => Some(Ended::Recovered),
            b"checkpoint" if framed.body.windows(14).any(|part| part == b",\"why\":\"close\"") => {
                Some(Ended::Closed)
            }
            _ => None,
        };
        let record = u64::from(word == b"record");
        end.unsigned = if signed { 0 } else { end.unsigned + record };
        at = Position { next: at.next + 1, head: framed.hash, records: at.records + record };
        end.found = Found { file: number_of_file, end: lines.offset, at };
    }
    Ok(Ok(end))
}

/// The word behind `"type":"`.
fn word(body: &[u8]) -> &[u8] {
    let rest = body.get(8..).unwrap_or_default();
    rest.split(|&byte| byte == b'"').next().unwrap_or_default()
}

/// Where the chain stands before a header, as it says itself.
fn header(body: &[u8]) -> Option<Position> {
    (word(body) == b"header").then_some(())?;
    let previous = b"\"previous\":\"";
    let from = body.windows(previous.len()).position(|part| part == previous)? + previous.len();
    Some(Position {
        next: number(body, b",\"seq\":")?,
        head: Hash::read(body.get(from..from + 64)?)?,
        records: number(body, b",\"records\":")?,
    })
}

/// Sets the torn bytes aside, says so in the series, and closes it in the index.
fn bury(
    layout: &Layout,
    index: &mut Index,
    name: &str,
    lock: File,
    end: &End,
    key: &SigningKey,
    now: Timestamp,
) -> Result<(), LedgerError> {
    let mut recovered = Recovered { unsigned: end.unsigned, torn: None, torn_sha256: None };
    if let Some(torn) = &end.torn {
        let aside = format!("{:06}.torn", torn.file);
        let path = layout.series(name).join(&aside);
        // Whoever did this before us and died has written the same bytes, or a part of them.
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(LedgerError::system("remove", &path)(error));
            }
            _ => folder::write_new(&path, &torn.bytes)?,
        }
        if torn.file > end.found.file {
            remove(&layout.series(name).join(folder::segment(torn.file)))?;
        }
        recovered.torn = Some(aside);
        recovered.torn_sha256 = Some(hex(&Sha256::digest(&torn.bytes)));
    }
    let mut series = Series::take_over(layout, index, name, lock, &end.found)?;
    if end.ended.is_none() || end.torn.is_some() {
        series.recovered(&recovered, key, now)?;
    }
    let closed = end.ended == Some(Ended::Closed) && end.torn.is_none();
    series.end(!closed, index, key, now)
}
