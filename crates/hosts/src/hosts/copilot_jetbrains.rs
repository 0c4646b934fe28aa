use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::machine::Os;
use crate::reading::Draft;

/// GitHub Copilot in the JetBrains editors, Eclipse and Xcode.
pub(super) const HOST: Host = Host {
    id: HostId("copilot-jetbrains"),
    name: "GitHub Copilot for JetBrains, Eclipse and Xcode",
    locations: &[
        Location::user("${XDG_CONFIG_HOME:-~/.config}/github-copilot/{intellij,eclipse,xcode}/mcp.json", servers),
        Location::user("${APPDATA}/github-copilot/{intellij,eclipse}/mcp.json", servers).on(Os::Windows),
        Location::user("${LOCALAPPDATA}/github-copilot/{intellij,eclipse}/mcp.json", servers).on(Os::Windows),
    ],
};

fn servers(draft: &mut Draft<'_>) {
    draft.server_map(&["servers"]);
    draft.server_map(&["mcpServers"]);
}

#[cfg(test)]
mod tests {
    use crate::Os;
    use crate::testing::{found, found_on};

    #[test]
    fn its_servers_are_found() {
        let text = r#"{"servers": {"a": {"command": "npx", "args": ["pkg"]}}}"#;
        assert_eq!(
            found("~/.config/github-copilot/intellij/mcp.json", text),
            ["copilot-jetbrains user ~/.config/github-copilot/intellij/mcp.json", "  a = npx pkg"]
        );
        assert_eq!(
            found_on(Os::Windows, "~/AppData/Local/github-copilot/eclipse/mcp.json", text),
            ["copilot-jetbrains user ~/AppData/Local/github-copilot/eclipse/mcp.json", "  a = npx pkg"]
        );
    }
}
