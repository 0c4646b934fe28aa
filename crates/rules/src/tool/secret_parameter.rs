//! Secrets that a model has to pass.

use crate::capability::words::Words;
use crate::evidence::ToolEvidence;
use crate::report::Report;
use crate::rule::Rule;
use crate::schema;

declare_rule! {
    /// ## What it finds
    ///
    /// A parameter that takes a password, a key or a token.
    ///
    /// ## Why it matters
    ///
    /// What a model passes, it has read: the secret stands in the conversation, in the host's logs and with the model's
    /// provider, and other tools can be told to pass it on. A server should take secrets from its environment.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// {"name": "connect", "inputSchema": {"type": "object", "properties": {"db_password": {"type": "string"}}}}
    /// ```
    ///
    /// ```json good
    /// {"name": "list", "inputSchema": {"type": "object", "properties": {"page_token": {"type": "string"},
    ///  "max_tokens": {"type": "integer"}, "token_address": {"type": "string"}}}}
    /// ```
    pub(crate) struct SecretParameter {
        id: "secret-parameter",
        summary: "a secret passes through the model",
        severity: Low,
        confidence: High,
        audience: Pedantic,
        threats: [CredentialTheft],
        entry: Tool,
        remedy: "Give the server its secret through the environment or a keyring, not through a parameter.",
        references: ["CWE-522"],
        since: "0.1.0",
    }
}

/// The last words of names that are secrets, longest first where one ends another.
const SECRETS: &[&[&str]] = &[
    &["password"], &["passwd"], &["passphrase"], &["secret"], &["apikey"], &["api", "key"], &["api", "token"],
    &["access", "token"], &["auth", "token"], &["bearer", "token"], &["refresh", "token"], &["session", "token"],
    &["private", "key"], &["secret", "key"], &["access", "key"], &["ssh", "key"], &["encryption", "key"],
    &["mnemonic"], &["seed", "phrase"], &["cvv"], &["cvc"], &["card", "number"], &["credentials"], &["otp"],
    &["personal", "access", "token"], &["github", "token"], &["bot", "token"],
];

impl Rule for SecretParameter {
    fn check_tool(&self, tool: &ToolEvidence<'_>, report: &mut Report<'_>) {
        for parameter in schema::parameters(tool.tool) {
            let words = Words::of_name(parameter.name);
            let all: Vec<&str> = words.iter().collect();
            let is_text = !matches!(parameter.schema.get_text("type"), Some("boolean" | "integer" | "number"));
            if is_text && SECRETS.iter().any(|secret| all.ends_with(secret)) {
                report.found(
                    tool.subject.at(&parameter.pointer, parameter.span),
                    format!("the model has to pass a secret in `{}`", parameter.name),
                );
            }
        }
    }
}
