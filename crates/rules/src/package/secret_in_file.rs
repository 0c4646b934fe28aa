//! Secrets in the files of a package that are no code.

use portcullis_model::{BundleFile, Confidence, Severity};
use portcullis_text::secret;

use crate::evidence::PackageEvidence;
use crate::report::Report;
use crate::rule::Rule;
use crate::sourced::is_example;

declare_rule! {
    /// ## What it finds
    ///
    /// Keys, tokens and passwords in files of settings that a package carries: `.env`, `.npmrc`, `.netrc`, JSON, TOML, YAML, INI, key
    /// files. Placeholders, references to variables, and files that show an example are none. Values are never shown.
    ///
    /// ## Why it matters
    ///
    /// Whoever has the package has the secret; it was published with it (X04, T10).
    ///
    /// ## Examples
    ///
    /// ```package bad
    /// --- .env
    /// STATISTICS_API_KEY=sk-proj-Zk3vQ9xT7bLmW2nR8cYdF4hJ6pS1aGtE
    /// ```
    ///
    /// ```package bad
    /// --- config/production.yaml
    /// database:
    ///   url: postgres://statistics:vK9tR2mZq7wLx4@db.example.com/statistics
    /// ```
    ///
    /// ```package good
    /// --- .env.example
    /// STATISTICS_API_KEY=sk-proj-Zk3vQ9xT7bLmW2nR8cYdF4hJ6pS1aGtE
    /// --- config/production.yaml
    /// token: ${STATISTICS_TOKEN}
    /// password: changeme
    /// ```
    pub(crate) struct SecretInFile {
        id: "secret-in-file",
        summary: "a file of settings in the package holds a secret",
        severity: High,
        confidence: High,
        threats: [CredentialInListing, CredentialTheft],
        entry: Package,
        remedy: "Replace the secret, and leave the file out of what is published.",
        references: ["CWE-538", "CWE-312"],
        since: "0.1.0",
    }
}

/// Larger files are data.
const LARGEST: usize = 1 << 20;
/// Secrets of one file that are told.
const TOLD: usize = 5;
const ENDINGS: &[&str] = &[
    "json", "jsonc", "json5", "toml", "yaml", "yml", "ini", "cfg", "conf", "properties", "env", "pem", "key", "tfvars", "xml",
];
const NAMES: &[&str] = &[".npmrc", ".pypirc", ".netrc", "_netrc", ".git-credentials", "id_rsa", "id_ed25519", "credentials", ".htpasswd"];
/// Written by tools, full of digests.
const DIGESTS: &[&str] = &["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "composer.lock", "deno.lock", "tsconfig.tsbuildinfo"];

impl Rule for SecretInFile {
    fn check_package(&self, package: &PackageEvidence<'_>, report: &mut Report<'_>) {
        for file in package.bundle.files.iter().filter(|file| holds_settings(file)) {
            let Some(text) = file.text() else { continue };
            let hits = secret::find(text);
            for hit in hits.iter().filter(|hit| hit.confidence >= Confidence::Medium).take(TOLD) {
                let part = text.get(hit.span.start..hit.span.end).unwrap_or_default();
                let severity = if hit.confidence >= Confidence::High { Severity::High } else { Severity::Medium };
                report
                    .found(package.at(&file.path, hit.span), format!("a {} stands in a file of settings", hit.kind.title))
                    .evidence(secret::shown(hit.kind, part))
                    .severity(severity)
                    .confidence(hit.confidence);
            }
        }
    }
}

fn holds_settings(file: &BundleFile) -> bool {
    let path = &file.path;
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_settings = ENDINGS.contains(&ending) || NAMES.contains(&name) || name == ".env" || name.starts_with(".env.");
    let is_template = ["template", "dist", "schema", "defaults"].iter().any(|word| name.split(['.', '-', '_']).any(|part| part == *word));
    // What configures hosts and agents is looked at as such.
    let is_hosts = name.ends_with("mcp.json") || path.split('/').any(|part| matches!(part, ".vscode" | ".cursor" | ".claude"));
    file.bytes.len() <= LARGEST && is_settings && !is_template && !is_hosts && !is_example(path) && !DIGESTS.contains(&name)
}
