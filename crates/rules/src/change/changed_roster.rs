//! Servers, tools and prompts that are new, gone or renamed.

use portcullis_model::{Audience, Change, ChangeKind, ItemKind, Severity};

use super::changed_text::shown;
use crate::capability::of_text;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A server, tool, prompt, resource or template that was not there when the pins were made, is gone, or has another
    /// name with the same body. A new tool that deletes, sends, pays or runs commands weighs most.
    ///
    /// ## Why it matters
    ///
    /// A tool that nobody looked at runs with the approval that was given to the server. A tool that is gone may still be
    /// called from an old conversation; a renamed one escapes rules that name it.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// {"change": {"kind": "added", "item": "tool", "name": "run_shell_command", "after": "Runs a shell command."}}
    /// ```
    ///
    /// ```json bad
    /// {"change": {"kind": "renamed", "item": "tool", "name": "send_mail", "before": "draft_mail", "after": "send_mail"}}
    /// ```
    ///
    /// ```json good
    /// {"change": {"kind": "changed", "item": "tool", "name": "send_mail", "field": "/description",
    ///  "before": "Sends.", "after": "Sends mail."}}
    /// ```
    pub(crate) struct ChangedRoster {
        id: "changed-roster",
        summary: "something is new, gone or renamed since the pins were made",
        severity: Medium,
        confidence: Certain,
        threats: [RugPull, ContextDanglingTool],
        entry: Change,
        remedy: "Look at what is new, then accept it with `portcullis lock --update`.",
        references: ["arXiv 2503.23278"],
        since: "0.1.0",
    }
}

impl Rule for ChangedRoster {
    fn check_change(&self, change: &Change, report: &mut Report<'_>) {
        let kind = change.item.map_or("server", ItemKind::as_str);
        let name = &change.name;
        let after = change.after.as_deref().unwrap_or_default();
        let before = change.before.as_deref().unwrap_or_default();
        let (message, severity, audience) = match (change.kind, change.item) {
            (ChangeKind::Added, Some(ItemKind::Tool)) => {
                let found = of_text(name, after);
                let effect = found.effects().find(|(effect, _)| *effect != "writes");
                match effect {
                    Some((effect, why)) => {
                        (format!("the tool `{name}` is new and {effect}: {why}"), Severity::High, Audience::Regular)
                    }
                    None => (format!("the tool `{name}` is new"), Severity::Medium, Audience::Regular),
                }
            }
            (ChangeKind::Added, _) => (format!("the {kind} `{name}` is new"), Severity::Low, Audience::Regular),
            (ChangeKind::Removed, _) => (format!("the {kind} `{name}` is gone"), Severity::Low, Audience::Regular),
            (ChangeKind::Renamed, _) => {
                (format!("the {kind} `{before}` is now called `{name}`"), Severity::Medium, Audience::Regular)
            }
            _ => return,
        };
        report
            .found(change.location.clone(), format!("{message} ({})", change.between))
            .evidence(format!("{}: {} -> {}", change.kind.as_str(), shown(before), shown(after)))
            .severity(severity)
            .audience(audience);
    }
}
