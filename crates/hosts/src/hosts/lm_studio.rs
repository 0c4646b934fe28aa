use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::servers::mcp_servers;

/// LM Studio.
pub(super) const HOST: Host = Host {
    id: HostId("lm-studio"),
    name: "LM Studio",
    locations: &[
        Location::user("~/.lmstudio/mcp.json", mcp_servers),
        Location::user("~/.cache/lm-studio/mcp.json", mcp_servers),
    ],
};

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn its_servers_are_found() {
        let content = r#"{"mcpServers": {"a": {"command": "npx", "args": ["-y", "pkg"]}}}"#;
        let lines = found("~/.lmstudio/mcp.json", content);
        assert_eq!(lines, ["lm-studio user ~/.lmstudio/mcp.json", "  a = npx -y pkg"]);
    }
}
