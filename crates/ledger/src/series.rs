//! The files that one process writes: one chain through all of them, with signed checkpoints.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use crate::chain::{self, FORMAT, Hash};
use crate::clock::spell;
use crate::error::LedgerError;
use crate::folder::{self, Layout};
use crate::index::{Entry, Index};
use crate::key::SigningKey;

const RESTART: &str = "start the program again after looking at it with `portcullis ledger verify`";

/// Why a checkpoint was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Why {
    /// The series begins.
    Open,
    /// Enough records were unsigned.
    Count,
    /// Records were unsigned for long enough.
    Time,
    /// The series goes on in another file.
    Rotation,
    /// The series ends.
    Close,
}

/// A line other than a record.
#[derive(Serialize)]
struct Line<'a, T: Serialize> {
    r#type: &'static str,
    seq: u64,
    time: &'a str,
    #[serde(flatten)]
    members: T,
}

#[derive(Serialize)]
struct Header<'a> {
    format: &'static str,
    ledger: &'a str,
    series: &'a str,
    file: u32,
    records: u64,
    previous: String,
    index_lines: u64,
    index_head: String,
}

#[derive(Serialize)]
struct Checkpoint {
    records: u64,
    why: Why,
}

/// What was found of a series whose process died.
#[derive(Debug, Serialize)]
pub(crate) struct Recovered {
    /// Records behind its last checkpoint: that they are what was written is not proved.
    pub(crate) unsigned: u64,
    /// The file that holds what is left of a line that was never whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) torn: Option<String>,
    /// Its digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) torn_sha256: Option<String>,
}

#[derive(Serialize)]
struct RecoveredLine<'a> {
    records: u64,
    #[serde(flatten)]
    found: &'a Recovered,
}

/// Where a chain stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Position {
    /// The number of the next line.
    pub(crate) next: u64,
    /// The digest of the last line.
    pub(crate) head: Hash,
    /// How many of the lines are records.
    pub(crate) records: u64,
}

/// Where the last whole line of a series ends.
#[derive(Debug)]
pub(crate) struct Found {
    /// The number of its file.
    pub(crate) file: u32,
    /// Bytes of that file up to there.
    pub(crate) end: u64,
    /// Where the chain stands.
    pub(crate) at: Position,
}

/// A series that is being written.
pub(crate) struct Series {
    pub(crate) name: Arc<str>,
    layout: Layout,
    ledger: String,
    /// Held for as long as the series is open; its name is the series'.
    lock: File,
    file: Arc<File>,
    path: PathBuf,
    number: u32,
    /// The bytes of the file up to which it is ours and whole.
    end: u64,
    /// A line of ours may be behind the end in parts.
    torn: bool,
    at: Position,
    /// Where the first record of the file can be.
    begun: u64,
    /// Where the chain stood when the file was found full and the next one could not be begun yet.
    full_at: Option<u64>,
    /// The index does not know of the present file yet.
    unlisted: bool,
}

impl Series {
    /// Begins a series: its lock, its folder, its first file with a header and a checkpoint, its line in the index.
    pub(crate) fn begin(
        layout: &Layout,
        index: &mut Index,
        key: &SigningKey,
        now: Timestamp,
    ) -> Result<Self, LedgerError> {
        let name = new_name(now)?;
        folder::create_private(&layout.open())?;
        let lock_path = layout.open().join(&name);
        let lock = folder::create_for_appending(&lock_path)?;
        folder::lock(&lock_path, &lock)?;
        let folder = layout.series(&name);
        folder::create_private(&folder)?;
        let path = folder.join(folder::segment(1));
        let mut series = Self {
            name: name.into(),
            layout: layout.clone(),
            ledger: index.ledger.clone(),
            lock,
            file: Arc::new(folder::create_for_appending(&path)?),
            path,
            number: 1,
            end: 0,
            torn: false,
            at: Position { next: 0, head: Hash::NONE, records: 0 },
            begun: 0,
            full_at: None,
            unlisted: false,
        };
        series.write_header(Hash::NONE, index.position(), now)?;
        let head = series.at.head;
        series.checkpoint(Why::Open, key, now)?;
        series.begun = series.end;
        // The index must never name a series that is not on the disk: that would look like a deletion.
        series.file.sync_all().map_err(LedgerError::system("sync", &series.path))?;
        folder::sync(&folder)?;
        folder::sync(&layout.root)?;
        index.append(key, now, &Entry::Opened { series: &series.name, head: head.to_string() })?;
        Ok(series)
    }

    /// Takes over the series of a process that died, behind the last whole line of its last file.
    pub(crate) fn take_over(
        layout: &Layout,
        index: &Index,
        name: &str,
        lock: File,
        found: &Found,
    ) -> Result<Self, LedgerError> {
        let path = layout.series(name).join(folder::segment(found.file));
        Ok(Self {
            name: name.into(),
            layout: layout.clone(),
            ledger: index.ledger.clone(),
            lock,
            file: Arc::new(folder::open_for_appending(&path, false)?),
            path,
            number: found.file,
            end: found.end,
            // What is behind the end was set aside.
            torn: true,
            begun: 0,
            full_at: None,
            at: found.at,
            unlisted: false,
        })
    }

    /// Whether the present file has no room for so many more bytes. One record always has room.
    pub(crate) fn is_full(&self, more: u64, most: u64) -> bool {
        self.full_at.is_some() || self.end + more > most && self.end > self.begun
    }

    /// The present file, to be put on the disk without holding any lock.
    pub(crate) fn file(&self) -> Arc<File> {
        Arc::clone(&self.file)
    }

    /// Appends a record whose members are `rest`: from their first quotation mark to the closing brace.
    pub(crate) fn record(
        &mut self,
        now: Timestamp,
        backwards: Option<i64>,
        rest: &str,
    ) -> Result<u64, LedgerError> {
        let seq = self.at.next;
        let body = record_body(seq, now, backwards, rest);
        self.write(body.as_bytes())?;
        self.at.records += 1;
        Ok(seq)
    }

    /// Appends a signed checkpoint.
    pub(crate) fn checkpoint(
        &mut self,
        why: Why,
        key: &SigningKey,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.signed("checkpoint", Checkpoint { records: self.at.records, why }, key, now)
    }

    /// Appends the signed line that ends a series whose process died.
    pub(crate) fn recovered(
        &mut self,
        found: &Recovered,
        key: &SigningKey,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.signed("recovered", RecoveredLine { records: self.at.records, found }, key, now)
    }

    /// Goes on in another file. Can be called again when it failed, and then goes on where it stopped.
    pub(crate) fn rotate(&mut self, key: &SigningKey, now: Timestamp) -> Result<(), LedgerError> {
        let mut index = Index::lock(&self.layout, key, now)?;
        let path = self.layout.series(&self.name).join(folder::segment(self.number + 1));
        if self.full_at == Some(self.at.next) {
            // What the last attempt began and could not finish.
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(LedgerError::system("remove", &path)(error));
                }
                _ => {}
            }
        } else {
            self.checkpoint(Why::Rotation, key, now)?;
            self.full_at = Some(self.at.next);
        }
        let file = Arc::new(folder::create_for_appending(&path)?);
        let before =
            (std::mem::replace(&mut self.file, file), std::mem::replace(&mut self.path, path), self.end);
        self.end = 0;
        self.number += 1;
        if let Err(error) = self.write_header(self.at.head, index.position(), now) {
            (self.file, self.path, self.end) = before;
            self.number -= 1;
            self.torn = false;
            return Err(error);
        }
        self.begun = self.end;
        self.full_at = None;
        self.unlisted = true;
        self.list(&mut index, key, now)
    }

    /// Tells the index of the present file, when it does not know it yet.
    pub(crate) fn list_file(&mut self, key: &SigningKey, now: Timestamp) -> Result<(), LedgerError> {
        if self.unlisted {
            let mut index = Index::lock(&self.layout, key, now)?;
            self.list(&mut index, key, now)?;
        }
        Ok(())
    }

    fn list(&mut self, index: &mut Index, key: &SigningKey, now: Timestamp) -> Result<(), LedgerError> {
        let (at, head) = (self.at.next - 1, self.at.head.to_string());
        index.append(key, now, &Entry::Rotated { series: &self.name, file: self.number, at, head })?;
        self.unlisted = false;
        Ok(())
    }

    /// Puts the series on the disk, tells the index where it ended, and gives up its lock.
    pub(crate) fn end(
        &mut self,
        recovered: bool,
        index: &mut Index,
        key: &SigningKey,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.file.sync_all().map_err(LedgerError::system("sync", &self.path))?;
        folder::sync(&self.layout.series(&self.name))?;
        let closed = Entry::Closed {
            series: &self.name,
            at: self.at.next.saturating_sub(1),
            head: self.at.head.to_string(),
            records: self.at.records,
            recovered,
        };
        index.append(key, now, &closed)?;
        index.sync()?;
        let lock = self.layout.open().join(&*self.name);
        std::fs::remove_file(&lock).map_err(LedgerError::system("remove", &lock))?;
        // Nobody looks at the lock any more, since its name is gone.
        let _ = self.lock.unlock();
        Ok(())
    }

    /// Closes the series: the last checkpoint, and the line in the index.
    pub(crate) fn close(&mut self, key: &SigningKey, now: Timestamp) -> Result<(), LedgerError> {
        let mut index = Index::lock(&self.layout, key, now)?;
        self.checkpoint(Why::Close, key, now)?;
        self.end(false, &mut index, key, now)
    }

    /// Whether the files are still where they were made, and as they were written.
    ///
    /// # Errors
    /// They were moved, removed or changed.
    pub(crate) fn check_places(&mut self) -> Result<(), LedgerError> {
        self.check_unchanged()?;
        for (path, file) in [(&self.path, &*self.file), (&self.layout.open().join(&*self.name), &self.lock)] {
            if !folder::is_same(path, file).map_err(LedgerError::system("look at", path))? {
                return Err(LedgerError::changed(path, format!("was moved or removed; {RESTART}")));
            }
        }
        Ok(())
    }

    fn write_header(
        &mut self,
        previous: Hash,
        (index_lines, index_head): (u64, Hash),
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        let (ledger, name) = (self.ledger.clone(), Arc::clone(&self.name));
        let header = Header {
            format: FORMAT,
            ledger: &ledger,
            series: &name,
            file: self.number,
            records: self.at.records,
            previous: previous.to_string(),
            index_lines,
            index_head: index_head.to_string(),
        };
        let object = self.object("header", header, now)?;
        self.write(object.strip_prefix('{').unwrap_or(&object).as_bytes())
    }

    fn signed(
        &mut self,
        word: &'static str,
        members: impl Serialize,
        key: &SigningKey,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        let object = self.object(word, members, now)?;
        let body = chain::sign(&object, &self.name, self.at.head, key);
        self.write(body.as_bytes())
    }

    fn object(
        &self,
        word: &'static str,
        members: impl Serialize,
        now: Timestamp,
    ) -> Result<String, LedgerError> {
        let line = Line { r#type: word, seq: self.at.next, time: &spell(now), members };
        serde_json::to_string(&line)
            .map_err(|error| LedgerError::damaged(&self.path, format!("cannot be written: {error}")))
    }

    /// Writes one line with one call. When it fails, the chain stands where it stood.
    fn write(&mut self, body: &[u8]) -> Result<(), LedgerError> {
        self.check_unchanged()?;
        let (line, hash) = chain::line(self.at.head, body);
        if let Err(error) = (&*self.file).write_all(&line) {
            // A part of the line may have been written; when it cannot be taken back now, it is before the next line.
            self.torn = self.file.set_len(self.end).is_err();
            return Err(LedgerError::system("write to", &self.path)(error));
        }
        self.end += line.len() as u64;
        self.at.next += 1;
        self.at.head = hash;
        Ok(())
    }

    /// Whether the file has the length that we gave it, and still a name.
    fn check_unchanged(&mut self) -> Result<(), LedgerError> {
        if self.torn {
            self.file.set_len(self.end).map_err(LedgerError::system("shorten", &self.path))?;
            self.torn = false;
        }
        let metadata = self.file.metadata().map_err(LedgerError::system("look at", &self.path))?;
        if folder::is_unlinked(&metadata) {
            return Err(LedgerError::changed(&self.path, format!("was removed; {RESTART}")));
        }
        if metadata.len() != self.end {
            return Err(LedgerError::changed(&self.path, format!("was changed by somebody else; {RESTART}")));
        }
        Ok(())
    }
}

/// The body of a record's line.
pub(crate) fn record_body(seq: u64, now: Timestamp, backwards: Option<i64>, rest: &str) -> String {
    let clock = backwards.map(|ms| format!("\"clock_back_ms\":{ms},")).unwrap_or_default();
    format!("\"type\":\"record\",\"seq\":{seq},\"time\":\"{}\",{clock}{rest}", spell(now))
}

/// Names sort by the second in which the series began; the rest tells processes apart.
fn new_name(now: Timestamp) -> Result<String, LedgerError> {
    let mut random = [0; 6];
    aws_lc_rs::rand::fill(&mut random).map_err(|_| LedgerError::System {
        doing: "take random bytes from",
        path: PathBuf::from("the system"),
        source: std::io::Error::other("it gives none"),
    })?;
    let time: String = spell(now).chars().filter(|c| !matches!(c, '-' | ':')).take(15).collect();
    Ok(format!("{time}Z-{}-{}", std::process::id(), chain::hex(&random)))
}
