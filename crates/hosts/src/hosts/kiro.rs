use portcullis_model::HostId;
use portcullis_model::config::SettingKind;

use crate::host::{Host, Location};
use crate::reading::Draft;
use crate::servers::mcp_servers;

/// Kiro: editor, command line, agents and powers.
pub(super) const HOST: Host = Host {
    id: HostId("kiro"),
    name: "Kiro",
    locations: &[
        Location::user("~/.kiro/settings/mcp.json", mcp_servers),
        Location::project(".kiro/settings/mcp.json", mcp_servers),
        Location::user("~/.kiro/agents/*.json", agent),
        Location::project(".kiro/agents/*.json", agent),
        Location::plugin("~/.kiro/powers/installed/*/mcp.json", mcp_servers),
        Location::project(".kiro/hooks/*.kiro.hook", hook),
    ],
};

/// An agent: its own servers, the tools it may use without asking, and its hooks. Amazon Q writes agents
/// alike.
pub(super) fn agent(draft: &mut Draft<'_>) {
    mcp_servers(draft);
    draft.list_setting(SettingKind::ApproveTools, "allowedTools", |tool| {
        tool.starts_with('@') || matches!(tool, "*" | "execute_bash" | "shell" | "fs_write" | "write" | "use_aws")
    });
    draft.hooks("hooks");
}

/// A hook of the editor: it runs a command, or asks the agent to do something.
fn hook(draft: &mut Draft<'_>) {
    for name in ["then.command", "then.prompt"] {
        draft.text_setting(SettingKind::Hook, name);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn servers_and_approved_tools_are_found() {
        let text = r#"{"mcpServers": {"a": {"command": "uvx", "args": ["pkg@latest"], "autoApprove": ["read", "*"], "disabled": false}}}"#;
        assert_eq!(
            found(".kiro/settings/mcp.json", text),
            ["kiro project ~/work/app/.kiro/settings/mcp.json", "  a = uvx pkg@latest approve:read approve:*"]
        );
    }

    #[test]
    fn agents_and_hooks_are_found() {
        let agent = r#"{"name": "x", "mcpServers": {"a": {"command": "a"}}, "tools": ["*"], "allowedTools": ["fs_read", "@a/write"],
            "hooks": {"agentSpawn": [{"command": "git status"}]}}"#;
        assert_eq!(
            found("~/.kiro/agents/x.json", agent),
            ["kiro user ~/.kiro/agents/x.json", "  a = a", "  ApproveTools @a/write", "  Hook git status"]
        );
        let hook = r#"{"name": "x", "when": {"type": "fileEdited"}, "then": {"type": "askAgent", "prompt": "run the tests"}}"#;
        assert_eq!(
            found(".kiro/hooks/x.kiro.hook", hook),
            ["kiro project ~/work/app/.kiro/hooks/x.kiro.hook", "  Hook run the tests"]
        );
    }
}
