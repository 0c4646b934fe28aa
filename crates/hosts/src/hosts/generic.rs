use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::servers::mcp_servers;

/// The places that several small clients share and no host owns.
pub(super) const HOST: Host = Host {
    id: HostId("generic"),
    name: "shared configuration",
    locations: &[
        Location::user("~/.mcp/{config.json,mcp.json,servers.json}", mcp_servers),
        Location::user("${XDG_CONFIG_HOME:-~/.config}/mcp/{config.json,mcp.json,servers.json}", mcp_servers),
        Location::project("mcp.json", mcp_servers),
        Location::project("{mcp_config.json,mcp-config.json,mcp_servers.json,mcp-servers.json}", mcp_servers),
    ],
};

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn its_servers_are_found() {
        let content = r#"{"mcpServers": {"a": {"command": "npx", "args": ["-y", "pkg"]}}}"#;
        let lines = found("~/.mcp/config.json", content);
        assert_eq!(lines, ["generic user ~/.mcp/config.json", "  a = npx -y pkg"]);
    }
}
