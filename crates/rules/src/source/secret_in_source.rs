//! Secrets that stand in the source.

use portcullis_model::{Confidence, Severity};
use portcullis_source::behaviour::NamedText;
use portcullis_text::secret;

use crate::evidence::SourceEvidence;
use crate::flows::place;
use crate::report::Report;
use crate::rule::Rule;
use crate::sourced::is_example;

declare_rule! {
    /// ## What it finds
    ///
    /// Keys, tokens and passwords in texts of the source: in the form that a provider gives them, under a name that says so, or in
    /// an address. Placeholders, examples and names of variables are none.
    ///
    /// ## Why it matters
    ///
    /// Whoever has the package has the secret; it was published with it (X04).
    ///
    /// ## Examples
    ///
    /// ```javascript bad
    /// import pg from "pg";
    ///
    /// const pool = new pg.Pool({ host: "db.example.com", user: "statistics", password: "vK9#tR2m!Zq7wLx4" });
    /// ```
    ///
    /// ```javascript good
    /// import pg from "pg";
    ///
    /// const pool = new pg.Pool({ host: "localhost", user: "statistics", password: process.env.PASSWORD ?? "changeme" });
    /// ```
    pub(crate) struct SecretInSource {
        id: "secret-in-source",
        summary: "a secret stands in the source",
        severity: High,
        confidence: Medium,
        threats: [CredentialInListing, CredentialTheft],
        entry: Source,
        remedy: "Replace the secret, and read it from the environment or a store of credentials.",
        references: ["CWE-798", "CWE-540"],
        since: "0.1.0",
    }
}

impl Rule for SecretInSource {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        for text in &source.analysis.serving.named_texts {
            if is_example(&text.spot.path) {
                continue;
            }
            let Some((title, confidence, shown)) = secret_of(text) else { continue };
            let named = if text.name.is_empty() { String::new() } else { format!(" in `{}`", text.name) };
            let severity = if confidence >= Confidence::High { Severity::High } else { Severity::Medium };
            report
                .found(place(&text.spot), format!("a {title}{named} stands in the source"))
                .evidence(shown)
                .severity(severity)
                .confidence(confidence);
        }
    }
}

/// What kind of secret a text is, how sure that is, and how it is shown.
fn secret_of(text: &NamedText) -> Option<(&'static str, Confidence, String)> {
    let alone = secret::find(&text.text);
    if let Some(hit) = alone.first().filter(|hit| hit.confidence >= Confidence::Medium) {
        if hit.confidence < Confidence::High && is_shown_as_example(text.text.get(..hit.span.start)?) {
            return None;
        }
        let part = text.text.get(hit.span.start..hit.span.end)?;
        return Some((hit.kind.title, hit.confidence, secret::shown(hit.kind, part)));
    }
    if text.name.is_empty() || !is_random(&text.text) {
        return None;
    }
    let line = format!("{} = \"{}\"", text.name, text.text);
    if let Some(hit) = secret::find(&line).into_iter().find(|hit| hit.confidence >= Confidence::Medium) {
        let part = line.get(hit.span.start..hit.span.end)?;
        return Some((hit.kind.title, Confidence::Medium, secret::shown(hit.kind, part)));
    }
    let lower = text.name.to_ascii_lowercase();
    let is_password = ["passw", "pwd", "passphrase"].iter().any(|part| lower.contains(part));
    let redacted = secret::redact(&line);
    (is_password && redacted != line).then(|| ("password", Confidence::Medium, redacted.into_owned()))
}

/// Whether the words before a secret say that it is made up: `must be a URI like dotenv://:key@…`.
fn is_shown_as_example(before: &str) -> bool {
    const MARKS: [&str; 6] = ["like", "e.g.", "example", "example:", "as", "format:"];
    let words: Vec<&str> = before.split_whitespace().collect();
    // What stands before the secret in its own word, an address for example, is no word of the sentence.
    let inside = usize::from(!before.ends_with(char::is_whitespace));
    let last = words.len().checked_sub(1 + inside).and_then(|index| words.get(index));
    last.is_some_and(|word| MARKS.contains(&word.trim_matches(['(', '"', '`', ',']).to_lowercase().as_str()))
}

/// Whether a text looks drawn by chance: letters and digits, and no words.
fn is_random(text: &str) -> bool {
    let has = |test: fn(&char) -> bool| text.chars().any(|letter| test(&letter));
    let digits = text.chars().filter(char::is_ascii_digit).count();
    text.len() >= 12
        && !text.contains(' ')
        && digits >= 2
        && has(char::is_ascii_alphabetic)
        && !text.contains("://")
        && !text.starts_with(['/', '.', '$', '<', '{', '@'])
}
