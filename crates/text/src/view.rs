//! Other ways to read a text, each with the way back to the bytes it was made from.

use portcullis_model::Span;

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
    /// The view it was decoded from, as an index into the reading's views; none when made from the raw text.
    pub parent: Option<usize>,
}

impl View {
    /// The bytes of the raw text that a part of this view was made from; the whole source where that is not known
    /// more exactly.
    #[must_use]
    pub fn source_of(&self, _part: Span) -> Span {
        self.source
    }
}
