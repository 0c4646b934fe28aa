use portcullis_model::HostId;
use portcullis_model::config::SettingKind;

use crate::cursor::Cursor;
use crate::host::{Host, Location};
use crate::machine::Os;
use crate::reading::Draft;

/// opencode. A server's command is one list of words.
pub(super) const HOST: Host = Host {
    id: HostId("opencode"),
    name: "opencode",
    locations: &[
        Location::user("${XDG_CONFIG_HOME:-~/.config}/opencode/{opencode.json,opencode.jsonc,config.json}", config),
        Location::user("${OPENCODE_CONFIG}", config),
        Location::user("${OPENCODE_CONFIG_DIR}/{opencode.json,opencode.jsonc}", config),
        Location::user("~/.opencode/{opencode.json,opencode.jsonc}", config),
        Location::project("{opencode.json,opencode.jsonc}", config),
        Location::project(".opencode/{opencode.json,opencode.jsonc}", config),
        Location::managed("/etc/opencode/{opencode.json,opencode.jsonc}", config).on(Os::Linux),
        Location::managed("/Library/Application Support/opencode/{opencode.json,opencode.jsonc}", config)
            .on(Os::Macos),
        Location::managed("${PROGRAMDATA}/opencode/{opencode.json,opencode.jsonc}", config),
    ],
};

/// A configuration, as opencode and the programs that descend from it write it.
pub(super) fn config(draft: &mut Draft<'_>) {
    draft.server_map(&["mcp"]);
    draft.choice(SettingKind::BypassPermissions, "permission", &["allow"]);
    for permission in ["*", "bash", "external_directory"] {
        permissions(draft, permission);
    }
    let root = draft.root.clone();
    for provider in root.member("provider").iter().flat_map(Cursor::members) {
        let url = provider.path(&["options", "baseURL"]).or_else(|| provider.member("api"));
        draft.set(SettingKind::ModelEndpoint, url.and_then(|url| url.located()));
    }
    for part in ["formatter", "lsp"] {
        if let Some(programs) = root.member(part) {
            draft.commands_below(SettingKind::AutoRun, &programs, 3);
        }
    }
    if let Some(hooks) = root.path(&["experimental", "hook"]) {
        draft.commands_below(SettingKind::Hook, &hooks, 6);
    }
    // Plug-ins are code that is fetched and loaded when the program starts.
    draft.list_setting(SettingKind::AutoRun, "plugin", |_| true);
}

/// A permission that allows everything, directly or by the pattern that fits everything.
fn permissions(draft: &mut Draft<'_>, name: &str) {
    let Some(permission) = draft.root.path(&["permission", name]) else { return };
    let rule = if permission.node.is_map() { permission.member("*") } else { Some(permission) };
    let allowed = rule.filter(|rule| rule.text() == Some("allow"));
    draft.set(SettingKind::BypassPermissions, allowed.and_then(|rule| rule.located()));
}

#[cfg(test)]
mod tests {
    use crate::Os;
    use crate::testing::{Disk, found};

    #[test]
    fn local_and_remote_servers_are_found_and_comments_are_no_obstacle() {
        let text = r#"{ "$schema": "x", // mine
            "mcp": {"a": {"type": "local", "command": ["npx", "-y", "pkg"], "environment": {"K": "{env:K}"}, "enabled": false},
                    "b": {"type": "remote", "url": "https://b.example/mcp", "headers": {"Authorization": "Bearer {env:T}"}},},
            "permission": {"bash": {"*": "allow", "rm *": "deny"}}, "plugin": ["some-plugin"],
            "provider": {"x": {"options": {"baseURL": "https://x.example/v1"}}} }"#;
        assert_eq!(
            found("opencode.jsonc", text),
            [
                "opencode project ~/work/app/opencode.jsonc",
                "  a = npx -y pkg [K={env:K}] off",
                "  b = https://b.example/mcp (remote) [Authorization: Bearer {env:T}]",
                "  BypassPermissions allow",
                "  AutoRun some-plugin",
                "  ModelEndpoint https://x.example/v1",
            ]
        );
    }

    #[test]
    fn a_variable_names_a_file_of_any_name() {
        let disk = Disk::new(Os::Linux)
            .file("~/oc.json", r#"{"mcp": {"a": {"command": ["a"]}}}"#)
            .variable("OPENCODE_CONFIG", "~/oc.json");
        assert_eq!(disk.transcript(), ["opencode user ~/oc.json", "  a = a"]);
    }
}
