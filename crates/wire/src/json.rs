//! JSON and its two relaxed relatives, read into trees with exact byte spans, and written again.

mod extent;
mod keys;
mod number;
mod reader;
mod space;
mod spelling;
mod string;
mod writer;

use portcullis_model::{Node, Span};

use crate::fault::{Fault, Problem};

pub(crate) use extent::ends_inside;
pub use keys::case_variants;
pub(crate) use keys::fold;
pub(crate) use number::is_json_number;
pub use spelling::spelt;
pub use writer::write;
pub(crate) use writer::write_string;

/// Which spelling is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// RFC 8259 and I-JSON: what readers disagree about is refused (equal keys, lone surrogates, a byte order mark).
    Strict,
    /// JSON with comments and trailing commas. What readers disagree about is a [`Problem`].
    Jsonc,
    /// JSON5: additionally single quotes, names as keys, other number forms, line continuations.
    Json5,
}

/// Which of equal keys of one object holds. Readers differ, so a gate looks at both: see [`Document::has_equal_keys`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Holds {
    /// The last one, as most readers have it.
    #[default]
    Last,
    /// The first one.
    First,
}

/// How much is read before a document is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the document.
    pub bytes: usize,
    /// Objects and lists within one another; more than [`Limits::DEEPEST`] is never read.
    pub depth: usize,
    /// Values and comments.
    pub nodes: usize,
    /// Bytes of one text or number.
    pub string_bytes: usize,
}

impl Limits {
    /// The depth that no setting exceeds: trees are walked by recursion.
    pub const DEEPEST: usize = 512;
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 << 20, depth: 128, nodes: 2_000_000, string_bytes: 16 << 20 }
    }
}

/// A document that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The value.
    pub root: Node,
    /// The comments in document order, their marks included.
    pub comments: Vec<Span>,
    /// What was read although readers disagree about it; always empty for [`Dialect::Strict`].
    pub problems: Vec<Problem>,
    /// Some object has equal keys, of which all but one were left out: [`read_holding`] reads the others.
    pub has_equal_keys: bool,
}

/// Reads one document; of equal keys the last one holds. Spans count bytes of `bytes`.
///
/// # Errors
/// The first fault: not UTF-8, not of the dialect, or beyond a limit.
pub fn read(bytes: &[u8], dialect: Dialect, limits: &Limits) -> Result<Document, Fault> {
    read_holding(bytes, dialect, limits, Holds::Last)
}

/// Reads one document as [`read`] does, and says which of equal keys holds.
///
/// # Errors
/// As [`read`].
pub fn read_holding(
    bytes: &[u8],
    dialect: Dialect,
    limits: &Limits,
    holds: Holds,
) -> Result<Document, Fault> {
    if bytes.len() > limits.bytes {
        let span = Span::new(limits.bytes, bytes.len());
        return Err(Fault::new(span, format!("document is larger than {} bytes; split it", limits.bytes)));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let start = error.valid_up_to();
        let end = error.error_len().map_or(bytes.len(), |length| start + length);
        Fault::new(Span::new(start, end), "bytes are not UTF-8; save the document as UTF-8")
    })?;
    reader::Reader::new(text, dialect, *limits, holds).document()
}
