use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::servers::mcp_servers;

/// Kimi CLI.
pub(super) const HOST: Host = Host {
    id: HostId("kimi"),
    name: "Kimi CLI",
    locations: &[
        Location::user("~/.kimi/mcp.json", mcp_servers),
        Location::project(".kimi/mcp.json", mcp_servers),
    ],
};

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn its_servers_are_found() {
        let content = r#"{"mcpServers": {"a": {"command": "npx", "args": ["-y", "pkg"]}}}"#;
        let lines = found("~/.kimi/mcp.json", content);
        assert_eq!(lines, ["kimi user ~/.kimi/mcp.json", "  a = npx -y pkg"]);
    }
}
