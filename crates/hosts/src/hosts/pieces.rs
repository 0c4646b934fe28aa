use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::servers::mcp_servers;

/// Pieces for developers. One source names its file.
pub(super) const HOST: Host = Host {
    id: HostId("pieces"),
    name: "Pieces",
    locations: &[
        Location::user("~/.pieces/mcp.json", mcp_servers),
        Location::user("${CONFIG}/Pieces/mcp.json", mcp_servers),
    ],
};

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn its_servers_are_found() {
        let content = r#"{"mcpServers": {"a": {"command": "npx", "args": ["-y", "pkg"]}}}"#;
        let lines = found("~/.pieces/mcp.json", content);
        assert_eq!(lines, ["pieces user ~/.pieces/mcp.json", "  a = npx -y pkg"]);
    }
}
