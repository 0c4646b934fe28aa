//! Configurations that others can read or write.

use portcullis_model::{Edit, HostConfig, ItemKind, Launch, Location, Safety, Severity, Variable};
use portcullis_text::{is_reference, secret};

use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A configuration file that other users of the machine can write to, or can read although it holds a secret.
    ///
    /// ## Why it matters
    ///
    /// Who can write the file decides what runs; who can read it has the tokens (T10).
    ///
    /// ## Examples
    ///
    /// ```config bad mode=0666
    /// {"mcpServers": {"example": {"command": "node", "args": ["server.js"]}}}
    /// ```
    ///
    /// ```config bad mode=0644
    /// {"mcpServers": {"example": {"command": "node", "args": ["server.js"], "env": {"SERVICE_API_KEY": "q7Rf2LmX9tKp4WzV8nBd3HsJ6yCg1AeU"}}}}
    /// ```
    ///
    /// ```config good mode=0644
    /// {"mcpServers": {"example": {"command": "node", "args": ["server.js"]}}}
    /// ```
    pub(crate) struct OpenPermissions {
        id: "open-permissions",
        summary: "other users can write the configuration, or read its secrets",
        severity: High,
        confidence: Certain,
        threats: [CredentialTheft, PersistentConfigurationInfection],
        entry: HostConfig,
        remedy: "Let only its owner read and write the file (`chmod 600`).",
        references: ["CWE-732", "CWE-276"],
        since: "0.1.0",
    }
}

impl Rule for OpenPermissions {
    fn check_host_config(&self, config: &HostConfig, report: &mut Report<'_>) {
        let Some(mode) = config.unix_mode else { return };
        let (what, severity) = if mode & 0o022 != 0 {
            ("other users can change what this configuration runs", Severity::High)
        } else if mode & 0o044 != 0 && holds_secret(config) {
            ("other users can read the secrets in this configuration", Severity::Medium)
        } else {
            return;
        };
        let location =
            Location { item: Some(ItemKind::Config), file: Some(config.path.clone()), ..Location::default() };
        report.found(location, what).evidence(format!("mode {:04o}", mode & 0o7777)).severity(severity).fix(
            "Let only its owner read and write the file.",
            Safety::Safe,
            vec![Edit::Permissions { file: config.path.clone(), mode: 0o600 }],
        );
    }
}

fn holds_secret(config: &HostConfig) -> bool {
    let is_secret = |variable: &Variable| {
        let value = variable.value.expose();
        !is_reference(value)
            && (secret::looks_secret(&variable.name, value).is_some() || !secret::find(value).is_empty())
    };
    config.servers.iter().any(|server| match &server.launch {
        Launch::Stdio { env, args, .. } => {
            env.iter().any(is_secret) || args.iter().any(|word| !secret::find(&word.text).is_empty())
        }
        Launch::Remote { headers, url, .. } => headers.iter().any(is_secret) || !secret::find(&url.text).is_empty(),
        Launch::Unknown => false,
    })
}
