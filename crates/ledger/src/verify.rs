//! Whether a ledger is what was written. Needs the folder and the public key, and writes nothing.
//!
//! Found is: every edit, insertion, swap and deletion before the newest signature of a series; a file, a series or the
//! end of a closed series that is missing; records and checkpoints of another ledger or another key. Not provable
//! from the folder alone is that its newest end was not taken away: the end of a series that nobody closed yet, or all
//! that happened since some moment in all files at once. An [`Anchor`] kept elsewhere proves that, too.

mod anchor;
mod index;
mod series;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

pub use anchor::Anchor;

use crate::chain::{Framed, Hash};
use crate::error::LedgerError;
use crate::folder::{self, Layout};
use crate::key::PublicKey;
use crate::lines::{Lines, Step};

/// Most problems, and most notes, that are listed; how many there are is counted.
const MOST: usize = 1000;

/// What was found out about a ledger.
#[derive(Debug, Default)]
pub struct Verification {
    /// The id of the ledger.
    pub ledger: String,
    /// Lines of the index.
    pub index_lines: u64,
    /// The digest of the last line of the index.
    pub index_head: String,
    /// Every series, oldest first.
    pub series: Vec<SeriesState>,
    /// Records of all series.
    pub records: u64,
    /// Bytes that were read.
    pub bytes: u64,
    /// What proves that somebody tampered with it. Empty: it is intact.
    pub problems: Vec<Problem>,
    /// What is no proof of tampering, and what a person should know: series that nobody closed.
    pub notes: Vec<Problem>,
}

impl Verification {
    /// Whether nothing proves that it was tampered with.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        self.problems.is_empty()
    }
}

/// One series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesState {
    /// Its name.
    pub name: String,
    /// How it ended.
    pub ending: Ending,
    /// Its records.
    pub records: u64,
    /// How many of them a signature covers.
    pub signed: u64,
    /// Its lines, records and others.
    pub lines: u64,
    /// The digest of its last line.
    pub head: String,
}

/// How a series ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// Its process closed it.
    Closed,
    /// Its process died; another one closed it.
    Recovered,
    /// A process is writing it.
    Live,
    /// Nobody closed it: its process died, or its end was taken away.
    Unfinished,
    /// It is not there.
    Missing,
}

impl Ending {
    /// The word used in every format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Recovered => "recovered",
            Self::Live => "live",
            Self::Unfinished => "unfinished",
            Self::Missing => "missing",
        }
    }
}

/// Something that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, from the folder of the ledger.
    pub file: String,
    /// The line, from 1; 0 for the file as a whole.
    pub line: u64,
    /// What is wrong.
    pub what: String,
}

/// Verifies all of a ledger. Memory grows with the number of series, not with the number of records.
///
/// # Errors
/// It cannot be read, or there is none.
pub fn verify(folder: &Path, key: &PublicKey) -> Result<Verification, LedgerError> {
    verify_against(folder, key, &Anchor::default())
}

/// Verifies all of a ledger, and that all that `anchor` knew is still in it.
///
/// # Errors
/// It cannot be read, or there is none.
pub fn verify_against(folder: &Path, key: &PublicKey, anchor: &Anchor) -> Result<Verification, LedgerError> {
    let layout = Layout::new(folder);
    let mut found = Verification::default();
    let path = layout.index();
    let file = folder::open_for_reading(&path)?;
    // While it is locked no series begins; when it cannot be locked here (a copy on read-only media), none does either.
    let locked = folder::lock_shared(&path, &file).is_ok();
    let listed = index::read(&file, key, anchor, &mut found).map_err(LedgerError::system("read", &path))?;
    let Some(listed) = listed else { return Ok(found) };
    let mut names: BTreeMap<String, bool> =
        layout.series_names()?.into_iter().map(|name| (name, false)).collect();
    names.extend(listed.series.keys().map(|name| (name.clone(), false)));
    for (name, live) in &mut names {
        *live = is_live(&layout, name);
    }
    if locked {
        file.unlock().map_err(LedgerError::system("unlock", &path))?;
    }
    for name in anchor.series.keys().filter(|name| !names.contains_key(*name)) {
        found.problem(name, 0, "is missing: the anchor knows it, and the index does not name it");
    }
    for (name, live) in names {
        series::check(&layout, &name, live, &listed, key, anchor, &mut found)?;
    }
    Ok(found)
}

/// Whether a process holds the lock of a series.
fn is_live(layout: &Layout, name: &str) -> bool {
    let Ok(lock) = folder::open_for_reading(&layout.open().join(name)) else { return false };
    matches!(lock.try_lock_shared(), Err(std::fs::TryLockError::WouldBlock))
}

impl Verification {
    fn problem(&mut self, file: &str, line: u64, what: impl Into<String>) {
        push(&mut self.problems, file, line, what.into());
    }

    fn note(&mut self, file: &str, line: u64, what: impl Into<String>) {
        push(&mut self.notes, file, line, what.into());
    }
}

fn push(list: &mut Vec<Problem>, file: &str, line: u64, what: String) {
    if list.len() < MOST {
        list.push(Problem { file: file.to_owned(), line, what });
    } else if list.len() == MOST {
        list.push(Problem {
            file: file.to_owned(),
            line,
            what: String::from("more follows and is not listed"),
        });
    }
}

/// Follows one chain line by line. After a break it goes on from what the line claims, so that one edit is one problem.
struct Follower<'a> {
    chain: &'a str,
    key: &'a PublicKey,
    /// The digest of the last line; none when that cannot be known.
    head: Option<Hash>,
    /// The number of the next line; none when that cannot be known.
    next: Option<u64>,
}

/// What a line is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Worth {
    /// It follows, and it is signed.
    Signed,
    /// It follows.
    Chained,
    /// It proves nothing.
    Nothing,
}

impl<'a> Follower<'a> {
    fn new(chain: &'a str, key: &'a PublicKey) -> Self {
        Self { chain, key, head: Some(Hash::NONE), next: Some(0) }
    }

    /// Takes one line. What is wrong with it is told by file and line.
    fn line<'l>(
        &mut self,
        line: &'l [u8],
        must_be_signed: impl Fn(&[u8]) -> bool,
        wrong: &mut dyn FnMut(String),
    ) -> Option<(Framed<'l>, Worth)> {
        let Some(framed) = Framed::read(line) else {
            wrong(String::from("is not a line of a ledger: it was changed"));
            (self.head, self.next) = (None, None);
            return None;
        };
        let follows = self.head.is_none_or(|head| framed.follows(head));
        let number = crate::index::number(framed.body, b",\"seq\":");
        if !follows {
            wrong(match (self.next, number) {
                (Some(next), Some(number)) if number > next => {
                    format!("is line {number} of its chain, and lines {next} to {} are missing", number - 1)
                }
                (Some(next), Some(number)) if number < next => {
                    format!(
                        "is line {number} of its chain in the place of line {next}: it was moved or put here"
                    )
                }
                _ => String::from("does not follow the line before it: it was changed"),
            });
        } else if self.next.is_some_and(|next| number != Some(next)) {
            wrong(String::from("has the wrong number"));
        }
        let before = self.head;
        self.head = Some(framed.hash);
        self.next = number.map(|number| number + 1);
        let signed = must_be_signed(framed.body);
        let worth = match before {
            Some(before) if follows && signed => {
                if framed.is_signed(self.chain, before, self.key) {
                    Worth::Signed
                } else {
                    wrong(String::from("was not signed with this key"));
                    Worth::Nothing
                }
            }
            Some(_) if follows => Worth::Chained,
            _ => Worth::Nothing,
        };
        Some((framed, worth))
    }
}

/// The lines of a file of a series.
pub(crate) fn lines_of(path: &Path) -> Result<Lines<BufReader<File>>, LedgerError> {
    let file = folder::open_for_reading(path)?;
    Ok(Lines::new(BufReader::with_capacity(1 << 16, file)))
}
