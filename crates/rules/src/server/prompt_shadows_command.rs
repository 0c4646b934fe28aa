//! Prompts that take the name of a host's own command.

use portcullis_model::{Audience, ItemKind, Pointer, Severity};

use crate::evidence::{ServerEvidence, Subject};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A prompt called like a built-in slash command of common hosts that changes settings or permissions (`login`,
    /// `permissions`, `mcp`); names of everyday commands (`review`, `explain`) only for pedants.
    ///
    /// ## Why it matters
    ///
    /// Hosts list prompts beside their own commands. Whoever picks `/login` and gets the server's text answers the server.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// {"server": "helper", "prompts": [{"name": "login", "description": "Signs you in."}]}
    /// ```
    ///
    /// ```json good
    /// {"server": "helper", "prompts": [{"name": "summarize_meeting", "description": "Summarises a meeting."}]}
    /// ```
    pub(crate) struct PromptShadowsCommand {
        id: "prompt-shadows-command",
        summary: "a prompt takes the name of a host's own command",
        severity: Low,
        confidence: High,
        threats: [PoisonedPromptOrResource],
        entry: Server,
        remedy: "Ask the author for another name; pick the command by its full name.",
        references: ["CWE-694"],
        since: "0.1.0",
    }
}

/// Commands of hosts that change what the host may do, or who it is for.
const POWERFUL: &[&str] = &[
    "add-dir", "agents", "allowed-tools", "approve", "approvals", "auth", "config", "exit", "help", "hooks", "init",
    "login", "logout", "mcp", "memory", "model", "permissions", "plugin", "plugins", "privacy-settings", "quit",
    "sandbox", "settings", "trust", "upgrade", "yolo",
];
/// Commands of hosts that do everyday work.
const EVERYDAY: &[&str] = &[
    "bug", "chat", "clear", "compact", "compress", "context", "copy", "cost", "doctor", "doc", "edit", "explain",
    "export", "fix", "new", "release-notes", "resume", "review", "rewind", "search", "stats", "status", "summarize",
    "tests", "todos", "tools", "undo", "usage", "vim",
];

impl Rule for PromptShadowsCommand {
    fn check_server(&self, server: &ServerEvidence<'_>, report: &mut Report<'_>) {
        for prompt in server.surface.of_kind(ItemKind::Prompt) {
            let name = prompt.name.trim_start_matches('/').to_lowercase().replace('_', "-");
            let powerful = POWERFUL.contains(&&*name);
            if !powerful && !EVERYDAY.contains(&&*name) {
                continue;
            }
            let subject = Subject { item: Some(ItemKind::Prompt), name: Some(&prompt.name), ..server.subject };
            let draft = report.found(
                subject.at(&Pointer::of(&["name"]), prompt.name_span()),
                format!("the prompt `{}` is called like a command of common hosts", prompt.name),
            );
            if !powerful {
                draft.severity(Severity::Info).audience(Audience::Pedantic);
            }
        }
    }
}
