use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::servers::mcp_servers;

/// Tabnine.
pub(super) const HOST: Host = Host {
    id: HostId("tabnine"),
    name: "Tabnine",
    locations: &[
        Location::user("~/.tabnine/{mcp_servers.json,settings.json}", mcp_servers),
        Location::project(".tabnine/{mcp_servers.json,settings.json}", mcp_servers),
    ],
};

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn its_servers_are_found() {
        let content = r#"{"mcpServers": {"a": {"command": "npx", "args": ["-y", "pkg"]}}}"#;
        let lines = found(".tabnine/mcp_servers.json", content);
        assert_eq!(lines, ["tabnine project ~/work/app/.tabnine/mcp_servers.json", "  a = npx -y pkg"]);
    }
}
