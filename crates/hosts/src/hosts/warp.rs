use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::servers::mcp_servers;

/// Warp, the terminal.
pub(super) const HOST: Host = Host {
    id: HostId("warp"),
    name: "Warp",
    locations: &[
        Location::user("~/.warp/.mcp.json", mcp_servers),
        Location::project(".warp/.mcp.json", mcp_servers),
    ],
};

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn its_servers_are_found() {
        let content = r#"{"mcpServers": {"a": {"command": "npx", "args": ["-y", "pkg"]}}}"#;
        let lines = found(".warp/.mcp.json", content);
        assert_eq!(lines, ["warp project ~/work/app/.warp/.mcp.json", "  a = npx -y pkg"]);
    }
}
