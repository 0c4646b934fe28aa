//! Records of all series in the order of their time, one at a time.
//!
//! A query proves nothing: it reads what is there. [`verify`](crate::verify()) proves.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, VecDeque};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use portcullis_model::{Threat, Verdict};

use crate::decode;
use crate::error::LedgerError;
use crate::folder::{self, Layout};
use crate::ledger::RecordId;
use crate::lines::{Lines, Step};
use crate::record::Record;
use crate::verify::{Problem, lines_of};

/// Which records are wanted. Each that is given must hold; none given: all of them.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Not before this time.
    pub since: Option<Timestamp>,
    /// Not after this time.
    pub until: Option<Timestamp>,
    /// Of this server.
    pub server: Option<String>,
    /// Of this tool.
    pub tool: Option<String>,
    /// Of this session.
    pub session: Option<String>,
    /// Of this principal.
    pub principal: Option<String>,
    /// With this verdict.
    pub verdict: Option<Verdict>,
    /// Of this rule or policy: it decided, or it found something.
    pub rule: Option<String>,
    /// Decided because of this threat.
    pub threat: Option<Threat>,
    /// Of this decision or approval, or the record itself (`SERIES/NUMBER`).
    pub id: Option<String>,
}

impl Filter {
    /// Whether a record is wanted.
    #[must_use]
    pub fn takes(&self, entry: &Entry) -> bool {
        let record = &entry.record;
        let same = |wanted: &Option<String>, is: &Option<String>| wanted.is_none() || wanted == is;
        self.since.is_none_or(|since| entry.time >= since)
            && self.until.is_none_or(|until| entry.time <= until)
            && same(&self.server, &record.server)
            && same(&self.tool, &record.tool)
            && same(&self.session, &record.session)
            && same(&self.principal, &record.principal)
            && self.verdict.is_none_or(|verdict| record.verdict == verdict)
            && self.rule.as_deref().is_none_or(|rule| {
                record.findings.iter().any(|id| id == rule)
                    || record.reasons.iter().any(|reason| reason.by.id() == rule)
            })
            && self
                .threat
                .is_none_or(|threat| record.reasons.iter().any(|reason| reason.threats.contains(&threat)))
            && self.id.as_deref().is_none_or(|id| {
                record.decision.as_deref() == Some(id)
                    || record.approval.as_ref().is_some_and(|approval| approval.id == id)
                    || entry.id.to_string() == id
            })
    }
}

/// One record that was read.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Which record it is.
    pub id: RecordId,
    /// When it was written.
    pub time: Timestamp,
    /// What it says.
    pub record: Record,
}

/// Streams the records that `filter` takes, oldest first. What cannot be read is told in its place.
///
/// # Errors
/// The folder cannot be read.
pub fn query(folder: &Path, filter: Filter) -> Result<Query, LedgerError> {
    let layout = Layout::new(folder);
    let unopened = layout.series_names()?.into();
    Ok(Query { layout, filter, unopened, open: BinaryHeap::new(), problems: VecDeque::new() })
}

/// Records as a query finds them. It keeps one record of each series that was written at the same time.
pub struct Query {
    layout: Layout,
    filter: Filter,
    unopened: VecDeque<String>,
    open: BinaryHeap<Reverse<Source>>,
    problems: VecDeque<Problem>,
}

impl Query {
    /// Opens the series that begin before the next record, and reads the first record of each.
    fn open_due(&mut self) {
        while let Some(name) = self.unopened.front() {
            let begins = begin_of(name);
            if self.open.peek().is_some_and(|Reverse(source)| source.key < begins) {
                return;
            }
            let Some(name) = self.unopened.pop_front() else { return };
            match Source::new(&self.layout, &name, begins) {
                Ok(source) => self.advance(source),
                Err(error) => {
                    self.problems.push_back(Problem { file: name, line: 0, what: error.to_string() });
                }
            }
        }
    }

    /// Reads the next record of a series, and keeps the series when there is one.
    fn advance(&mut self, mut source: Source) {
        if source.read(&self.layout, &mut self.problems) {
            self.open.push(Reverse(source));
        }
    }
}

impl Iterator for Query {
    type Item = Result<Entry, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            self.open_due();
            if let Some(problem) = self.problems.pop_front() {
                return Some(Err(problem));
            }
            let Reverse(mut source) = self.open.pop()?;
            let entry = source.entry.take();
            self.advance(source);
            if let Some(entry) = entry.filter(|entry| self.filter.takes(entry)) {
                return Some(Ok(entry));
            }
        }
    }
}

/// When a series began, from its name, to the second.
fn begin_of(name: &str) -> Timestamp {
    let digits = |from: usize, to: usize| name.get(from..to).unwrap_or_default();
    format!(
        "{}-{}-{}T{}:{}:{}Z",
        digits(0, 4),
        digits(4, 6),
        digits(6, 8),
        digits(9, 11),
        digits(11, 13),
        digits(13, 15)
    )
    .parse()
    .unwrap_or(Timestamp::MIN)
}

/// A series that is being read.
struct Source {
    series: Arc<str>,
    /// Its files that were not opened yet.
    files: VecDeque<u32>,
    file: Option<(u32, Lines<BufReader<File>>)>,
    entry: Option<Entry>,
    /// The latest time so far: a clock that jumped back does not change the order within a series.
    key: Timestamp,
    order: u64,
}

impl Ord for Source {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.key, &self.series, self.order).cmp(&(other.key, &other.series, other.order))
    }
}

impl PartialOrd for Source {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Source {}

impl Source {
    fn new(layout: &Layout, name: &str, begins: Timestamp) -> Result<Self, LedgerError> {
        let mut files: Vec<u32> = folder::names(&layout.series(name))?
            .iter()
            .filter_map(|name| folder::segment_number(name))
            .collect();
        files.sort_unstable();
        let files = files.into();
        Ok(Self { series: name.into(), files, file: None, entry: None, key: begins, order: 0 })
    }

    /// Reads the next record; false when there is none.
    fn read(&mut self, layout: &Layout, problems: &mut VecDeque<Problem>) -> bool {
        let folder = layout.series(&self.series);
        loop {
            let Some((number, lines)) = &mut self.file else {
                let Some(number) = self.files.pop_front() else { return false };
                match lines_of(&folder.join(folder::segment(number))) {
                    Ok(lines) => self.file = Some((number, lines)),
                    Err(error) => {
                        let file = format!("{}/{}", self.series, folder::segment(number));
                        problems.push_back(Problem { file, line: 0, what: error.to_string() });
                        return true;
                    }
                }
                continue;
            };
            let file = format!("{}/{}", self.series, folder::segment(*number));
            let line = lines.number + 1;
            let decoded = match lines.step() {
                Ok(Step::Line(line)) => decode::line(line),
                Ok(Step::TooLong) => Err(String::from("it is longer than any line of a ledger")),
                // What a process that died, or is still writing, has not finished.
                Ok(Step::Torn(_) | Step::End) => {
                    self.file = None;
                    continue;
                }
                Err(error) => {
                    self.file = None;
                    Err(error.to_string())
                }
            };
            match decoded {
                Ok(None) => {}
                Ok(Some(decoded)) => {
                    self.key = self.key.max(decoded.time);
                    self.order = decoded.seq;
                    let id = RecordId { series: Arc::clone(&self.series), seq: decoded.seq };
                    self.entry = Some(Entry { id, time: decoded.time, record: decoded.record });
                    return true;
                }
                Err(what) => {
                    problems.push_back(Problem { file, line, what: format!("cannot be read: {what}") });
                    // Told before more is read: a file of nothing but garbage takes no memory.
                    return true;
                }
            }
        }
    }
}
