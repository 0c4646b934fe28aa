use portcullis_model::HostId;
use portcullis_model::config::SettingKind;

use crate::cursor::Cursor;
use crate::host::{Host, Location};
use crate::reading::Draft;
use crate::servers::mcp_servers;

/// Augment: its command line, and what its plug-in keeps in an editor's settings.
pub(super) const HOST: Host = Host {
    id: HostId("augment"),
    name: "Augment",
    locations: &[
        Location::user("~/.augment/settings.json", settings),
        Location::project(".augment/{settings.json,settings.local.json}", settings),
        Location::managed("/etc/augment/settings.json", settings),
        Location::user("${CONFIG}/{Code,Code - Insiders,VSCodium,Cursor,Windsurf}/User/settings.json", editor),
        Location::user(
            "${CONFIG}/{Code,Code - Insiders,VSCodium,Cursor}/User/globalStorage/augment.vscode-augment/augment-global-state/mcpServers.json",
            list,
        ),
    ],
};

fn settings(draft: &mut Draft<'_>) {
    mcp_servers(draft);
    let rules: Vec<_> = draft.root.any(&["toolPermissions", "tool-permissions"]).iter().flat_map(Cursor::elements).collect();
    for rule in rules {
        let permission = rule.path(&["permission", "type"]).or_else(|| rule.member("permission"));
        let allows = permission.is_some_and(|permission| permission.text() == Some("allow"));
        let tool = rule.any(&["toolName", "tool-name"]).filter(|_| allows && rule.any(&["shellInputRegex", "shell-input-regex"]).is_none());
        draft.set(SettingKind::ApproveTools, tool.and_then(|tool| tool.located()));
    }
    draft.hooks("hooks");
}

fn editor(draft: &mut Draft<'_>) {
    if let Some(servers) = draft.root.setting("augment.advanced.mcpServers") {
        draft.servers_of(&servers);
    }
}

/// A plain list of servers.
fn list(draft: &mut Draft<'_>) {
    let root = draft.root.clone();
    draft.servers_of(&root);
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn its_servers_and_permissions_are_found() {
        let text = r#"{"mcpServers": {"a": {"command": "a"}}, "toolPermissions": [{"toolName": "launch-process", "permission": {"type": "allow"}}]}"#;
        assert_eq!(
            found("~/.augment/settings.json", text),
            ["augment user ~/.augment/settings.json", "  a = a", "  ApproveTools launch-process"]
        );
    }

    #[test]
    fn a_list_in_an_editors_settings_is_found() {
        assert_eq!(
            found("~/.config/Code/User/settings.json", r#"{"augment.advanced": {"mcpServers": [{"name": "a", "command": "a"}]}}"#),
            ["augment user ~/.config/Code/User/settings.json", "  a = a"]
        );
    }
}
