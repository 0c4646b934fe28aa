use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::servers::mcp_servers;

/// Cline, in every editor of the VS Code family and on the command line.
pub(super) const HOST: Host = Host {
    id: HostId("cline"),
    name: "Cline",
    locations: &[
        Location::user(
            "${CONFIG}/{Code,Code - Insiders,VSCodium,Cursor,Windsurf}/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json",
            mcp_servers,
        ),
        Location::user(
            "~/{.vscode-server,.cursor-server}/data/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json",
            mcp_servers,
        ),
        Location::user("~/.cline/data/settings/cline_mcp_settings.json", mcp_servers),
        Location::user("~/.cline/mcp_settings.json", mcp_servers),
        Location::user("${CLINE_MCP_SETTINGS_PATH}", mcp_servers),
    ],
};

#[cfg(test)]
mod tests {
    use crate::Os;
    use crate::testing::{Disk, found_on};

    const TEXT: &str = r#"{"mcpServers": {"a": {"command": "a", "autoApprove": ["run"], "disabled": true}}}"#;

    #[test]
    fn its_file_is_found_in_each_editor() {
        let file = "User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json";
        for (os, editor) in [
            (Os::Linux, "~/.config/Code"),
            (Os::Macos, "~/Library/Application Support/Cursor"),
            (Os::Windows, "~/AppData/Roaming/VSCodium"),
        ] {
            let expected = [format!("cline user {editor}/{file}"), "  a = a off approve:run".to_owned()];
            assert_eq!(found_on(os, &format!("{editor}/{file}"), TEXT), expected);
        }
    }

    #[test]
    fn a_variable_names_the_file() {
        let disk = Disk::new(Os::Linux).file("~/c.json", TEXT).variable("CLINE_MCP_SETTINGS_PATH", "~/c.json");
        assert_eq!(disk.transcript(), ["cline user ~/c.json", "  a = a off approve:run"]);
    }
}
