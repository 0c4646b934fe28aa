//! Packages from an address instead of a registry.

use portcullis_model::{Launch, Severity};
use portcullis_supply::{Ecosystem, packages_of};

use crate::evidence::LaunchEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A package that is fetched from a repository, a tarball or an address instead of a registry.
    ///
    /// ## Why it matters
    ///
    /// A repository has no immutable releases and no malware reports, and its account can change hands (X01, X02). Plain `http`
    /// lets anybody on the way replace it.
    ///
    /// ## Examples
    ///
    /// ```config bad
    /// {"mcpServers": {"example": {"command": "npx", "args": ["-y", "github:somebody/some-mcp"]}}}
    /// ```
    ///
    /// ```config bad
    /// {"mcpServers": {"example": {"command": "uvx", "args": ["--from", "git+https://git.example.com/team/tool.git", "tool"]}}}
    /// ```
    ///
    /// ```config good
    /// {"mcpServers": {"example": {"command": "uvx", "args": ["mcp-server-time==2026.1.1"]}}}
    /// ```
    pub(crate) struct DirectSource {
        id: "direct-source",
        summary: "the launch fetches code from a repository or address instead of a registry",
        severity: Medium,
        confidence: Certain,
        threats: [InstallerSpoofing, MaintainerHijacking, RedirectionHijacking],
        entry: Launch,
        remedy: "Use the published package at an exact version, or pin the commit you have looked at.",
        references: ["CWE-494"],
        since: "0.1.0",
    }
}

impl Rule for DirectSource {
    fn check_launch(&self, launch: &LaunchEvidence<'_>, report: &mut Report<'_>) {
        let Launch::Stdio { command, args, .. } = &launch.server.launch else { return };
        let words: Vec<&str> = args.iter().map(|word| word.text.as_str()).collect();
        for package in packages_of(&command.text, &words) {
            if !matches!(package.ecosystem, Ecosystem::Git | Ecosystem::Url) {
                continue;
            }
            let word = package.place.argument.and_then(|index| args.get(index)).unwrap_or(command);
            let plain = word.text.contains("http://") || word.text.contains("git://");
            let severity = match (plain, package.version.is_pinned()) {
                (true, _) => Severity::High,
                (false, true) => Severity::Low,
                (false, false) => Severity::Medium,
            };
            let how = if plain { ", unencrypted" } else { "" };
            report
                .found(
                    launch.at(&word.pointer, word.span),
                    format!("`{}` fetches code from `{}`{how}", package.runner, package.name),
                )
                .evidence(word.text.clone())
                .severity(severity);
        }
    }
}
