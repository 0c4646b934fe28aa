//! Invisible tag characters.

use portcullis_model::Severity;
use portcullis_text::{MarkKind, ViewKind};

use crate::evidence::Passage;
use crate::hidden::{self, Marked};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// Characters of the Unicode tag block (U+E0000 to U+E007F) in text that a model will read. Flag emoji of regions
    /// (England, Scotland, Wales) use them legitimately and are left alone.
    ///
    /// ## Why it matters
    ///
    /// Tag characters have no glyph: a reviewer sees nothing, the model reads ASCII.
    ///
    /// ## Examples
    ///
    /// ```text bad
    /// Adds two numbers.\u{E0072}\u{E0065}\u{E0061}\u{E0064}
    /// ```
    ///
    /// ```text good
    /// Adds two numbers. Built in \u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}.
    /// ```
    pub(crate) struct HiddenUnicodeTags {
        id: "hidden-unicode-tags",
        summary: "text carries invisible Unicode tag characters",
        severity: High,
        confidence: Certain,
        threats: [ToolPoisoning, PoisonedPromptOrResource],
        entry: Text,
        remedy: "Remove the server, or have its author remove the invisible characters; nothing honest needs them.",
        references: ["CWE-451", "CWE-506"],
        since: "0.1.0",
    }
}

impl Rule for HiddenUnicodeTags {
    fn check_text(&self, passage: &Passage<'_>, report: &mut Report<'_>) {
        let Some(tags) = Marked::of(passage, &[MarkKind::Tag]) else { return };
        let message = passage.reading.views_of(ViewKind::Tags).next();
        let spelt = message.map_or_else(String::new, |view| hidden::says(view).replace('`', "'"));
        let span = message.map_or(tags.first(), |view| view.source);
        let draft =
            report.found(passage.at(span), format!("{} invisible tag characters spell `{spelt}`", tags.count()));
        let draft = draft.evidence(format!("decoded: {spelt}"));
        if message.is_some_and(|view| portcullis_text::is_prose(&view.text)) {
            let _ = draft.severity(Severity::Critical);
        }
    }
}
