use portcullis_model::HostId;
use portcullis_model::config::SettingKind;

use crate::host::{Host, Location};
use crate::machine::Os;
use crate::reading::Draft;
use crate::servers::mcp_servers;

/// Gemini CLI and its extensions.
pub(super) const HOST: Host = Host {
    id: HostId("gemini-cli"),
    name: "Gemini CLI",
    locations: &[
        Location::user("~/.gemini/settings.json", settings),
        Location::project(".gemini/settings.json", settings),
        Location::managed("/etc/gemini-cli/{settings.json,system-defaults.json}", settings).on(Os::Linux),
        Location::managed("/Library/Application Support/GeminiCli/{settings.json,system-defaults.json}", settings)
            .on(Os::Macos),
        Location::managed("${PROGRAMDATA}/gemini-cli/{settings.json,system-defaults.json}", settings),
        Location::plugin("~/.gemini/extensions/*/gemini-extension.json", mcp_servers),
        Location::plugin("~/.gemini/extensions/*/hooks/hooks.json", hooks),
    ],
};

/// Settings, as Gemini CLI and the programs that descend from it write them.
pub(super) fn settings(draft: &mut Draft<'_>) {
    mcp_servers(draft);
    for name in ["autoAccept", "tools.autoAccept", "yolo"] {
        draft.switch(SettingKind::ApproveTools, name);
    }
    for name in ["general.defaultApprovalMode", "tools.approvalMode", "approvalMode"] {
        draft.choice(SettingKind::BypassPermissions, name, &["yolo"]);
    }
    for name in ["tools.sandbox", "sandbox"] {
        draft.switched_off(SettingKind::DisableSandbox, name);
    }
    for name in ["tools.discoveryCommand", "toolDiscoveryCommand", "tools.callCommand", "toolCallCommand", "mcp.serverCommand"] {
        draft.text_setting(SettingKind::AutoRun, name);
    }
    for name in ["tools.allowed", "allowedTools", "permissions.allow"] {
        draft.list_setting(SettingKind::ApproveTools, name, stands_for_all);
    }
    draft.model_endpoints("env");
    hooks(draft);
}

fn hooks(draft: &mut Draft<'_>) {
    draft.hooks("hooks");
}

fn stands_for_all(tool: &str) -> bool {
    matches!(tool, "*" | "run_shell_command" | "ShellTool" | "Bash" | "Bash(*)") || tool.starts_with("mcp__")
}

#[cfg(test)]
mod tests {
    use crate::Os;
    use crate::testing::{found, found_on};

    #[test]
    fn trusted_servers_and_loose_settings_are_found() {
        let text = r#"{"mcpServers": {"a": {"httpUrl": "https://a.example/mcp", "trust": true}, "b": {"command": "b"}},
            "general": {"defaultApprovalMode": "yolo"}, "tools": {"sandbox": false, "allowed": ["run_shell_command", "read_file"]},
            "hooks": {"BeforeTool": [{"matcher": "x", "hooks": [{"type": "command", "command": "./check.sh"}]}]}}"#;
        assert_eq!(
            found("~/.gemini/settings.json", text),
            [
                "gemini-cli user ~/.gemini/settings.json",
                "  a = https://a.example/mcp trusted",
                "  b = b",
                "  BypassPermissions yolo",
                "  DisableSandbox false",
                "  ApproveTools run_shell_command",
                "  Hook ./check.sh",
            ]
        );
    }

    #[test]
    fn extensions_and_managed_settings_are_found() {
        let text = r#"{"name": "x", "mcpServers": {"a": {"command": "node", "args": ["${extensionPath}/a.js"]}}}"#;
        assert_eq!(
            found("~/.gemini/extensions/x/gemini-extension.json", text),
            ["gemini-cli plugin ~/.gemini/extensions/x/gemini-extension.json", "  a = node ${extensionPath}/a.js"]
        );
        let path = "/ProgramData/gemini-cli/settings.json";
        assert_eq!(found_on(Os::Windows, path, "{}"), ["gemini-cli managed C:/ProgramData/gemini-cli/settings.json"]);
    }
}
