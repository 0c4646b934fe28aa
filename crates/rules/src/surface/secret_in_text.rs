//! Secrets in what a server says.

use portcullis_model::{Audience, Confidence, Severity};
use portcullis_text::secret;

use crate::evidence::Passage;
use crate::hidden;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// Tokens of more than a hundred kinds, private keys, passwords in addresses, and random values under names that say
    /// they are secret, in names, descriptions, schemas, prompts and instructions, in clear or encoded. Examples of
    /// documentation are left alone.
    ///
    /// ## Why it matters
    ///
    /// Every client that lists the server receives its text, and so does every model and log behind it. A token in it is
    /// public.
    ///
    /// ## Examples
    ///
    /// ```text bad
    /// Connects to postgres://reports:k9Xw2rTz7q@db.internal:5432/reports and lists tables.
    /// ```
    ///
    /// ```text good
    /// Connects to postgres://user:password@localhost:5432/db; set API_KEY=<your-key> first.
    /// ```
    pub(crate) struct SecretInText {
        id: "secret-in-text",
        summary: "the server's text holds a secret that every client receives",
        severity: High,
        confidence: High,
        threats: [CredentialInListing, CredentialTheft],
        entry: Text,
        remedy: "Tell the owner to revoke the secret now; it is public. Configuration belongs in the environment of the server.",
        references: ["CWE-798", "CWE-200", "OWASP MCP01:2025"],
        since: "0.1.0",
    }
}

impl Rule for SecretInText {
    fn check_text(&self, passage: &Passage<'_>, report: &mut Report<'_>) {
        for wording in passage.reading.all() {
            let Some(hit) = secret::find(wording.text).into_iter().max_by_key(|hit| hit.confidence) else {
                continue;
            };
            let value = wording.text.get(hit.span.start..hit.span.end).unwrap_or_default();
            let decoded = wording.kind().map_or_else(String::new, |kind| format!(" ({})", kind.as_str()));
            let draft = report
                .found(
                    passage.at(wording.source_of(hit.span)),
                    format!("the text holds a secret: {}{decoded}", secret::shown(hit.kind, value)),
                )
                .confidence(hit.confidence);
            if !hidden::is_authored(passage.role()) || hit.confidence < Confidence::Medium {
                let _ = draft.severity(Severity::Medium).audience(Audience::Pedantic);
            }
            return;
        }
    }
}
