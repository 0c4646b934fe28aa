//! Packages whose version is left open.

use portcullis_model::{Launch, Severity, Span};
use portcullis_supply::{Ecosystem, PackageUse, packages_of};

use crate::evidence::LaunchEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A package, image or repository that is fetched at start without an exact version: no version at all, a range, a tag such
    /// as `latest`, or a branch.
    ///
    /// ## Why it matters
    ///
    /// What was looked at yesterday is not what runs tomorrow. The publisher, or whoever takes the account over, reaches every
    /// such configuration with one upload (T05, X18).
    ///
    /// ## Examples
    ///
    /// ```config bad
    /// {"mcpServers": {"example": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-memory"]}}}
    /// ```
    ///
    /// ```config bad
    /// {"mcpServers": {"example": {"command": "uvx", "args": ["mcp-server-time>=1"]}}}
    /// ```
    ///
    /// ```config bad
    /// {"mcpServers": {"example": {"command": "docker", "args": ["run", "--rm", "-i", "example/server:latest"]}}}
    /// ```
    ///
    /// ```config good
    /// {"mcpServers": {"example": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-memory@2026.7.4"]}}}
    /// ```
    ///
    /// ```config good
    /// {"mcpServers": {"example": {"command": "node", "args": ["/opt/server/index.js"]}}}
    /// ```
    pub(crate) struct UnpinnedPackage {
        id: "unpinned-package",
        summary: "the launch fetches a package whose version is left open",
        severity: Medium,
        confidence: Certain,
        threats: [RugPull, MaliciousPackage],
        entry: Launch,
        remedy: "Pin an exact version (or an image digest) that you have looked at.",
        references: ["CWE-829", "CWE-1357"],
        since: "0.1.0",
    }
}

impl Rule for UnpinnedPackage {
    fn check_launch(&self, launch: &LaunchEvidence<'_>, report: &mut Report<'_>) {
        let Launch::Stdio { command, args, .. } = &launch.server.launch else { return };
        let words: Vec<&str> = args.iter().map(|word| word.text.as_str()).collect();
        for package in packages_of(&command.text, &words) {
            // Code from an address or a repository is told by `direct-source`.
            let elsewhere = matches!(package.ecosystem, Ecosystem::Git | Ecosystem::Url);
            if elsewhere || !package.ecosystem.is_fetched() || package.version.is_pinned() {
                continue;
            }
            let word = package.place.argument.and_then(|index| args.get(index)).unwrap_or(command);
            let tagged_image = package.ecosystem == Ecosystem::Oci && names_a_release(&package);
            report
                .found(
                    launch.at(&word.pointer, within(word.span, &word.text, &package)),
                    format!(
                        "`{}` fetches `{}` ({}): {}",
                        package.runner,
                        package.name,
                        package.ecosystem.as_str(),
                        package.version.in_words()
                    ),
                )
                .evidence(word.text.clone())
                // A release tag of an image can be moved, but usually is not.
                .severity(if tagged_image { Severity::Low } else { Severity::Medium });
        }
    }
}

/// A tag that looks like a version: it can be moved, but usually is not.
fn names_a_release(package: &PackageUse) -> bool {
    package.version.text().is_some_and(|tag| tag.contains('.') && tag.bytes().any(|byte| byte.is_ascii_digit()))
}

/// The bytes of the package's name inside its argument, where the file spells the argument as it reads.
fn within(span: Span, word: &str, package: &PackageUse) -> Span {
    match &package.place.span {
        Some(part) if span.len() == word.len() + 2 => Span::new(span.start + 1 + part.start, span.start + 1 + part.end),
        _ => span,
    }
}
