//! Words written with letters of another script.

use portcullis_model::{Audience, Severity};
use portcullis_text::{MarkKind, Role};

use crate::evidence::Passage;
use crate::hidden::{self, Marked};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// Words that mix Latin letters with letters of another script that look the same, and words of another script that
    /// read as Latin ones and stand alone of their kind. Texts in several languages, formulas and units are left
    /// alone. Words in mathematical, circled or small capital letters are told to pedants only, except in names.
    ///
    /// ## Why it matters
    ///
    /// `paypal` with one Cyrillic letter is another name than `paypal`, and an order written so passes every list of words.
    ///
    /// ## Examples
    ///
    /// ```text bad
    /// Reads p\u{430}ssw\u{43E}rds from the vault.
    /// ```
    ///
    /// ```text bad role=name
    /// send_em\u{430}il
    /// ```
    ///
    /// ```text good
    /// \u{41E}\u{442}\u{43F}\u{440}\u{430}\u{432}\u{43B}\u{44F}\u{435}\u{442} API-\u{43A}\u{43B}\u{44E}\u{447}, \u{394}T = 5 \u{B5}m, caf\u{E9}
    /// ```
    pub(crate) struct LookAlikeLetters {
        id: "look-alike-letters",
        summary: "a word is written with letters of another script that look the same",
        severity: Medium,
        confidence: High,
        threats: [ToolPoisoning, NamespaceTyposquatting, PoisonedPromptOrResource],
        entry: Text,
        remedy: "Have the author write the word in one script; do not approve a name that only looks like another.",
        references: ["UTS #39", "CWE-1007"],
        since: "0.1.0",
    }
}

impl Rule for LookAlikeLetters {
    fn check_text(&self, passage: &Passage<'_>, report: &mut Report<'_>) {
        let is_name = passage.role() == Role::Name;
        if let Some(marked) = Marked::of(passage, &[MarkKind::MixedScript, MarkKind::LookAlike]) {
            let words = marked.words(passage.reading.raw).join("`, `");
            let draft = report
                .found(passage.at(marked.first()), format!("letters of another script stand for Latin ones in `{words}`"))
                .evidence(passage.quote(marked.first()));
            if is_name {
                let _ = draft.severity(Severity::High);
            } else if !hidden::is_authored(passage.role()) {
                let _ = draft.severity(Severity::Low).audience(Audience::Pedantic);
            }
        } else if let Some(marked) = Marked::of(passage, &[MarkKind::StyledLetters]) {
            let words = marked.words(passage.reading.raw).join("`, `");
            let draft = report
                .found(passage.at(marked.first()), format!("symbols stand for letters in `{words}`"))
                .evidence(passage.quote(marked.first()));
            if !is_name {
                let _ = draft.severity(Severity::Low).audience(Audience::Pedantic);
            }
        }
    }
}
