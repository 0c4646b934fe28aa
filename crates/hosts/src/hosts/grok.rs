use portcullis_model::HostId;
use portcullis_model::config::SettingKind;

use crate::host::{Host, Location};
use crate::reading::Draft;

/// Grok CLI. A server's way of being reached may stand in an object of its own, named `transport`.
pub(super) const HOST: Host = Host {
    id: HostId("grok"),
    name: "Grok CLI",
    locations: &[
        Location::user("~/.grok/{user-settings.json,settings.json}", settings),
        Location::project(".grok/{settings.json,mcp.json}", settings),
        Location::user("~/.grok/config.toml", settings),
        Location::project(".grok/config.toml", settings),
    ],
};

fn settings(draft: &mut Draft<'_>) {
    for name in ["mcpServers", "mcp_servers"] {
        let Some(servers) = draft.root.member(name) else { continue };
        for server in servers.members() {
            match server.member("transport").filter(|transport| transport.node.is_map()) {
                Some(transport) => draft.server_at(&server, &transport),
                None => draft.server(server.key, &server),
            }
        }
    }
    for name in ["baseURL", "base_url"] {
        draft.text_setting(SettingKind::ModelEndpoint, name);
    }
    draft.switch(SettingKind::BypassPermissions, "autoApprove");
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn both_shapes_are_found() {
        let text = r#"{"mcpServers": {"a": {"name": "a", "transport": {"type": "stdio", "command": "bun", "args": ["a.ts"]}},
            "b": {"command": "b"}}, "baseURL": "https://m.example/v1"}"#;
        assert_eq!(
            found(".grok/settings.json", text),
            [
                "grok project ~/work/app/.grok/settings.json",
                "  a = bun a.ts",
                "  b = b",
                "  ModelEndpoint https://m.example/v1",
            ]
        );
    }
}
