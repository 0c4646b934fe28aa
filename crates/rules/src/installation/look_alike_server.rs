//! Servers that are used together and whose names can be taken for one another.

use std::collections::BTreeSet;

use portcullis_model::{Audience, Confidence, Location, Severity};
use portcullis_supply::Ecosystem;
use portcullis_supply::name::{Kind, NameForms, look_alike};

use crate::evidence::{InstalledServer, Installation};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// Two servers of one installation whose names differ by a slip of the hand, by characters that look alike, or by
    /// words that say nothing (`mcp-github` beside `github-mcp`), and that are not started from the same package.
    ///
    /// ## Why it matters
    ///
    /// A look-alike beside the real server answers to the same intent and gets the same token. Neither a person nor a
    /// model tells them apart.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// [{"server": "github-mcp", "tools": [{"name": "commit_changes", "inputSchema": {"type": "object"}}]},
    ///  {"server": "mcp-github", "tools": [{"name": "commit_changes", "inputSchema": {"type": "object"}}]}]
    /// ```
    ///
    /// ```json bad
    /// [{"server": "payments", "tools": [{"name": "a", "inputSchema": {"type": "object"}}]},
    ///  {"server": "payrnents", "tools": [{"name": "b", "inputSchema": {"type": "object"}}]}]
    /// ```
    ///
    /// ```json good
    /// [{"server": "github", "tools": [{"name": "commit", "inputSchema": {"type": "object"}}]},
    ///  {"server": "gitlab", "tools": [{"name": "merge", "inputSchema": {"type": "object"}}]}]
    /// ```
    pub(crate) struct LookAlikeServer {
        id: "look-alike-server",
        summary: "two servers that are used together have names that look alike",
        severity: Medium,
        confidence: Medium,
        threats: [NamespaceTyposquatting, AffixSquatting],
        entry: Installation,
        remedy: "Find out which of the two is the one you meant, and remove the other.",
        references: ["CWE-1007", "arXiv 2510.16558"],
        since: "0.1.0",
    }
}

/// Servers that are compared with one another; more are not used together by one person.
const MOST_SERVERS: usize = 200;

impl Rule for LookAlikeServer {
    fn check_installation(&self, installation: &Installation<'_>, report: &mut Report<'_>) {
        let servers: Vec<(&InstalledServer<'_>, NameForms)> = installation
            .in_use()
            .take(MOST_SERVERS)
            .map(|server| (server, NameForms::new(Ecosystem::Url, server.name)))
            .collect();
        for (at, (server, forms)) in servers.iter().enumerate() {
            for (earlier, known) in servers.iter().take(at) {
                if let Some(look) = look_alike(forms, known).filter(|_| !same_package(server, earlier)) {
                    report_pair(server, earlier, look.kind, &look.explanation, report);
                }
            }
        }
    }
}

fn report_pair(
    server: &InstalledServer<'_>,
    earlier: &InstalledServer<'_>,
    kind: Kind,
    explanation: &str,
    report: &mut Report<'_>,
) {
    let location = Location {
        server: Some(server.name.to_owned()),
        file: server.file.map(str::to_owned).or_else(|| server.launch.map(|launch| launch.config.path.clone())),
        ..Location::default()
    };
    let draft = report.found(location, explanation).evidence(format!("{}, {}", earlier.name, server.name)).target(server.target);
    match kind {
        Kind::Confusable => {
            draft.severity(Severity::High).confidence(Confidence::High);
        }
        Kind::Delimiter | Kind::Order | Kind::Affix if share_a_tool(server, earlier) => {}
        // The user chose these names: one product seen by two servers, or one server for two accounts.
        _ => {
            draft.severity(Severity::Low).confidence(Confidence::Low).audience(Audience::Pedantic);
        }
    }
}

fn same_package(one: &InstalledServer<'_>, other: &InstalledServer<'_>) -> bool {
    one.package().zip(other.package()).is_some_and(|(one, other)| one.ecosystem == other.ecosystem && one.name == other.name)
}

fn share_a_tool(one: &InstalledServer<'_>, other: &InstalledServer<'_>) -> bool {
    let names = |server: &InstalledServer<'_>| -> BTreeSet<String> {
        server.surface.into_iter().flat_map(portcullis_model::Surface::tools).map(|tool| tool.name.clone()).collect()
    };
    !names(one).is_disjoint(&names(other))
}
