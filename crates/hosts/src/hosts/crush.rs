use portcullis_model::HostId;
use portcullis_model::config::SettingKind;

use crate::cursor::Cursor;
use crate::host::{Host, Location};
use crate::reading::Draft;

/// Crush.
pub(super) const HOST: Host = Host {
    id: HostId("crush"),
    name: "Crush",
    locations: &[
        Location::user("${XDG_CONFIG_HOME:-~/.config}/crush/crush.json", config),
        Location::user("${XDG_DATA_HOME:-~/.local/share}/crush/crush.json", config),
        Location::user("${LOCALAPPDATA}/crush/crush.json", config),
        Location::project("{.crush.json,crush.json}", config),
    ],
};

fn config(draft: &mut Draft<'_>) {
    draft.server_map(&["mcp"]);
    draft.switch(SettingKind::BypassPermissions, "permissions.skip_requests");
    draft.list_setting(SettingKind::ApproveTools, "permissions.allowed_tools", |tool| {
        matches!(tool, "*" | "bash") || tool.starts_with("mcp_")
    });
    let root = draft.root.clone();
    for provider in root.member("providers").iter().flat_map(Cursor::members) {
        draft.set(SettingKind::ModelEndpoint, provider.member("base_url").and_then(|url| url.located()));
    }
    if let Some(servers) = root.member("lsp") {
        draft.commands_below(SettingKind::AutoRun, &servers, 3);
    }
    draft.hooks("hooks");
}

#[cfg(test)]
mod tests {
    use crate::Os;
    use crate::testing::{found, found_on};

    #[test]
    fn its_servers_and_permissions_are_found() {
        let text = r#"{"mcp": {"a": {"type": "stdio", "command": "a", "env": {"K": "$(cat key)"}}, "b": {"type": "http", "url": "https://b.example"}},
            "permissions": {"allowed_tools": ["view", "mcp_a_write"]}}"#;
        assert_eq!(
            found(".crush.json", text),
            [
                "crush project ~/work/app/.crush.json",
                "  a = a [K=$(cat key)]",
                "  b = https://b.example (http)",
                "  ApproveTools mcp_a_write",
            ]
        );
        let path = "~/AppData/Local/crush/crush.json";
        assert_eq!(found_on(Os::Windows, path, "{}"), [format!("crush user {path}")]);
    }
}
