use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::machine::Os;
use crate::servers::mcp_servers;

/// JetBrains' AI assistant. The places within an editor's configuration are not documented; these are the
/// ones that have been seen, and its XML options are not read.
pub(super) const HOST: Host = Host {
    id: HostId("jetbrains"),
    name: "JetBrains AI Assistant",
    locations: &[
        Location::user("${CONFIG}/JetBrains/*/{mcp.json,mcp/mcp.json,options/mcp.json}", mcp_servers),
        Location::user("${CONFIG}/JetBrains/acp.json", mcp_servers),
        Location::user("~/.jetbrains/{mcp.json,acp.json}", mcp_servers),
        Location::user("${LOCALAPPDATA}/JetBrains/*/mcp.json", mcp_servers).on(Os::Windows),
    ],
};

#[cfg(test)]
mod tests {
    use crate::Os;
    use crate::testing::found_on;

    #[test]
    fn its_servers_are_found_beneath_each_editor() {
        for (os, folder) in [
            (Os::Linux, "~/.config/JetBrains/IntelliJIdea2026.2"),
            (Os::Macos, "~/Library/Application Support/JetBrains/PyCharm2026.2"),
            (Os::Windows, "~/AppData/Roaming/JetBrains/Rider2026.2"),
        ] {
            let path = format!("{folder}/mcp.json");
            let lines = found_on(os, &path, r#"{"mcpServers": {"a": {"command": "a"}}}"#);
            assert_eq!(lines, [format!("jetbrains user {path}"), "  a = a".to_owned()]);
        }
    }
}
