//! The ledger as its writer sees it.

use std::collections::VecDeque;
use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::chain::{self, Hash};
use crate::clock::Clock;
use crate::encode;
use crate::error::LedgerError;
use crate::folder::{self, Layout};
use crate::index::Index;
use crate::key::{PublicKey, SigningKey};
use crate::record::Record;
use crate::recover;
use crate::series::{Series, Why, record_body};

/// How the ledger is written.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder of the keys; `keys` beside the ledger's folder when none is named.
    pub keys: Option<PathBuf>,
    /// A checkpoint is signed after so many records (at least one).
    pub checkpoint_records: u64,
    /// [`Ledger::tick`] signs a checkpoint when a record is unsigned for so long.
    pub checkpoint_after: Duration,
    /// Another file is begun when this one would be larger, in bytes.
    pub file_bytes: u64,
    /// Whether messages are kept, redacted. Without it no part of a message is written anywhere.
    pub content: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            keys: None,
            checkpoint_records: 1000,
            checkpoint_after: Duration::from_secs(1),
            file_bytes: 64 << 20,
            content: false,
        }
    }
}

/// Which record it is: a series and the number of a line in it, written `SERIES/NUMBER`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId {
    /// The series of the process that wrote it.
    pub series: Arc<str>,
    /// The number of its line.
    pub seq: u64,
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.series, self.seq)
    }
}

/// An audit log that is open for writing. It can be shared by threads; other processes may write to the same folder.
///
/// [`append`](Self::append) puts a record into the chain and hands it to the system: it outlives the process, whatever
/// ends it. [`tick`](Self::tick), to be called a few times each second by a thread that may wait, signs what is
/// unsigned and puts it on the disk: it then outlives a loss of power. [`close`](Self::close) ends the series.
pub struct Ledger {
    state: Mutex<State>,
    clock: Box<dyn Clock>,
    options: Options,
    public: Option<PublicKey>,
}

struct State {
    store: Store,
    last_time: Timestamp,
    /// Records since the last checkpoint, and when the first of them was written.
    unsigned: u64,
    unsigned_since: Option<Instant>,
    /// Files with something that may not be on the disk yet.
    unsynced: Vec<Arc<File>>,
    /// A reason for which nothing is written any more.
    lost: Option<(PathBuf, String)>,
    closed: bool,
}

enum Store {
    Files { series: Box<Series>, key: SigningKey },
    Memory(Memory),
}

/// The newest lines of a ledger that is never written anywhere.
#[derive(Default)]
struct Memory {
    lines: VecDeque<Vec<u8>>,
    bytes: u64,
    next: u64,
    head: Hash,
}

impl Ledger {
    /// Opens the ledger of this folder for writing; makes the folder and the key when they are not there. Series of
    /// processes that died are closed, and what they left unfinished is set aside.
    ///
    /// # Errors
    /// It cannot be written, is damaged, or was signed with another key.
    pub fn open(folder: &Path, options: Options, clock: impl Clock + 'static) -> Result<Self, LedgerError> {
        let layout = Layout::new(folder);
        folder::create_private(folder)?;
        let keys = options.keys.clone().unwrap_or_else(|| folder.with_file_name("keys"));
        let now = clock.now();
        let (mut index, key) = Index::lock_or_create(&layout, || SigningKey::open_or_create(&keys), now)?;
        recover::dead_series(&layout, &mut index, &key, now)?;
        let series = Series::begin(&layout, &mut index, &key, now)?;
        let public = Some(key.public());
        let state = State::new(Store::Files { series: Box::new(series), key }, now);
        Ok(Self { state: Mutex::new(state), clock: Box::new(clock), options, public })
    }

    /// A ledger in memory, for a replay: the same records in a chain, without a signature. It keeps the newest lines,
    /// up to [`Options::file_bytes`].
    #[must_use]
    pub fn in_memory(options: Options, clock: impl Clock + 'static) -> Self {
        let state = State::new(Store::Memory(Memory::default()), clock.now());
        Self { state: Mutex::new(state), clock: Box::new(clock), options, public: None }
    }

    /// Whether messages are kept: without, none need be given.
    #[must_use]
    pub fn keeps_content(&self) -> bool {
        self.options.content
    }

    /// The key that verifies what is written here; none in memory.
    #[must_use]
    pub fn public_key(&self) -> Option<PublicKey> {
        self.public
    }

    /// Appends a record. It is in the hands of the system when this returns, and signed and on the disk after the next
    /// [`tick`](Self::tick) that is due.
    ///
    /// # Errors
    /// It could not be written; then nothing of it is in the ledger, or its checkpoint could not be. Nothing may pass
    /// until an append succeeds again.
    pub fn append(&self, record: &Record) -> Result<RecordId, LedgerError> {
        let rest = encode::record(record, self.options.content).map_err(|error| {
            LedgerError::damaged(Path::new("record"), format!("cannot be spelt: {error}"))
        })?;
        let mut state = self.state();
        state.check()?;
        let now = self.clock.now();
        let backwards = state.last_time.as_millisecond() - now.as_millisecond();
        let backwards = (backwards > 0).then_some(backwards);
        let id = match &mut state.store {
            Store::Memory(memory) => memory.append(now, backwards, &rest, self.options.file_bytes),
            Store::Files { .. } => self.append_to_files(&mut state, now, backwards, &rest)?,
        };
        state.last_time = now;
        Ok(id)
    }

    fn append_to_files(
        &self,
        state: &mut State,
        now: Timestamp,
        backwards: Option<i64>,
        rest: &str,
    ) -> Result<RecordId, LedgerError> {
        let Store::Files { series, key } = &mut state.store else { return Err(LedgerError::Closed) };
        series.list_file(key, now)?;
        if series.is_full(rest.len() as u64, self.options.file_bytes) {
            state.unsynced.push(series.file());
            series.rotate(key, now)?;
            state.unsigned = 0;
            state.unsigned_since = None;
        }
        let seq = series.record(now, backwards, rest)?;
        let id = RecordId { series: Arc::clone(&series.name), seq };
        state.unsigned += 1;
        state.unsigned_since.get_or_insert_with(Instant::now);
        if state.unsigned >= self.options.checkpoint_records.max(1) {
            state.checkpoint(Why::Count, now)?;
        }
        Ok(id)
    }

    /// Signs what has been unsigned for long enough, and puts what was written on the disk. It may take as long as the
    /// disk does; appending goes on meanwhile.
    ///
    /// # Errors
    /// It cannot be written, or was moved or removed: nothing may pass any more.
    pub fn tick(&self) -> Result<(), LedgerError> {
        let files = {
            let mut state = self.state();
            state.check()?;
            state.check_places()?;
            let due =
                state.unsigned_since.is_some_and(|since| since.elapsed() >= self.options.checkpoint_after);
            if due {
                state.checkpoint(Why::Time, self.clock.now())?;
            }
            std::mem::take(&mut state.unsynced)
        };
        for file in files {
            if let Err(error) = file.sync_data() {
                // What the system could not put on the disk it may have forgotten: trying again would only seem to work.
                let mut state = self.state();
                let what = format!("cannot be put on the disk ({error}); start the program again");
                state.lost = Some((PathBuf::from("file"), what));
                return state.check();
            }
        }
        Ok(())
    }

    /// Ends the series with a signed checkpoint, and says in the index where it ended. Called again, it does nothing.
    ///
    /// # Errors
    /// It cannot be written: the next process that opens the ledger will close the series as one that died.
    pub fn close(&self) -> Result<(), LedgerError> {
        let mut state = self.state();
        if state.closed {
            return Ok(());
        }
        state.check()?;
        let now = self.clock.now();
        if let Store::Files { series, key } = &mut state.store {
            series.list_file(key, now)?;
            series.close(key, now)?;
        }
        state.closed = true;
        for file in std::mem::take(&mut state.unsynced) {
            file.sync_data().map_err(LedgerError::system("sync", Path::new("file")))?;
        }
        Ok(())
    }

    /// The lines of a ledger in memory that are still kept, oldest first; none of one on the disk.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        match &self.state().store {
            Store::Memory(memory) => {
                memory.lines.iter().map(|line| String::from_utf8_lossy(line).trim_end().to_owned()).collect()
            }
            Store::Files { .. } => Vec::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        // Whoever wants to know whether it worked calls `close`.
        let _ = self.close();
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger").field("options", &self.options).finish_non_exhaustive()
    }
}

impl State {
    fn new(store: Store, now: Timestamp) -> Self {
        let unsynced = Vec::new();
        Self { store, last_time: now, unsigned: 0, unsigned_since: None, unsynced, lost: None, closed: false }
    }

    fn check(&self) -> Result<(), LedgerError> {
        match &self.lost {
            Some((path, what)) => Err(LedgerError::changed(path, what.clone())),
            None if self.closed => Err(LedgerError::Closed),
            None => Ok(()),
        }
    }

    /// Moved or removed files are never written again: what is written there would be seen by nobody.
    fn check_places(&mut self) -> Result<(), LedgerError> {
        let Store::Files { series, .. } = &mut self.store else { return Ok(()) };
        let checked = series.check_places();
        if let Err(LedgerError::Changed { path, what }) = &checked {
            self.lost = Some((path.clone(), what.clone()));
        }
        checked
    }

    fn checkpoint(&mut self, why: Why, now: Timestamp) -> Result<(), LedgerError> {
        if let Store::Files { series, key } = &mut self.store {
            series.checkpoint(why, key, now)?;
            let file = series.file();
            if !self.unsynced.iter().any(|unsynced| Arc::ptr_eq(unsynced, &file)) {
                self.unsynced.push(file);
            }
        }
        self.unsigned = 0;
        self.unsigned_since = None;
        Ok(())
    }
}

impl Memory {
    fn append(&mut self, now: Timestamp, backwards: Option<i64>, rest: &str, most: u64) -> RecordId {
        let seq = self.next;
        let (line, hash) = chain::line(self.head, record_body(seq, now, backwards, rest).as_bytes());
        self.head = hash;
        self.next += 1;
        self.bytes += line.len() as u64;
        self.lines.push_back(line);
        while self.bytes > most && self.lines.len() > 1 {
            let oldest = self.lines.pop_front().unwrap_or_default();
            self.bytes -= oldest.len() as u64;
        }
        RecordId { series: "memory".into(), seq }
    }
}
