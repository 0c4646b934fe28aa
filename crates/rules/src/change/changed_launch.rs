//! A server that is not started or reached as it was approved.

use portcullis_model::{Audience, Change, ChangeKind, Severity};

use super::changed_text::shown;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A command, arguments, package, version, digest, address or set of variables that differs from what was pinned.
    ///
    /// ## Why it matters
    ///
    /// What was looked at is not what runs: another program, another version, or the same words and other bytes.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// {"change": {"kind": "launch changed", "name": "files", "field": "/command", "before": "npx", "after": "bash"}}
    /// ```
    ///
    /// ```json good
    /// {"change": {"kind": "changed", "item": "tool", "name": "files", "field": "/description",
    ///  "before": "Files.", "after": "All files."}}
    /// ```
    pub(crate) struct ChangedLaunch {
        id: "changed-launch",
        summary: "a server is not started or reached as it was approved",
        severity: Medium,
        confidence: Certain,
        threats: [RugPull, ConfigurationDrift, MaliciousLaunchConfiguration],
        entry: Change,
        remedy: "Find out who changed it; look at the new version, then accept it with `portcullis lock --update`.",
        references: ["CWE-494", "CWE-15"],
        since: "0.1.0",
    }
}

impl Rule for ChangedLaunch {
    fn check_change(&self, change: &Change, report: &mut Report<'_>) {
        if change.kind != ChangeKind::LaunchChanged {
            return;
        }
        let before = change.before.as_deref().unwrap_or_default();
        let after = change.after.as_deref().unwrap_or_default();
        let (what, severity, audience) = weigh(change.field.trim_start_matches('/'), before, after);
        report
            .found(
                change.location.clone(),
                format!("{what} `{}` differs ({})", change.server, change.between),
            )
            .evidence(format!("{} -> {}", shown(before), shown(after)))
            .severity(severity)
            .audience(audience);
    }
}

/// What changed, in words that go before the server's name.
fn weigh(fact: &str, before: &str, after: &str) -> (&'static str, Severity, Audience) {
    let regular = Audience::Regular;
    match fact {
        "command" => ("the command of", Severity::High, regular),
        "url" if host(before) != host(after) => ("the host of", Severity::High, regular),
        "url" => ("the address of", Severity::Medium, regular),
        // Ecosystem, name, version.
        "package" if package(before) != package(after) => ("the package of", Severity::High, regular),
        "package" => ("the package version of", Severity::Medium, regular),
        "program-digest" | "script-digest" => ("the bytes of the program of", Severity::High, regular),
        "environment" | "headers" if gains_a_word(before, after) => ("the variables given to", Severity::Medium, regular),
        "environment" | "headers" | "transport" => ("the variables or transport of", Severity::Low, regular),
        // The arguments themselves are reported too, unless only a secret in them differs.
        "arguments-digest" => ("the digest of the arguments of", Severity::Low, Audience::Pedantic),
        _ => ("the launch of", Severity::Medium, regular),
    }
}

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

/// The package without its version, the last word.
fn package(fact: &str) -> &str {
    fact.rsplit_once(' ').map_or(fact, |(name, _)| name)
}

fn gains_a_word(before: &str, after: &str) -> bool {
    after.split_whitespace().any(|word| !before.split_whitespace().any(|known| known == word))
}
