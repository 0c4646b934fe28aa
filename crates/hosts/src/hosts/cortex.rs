use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::servers::mcp_servers;

/// Snowflake's Cortex command line.
pub(super) const HOST: Host = Host {
    id: HostId("snowflake-cortex"),
    name: "Snowflake Cortex",
    locations: &[
        Location::user("~/.snowflake/cortex/mcp.json", mcp_servers),
    ],
};

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn its_servers_are_found() {
        let content = r#"{"mcpServers": {"a": {"command": "npx", "args": ["-y", "pkg"]}}}"#;
        let lines = found("~/.snowflake/cortex/mcp.json", content);
        assert_eq!(lines, ["snowflake-cortex user ~/.snowflake/cortex/mcp.json", "  a = npx -y pkg"]);
    }
}
