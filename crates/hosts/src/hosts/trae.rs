use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::servers::mcp_servers;

/// Trae, the editor, in its international and its Chinese edition.
pub(super) const HOST: Host = Host {
    id: HostId("trae"),
    name: "Trae",
    locations: &[
        Location::user("${CONFIG}/{Trae,Trae CN}/User/mcp.json", mcp_servers),
        Location::user("${CONFIG}/{Trae,Trae CN}/mcp_config.json", mcp_servers),
        Location::user("~/{.trae,.trae-cn}/mcp.json", mcp_servers),
        Location::project(".trae/mcp.json", mcp_servers),
    ],
};

#[cfg(test)]
mod tests {
    use crate::Os;
    use crate::testing::found_on;

    #[test]
    fn its_servers_are_found() {
        let content = r#"{"mcpServers": {"a": {"command": "npx", "args": ["-y", "pkg"]}}}"#;
        let lines = found_on(Os::Macos, "/Users/ada/Library/Application Support/Trae/mcp_config.json", content);
        assert_eq!(lines, ["trae user ~/Library/Application Support/Trae/mcp_config.json", "  a = npx -y pkg"]);
    }
}
