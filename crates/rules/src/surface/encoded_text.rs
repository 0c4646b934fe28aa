//! Sentences in an encoding.

use portcullis_model::{Audience, Confidence, Severity, Span};
use portcullis_text::ViewKind;

use crate::evidence::Passage;
use crate::hidden;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// Sentences written as base64, base32, hexadecimal digits, rot13, backwards, as blanks and tabs, with spaced-out
    /// letters or with digits for letters, and descriptions that decode to more, or deeper, than is opened. Digests,
    /// keys, pictures, tokens and short samples are not sentences. In what a tool returns, data in base64 and
    /// hexadecimal is common and told to pedants only.
    ///
    /// ## Why it matters
    ///
    /// A model decodes such text without being asked; a reviewer and a filter do not. What the sentence asks for is
    /// judged by the other rules, and weighs more for being hidden.
    ///
    /// ## Examples
    ///
    /// ```text bad
    /// Adds numbers. aGVsbG8gdGhlcmUsIHBsZWFzZSByZWFkIHRoaXMgbm90ZSBhbG91ZA==
    /// ```
    ///
    /// ```text bad
    /// Adds numbers. 68656c6c6f2074686572652c20706c656173652072656164207468697320616c6f7564
    /// ```
    ///
    /// ```text good
    /// Decodes base64, such as SGVsbG8gV29ybGQ=, and checks 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.
    /// ```
    pub(crate) struct EncodedText {
        id: "encoded-text",
        summary: "a sentence is written in an encoding that people do not read",
        severity: Medium,
        confidence: High,
        threats: [ToolPoisoning, PoisonedPromptOrResource, SteeringByResult],
        entry: Text,
        remedy: "Read the decoded sentence before approving; have the author write it plainly.",
        references: ["CWE-506"],
        since: "0.1.0",
    }
}

const ENCODINGS: &[ViewKind] = &[
    ViewKind::Base64,
    ViewKind::Base32,
    ViewKind::Hex,
    ViewKind::Rot13,
    ViewKind::Reversed,
    ViewKind::BlankBits,
    ViewKind::Joined,
    ViewKind::Leet,
];

impl Rule for EncodedText {
    fn check_text(&self, passage: &Passage<'_>, report: &mut Report<'_>) {
        let authored = hidden::is_authored(passage.role());
        if let Some(view) = hidden::sentences(passage, ENCODINGS).max_by_key(|view| view.depth) {
            let layers = if view.depth > 1 { format!(", {} layers deep", view.depth) } else { String::new() };
            let draft = report
                .found(passage.at(view.source), format!("a sentence is hidden in the text: {}{layers}", view.kind.as_str()))
                .evidence(format!("decoded: {}", hidden::says(view)));
            // Data is encoded for many reasons, but nobody spaces out or turns round the letters of an honest sentence.
            let disguised = matches!(
                view.kind,
                ViewKind::Rot13 | ViewKind::Reversed | ViewKind::Joined | ViewKind::Leet | ViewKind::BlankBits
            );
            if !authored && !disguised {
                let _ = draft.severity(Severity::Low).audience(Audience::Pedantic);
            } else if view.depth > 1 {
                let _ = draft.severity(Severity::High);
            }
        } else if !passage.reading.complete && authored {
            report
                .found(passage.at(Span::new(0, passage.reading.raw.len())), "the text decodes to more than is opened")
                .confidence(Confidence::Medium);
        }
    }
}
