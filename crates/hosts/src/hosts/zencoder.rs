use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::reading::Draft;
use crate::servers::mcp_servers;

/// Zencoder: in the settings of an editor, or in a file of its own. One source names them.
pub(super) const HOST: Host = Host {
    id: HostId("zencoder"),
    name: "Zencoder",
    locations: &[
        Location::user("~/.zencoder/mcp.json", mcp_servers),
        Location::project(".zencoder/mcp.json", mcp_servers),
        Location::user("${CONFIG}/{Code,Code - Insiders,VSCodium}/User/settings.json", settings),
        Location::project(".vscode/settings.json", settings),
    ],
};

fn settings(draft: &mut Draft<'_>) {
    if let Some(servers) = draft.root.setting("zencoder.mcpServers") {
        draft.servers_of(&servers);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn its_servers_are_found() {
        assert_eq!(
            found("~/.zencoder/mcp.json", r#"{"mcpServers": {"a": {"command": "a"}}}"#),
            ["zencoder user ~/.zencoder/mcp.json", "  a = a"]
        );
        assert_eq!(
            found("~/.config/Code/User/settings.json", r#"{"zencoder.mcpServers": {"a": {"command": "a"}}}"#),
            ["zencoder user ~/.config/Code/User/settings.json", "  a = a"]
        );
    }
}
