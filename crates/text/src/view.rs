//! Other ways to read a text, each with the way back to the bytes it was made from.

mod bits;
mod disguise;
mod encoded;
mod folded;
mod hidden;
mod invisible;
mod markup;
mod padding;
mod plausible;
mod rewrite;
mod spelled;
mod terminal;

use portcullis_model::Span;

use crate::mark::Marks;
use crate::scan::Signs;
use rewrite::{Map, Rewritten};

pub use plausible::is_prose;

/// How a view was made from the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ViewKind {
    /// Tag characters decoded to ASCII.
    Tags,
    /// Bytes smuggled as variation selectors, decoded.
    Variations,
    /// Bits written as zero-width characters, decoded.
    ZeroWidthBits,
    /// Bits written as spaces and tabs, decoded.
    BlankBits,
    /// The whole text without its invisible characters.
    Visible,
    /// The whole text with compatibility forms and look-alike letters folded.
    Folded,
    /// The whole text as a terminal stores it: without control sequences.
    Terminal,
    /// Text that a terminal would not show: concealed, overwritten, in a title or a link target.
    TerminalHidden,
    /// The body of an HTML, XML or Markdown comment.
    Comment,
    /// The text of markup that is not displayed.
    HiddenMarkup,
    /// Text that stands behind so many blanks or empty lines that nobody scrolls to it.
    Padded,
    /// The whole text with HTML entities resolved.
    Entities,
    /// The whole text with percent-encoding resolved.
    Percent,
    /// The whole text with `\x`, `\u` and octal escapes resolved.
    Escapes,
    /// The whole text with quoted-printable resolved.
    QuotedPrintable,
    /// A base64 word, decoded.
    Base64,
    /// A base32 word, decoded.
    Base32,
    /// Hexadecimal digits, decoded.
    Hex,
    /// Text turned by 13 letters, turned back.
    Rot13,
    /// Text written backwards, turned round.
    Reversed,
    /// The whole text with s p a c e d - o u t words joined.
    Joined,
    /// The whole text with digits that stand for letters replaced.
    Leet,
}

impl ViewKind {
    /// The words used in messages, such as `base64`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            ViewKind::Tags => "tag characters",
            ViewKind::Variations => "variation selectors",
            ViewKind::ZeroWidthBits => "zero-width bits",
            ViewKind::BlankBits => "blanks as bits",
            ViewKind::Visible => "without invisible characters",
            ViewKind::Folded => "with look-alike letters folded",
            ViewKind::Terminal => "without terminal sequences",
            ViewKind::TerminalHidden => "hidden from a terminal",
            ViewKind::Comment => "comment",
            ViewKind::HiddenMarkup => "hidden markup",
            ViewKind::Padded => "behind padding",
            ViewKind::Entities => "HTML entities",
            ViewKind::Percent => "percent-encoding",
            ViewKind::Escapes => "escape sequences",
            ViewKind::QuotedPrintable => "quoted-printable",
            ViewKind::Base64 => "base64",
            ViewKind::Base32 => "base32",
            ViewKind::Hex => "hexadecimal",
            ViewKind::Rot13 => "rot13",
            ViewKind::Reversed => "reversed",
            ViewKind::Joined => "with spaced letters joined",
            ViewKind::Leet => "with digits read as letters",
        }
    }

    /// True when a person who reads the text as it is displayed cannot read what the view says. Resolving ordinary
    /// spellings (entities, percent-encoding, full-width letters, colours) is not concealment.
    #[must_use]
    pub const fn conceals(self) -> bool {
        !matches!(
            self,
            ViewKind::Folded
                | ViewKind::Terminal
                | ViewKind::Entities
                | ViewKind::Percent
                | ViewKind::Escapes
                | ViewKind::QuotedPrintable
        )
    }

    /// True for views that repeat the text with parts of it replaced: what stands in an unchanged part is readable in
    /// the raw text too. Other views hold only what was decoded or taken out.
    #[must_use]
    pub const fn rewrites(self) -> bool {
        matches!(
            self,
            ViewKind::Visible
                | ViewKind::Folded
                | ViewKind::Terminal
                | ViewKind::Entities
                | ViewKind::Percent
                | ViewKind::Escapes
                | ViewKind::QuotedPrintable
                | ViewKind::Joined
                | ViewKind::Leet
        )
    }
}

/// One other way to read (a part of) the text.
#[derive(Debug, Clone)]
pub struct View {
    /// How it was made.
    pub kind: ViewKind,
    /// What it says.
    pub text: String,
    /// Which bytes of the raw text it was made from.
    pub source: Span,
    /// How many decodings lie between the raw text and this view: 1 when it was made from the raw text.
    pub depth: usize,
    /// True when a person who reads the raw text as it is displayed cannot read what the view says: it, or a view that
    /// it was made from, conceals.
    pub concealed: bool,
    map: Map,
}

impl View {
    /// The bytes of the raw text that a part of this view was made from; the whole source where that is not known
    /// more exactly.
    #[must_use]
    pub fn source_of(&self, part: Span) -> Span {
        self.map.source_of(part).filter(|source| part.is_empty() || !source.is_empty()).unwrap_or(self.source)
    }

    /// A draft of a wording as a view of the raw text.
    pub(crate) fn of(draft: Draft, within: Option<&View>) -> Self {
        let Draft { kind, text, source, map } = draft;
        match within {
            None => Self { kind, text, source, depth: 1, concealed: kind.conceals(), map },
            Some(outer) => Self {
                kind,
                text,
                source: outer.source_of(source),
                depth: outer.depth + 1,
                concealed: kind.conceals() || outer.concealed,
                map: map.through(|span| outer.source_of(span)),
            },
        }
    }
}

/// A view of a wording, its source counted in the bytes of that wording.
pub(crate) struct Draft {
    pub(crate) kind: ViewKind,
    pub(crate) text: String,
    source: Span,
    map: Map,
}

impl Draft {
    fn decoded(kind: ViewKind, text: String, source: Span) -> Self {
        Self { kind, text, source, map: Map::default() }
    }

    fn rewritten(kind: ViewKind, done: Rewritten) -> Self {
        Self { kind, text: done.text, source: done.source, map: done.map }
    }
}

/// Every view of one wording, made where its signs ask for a closer look.
pub(crate) fn drafts(text: &str, signs: Signs, marks: &mut Marks) -> Vec<Draft> {
    let mut drafts = Vec::new();
    if signs.any(Signs::NON_ASCII) {
        hidden::look(text, marks, &mut drafts);
        folded::look(text, marks, &mut drafts);
    }
    if signs.any(Signs::CONTROL) || signs.any(Signs::NON_ASCII) && terminal::has_c1(text) {
        terminal::look(text, marks, &mut drafts);
    }
    if signs.any(Signs::ANGLE) {
        markup::look(text, &mut drafts);
    }
    if signs.any(Signs::BRACKET) {
        markup::look_for_markdown(text, &mut drafts);
    }
    if signs.any(Signs::LONG_BLANK) || signs.any(Signs::NON_ASCII) && padding::has_wide_blanks(text) {
        padding::look(text, marks, &mut drafts);
    }
    if signs.any(Signs::TAB) {
        bits::look(text, &mut drafts);
    }
    if signs.any(Signs::LONG_WORD) {
        encoded::look(text, &mut drafts);
    }
    if signs.any(Signs::AMPERSAND) {
        spelled::entities(text, &mut drafts);
    }
    if signs.any(Signs::PERCENT) {
        spelled::percent(text, &mut drafts);
    }
    if signs.any(Signs::BACKSLASH) {
        spelled::escapes(text, &mut drafts);
    }
    if signs.any(Signs::EQUALS) {
        spelled::quoted_printable(text, &mut drafts);
    }
    if signs.any(Signs::SPACED) {
        disguise::joined(text, &mut drafts);
    }
    if signs.any(Signs::DIGIT_IN_WORD) {
        disguise::leet(text, &mut drafts);
    }
    disguise::turned(text, &mut drafts);
    drafts
}
