use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::servers::mcp_servers;

/// Junie, JetBrains' agent.
pub(super) const HOST: Host = Host {
    id: HostId("junie"),
    name: "Junie",
    locations: &[
        Location::user("~/.junie/mcp/mcp.json", mcp_servers),
        Location::user("~/.junie/mcp.json", mcp_servers),
        Location::project(".junie/mcp/mcp.json", mcp_servers),
        Location::project(".junie/mcp.json", mcp_servers),
        Location::project(".ai/mcp/mcp.json", mcp_servers),
    ],
};

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn its_servers_are_found() {
        assert_eq!(
            found(".junie/mcp/mcp.json", r#"{"mcpServers": {"a": {"command": "a", "enabled": false}}}"#),
            ["junie project ~/work/app/.junie/mcp/mcp.json", "  a = a off"]
        );
    }
}
