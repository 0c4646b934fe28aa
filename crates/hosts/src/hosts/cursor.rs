use portcullis_model::HostId;
use portcullis_model::config::SettingKind;

use crate::host::{Host, Location};
use crate::reading::Draft;
use crate::servers::mcp_servers;

/// Cursor, the editor and its command line.
pub(super) const HOST: Host = Host {
    id: HostId("cursor"),
    name: "Cursor",
    locations: &[
        Location::user("~/.cursor/mcp.json", mcp_servers),
        Location::project(".cursor/mcp.json", mcp_servers),
        Location::plugin("~/.cursor/plugins/**/{mcp.json,.mcp.json}", mcp_servers),
        Location::user("~/.cursor/hooks.json", hooks),
        Location::project(".cursor/hooks.json", hooks),
        Location::managed("/etc/cursor/hooks.json", hooks),
        Location::user("~/.cursor/{cli-config.json,permissions.json}", permissions),
        Location::project(".cursor/cli.json", permissions),
        Location::project(".cursor/environment.json", environment),
    ],
};

fn hooks(draft: &mut Draft<'_>) {
    draft.hooks("hooks");
}

fn permissions(draft: &mut Draft<'_>) {
    draft.list_setting(SettingKind::ApproveTools, "permissions.allow", |entry| entry.starts_with("Mcp("));
    draft.list_setting(SettingKind::BypassPermissions, "permissions.allow", |entry| entry == "Shell(*)");
    draft.list_setting(SettingKind::ApproveTools, "mcpAllowlist", |_| true);
    draft.choice(SettingKind::BypassPermissions, "approvalMode", &["unrestricted", "yolo", "auto"]);
    draft.choice(SettingKind::DisableSandbox, "sandbox.mode", &["disabled", "off"]);
}

/// Commands that background agents run when their machine is made.
fn environment(draft: &mut Draft<'_>) {
    draft.automatic("install");
    draft.automatic("start");
    if let Some(terminals) = draft.root.member("terminals") {
        draft.commands_below(SettingKind::AutoRun, &terminals, 3);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Disk, found};
    use crate::{Encoding, Os};

    #[test]
    fn the_users_and_the_projects_servers_are_found_on_every_system() {
        for os in Os::ALL {
            let disk = Disk::new(*os)
                .file("~/.cursor/mcp.json", r#"{"mcpServers": {"a": {"command": "npx", "args": ["-y", "@x/y"], "env": {"K": "v"}}}}"#)
                .file(".cursor/mcp.json", r#"{"mcpServers": {"b": {"url": "https://b.example/mcp", "headers": {"X": "1"}}}}"#);
            let expected = [
                "cursor user ~/.cursor/mcp.json",
                "  a = npx -y @x/y [K=v]",
                "cursor project ~/work/app/.cursor/mcp.json",
                "  b = https://b.example/mcp [X: 1]",
            ];
            assert_eq!(disk.transcript(), expected);
        }
    }

    #[test]
    fn hooks_are_commands_with_their_places() {
        let hooks = r#"{"version": 1, "hooks": {"beforeShellExecution": [{"command": "./audit.sh"}], "stop": [{"command": "say done"}]}}"#;
        assert_eq!(
            found(".cursor/hooks.json", hooks),
            ["cursor project ~/work/app/.cursor/hooks.json", "  Hook ./audit.sh", "  Hook say done"]
        );
    }

    #[test]
    fn an_allow_list_of_the_command_line_is_a_setting() {
        assert_eq!(
            found("~/.cursor/cli-config.json", r#"{"permissions": {"allow": ["Shell(ls)", "Mcp(a:*)"], "deny": []}}"#),
            ["cursor user ~/.cursor/cli-config.json", "  ApproveTools Mcp(a:*)"]
        );
    }

    #[test]
    fn a_file_in_utf_16_is_read() {
        let text = r#"{"mcpServers": {"größe": {"command": "npx"}}}"#;
        let bytes: Vec<u8> = [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let readings = Disk::new(Os::Windows).file("~/.cursor/mcp.json", bytes).read();
        assert_eq!(readings[0].encoding, Encoding::Utf16Little { mark: true });
        assert_eq!(readings[0].config.servers[0].name, "größe");
    }
}
