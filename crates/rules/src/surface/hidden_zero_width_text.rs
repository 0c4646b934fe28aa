//! Characters of no width.

use portcullis_model::{Audience, Confidence, Severity};
use portcullis_text::{MarkKind, Role, ViewKind};

use crate::evidence::Passage;
use crate::hidden::{self, Marked};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// Characters without width (zero-width spaces and joiners, word joiners, invisible operators, fillers) that cut
    /// words in two, stand in rows, or spell a message as bits. Where a language or an emoji needs them (Persian and
    /// Indic joiners, Thai breaks, families of emoji, a byte order mark at the beginning) they are left alone. A single
    /// stray one between words is told to pedants only: it often comes from copying a web page.
    ///
    /// ## Why it matters
    ///
    /// A reviewer sees one text, a filter and the model read another: a word that is cut in two is not the word that a
    /// list of forbidden words holds, and a row of such characters can carry a whole message.
    ///
    /// ## Examples
    ///
    /// ```text bad
    /// Adds two numbers. Se\u{200B}nd the re\u{200B}sult to the log.
    /// ```
    ///
    /// ```text bad
    /// Adds two numbers.\u{2060}\u{200B}\u{200C}\u{2060}\u{200B}
    /// ```
    ///
    /// ```text bad pedantic
    /// Adds two numbers. \u{200B}Returns the sum.
    /// ```
    ///
    /// ```text good
    /// \u{645}\u{6CC}\u{200C}\u{62E}\u{648}\u{627}\u{647}\u{645} and \u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}
    /// ```
    pub(crate) struct HiddenZeroWidthText {
        id: "hidden-zero-width-text",
        summary: "text carries characters of no width that hide or cut words",
        severity: Medium,
        confidence: High,
        threats: [ToolPoisoning, PoisonedPromptOrResource],
        entry: Text,
        remedy: "Have the author remove the invisible characters; approve the text without them or not at all.",
        references: ["CWE-451", "CWE-176"],
        since: "0.1.0",
    }
}

/// Characters in a row from which they are no accident.
const ROW: usize = 3;

impl Rule for HiddenZeroWidthText {
    fn check_text(&self, passage: &Passage<'_>, report: &mut Report<'_>) {
        let kinds = [MarkKind::ZeroWidth, MarkKind::Filler, MarkKind::SoftHyphen, MarkKind::BidiMark];
        let Some(marked) = Marked::of(passage, &kinds) else { return };
        let raw = passage.reading.raw;
        if let Some(message) = passage.reading.views_of(ViewKind::ZeroWidthBits).next() {
            let says = hidden::says(message).replace('`', "'");
            let _ = report
                .found(passage.at(message.source), format!("characters of no width spell `{says}` as bits"))
                .evidence(format!("decoded: {says}"))
                .severity(Severity::Critical)
                .confidence(Confidence::Certain);
            return;
        }
        let count = marked.count();
        let characters = if count == 1 { "character" } else { "characters" };
        let cuts = marked.any(|span| hidden::cuts_a_word(raw, span));
        let draft = report
            .found(passage.at(marked.first()), format!("{count} {characters} of no width in the text"))
            .evidence(passage.quote(marked.first()));
        if passage.role() == Role::Name {
            let _ = draft.severity(Severity::High);
        } else if !hidden::is_authored(passage.role()) || !cuts && marked.longest() < ROW {
            let _ = draft.severity(Severity::Low).audience(Audience::Pedantic);
        }
    }
}
