use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::servers::mcp_servers;

/// Plug-ins of the Helix editor. One source names its file.
pub(super) const HOST: Host = Host {
    id: HostId("helix"),
    name: "Helix",
    locations: &[
        Location::user("${XDG_CONFIG_HOME:-~/.config}/helix/mcp.json", mcp_servers),
    ],
};

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn its_servers_are_found() {
        let content = r#"{"mcpServers": {"a": {"command": "npx", "args": ["-y", "pkg"]}}}"#;
        let lines = found("~/.config/helix/mcp.json", content);
        assert_eq!(lines, ["helix user ~/.config/helix/mcp.json", "  a = npx -y pkg"]);
    }
}
