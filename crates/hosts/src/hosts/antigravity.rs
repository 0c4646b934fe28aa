use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::servers::mcp_servers;

/// Antigravity, Google's editor and command line; its files lie beside those of Gemini CLI.
pub(super) const HOST: Host = Host {
    id: HostId("antigravity"),
    name: "Antigravity",
    locations: &[
        Location::user("~/.gemini/antigravity/mcp_config.json", mcp_servers),
        Location::user("~/.gemini/antigravity-cli/mcp_config.json", mcp_servers),
        Location::user("~/.gemini/config/mcp_config.json", mcp_servers),
        Location::plugin("~/.gemini/config/plugins/*/{mcp_config.json,mcp.json}", mcp_servers),
        Location::project(".agents/mcp_config.json", mcp_servers),
    ],
};

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn its_servers_are_found() {
        let content = r#"{"mcpServers": {"a": {"serverUrl": "https://a.example/mcp", "disabled": true}}}"#;
        let lines = found("~/.gemini/antigravity/mcp_config.json", content);
        assert_eq!(lines, ["antigravity user ~/.gemini/antigravity/mcp_config.json", "  a = https://a.example/mcp off"]);
    }
}
