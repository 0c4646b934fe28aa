//! Tools that run without asking.

use portcullis_model::{Audience, Edit, Safety, Severity};

use crate::evidence::{LaunchEvidence, switched_off};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// Servers whose tools run without a question: a wildcard, a `trust` switch, or a list of tools. A list is reported to
    /// pedantic readers only.
    ///
    /// ## Why it matters
    ///
    /// The question before a call is the last moment at which a person sees that a text has taken over (T04, T09).
    ///
    /// ## Examples
    ///
    /// ```config bad
    /// {"mcpServers": {"example": {"command": "node", "args": ["server.js"], "autoApprove": ["*"]}}}
    /// ```
    ///
    /// ```config bad
    /// {"mcpServers": {"example": {"command": "node", "args": ["server.js"], "autoApprove": ["delete_file", "run_command"]}}}
    /// ```
    ///
    /// ```config good
    /// {"mcpServers": {"example": {"command": "node", "args": ["server.js"], "autoApprove": []}}}
    /// ```
    pub(crate) struct AutoApprovedTools {
        id: "auto-approved-tools",
        summary: "tools of the server run without asking",
        severity: Medium,
        confidence: Certain,
        threats: [ToolPoisoning, IndirectPromptInjection],
        entry: Launch,
        remedy: "Remove the approval; approve single calls as they come.",
        references: ["CWE-862"],
        since: "0.1.0",
    }
}

impl Rule for AutoApprovedTools {
    fn check_launch(&self, launch: &LaunchEvidence<'_>, report: &mut Report<'_>) {
        let server = launch.server;
        for tool in &server.auto_approved {
            let all = matches!(tool.text.as_str(), "*" | "all" | ".*" | "**");
            let acts = ["exec", "run", "shell", "command", "delete", "remove", "write", "send", "push", "deploy", "pay"]
                .iter()
                .any(|word| tool.text.to_ascii_lowercase().contains(word));
            let draft = if all {
                report
                    .found(launch.at(&tool.pointer, tool.span), "every tool of the server runs without asking")
                    .severity(Severity::High)
            } else if acts {
                report.found(launch.at(&tool.pointer, tool.span), format!("`{}` runs without asking", tool.text))
            } else {
                report
                    .found(launch.at(&tool.pointer, tool.span), format!("`{}` runs without asking", tool.text))
                    .severity(Severity::Low)
                    .audience(Audience::Pedantic)
            };
            let list = launch.config.root.at(&tool.pointer.parent()).filter(|node| node.is_list());
            let edits = list.map(|list| Edit::Replace {
                file: launch.config.path.clone(),
                span: list.span,
                replacement: String::from("[]"),
            });
            draft.fix("Remove the automatic approval.", Safety::Safe, edits.into_iter().collect());
        }
        if let Some(trusted) = &server.trusted {
            report
                .found(launch.at(&trusted.pointer, trusted.span), "the server is trusted as a whole: its tools run without asking")
                .severity(Severity::High)
                .fix("Switch it off.", Safety::Safe, switched_off(launch.config, trusted));
        }
    }
}
