use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::servers::mcp_servers;

/// Aide, the editor. One source names its file.
pub(super) const HOST: Host = Host {
    id: HostId("aide"),
    name: "Aide",
    locations: &[
        Location::user("${CONFIG}/Aide/User/mcp.json", mcp_servers),
        Location::user("~/.aide/mcp.json", mcp_servers),
    ],
};

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn its_servers_are_found() {
        let content = r#"{"mcpServers": {"a": {"command": "npx", "args": ["-y", "pkg"]}}}"#;
        let lines = found("~/.aide/mcp.json", content);
        assert_eq!(lines, ["aide user ~/.aide/mcp.json", "  a = npx -y pkg"]);
    }
}
