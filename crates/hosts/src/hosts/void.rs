use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::servers::mcp_servers;

/// Void, the editor. One source names its file.
pub(super) const HOST: Host = Host {
    id: HostId("void"),
    name: "Void",
    locations: &[
        Location::user("~/.void-editor/mcp.json", mcp_servers),
        Location::user("${CONFIG}/Void/User/mcp.json", mcp_servers),
    ],
};

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn its_servers_are_found() {
        let content = r#"{"mcpServers": {"a": {"command": "npx", "args": ["-y", "pkg"]}}}"#;
        let lines = found("~/.void-editor/mcp.json", content);
        assert_eq!(lines, ["void user ~/.void-editor/mcp.json", "  a = npx -y pkg"]);
    }
}
