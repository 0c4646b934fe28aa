//! What one answer of a registry holds.

use portcullis_model::{Listing, Node};
use portcullis_trust::Reply;
use portcullis_wire::json::{self, Dialect, Limits};

/// A record that was not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its number in the answer, from 1; 0 for the answer as a whole.
    pub position: u64,
    /// Why.
    pub reason: String,
    /// How it begins.
    pub excerpt: String,
}

/// What one answer holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The listings, each with its number in the answer.
    pub listings: Vec<(u64, Listing)>,
    /// Records that were not understood.
    pub refused: Vec<Refused>,
    /// Questions that follow from it.
    pub next: Vec<String>,
    /// How many records the registry says it has.
    pub total: Option<u64>,
}

impl Page {
    /// Reads every record of a list; whatever is not understood is kept with its reason.
    pub(super) fn of(
        records: &[Node],
        is_text_whole: bool,
        read: impl Fn(&Node) -> Result<Listing, String>,
    ) -> Self {
        let mut page = Self::default();
        for (position, record) in (1..).zip(records) {
            let read = if !is_text_whole && is_broken(record) {
                Err(String::from("its bytes are not UTF-8"))
            } else {
                read(record)
            };
            match read {
                Ok(listing) => page.listings.push((position, listing)),
                Err(reason) => {
                    page.refused.push(Refused { position, reason, excerpt: excerpt(&json::write(record)) });
                }
            }
        }
        page
    }
}

/// The beginning of a text, for people.
pub(super) fn excerpt(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(160).collect()
}

/// An answer as JSON, and whether all of its bytes were UTF-8. Broken ones are replaced, so that one record cannot
/// take the others with it.
pub(super) fn document(reply: &Reply) -> Result<(Node, bool), String> {
    let limits = Limits { bytes: 256 << 20, depth: 64, nodes: 8_000_000, ..Limits::default() };
    let whole = std::str::from_utf8(&reply.body).is_ok();
    let text = String::from_utf8_lossy(&reply.body);
    let document = json::read(text.as_bytes(), Dialect::Jsonc, &limits)
        .map_err(|fault| format!("the answer is not JSON: {fault}; it begins with `{}`", excerpt(&text)))?;
    Ok((document.root, whole))
}

/// True when bytes of it were replaced.
pub(super) fn is_broken(node: &Node) -> bool {
    let mut is_broken = false;
    let mut at = portcullis_model::Pointer::default();
    node.visit_texts(&mut at, &mut |text, _| is_broken |= text.text.contains('\u{fffd}'));
    is_broken
}
