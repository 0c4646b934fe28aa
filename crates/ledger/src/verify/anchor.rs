//! What somebody knew of a ledger at some time, kept where nobody who could change the ledger can change it.

use std::collections::BTreeMap;

use portcullis_model::{Node, Value};
use portcullis_wire::json::{self, Dialect, Limits};

use super::Verification;
use crate::chain::Hash;

/// Where the chains of a ledger stood once: made of a [`Verification`], or read from its JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Anchor {
    pub(super) ledger: Option<String>,
    pub(super) index: Option<Point>,
    pub(super) series: BTreeMap<String, Point>,
}

/// A line of a chain that was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Point {
    /// How many lines there were.
    pub(super) lines: u64,
    /// The digest of the last one.
    pub(super) head: Hash,
}

impl Point {
    fn of(lines: u64, head: &str) -> Option<Self> {
        Some(Self { lines, head: Hash::read(head.as_bytes())? })
    }
}

impl Anchor {
    /// Where the chains stood when they were verified.
    #[must_use]
    pub fn of(verification: &Verification) -> Self {
        let series = verification.series.iter();
        Self {
            ledger: Some(verification.ledger.clone()),
            index: Point::of(verification.index_lines, &verification.index_head),
            series: series
                .filter_map(|series| Some((series.name.clone(), Point::of(series.lines, &series.head)?)))
                .collect(),
        }
    }

    /// Reads what `portcullis ledger verify --format json` wrote; none when it is something else.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let document = json::read(bytes, Dialect::Strict, &Limits::default()).ok()?.root;
        (document.get_text("schema")? == "portcullis.ledger-verification/1").then_some(())?;
        let point = |node: &Node| {
            Point::of(whole_number(node.get("lines")?)?, node.get_text("head").unwrap_or_default())
        };
        let series = document.get("series")?.items().iter().filter(|node| node.get_text("head") != Some(""));
        Some(Self {
            ledger: Some(document.get_text("ledger")?.to_owned()),
            index: Some(point(document.get("index")?)?),
            series: series
                .map(|node| Some((node.get_text("name")?.to_owned(), point(node)?)))
                .collect::<Option<_>>()?,
        })
    }
}

pub(super) fn whole_number(node: &Node) -> Option<u64> {
    match &node.value {
        Value::Number(spelling) => spelling.parse().ok(),
        _ => None,
    }
}
