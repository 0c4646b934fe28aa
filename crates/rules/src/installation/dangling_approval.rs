//! Approvals of tools that do not exist.

use std::collections::BTreeSet;

use portcullis_model::{Audience, Severity};

use crate::evidence::{InstalledServer, Installation};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A tool that a host's configuration lets run without asking and that the server does not offer; worse, one that
    /// another server of the installation offers under that name.
    ///
    /// ## Why it matters
    ///
    /// The approval waits: the day the server adds a tool of that name, it runs unasked. A tool that was removed may
    /// still be called from an old conversation.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// [{"server": "files", "launch": {"command": "files-server", "args": [], "autoApprove": ["read_file", "delete_all"]},
    ///   "tools": [{"name": "read_file", "inputSchema": {"type": "object"}}]}]
    /// ```
    ///
    /// ```json good
    /// [{"server": "files", "launch": {"command": "files-server", "args": [], "autoApprove": ["mcp__files__read_file", "*"]},
    ///   "tools": [{"name": "read_file", "inputSchema": {"type": "object"}}]}]
    /// ```
    pub(crate) struct DanglingApproval {
        id: "dangling-approval",
        summary: "a tool that does not exist may run without asking",
        severity: Low,
        confidence: High,
        threats: [ContextDanglingTool, StalePrivilegeGrants],
        entry: Installation,
        remedy: "Remove the approval.",
        references: ["CWE-1109"],
        since: "0.1.0",
    }
}

/// Approvals of one server that are looked at.
const MOST_APPROVALS: usize = 200;

impl Rule for DanglingApproval {
    fn check_installation(&self, installation: &Installation<'_>, report: &mut Report<'_>) {
        for server in &installation.servers {
            let Some((launch, surface)) = server.launch.zip(server.surface) else { continue };
            if surface.coverage.unread.iter().any(|part| !part.expected) {
                continue; // what was not listed may be offered
            }
            let offered: BTreeSet<&str> = surface.tools().map(|tool| &*tool.name).collect();
            for approved in launch.server.auto_approved.iter().take(MOST_APPROVALS) {
                let name = bare(&approved.text, server.name);
                let is_pattern = name.contains(['*', '?', '(', '[']) || name.is_empty();
                if is_pattern || offered.contains(name) {
                    continue;
                }
                let elsewhere = installation.servers.iter().find(|other| offers(other, name));
                let place = launch.at(&approved.pointer, approved.span);
                let message = match elsewhere {
                    Some(other) => format!(
                        "`{name}` of `{}` may run without asking, but the tool is one of `{}`",
                        server.name, other.name
                    ),
                    None => format!("`{name}` of `{}` may run without asking, but there is no such tool", server.name),
                };
                let draft = report.found(place, message).target(server.target);
                match elsewhere {
                    Some(_) => draft.severity(Severity::Medium).audience(Audience::Regular),
                    None => draft,
                };
            }
        }
    }
}

fn offers(server: &InstalledServer<'_>, name: &str) -> bool {
    server.surface.is_some_and(|surface| surface.tools().any(|tool| tool.name == name))
}

/// The tool's name without what hosts put before it: `mcp__server__tool`, `server:tool`, `server/tool`.
fn bare<'n>(approved: &'n str, server: &str) -> &'n str {
    let approved = approved.trim();
    let after_prefix = approved.strip_prefix("mcp__").unwrap_or(approved);
    after_prefix
        .strip_prefix(server)
        .and_then(|rest| rest.strip_prefix("__").or_else(|| rest.strip_prefix([':', '/', '.'])))
        .unwrap_or(after_prefix)
}
