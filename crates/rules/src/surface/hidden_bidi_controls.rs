//! Controls of the direction of text.

use portcullis_model::{Audience, Severity, Span};
use portcullis_text::{MarkKind, Role};

use crate::evidence::Passage;
use crate::hidden::Marked;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// Overrides of the bidirectional algorithm anywhere, and embeddings in a text without right-to-left letters.
    /// Isolates around a placeholder, as translation libraries write them, are told to pedants only.
    ///
    /// ## Why it matters
    ///
    /// Such controls show letters in another order than they are stored: the reviewer approves what is displayed, the
    /// model reads what is stored.
    ///
    /// ## Examples
    ///
    /// ```text bad
    /// Deletes nothing. \u{202E}ecno ta lla seteleD\u{202C}
    /// ```
    ///
    /// ```text good
    /// \u{5E7}\u{5D5}\u{5E8}\u{5D0} \u{202A}README.md\u{202C} \u{5DE}\u{5D4}\u{5D3}\u{5D9}\u{5E1}\u{5E7}
    /// ```
    pub(crate) struct HiddenBidiControls {
        id: "hidden-bidi-controls",
        summary: "text is displayed in another order than it is stored",
        severity: High,
        confidence: High,
        threats: [ToolPoisoning, PoisonedPromptOrResource],
        entry: Text,
        remedy: "Have the author remove the direction controls; approve the text in the order in which it is stored.",
        references: ["CVE-2021-42574", "CWE-451"],
        since: "0.1.0",
    }
}

impl Rule for HiddenBidiControls {
    fn check_text(&self, passage: &Passage<'_>, report: &mut Report<'_>) {
        let Some(marked) = Marked::of(passage, &[MarkKind::BidiControl]) else { return };
        let raw = passage.reading.raw;
        let holds = |characters: &'static [char]| {
            move |span: Span| raw.get(span.start..span.end).is_some_and(|run| run.contains(characters))
        };
        let overrides = marked.any(holds(&['\u{202D}', '\u{202E}']));
        let embeds = marked.any(holds(&['\u{202A}', '\u{202B}']));
        let message = if overrides {
            "the text overrides the direction of its letters: what is displayed is not what is stored"
        } else {
            "the text holds direction controls and no right-to-left letters"
        };
        let draft = report.found(passage.at(marked.first()), message).evidence(passage.quote(marked.first()));
        if !overrides && passage.role() != Role::Name {
            let audience = if embeds { Audience::Regular } else { Audience::Pedantic };
            let _ = draft.severity(Severity::Medium).audience(audience);
        }
    }
}
