//! Keys written into the configuration.

use portcullis_model::{Launch, Located, Secret, Span, Variable};
use portcullis_text::{is_reference, secret};

use crate::evidence::LaunchEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A secret in the arguments, environment, headers or address of a configured server: tokens of known providers (with their
    /// checksums where they have one), passwords in addresses, and random values under a name that says it is secret. References
    /// such as `${env:TOKEN}` are not secrets.
    ///
    /// ## Why it matters
    ///
    /// Every program of the user reads the file, backups and repositories copy it, and arguments show in the process list (T10).
    ///
    /// ## Examples
    ///
    /// ```config bad
    /// {"mcpServers": {"example": {"command": "npx", "args": ["-y", "server@1.0.0"], "env": {"SERVICE_API_KEY": "q7Rf2LmX9tKp4WzV8nBd3HsJ6yCg1AeU"}}}}
    /// ```
    ///
    /// ```config good
    /// {"mcpServers": {"example": {"command": "npx", "args": ["-y", "server@1.0.0"], "env": {"SERVICE_API_KEY": "${env:SERVICE_API_KEY}"}}}}
    /// ```
    ///
    /// ```config good
    /// {"mcpServers": {"example": {"command": "npx", "args": ["-y", "server@1.0.0"], "env": {"SERVICE_API_KEY": "your-api-key-here"}}}}
    /// ```
    pub(crate) struct SecretInConfiguration {
        id: "secret-in-configuration",
        summary: "a secret stands in the configuration in plain text",
        severity: High,
        confidence: High,
        threats: [CredentialTheft],
        entry: Launch,
        remedy: "Replace it by a reference (an input, an environment variable or a keyring), then revoke the old value: it has been on disk.",
        references: ["CWE-312", "CWE-522", "CWE-798"],
        since: "0.1.0",
    }
}

impl Rule for SecretInConfiguration {
    fn check_launch(&self, launch: &LaunchEvidence<'_>, report: &mut Report<'_>) {
        match &launch.server.launch {
            Launch::Stdio { args, env, .. } => {
                args.iter().for_each(|word| check_word(launch, word, report));
                env.iter().for_each(|variable| check_variable(launch, variable, "variable", report));
            }
            Launch::Remote { url, headers, .. } => {
                check_word(launch, url, report);
                headers.iter().for_each(|header| check_variable(launch, header, "header", report));
            }
            Launch::Unknown => {}
        }
    }
}

fn check_word(launch: &LaunchEvidence<'_>, word: &Located, report: &mut Report<'_>) {
    if is_reference(&word.text) {
        return;
    }
    for hit in secret::find(&word.text) {
        let value = Secret::new(word.text.get(hit.span.start..hit.span.end).unwrap_or_default());
        let span = inside(word.span, &word.text, hit.span);
        let proof = if hit.verified_checksum { ", checksum right" } else { "" };
        report
            .found(launch.at(&word.pointer, span), format!("holds a secret: {} of {value}{proof}", hit.kind.title))
            .confidence(hit.confidence);
    }
}

fn check_variable(launch: &LaunchEvidence<'_>, variable: &Variable, what: &str, report: &mut Report<'_>) {
    let value = variable.value.expose();
    if is_reference(value) {
        return;
    }
    let by_look = secret::find(value).into_iter().next();
    let Some(hit) = by_look.or_else(|| secret::looks_secret(&variable.name, value)) else { return };
    let shown = Secret::new(value.get(hit.span.start..hit.span.end).unwrap_or_default());
    let proof = if hit.verified_checksum { ", checksum right" } else { "" };
    report
        .found(
            launch.at(&variable.pointer, variable.span),
            format!("{what} `{}` holds a secret: {} of {shown}{proof}", variable.name, hit.kind.title),
        )
        .confidence(hit.confidence);
}

/// A part of a text in the file, where the file spells the text as it reads.
fn inside(span: Span, text: &str, part: Span) -> Span {
    if span.len() == text.len() + 2 { Span::new(span.start + 1 + part.start, span.start + 1 + part.end) } else { span }
}
