use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::servers::mcp_servers;

/// Roo Code.
pub(super) const HOST: Host = Host {
    id: HostId("roo"),
    name: "Roo Code",
    locations: &[
        Location::user(
            "${CONFIG}/{Code,Code - Insiders,VSCodium,Cursor,Windsurf}/User/globalStorage/rooveterinaryinc.roo-cline/settings/{mcp_settings.json,cline_mcp_settings.json}",
            mcp_servers,
        ),
        Location::user(
            "~/{.vscode-server,.cursor-server}/data/User/globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json",
            mcp_servers,
        ),
        Location::project(".roo/mcp.json", mcp_servers),
    ],
};

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn its_servers_are_found() {
        let text = r#"{"mcpServers": {"a": {"command": "a", "alwaysAllow": ["run"]}, "b": {"type": "sse", "url": "http://b.example"}}}"#;
        assert_eq!(
            found(".roo/mcp.json", text),
            ["roo project ~/work/app/.roo/mcp.json", "  a = a approve:run", "  b = http://b.example (sse)"]
        );
    }
}
