//! Packages from another registry.

use portcullis_model::{Launch, Severity};

use crate::command::Command;
use crate::evidence::LaunchEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A launch command or environment that takes packages from a registry named in the configuration.
    ///
    /// ## Why it matters
    ///
    /// The same package name means something else there: dependency confusion and installer spoofing in one line (T08). A
    /// mirror belongs in the client's own configuration, where one place decides.
    ///
    /// ## Examples
    ///
    /// ```config bad
    /// {"mcpServers": {"example": {"command": "npx", "args": ["-y", "--registry", "http://packages.example.net", "tool@1.0.0"]}}}
    /// ```
    ///
    /// ```config bad
    /// {"mcpServers": {"example": {"command": "uvx", "args": ["tool==1.0"], "env": {"UV_INDEX_URL": "https://simple.example.net"}}}}
    /// ```
    ///
    /// ```config good
    /// {"mcpServers": {"example": {"command": "npx", "args": ["-y", "tool@1.0.0"]}}}
    /// ```
    pub(crate) struct RegistryOverride {
        id: "registry-override",
        summary: "the configuration redirects package downloads to another registry",
        severity: Medium,
        confidence: High,
        threats: [InstallerSpoofing],
        entry: Launch,
        remedy: "Remove the override; set a mirror you trust in the package client's own configuration.",
        references: ["CWE-829"],
        since: "0.1.0",
    }
}

impl Rule for RegistryOverride {
    fn check_launch(&self, launch: &LaunchEvidence<'_>, report: &mut Report<'_>) {
        let Some(command) = Command::of(&launch.server.launch) else { return };
        let severity = |value: &str| if value.starts_with("http://") { Severity::High } else { Severity::Medium };
        for (word, value) in command.option(OPTIONS) {
            report
                .found(launch.at(&word.pointer, word.span), "packages are taken from a registry named in the configuration")
                .evidence(value)
                .severity(severity(value));
        }
        let Launch::Stdio { env, .. } = &launch.server.launch else { return };
        for variable in env.iter().filter(|variable| VARIABLES.contains(&variable.name.to_ascii_uppercase().as_str())) {
            report
                .found(
                    launch.at(&variable.pointer, variable.span),
                    format!("`{}` takes packages from a registry named in the configuration", variable.name),
                )
                .evidence(variable.value.expose())
                .severity(severity(variable.value.expose()));
        }
    }
}

const OPTIONS: &[&str] = &[
    "--registry", "--index-url", "--extra-index-url", "--index", "--default-index", "--find-links", "--trusted-host",
];
const VARIABLES: &[&str] = &[
    "NPM_CONFIG_REGISTRY", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX", "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST", "YARN_REGISTRY", "BUN_CONFIG_REGISTRY",
];
