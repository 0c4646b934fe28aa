//! What the rules about hidden text share: the marks of one kind taken together, and what a view says.

use portcullis_model::Span;
use portcullis_text::{Mark, MarkKind, Role, View, ViewKind, is_prose};

use crate::evidence::{Passage, excerpt};

/// All marks of some kinds.
pub(crate) struct Marked<'r> {
    marks: Vec<&'r Mark>,
}

impl<'r> Marked<'r> {
    /// The marks of a passage that are of one of `kinds`; none when there are none.
    pub(crate) fn of(passage: &'r Passage<'_>, kinds: &[MarkKind]) -> Option<Self> {
        let marks: Vec<&Mark> =
            passage.reading.marks.iter().filter(|mark| kinds.contains(&mark.kind)).collect();
        (!marks.is_empty()).then_some(Self { marks })
    }

    /// How many characters, sequences or words.
    pub(crate) fn count(&self) -> usize {
        self.marks.iter().map(|mark| mark.count).sum()
    }

    /// The longest run.
    pub(crate) fn longest(&self) -> usize {
        self.marks.iter().map(|mark| mark.count).max().unwrap_or(0)
    }

    /// The first one's place.
    pub(crate) fn first(&self) -> Span {
        self.marks.first().map_or(Span::UNKNOWN, |mark| mark.span)
    }

    /// True when one of them satisfies `test`.
    pub(crate) fn any(&self, test: impl Fn(Span) -> bool) -> bool {
        self.marks.iter().any(|mark| test(mark.span))
    }

    /// The marked words, the first few.
    pub(crate) fn words(&self, text: &'r str) -> Vec<&'r str> {
        self.marks.iter().take(4).filter_map(|mark| text.get(mark.span.start..mark.span.end)).collect()
    }
}

/// True when letters of ASCII stand on both sides of a span: a word was cut in two.
pub(crate) fn cuts_a_word(text: &str, span: Span) -> bool {
    let before = text.get(..span.start).and_then(|before| before.bytes().next_back());
    let after = text.as_bytes().get(span.end).copied();
    before
        .zip(after)
        .is_some_and(|(before, after)| before.is_ascii_alphabetic() && after.is_ascii_alphabetic())
}

/// The views of some kinds that speak in sentences, outermost first.
pub(crate) fn sentences<'r>(
    passage: &'r Passage<'_>,
    kinds: &'r [ViewKind],
) -> impl Iterator<Item = &'r View> {
    passage.reading.views.iter().filter(|view| kinds.contains(&view.kind) && is_prose(&view.text))
}

/// The beginning of what a view says, for evidence.
pub(crate) fn says(view: &View) -> String {
    excerpt(&view.text, Span::new(0, view.text.len()))
}

/// True for texts that the author of a server writes; false for what tools bring in and models pass on.
pub(crate) fn is_authored(role: Role) -> bool {
    !matches!(role, Role::Result | Role::Resource | Role::Argument)
}
