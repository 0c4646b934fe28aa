//! Invisible tag characters.

use portcullis_model::Span;

use crate::evidence::Passage;
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
        threats: [ToolPoisoning],
        entry: Text,
        remedy: "Remove the server, or have its author remove the invisible characters; nothing honest needs them.",
        references: ["CWE-451", "CWE-506"],
        since: "0.1.0",
    }
}

impl Rule for HiddenUnicodeTags {
    fn check_text(&self, passage: &Passage<'_>, report: &mut Report<'_>) {
        let raw = passage.reading.raw;
        if raw.is_ascii() {
            return;
        }
        let mut hidden = String::new();
        let mut span: Option<Span> = None;
        let mut in_flag = false;
        for (start, character) in raw.char_indices() {
            let is_tag = matches!(character, '\u{E0000}'..='\u{E007F}');
            in_flag = character == '\u{1F3F4}' || (in_flag && is_tag);
            if is_tag && !in_flag {
                let end = start + character.len_utf8();
                span = Some(Span::new(span.map_or(start, |span| span.start), end));
                hidden.extend(char::from_u32(character as u32 - 0xE0000).filter(char::is_ascii_graphic));
            }
        }
        if let Some(span) = span {
            report
                .found(passage.at(span), format!("invisible tag characters spell `{hidden}`"))
                .evidence(format!("decoded: {hidden}"));
        }
    }
}
