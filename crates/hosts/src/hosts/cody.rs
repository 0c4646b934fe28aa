use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::reading::Draft;
use crate::servers::mcp_servers;

/// Cody: in the settings of an editor, or in a file of its own. One source names them.
pub(super) const HOST: Host = Host {
    id: HostId("cody"),
    name: "Cody",
    locations: &[
        Location::user("${CONFIG}/{Code,Code - Insiders,VSCodium}/User/settings.json", settings),
        Location::project(".vscode/settings.json", settings),
        Location::user("~/.cody/mcp.json", mcp_servers),
        Location::project(".cody/mcp.json", mcp_servers),
    ],
};

fn settings(draft: &mut Draft<'_>) {
    if let Some(servers) = draft.root.setting("cody.mcpServers") {
        draft.servers_of(&servers);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn its_servers_are_found() {
        assert_eq!(
            found(".vscode/settings.json", r#"{"cody.mcpServers": {"a": {"command": "a"}}}"#),
            ["cody project ~/work/app/.vscode/settings.json", "  a = a"]
        );
        assert_eq!(
            found("~/.cody/mcp.json", r#"{"mcpServers": {"a": {"command": "a"}}}"#),
            ["cody user ~/.cody/mcp.json", "  a = a"]
        );
    }
}
