use portcullis_model::HostId;
use portcullis_model::config::SettingKind;

use crate::host::{Host, Location};
use crate::reading::Draft;
use crate::servers::mcp_servers;

/// GitHub Copilot's command line, and the hooks that its cloud agent shares with it.
pub(super) const HOST: Host = Host {
    id: HostId("copilot-cli"),
    name: "GitHub Copilot CLI",
    locations: &[
        Location::user("${COPILOT_HOME:-~/.copilot}/mcp-config.json", mcp_servers),
        Location::user("${XDG_CONFIG_HOME:-~/.config}/copilot/mcp-config.json", mcp_servers),
        Location::user("${COPILOT_HOME:-~/.copilot}/{config.json,settings.json}", settings),
        Location::user("${COPILOT_HOME:-~/.copilot}/hooks/*.json", hooks),
        Location::plugin("${COPILOT_HOME:-~/.copilot}/installed-plugins/**/{.mcp.json,mcp.json}", mcp_servers),
        Location::project(".github/mcp.json", mcp_servers),
        Location::project(".copilot/mcp-config.json", mcp_servers),
        Location::project(".mcp.json", mcp_servers),
        Location::project(".github/hooks/*.json", hooks),
    ],
};

fn settings(draft: &mut Draft<'_>) {
    mcp_servers(draft);
    hooks(draft);
    for name in ["allow_all_tools", "allowAllTools", "yolo"] {
        draft.switch(SettingKind::BypassPermissions, name);
    }
    draft.list_setting(SettingKind::ApproveProjectServers, "trusted_folders", |folder| matches!(folder, "/" | "~"));
}

fn hooks(draft: &mut Draft<'_>) {
    draft.hooks("hooks");
}

#[cfg(test)]
mod tests {
    use crate::Os;
    use crate::testing::{Disk, found};

    #[test]
    fn its_servers_are_found_where_the_variable_says() {
        let text = r#"{"mcpServers": {"a": {"type": "local", "command": "npx", "args": ["pkg"], "tools": ["*"]}}}"#;
        assert_eq!(
            found("~/.copilot/mcp-config.json", text),
            ["copilot-cli user ~/.copilot/mcp-config.json", "  a = npx pkg"]
        );
        let disk = Disk::new(Os::Macos).file("~/cp/mcp-config.json", text).variable("COPILOT_HOME", "~/cp");
        assert_eq!(disk.transcript(), ["copilot-cli user ~/cp/mcp-config.json", "  a = npx pkg"]);
    }

    #[test]
    fn hooks_of_a_repository_are_listed_for_each_shell() {
        let text = r#"{"version": 1, "hooks": {"sessionStart": [{"type": "command", "bash": "./a.sh", "powershell": "./a.ps1"}]}}"#;
        assert_eq!(
            found(".github/hooks/audit.json", text),
            ["copilot-cli project ~/work/app/.github/hooks/audit.json", "  Hook ./a.sh", "  Hook ./a.ps1"]
        );
    }
}
