use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::machine::Os;
use crate::reading::Draft;
use crate::servers::mcp_servers;

/// Claude Desktop. On Windows the installer is an MSIX package since February 2026, whose files Windows redirects
/// into the package's own folder; both places are looked at.
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
        Location::plugin("${CONFIG}/Claude/Claude Extensions/*/manifest.json", bundle),
        Location::plugin("${CONFIG}/Claude/local-agent-mode-sessions/*/*/rpm/manifest.json", bundle),
        Location::plugin(
            "${LOCALAPPDATA}/Packages/Claude_*/LocalCache/Roaming/Claude/Claude Extensions/*/manifest.json",
            bundle,
        ),
        Location::managed("/Library/Managed Preferences/com.anthropic.claudefordesktop.plist", mcp_servers)
            .on(Os::Macos),
    ],
};

fn bundle(draft: &mut Draft<'_>) {
    super::mcp_bundle::manifest(draft);
}
