use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::servers::mcp_servers;

/// MaxClaw. One source names its file.
pub(super) const HOST: Host = Host {
    id: HostId("maxclaw"),
    name: "MaxClaw",
    locations: &[
        Location::user("~/.maxclaw/{config.json,mcp.json}", mcp_servers),
    ],
};

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn its_servers_are_found() {
        let content = r#"{"mcpServers": {"a": {"command": "npx", "args": ["-y", "pkg"]}}}"#;
        let lines = found("~/.maxclaw/config.json", content);
        assert_eq!(lines, ["maxclaw user ~/.maxclaw/config.json", "  a = npx -y pkg"]);
    }
}
