//! One series: all its files, in order.

use std::path::Path;

use portcullis_model::Node;
use sha2::{Digest, Sha256};

use super::anchor::{Point, whole_number};
use super::index::{Listed, ListedSeries, tree};
use super::{Anchor, Ending, Follower, SeriesState, Step, Verification, Worth, lines_of};
use crate::chain::{FORMAT, Framed, Hash, LONGEST_LINE, hex};
use crate::error::LedgerError;
use crate::folder::{self, Layout};
use crate::key::PublicKey;
use crate::neutral;

/// A series while it is read.
struct Walk<'a> {
    name: &'a str,
    live: bool,
    listed: &'a Listed,
    follower: Follower<'a>,
    anchor: Option<Point>,
    records: u64,
    signed: u64,
    lines: u64,
    begin: Option<Hash>,
    /// Files after the first, with the number and digest of their first lines.
    files: Vec<(u64, u64, Hash)>,
    /// The word of the line that ended it.
    ended: Option<Ending>,
    /// The last file ends in a line that has no end.
    torn: Option<(String, u64)>,
    found: &'a mut Verification,
}

/// Checks the series of this name.
pub(super) fn check(
    layout: &Layout,
    name: &str,
    live: bool,
    listed: &Listed,
    key: &PublicKey,
    anchor: &Anchor,
    found: &mut Verification,
) -> Result<(), LedgerError> {
    let folder = layout.series(name);
    let entry = listed.series.get(name);
    if !folder.is_dir() {
        let records =
            entry.and_then(|entry| entry.end).map(|end| format!(" with its {} records", end.records));
        let what = format!("is missing{}: the index names it", records.unwrap_or_default());
        found.problem(name, 0, what);
        let (name, head) = (name.to_owned(), String::new());
        found.series.push(SeriesState {
            name,
            ending: Ending::Missing,
            records: 0,
            signed: 0,
            lines: 0,
            head,
        });
        return Ok(());
    }
    let mut walk = Walk {
        name,
        live,
        listed,
        follower: Follower::new(name, key),
        anchor: anchor.series.get(name).copied(),
        records: 0,
        signed: 0,
        lines: 0,
        begin: None,
        files: Vec::new(),
        ended: None,
        torn: None,
        found,
    };
    let mut expected = 1;
    let mut numbers: Vec<u32> =
        folder::names(&folder)?.iter().filter_map(|name| folder::segment_number(name)).collect();
    numbers.sort_unstable();
    for number in numbers {
        if number != expected {
            let what = format!("is missing: `{}` is there", folder::segment(number));
            walk.found.problem(&format!("{name}/{}", folder::segment(expected)), 0, what);
            (walk.follower.head, walk.follower.next) = (None, None);
        }
        expected = number + 1;
        walk.file(&folder, number)?;
    }
    walk.finish(entry);
    Ok(())
}

impl Walk<'_> {
    fn file(&mut self, folder: &Path, number: u32) -> Result<(), LedgerError> {
        let file = format!("{}/{}", self.name, folder::segment(number));
        let path = folder.join(folder::segment(number));
        if let Some((torn, line)) = self.torn.take() {
            self.found.problem(&torn, line, "is torn, and another file follows: its end was taken away");
        }
        let mut lines = lines_of(&path)?;
        let mut first = true;
        loop {
            let at = lines.number + 1;
            match lines.step().map_err(LedgerError::system("read", &path))? {
                Step::Line(line) => self.line(folder, &file, at, line, number, first),
                Step::TooLong => {
                    self.found.problem(&file, at, "is longer than any line of a ledger");
                    (self.follower.head, self.follower.next) = (None, None);
                }
                Step::Torn(_) => {
                    self.torn = Some((file, at));
                    break;
                }
                Step::End => {
                    if first {
                        self.torn = Some((file, 1));
                    }
                    break;
                }
            }
            first = false;
        }
        self.found.bytes += lines.offset;
        Ok(())
    }

    fn line(&mut self, folder: &Path, file: &str, at: u64, line: &[u8], number: u32, first: bool) {
        let found = &mut *self.found;
        if self.ended.take().is_some() {
            found.problem(file, at, "stands behind the line that ended the series");
        }
        let before = (self.follower.head, self.records);
        let signed = |body: &[u8]| !matches!(word(body), b"record" | b"header");
        let taken = self.follower.line(line, signed, &mut |what| found.problem(file, at, what));
        self.lines = self.follower.next.unwrap_or(self.lines + 1);
        let Some((framed, worth)) = taken else { return };
        if let Some(point) = self.anchor
            && point.lines == self.lines
            && point.head != framed.hash
        {
            found.problem(file, at, "is not the line that the anchor knows");
        }
        let is_header = word(framed.body) == b"header";
        if first != is_header {
            found.problem(file, at, "is a header in the wrong place, or there is none where one should be");
        }
        if is_header {
            self.header(file, at, &framed, number, before);
        } else if word(framed.body) == b"record" {
            self.records += 1;
        }
        if worth == Worth::Signed {
            self.signed_line(folder, file, at, &framed);
        }
    }

    fn header(
        &mut self,
        file: &str,
        at: u64,
        framed: &Framed<'_>,
        number: u32,
        (head, records): (Option<Hash>, u64),
    ) {
        let seq = self.follower.next.unwrap_or(1).saturating_sub(1);
        match self.begin {
            None => self.begin = Some(framed.hash),
            Some(_) => self.files.push((u64::from(number), seq, framed.hash)),
        }
        let says = tree(framed).and_then(|node| self.header_says(&node, number, head, records));
        if let Some(what) = says.unwrap_or(Some("is no header of this version")) {
            self.found.problem(file, at, what);
        }
    }

    /// What is wrong with a header; none when it cannot be read.
    fn header_says(
        &self,
        node: &Node,
        number: u32,
        head: Option<Hash>,
        records: u64,
    ) -> Option<Option<&'static str>> {
        let count = |name: &str| node.get(name).and_then(whole_number);
        let hash = |name: &str| node.get_text(name).and_then(|text| Hash::read(text.as_bytes()));
        let lines = usize::try_from(count("index_lines")?).ok()?;
        let index_head = hash("index_head")?;
        Some(if node.get_text("format")? != FORMAT || node.get_text("ledger")? != self.listed.ledger {
            Some("is of another ledger")
        } else if node.get_text("series")? != self.name || count("file")? != u64::from(number) {
            Some("is of another series or another file")
        } else if head.is_some_and(|head| hash("previous") != Some(head))
            || head.is_some() && count("records")? != records
        {
            Some("does not go on where the file before it ended")
        } else if self.live && lines > self.listed.heads.len() {
            // It was begun after the index was read.
            None
        } else if lines.checked_sub(1).and_then(|last| self.listed.heads.get(last)) != Some(&index_head) {
            Some("was written when the index had lines that it does not have now: its end was taken away")
        } else {
            None
        })
    }

    /// A line whose signature is right.
    fn signed_line(&mut self, folder: &Path, file: &str, at: u64, framed: &Framed<'_>) {
        self.signed = self.records;
        let Some(node) = tree(framed) else { return };
        let says = node.get("records").and_then(whole_number);
        if says != Some(self.records) {
            let what =
                format!("counts {} records before it, and there are {}", says.unwrap_or(0), self.records);
            self.found.problem(file, at, what);
        }
        match node.get_text("type") {
            Some("recovered") => {
                self.ended = Some(Ending::Recovered);
                self.recovered(folder, file, at, &node);
            }
            Some("checkpoint") if node.get_text("why") == Some("close") => self.ended = Some(Ending::Closed),
            _ => {}
        }
    }

    fn recovered(&mut self, folder: &Path, file: &str, at: u64, node: &Node) {
        let unsigned = node.get("unsigned").and_then(whole_number).unwrap_or(0);
        if unsigned > 0 {
            let what = format!(
                "says that the process died: {unsigned} records before it were only chained then, and nothing proves \
                 that there were no more"
            );
            self.found.note(file, at, what);
        }
        let Some(torn) = node.get_text("torn") else { return };
        self.found.note(
            file,
            at,
            format!("says that a torn line was set aside in `{}`", neutral::text(torn, 32)),
        );
        let name = torn.strip_suffix(".torn").unwrap_or_default();
        let bytes = if name.len() == 6 && name.bytes().all(|byte| byte.is_ascii_digit()) {
            read_at_most(&folder.join(torn), LONGEST_LINE as u64)
        } else {
            None
        };
        let digest = bytes.map(|bytes| hex(&Sha256::digest(bytes)));
        if digest.as_deref() != node.get_text("torn_sha256") {
            let what = "is not what was set aside when the process died, or is missing";
            self.found.problem(&format!("{}/{}", self.name, torn), 0, what);
        }
    }

    /// What the index and the anchor say about the series as a whole.
    fn finish(mut self, entry: Option<&ListedSeries>) {
        let (name, lines) = (self.name, self.lines);
        let end = entry.and_then(|entry| entry.end);
        if let Some((file, line)) = self.torn.take() {
            if end.is_some() || self.ended.is_some() {
                self.found.problem(
                    &file,
                    line,
                    "is torn, and the series was closed: it was changed afterwards",
                );
            } else if !self.live {
                let what = "is torn: its process died while it wrote it; the next one sets it aside";
                self.found.note(&file, line, what);
            }
        }
        if let Some(point) = self.anchor.filter(|point| point.lines > lines) {
            let what =
                format!("has {lines} lines, and the anchor knows {}: its end was taken away", point.lines);
            self.found.problem(name, 0, what);
        }
        self.compare(entry);
        let ending = self.ending(entry);
        let head = self.follower.head.map(|head| head.to_string()).unwrap_or_default();
        let (name, records, signed) = (name.to_owned(), self.records, self.signed);
        self.found.records += records;
        self.found.series.push(SeriesState { name, ending, records, signed, lines, head });
    }

    /// Whether the series begins, and its files begin, as the index knows.
    fn compare(&mut self, entry: Option<&ListedSeries>) {
        let name = self.name;
        let Some(entry) = entry else {
            if self.records == 0 {
                self.found.note(name, 0, "is not in the index: its process died when it began");
            } else {
                self.found.problem(name, 0, "is not in the index: it was put here, or the index was cut off");
            }
            return;
        };
        if entry.begin != self.begin {
            self.found.problem(name, 0, "does not begin with the line that the index knows");
        } else if self.lines < 2 {
            self.found.problem(name, 0, "has no checkpoint: its end was taken away");
        }
        for file in entry.files.iter().filter(|file| !self.files.contains(file)) {
            let what = format!("file {} is missing, or does not begin as the index knows", file.0);
            self.found.problem(name, 0, what);
        }
    }

    fn ending(&mut self, entry: Option<&ListedSeries>) -> Ending {
        let (records, last) = (self.records, self.lines.saturating_sub(1));
        if let Some(end) = entry.and_then(|entry| entry.end) {
            if self.follower.head != Some(end.head) || last != end.at || records != end.records {
                let what = format!(
                    "ended with line {} and {} records, says the index, and ends with line {last} and {records} \
                     records: something was taken away or put there",
                    end.at, end.records
                );
                self.found.problem(self.name, 0, what);
            }
            return if end.recovered { Ending::Recovered } else { Ending::Closed };
        }
        match self.ended {
            Some(ended) => ended,
            None if self.live => Ending::Live,
            None => {
                if entry.is_some() {
                    let what = format!(
                        "ended without closing: {} records are proved by a signature, {} behind it are only \
                         chained, and nothing proves that there were no more",
                        self.signed,
                        records - self.signed
                    );
                    self.found.note(self.name, 0, what);
                }
                Ending::Unfinished
            }
        }
    }
}

/// The word behind `"type":"`.
fn word(body: &[u8]) -> &[u8] {
    let rest = body.get(8..).unwrap_or_default();
    rest.split(|&byte| byte == b'"').next().unwrap_or_default()
}

fn read_at_most(path: &Path, most: u64) -> Option<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    std::fs::File::open(path).ok()?.take(most).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}
