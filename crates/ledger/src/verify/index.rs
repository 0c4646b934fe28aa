//! The index: what it says about every series.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader};

use portcullis_model::Node;
use portcullis_wire::json::{self, Dialect, Limits};

use super::anchor::whole_number;
use super::{Anchor, Follower, Verification, Worth};
use crate::chain::{FORMAT, Framed, Hash};
use crate::index::CHAIN;
use crate::key::PublicKey;
use crate::lines::{Lines, Step};

const FILE: &str = "index.jsonl";

/// What the index says.
#[derive(Debug, Default)]
pub(super) struct Listed {
    /// The id of the ledger.
    pub(super) ledger: String,
    /// The digest of each line.
    pub(super) heads: Vec<Hash>,
    /// The series that it names.
    pub(super) series: BTreeMap<String, ListedSeries>,
}

/// What it says about one.
#[derive(Debug, Default)]
pub(super) struct ListedSeries {
    /// The digest of its first line.
    pub(super) begin: Option<Hash>,
    /// Files after the first, with the number and digest of their first lines.
    pub(super) files: Vec<(u64, u64, Hash)>,
    /// Where it ended.
    pub(super) end: Option<ListedEnd>,
}

/// Where a series ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct ListedEnd {
    pub(super) at: u64,
    pub(super) head: Hash,
    pub(super) records: u64,
    pub(super) recovered: bool,
}

/// Reads the index. None when it was signed with another key, so that nothing else is worth looking at.
pub(super) fn read(
    file: &File,
    key: &PublicKey,
    anchor: &Anchor,
    found: &mut Verification,
) -> io::Result<Option<Listed>> {
    let mut lines = Lines::new(BufReader::with_capacity(1 << 16, file));
    let mut follower = Follower::new(CHAIN, key);
    let mut listed = Listed::default();
    loop {
        let number = lines.number + 1;
        let line = match lines.step()? {
            Step::Line(line) => line,
            Step::Torn(_) => {
                found.note(
                    FILE,
                    number,
                    "is torn: a process died while it wrote it; the next one sets it aside",
                );
                break;
            }
            Step::TooLong => {
                found.problem(FILE, number, "is longer than any line of a ledger");
                (follower.head, follower.next) = (None, None);
                continue;
            }
            Step::End => break,
        };
        let taken = follower.line(line, |_| true, &mut |what| found.problem(FILE, number, what));
        let Some((framed, worth)) = taken else { continue };
        if number == 1 && worth != Worth::Signed {
            found.problems.clear();
            found.problem(
                FILE,
                number,
                "was not signed with this key: it is another ledger's, or the line was changed",
            );
            return Ok(None);
        }
        listed.heads.push(framed.hash);
        if worth == Worth::Signed && !take(&framed, number, &mut listed, found) {
            found.problem(FILE, number, "is signed and says nothing that this version understands");
        }
    }
    if listed.heads.is_empty() {
        found.problem(FILE, 0, "is empty");
        return Ok(None);
    }
    if let Some(point) = anchor.index {
        let there =
            usize::try_from(point.lines).ok().and_then(|lines| listed.heads.get(lines.checked_sub(1)?));
        if anchor.ledger.as_deref() != Some(&listed.ledger) || there != Some(&point.head) {
            let what = format!(
                "does not hold the {} lines that the anchor knows: its end was taken away",
                point.lines
            );
            found.problem(FILE, 0, what);
        }
    }
    found.ledger.clone_from(&listed.ledger);
    found.index_lines = listed.heads.len() as u64;
    found.index_head = listed.heads.last().map(ToString::to_string).unwrap_or_default();
    found.bytes += lines.offset;
    Ok(Some(listed))
}

/// The body of a line as a tree.
pub(super) fn tree(framed: &Framed<'_>) -> Option<Node> {
    let object = [b"{", framed.body].concat();
    json::read(&object, Dialect::Strict, &Limits::default()).ok().map(|document| document.root)
}

fn hash(node: &Node, name: &str) -> Option<Hash> {
    Hash::read(node.get_text(name)?.as_bytes())
}

fn take(framed: &Framed<'_>, number: u64, listed: &mut Listed, found: &mut Verification) -> bool {
    tree(framed).and_then(|node| says(&node, number, listed, found)).is_some()
}

fn says(node: &Node, number: u64, listed: &mut Listed, found: &mut Verification) -> Option<()> {
    let word = node.get_text("type")?;
    let count = |name: &str| whole_number(node.get(name)?);
    if word == "header" {
        (number == 1 && node.get_text("format")? == FORMAT).then_some(())?;
        node.get_text("ledger")?.clone_into(&mut listed.ledger);
        return Some(());
    }
    if word == "recovered" {
        let what = format!("says that {} torn bytes of the index were set aside", count("torn_bytes")?);
        found.note(FILE, number, what);
        return Some(());
    }
    let name = node.get_text("series").filter(|name| crate::folder::is_series_name(name))?;
    let series = listed.series.entry(name.to_owned()).or_default();
    match word {
        "opened" => series.begin = Some(hash(node, "head")?),
        "rotated" => series.files.push((count("file")?, count("at")?, hash(node, "head")?)),
        "closed" => {
            series.end = Some(ListedEnd {
                at: count("at")?,
                head: hash(node, "head")?,
                records: count("records")?,
                recovered: node.get("recovered")?.bool()?,
            });
        }
        "damaged" => {
            let what = format!("could not be closed after its process died: {}", node.get_text("what")?);
            found.problem(name, 0, what);
        }
        _ => return None,
    }
    Some(())
}
