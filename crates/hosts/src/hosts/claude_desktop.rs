use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::machine::Os;
use crate::reading::Draft;
use crate::servers::mcp_servers;

/// Claude Desktop. On Windows the installer is an MSIX package since February 2026, whose files Windows
/// redirects into the package's own folder; both places are looked at.
pub(super) const HOST: Host = Host {
    id: HostId("claude-desktop"),
    name: "Claude Desktop",
    locations: &[
        Location::user("${CONFIG}/Claude/claude_desktop_config.json", mcp_servers),
        Location::user(
            "${LOCALAPPDATA}/Packages/Claude_*/LocalCache/Roaming/Claude/claude_desktop_config.json",
            mcp_servers,
        ),
        Location::user("${LOCALAPPDATA}/Claude-Data/claude_desktop_config.json", mcp_servers),
        Location::user("${LOCALAPPDATA}/Claude-Data/claude_*/claude_desktop_config.json", mcp_servers),
        Location::user(
            "${LOCALAPPDATA}/Packages/Claude_*/LocalCache/Local/Claude-3p/configLibrary/*.json",
            mcp_servers,
        ),
        Location::plugin("${CONFIG}/Claude/Claude Extensions/*/manifest.json", bundle).elsewhere(EXTENSION),
        Location::plugin("${CONFIG}/Claude/local-agent-mode-sessions/*/*/rpm/manifest.json", bundle).elsewhere(EXTENSION),
        Location::plugin(
            "${LOCALAPPDATA}/Packages/Claude_*/LocalCache/Roaming/Claude/Claude Extensions/*/manifest.json",
            bundle,
        ).elsewhere(EXTENSION),
        Location::managed("/Library/Managed Preferences/com.anthropic.claudefordesktop.plist", mcp_servers)
            .on(Os::Macos),
    ],
};

/// Why an installed extension is left as it is.
const EXTENSION: &str = "it is an installed extension, which the program starts by rules of its own";

fn bundle(draft: &mut Draft<'_>) {
    super::mcp_bundle::manifest(draft);
}
#[cfg(test)]
mod tests {
    use crate::Os;
    use crate::testing::{Disk, found_on};

    const TEXT: &str = r#"{"mcpServers": {"a": {"command": "uvx", "args": ["mcp-server-time"]}}}"#;

    #[test]
    fn its_file_is_found_on_every_system_and_in_the_windows_package() {
        for (os, folder) in [
            (Os::Linux, "~/.config/Claude"),
            (Os::Macos, "~/Library/Application Support/Claude"),
            (Os::Windows, "~/AppData/Roaming/Claude"),
            (Os::Windows, "~/AppData/Local/Packages/Claude_pzs8sxrjxfjjc/LocalCache/Roaming/Claude"),
            (Os::Windows, "~/AppData/Local/Claude-Data/claude_1"),
        ] {
            let path = format!("{folder}/claude_desktop_config.json");
            let expected = [format!("claude-desktop user {path}"), "  a = uvx mcp-server-time".to_owned()];
            assert_eq!(found_on(os, &path, TEXT), expected);
        }
    }

    #[test]
    fn an_installed_extension_is_a_server() {
        let manifest = r#"{"manifest_version": "0.3", "name": "notes", "server": {"type": "node", "entry_point": "a.js",
            "mcp_config": {"command": "node", "args": ["${__dirname}/a.js"], "env": {"K": "${user_config.key}"}}}}"#;
        let path = "~/Library/Application Support/Claude/Claude Extensions/notes/manifest.json";
        let disk = Disk::new(Os::Macos).file(path, manifest);
        let lines: Vec<_> = disk.transcript();
        assert_eq!(
            lines,
            [&format!("claude-desktop plugin {path}"), "  notes = node ${__dirname}/a.js [K=${user_config.key}]"]
        );
    }
}
