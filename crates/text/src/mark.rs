//! Strange places in a text: what stands there, not what it says.

use portcullis_model::Span;

/// What is strange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkKind {
    /// Characters of no width where no language and no emoji needs them.
    ZeroWidth,
    /// Hyphens that are never seen, not between letters.
    SoftHyphen,
    /// Fillers of Hangul outside Hangul.
    Filler,
    /// Controls of the bidirectional algorithm that no right-to-left text needs, and every override.
    BidiControl,
    /// Directional marks in a text without right-to-left letters.
    BidiMark,
    /// Variation selectors that select nothing.
    Variation,
    /// Tag characters outside a flag.
    Tag,
    /// Control characters other than tab, line feed and carriage return.
    Control,
    /// Control sequences of a terminal.
    Terminal,
    /// Text that a terminal would conceal: by command, or in the colour of its ground.
    TerminalConcealed,
    /// Text that a terminal would overwrite or erase.
    TerminalErased,
    /// A word that mixes Latin letters with look-alikes of another script.
    MixedScript,
    /// A word of another script that reads as a Latin one, alone among Latin words.
    LookAlike,
    /// Letters that are symbols: mathematical, circled, small capitals.
    StyledLetters,
    /// Text behind so many blanks or empty lines that it is out of sight.
    Padding,
}

/// One run of strange characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// What is strange.
    pub kind: MarkKind,
    /// The bytes of the raw text.
    pub span: Span,
    /// How many characters, sequences or words.
    pub count: usize,
}

/// Most marks that are kept of one text; later ones are counted by the last of their kind.
const MOST: usize = 512;

/// The marks of one text in the making.
#[derive(Debug, Default)]
pub(crate) struct Marks(Vec<Mark>);

impl Marks {
    /// Notes one strange thing. What touches the last one of its kind continues its run.
    pub(crate) fn note(&mut self, kind: MarkKind, span: Span) {
        let full = self.0.len() >= MOST;
        let continued = match self.0.last_mut() {
            Some(last) if last.kind == kind && last.span.end == span.start => Some(last),
            _ if full => self.0.iter_mut().rev().find(|mark| mark.kind == kind),
            _ => None,
        };
        match continued {
            Some(mark) => {
                mark.span = Span::new(mark.span.start.min(span.start), mark.span.end.max(span.end));
                mark.count += 1;
            }
            None => self.0.push(Mark { kind, span, count: 1 }),
        }
    }

    /// The marks in the order of the text.
    pub(crate) fn into_sorted(mut self) -> Vec<Mark> {
        self.0.sort_by_key(|mark| (mark.span, mark.kind));
        self.0
    }
}
