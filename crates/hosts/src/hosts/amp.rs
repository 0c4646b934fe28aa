use portcullis_model::HostId;
use portcullis_model::config::SettingKind;

use crate::cursor::Cursor;
use crate::host::{Host, Location};
use crate::machine::Os;
use crate::reading::Draft;

/// Amp. Its settings carry its name; editors keep the same names in their own settings.
pub(super) const HOST: Host = Host {
    id: HostId("amp"),
    name: "Amp",
    locations: &[
        Location::user("${XDG_CONFIG_HOME:-~/.config}/amp/{settings.json,settings.jsonc}", settings),
        Location::project(".amp/{settings.json,settings.jsonc}", settings),
        Location::managed("/etc/ampcode/managed-settings.json", settings).on(Os::Linux),
        Location::managed("/Library/Application Support/ampcode/managed-settings.json", settings).on(Os::Macos),
        Location::managed("${PROGRAMDATA}/ampcode/managed-settings.json", settings),
        Location::user("${CONFIG}/{Code,Code - Insiders,VSCodium,Cursor,Windsurf}/User/settings.json", settings),
        Location::project(".vscode/settings.json", settings),
    ],
};

fn settings(draft: &mut Draft<'_>) {
    if let Some(servers) = draft.root.setting("amp.mcpServers") {
        draft.servers_of(&servers);
    }
    draft.switch(SettingKind::BypassPermissions, "amp.dangerouslyAllowAll");
    draft.text_setting(SettingKind::ModelEndpoint, "amp.url");
    let rules: Vec<_> = draft.root.setting("amp.permissions").iter().flat_map(Cursor::elements).collect();
    for rule in rules {
        let allows = rule.node.get_text("action") == Some("allow") && rule.member("matches").is_none();
        let tool = rule.member("tool").filter(|_| allows);
        draft.set(SettingKind::ApproveTools, tool.and_then(|tool| tool.located()));
    }
    if let Some(hooks) = draft.root.setting("amp.hooks") {
        draft.commands_below(SettingKind::Hook, &hooks, 4);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn its_servers_and_permissions_are_found() {
        let text = r#"{"amp.mcpServers": {"a": {"command": "a"}}, "amp.dangerouslyAllowAll": true,
            "amp.permissions": [{"tool": "Bash", "matches": {"cmd": "ls*"}, "action": "allow"}, {"tool": "mcp__*", "action": "allow"}]}"#;
        assert_eq!(
            found("~/.config/amp/settings.json", text),
            ["amp user ~/.config/amp/settings.json", "  a = a", "  BypassPermissions true", "  ApproveTools mcp__*"]
        );
    }

    #[test]
    fn its_servers_in_an_editors_settings_are_found() {
        assert_eq!(
            found(".vscode/settings.json", r#"{"amp.mcpServers": {"a": {"command": "a"}}}"#),
            ["amp project ~/work/app/.vscode/settings.json", "  a = a"]
        );
    }
}
