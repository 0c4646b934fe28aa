//! The index: one chain, every line signed, that names each series when it begins and where it ended.
//!
//! Its file is locked while a line is appended, so that all processes share one chain.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::chain::{self, FORMAT, Framed, Hash, hex};
use crate::clock::spell;
use crate::error::LedgerError;
use crate::folder::{self, Layout};
use crate::key::SigningKey;

/// The name of this chain in what is signed.
pub(crate) const CHAIN: &str = "index";

/// No line of the index is longer.
pub(crate) const LONGEST: u64 = 4096;

/// What a line of the index says.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Entry<'a> {
    /// The first line.
    Header { format: &'static str, ledger: &'a str, key: &'a str },
    /// A series began; `head` is the digest of its first line.
    Opened { series: &'a str, head: String },
    /// A series went on in another file.
    Rotated { series: &'a str, file: u32, at: u64, head: String },
    /// A series ended with the line `at`.
    Closed { series: &'a str, at: u64, head: String, records: u64, recovered: bool },
    /// A series whose process died could not be closed, because its chain is broken.
    Damaged { series: &'a str, what: &'a str },
    /// The last line of the index had been torn; its bytes were set aside.
    Recovered { torn_bytes: u64, torn_sha256: String },
}

impl Entry<'_> {
    const fn word(&self) -> &'static str {
        match self {
            Self::Header { .. } => "header",
            Self::Opened { .. } => "opened",
            Self::Rotated { .. } => "rotated",
            Self::Closed { .. } => "closed",
            Self::Damaged { .. } => "damaged",
            Self::Recovered { .. } => "recovered",
        }
    }
}

#[derive(Serialize)]
struct Line<'a> {
    r#type: &'static str,
    seq: u64,
    time: String,
    #[serde(flatten)]
    entry: &'a Entry<'a>,
}

/// The index, locked for this process.
pub(crate) struct Index {
    path: PathBuf,
    file: File,
    /// Which ledger this is: 32 hexadecimal digits.
    pub(crate) ledger: String,
    next: u64,
    head: Hash,
    end: u64,
}

/// The end of the file.
struct Tail {
    before: Hash,
    last: Vec<u8>,
    torn: Vec<u8>,
    end: u64,
}

impl Index {
    /// Locks the index of an existing ledger.
    pub(crate) fn lock(layout: &Layout, key: &SigningKey, now: Timestamp) -> Result<Self, LedgerError> {
        let path = layout.index();
        let file = folder::open_for_appending(&path, false)?;
        folder::lock(&path, &file)?;
        Self::read(path, file, key, now)
    }

    /// Locks the index, and makes it when there is none. The key is looked for, or made, while it is locked.
    pub(crate) fn lock_or_create(
        layout: &Layout,
        key: impl FnOnce() -> Result<SigningKey, LedgerError>,
        now: Timestamp,
    ) -> Result<(Self, SigningKey), LedgerError> {
        let path = layout.index();
        let file = folder::open_for_appending(&path, true)?;
        folder::lock(&path, &file)?;
        let key = key()?;
        if has_a_line(&file).map_err(LedgerError::system("read", &path))? {
            return Ok((Self::read(path, file, &key, now)?, key));
        }
        if !layout.series_names()?.is_empty() {
            return Err(LedgerError::damaged(
                &path,
                "is missing or empty although there are records; restore it, or move the whole folder away",
            ));
        }
        // Whoever made it last died before its first line was whole: nothing was in it.
        file.set_len(0).map_err(LedgerError::system("shorten", &path))?;
        let mut random = [0; 16];
        aws_lc_rs::rand::fill(&mut random)
            .map_err(|_| LedgerError::damaged(&path, "cannot be made: the system gives no random bytes"))?;
        let mut index = Self { path, file, ledger: hex(&random), next: 0, head: Hash::NONE, end: 0 };
        index.begin(&key, now)?;
        folder::sync(&layout.root)?;
        Ok((index, key))
    }

    fn begin(&mut self, key: &SigningKey, now: Timestamp) -> Result<(), LedgerError> {
        let (ledger, public) = (self.ledger.clone(), key.public().to_string());
        self.append(key, now, &Entry::Header { format: FORMAT, ledger: &ledger, key: &public })
    }

    /// Reads the end of the file, checks that our key signed it, and sets a torn last line aside.
    fn read(path: PathBuf, mut file: File, key: &SigningKey, now: Timestamp) -> Result<Self, LedgerError> {
        let fail = |what: &str| LedgerError::damaged(&path, what);
        let damaged =
            "is damaged; look at it with `portcullis ledger verify`, then move the whole folder away";
        let tail =
            tail(&mut file).map_err(LedgerError::system("read", &path))?.ok_or_else(|| fail(damaged))?;
        let last = Framed::read(&tail.last).ok_or_else(|| fail(damaged))?;
        if !last.follows(tail.before) {
            return Err(fail(damaged));
        }
        if !last.is_signed(CHAIN, tail.before, &key.public()) {
            return Err(fail("was signed with another key; restore that key, or move the whole folder away"));
        }
        let seq = number(last.body, b",\"seq\":").ok_or_else(|| fail(damaged))?;
        let ledger = ledger_id(&mut file).map_err(LedgerError::system("read", &path))?.ok_or_else(|| {
            fail("does not begin with its header; restore it, or move the whole folder away")
        })?;
        let mut index = Self { path, file, ledger, next: seq + 1, head: last.hash, end: tail.end };
        if !tail.torn.is_empty() {
            index.set_aside(&tail.torn, key, now)?;
        }
        Ok(index)
    }

    fn set_aside(&mut self, torn: &[u8], key: &SigningKey, now: Timestamp) -> Result<(), LedgerError> {
        let aside = self.path.with_file_name(format!("index-{}.torn", self.next));
        match folder::write_new(&aside, torn) {
            Err(LedgerError::System { source, .. }) if source.kind() == std::io::ErrorKind::AlreadyExists => {
            }
            other => other?,
        }
        self.file.set_len(self.end).map_err(LedgerError::system("shorten", &self.path))?;
        let entry =
            Entry::Recovered { torn_bytes: torn.len() as u64, torn_sha256: hex(&Sha256::digest(torn)) };
        self.append(key, now, &entry)
    }

    /// How many lines there are, and the digest of the last one.
    pub(crate) fn position(&self) -> (u64, Hash) {
        (self.next, self.head)
    }

    /// Appends one signed line.
    pub(crate) fn append(
        &mut self,
        key: &SigningKey,
        now: Timestamp,
        entry: &Entry<'_>,
    ) -> Result<(), LedgerError> {
        let line = Line { r#type: entry.word(), seq: self.next, time: spell(now), entry };
        let object = serde_json::to_string(&line)
            .map_err(|error| LedgerError::damaged(&self.path, format!("cannot be written: {error}")))?;
        let body = chain::sign(&object, CHAIN, self.head, key);
        let (line, hash) = chain::line(self.head, body.as_bytes());
        if let Err(error) = self.file.write_all(&line) {
            // What was written of it would only be set aside by the next one; when this fails too, it will be.
            let _ = self.file.set_len(self.end);
            return Err(LedgerError::system("write to", &self.path)(error));
        }
        self.end += line.len() as u64;
        self.next += 1;
        self.head = hash;
        Ok(())
    }

    /// Puts it on the disk.
    pub(crate) fn sync(&self) -> Result<(), LedgerError> {
        self.file.sync_data().map_err(LedgerError::system("sync", &self.path))
    }

    /// Whether a series is named in it. Reads the whole index, one line at a time.
    pub(crate) fn names(&mut self, series: &str) -> Result<bool, LedgerError> {
        use std::io::{BufRead, BufReader};
        let wanted = format!("\"series\":\"{series}\"");
        self.file.rewind().map_err(LedgerError::system("read", &self.path))?;
        let mut reader = BufReader::new(&self.file);
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = reader
                .by_ref()
                .take(LONGEST)
                .read_until(b'\n', &mut line)
                .map_err(LedgerError::system("read", &self.path))?;
            if read == 0 {
                return Ok(false);
            }
            if line.windows(wanted.len()).any(|window| window == wanted.as_bytes()) {
                return Ok(true);
            }
        }
    }
}

/// Whether there is a whole first line, or more than could be the beginning of one.
fn has_a_line(mut file: &File) -> std::io::Result<bool> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.take(LONGEST).read_to_end(&mut bytes)?;
    Ok(bytes.contains(&b'\n') || bytes.len() as u64 == LONGEST)
}

/// The last whole line, the digest before it, and what is behind it. None when there is no whole line.
fn tail(file: &mut File) -> std::io::Result<Option<Tail>> {
    let length = file.metadata()?.len();
    let start = length.saturating_sub(3 * LONGEST);
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    Read::take(&mut *file, 3 * LONGEST).read_to_end(&mut bytes)?;
    let Some(newline) = bytes.iter().rposition(|&byte| byte == b'\n') else { return Ok(None) };
    let (lines, torn) = bytes.split_at(newline + 1);
    let mut lines = lines.split(|&byte| byte == b'\n').rev().skip(1);
    let last = lines.next().unwrap_or_default().to_vec();
    // The first line of what was read may be the end of a longer one: then it is not taken for a line.
    let before = match lines.next() {
        None if start == 0 => Some(Hash::NONE),
        line => line.and_then(Framed::read).map(|line| line.hash),
    };
    Ok(before.map(|before| Tail { before, last, torn: torn.to_vec(), end: start + newline as u64 + 1 }))
}

/// The id of the ledger, from the first line.
fn ledger_id(file: &mut File) -> std::io::Result<Option<String>> {
    file.rewind()?;
    let mut bytes = Vec::new();
    Read::take(&mut *file, LONGEST).read_to_end(&mut bytes)?;
    let line = bytes.split(|&byte| byte == b'\n').next().and_then(Framed::read);
    Ok(line.and_then(|line| {
        let at = find(line.body, b"\"ledger\":\"")?;
        let digits = line.body.get(at..at + 32)?;
        digits.iter().all(u8::is_ascii_hexdigit).then(|| String::from_utf8_lossy(digits).into_owned())
    }))
}

/// Where `wanted` ends in `bytes`.
fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted).map(|at| at + wanted.len())
}

/// The number behind the first `name`. Only for lines that we signed: their first member of a name is the only one.
pub(crate) fn number(body: &[u8], name: &[u8]) -> Option<u64> {
    let digits = body.get(find(body, name)?..)?;
    let end = digits.iter().position(|byte| !byte.is_ascii_digit())?;
    std::str::from_utf8(digits.get(..end)?).ok()?.parse().ok()
}
