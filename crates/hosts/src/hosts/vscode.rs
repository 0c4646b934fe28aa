use portcullis_model::HostId;
use portcullis_model::config::SettingKind;

use crate::cursor::Cursor;
use crate::host::{Host, Location};
use crate::reading::Draft;

/// Visual Studio Code and its builds: Insiders and VSCodium. Servers stand in `mcp.json`, in older settings,
/// and in the description of a development container.
pub(super) const HOST: Host = Host {
    id: HostId("vscode"),
    name: "VS Code",
    locations: &[
        Location::user("${CONFIG}/{Code,Code - Insiders,VSCodium}/User/mcp.json", servers),
        Location::user("${CONFIG}/{Code,Code - Insiders,VSCodium}/User/profiles/*/mcp.json", servers),
        Location::user("${CONFIG}/{Code,Code - Insiders,VSCodium}/User/settings.json", settings),
        Location::user("${CONFIG}/{Code,Code - Insiders,VSCodium}/User/tasks.json", tasks),
        Location::user("~/{.vscode-server,.vscode-server-insiders}/data/{Machine,User}/mcp.json", servers),
        Location::user("~/{.vscode-server,.vscode-server-insiders}/data/{Machine,User}/settings.json", settings),
        Location::project(".vscode/mcp.json", servers),
        Location::project(".vscode/settings.json", settings),
        Location::project(".vscode/tasks.json", tasks),
        Location::project("*.code-workspace", workspace).shared(),
    ],
};

/// `servers`, with the questions of `inputs` beside them; some write `mcpServers`.
fn servers(draft: &mut Draft<'_>) {
    draft.server_map(&["servers"]);
    draft.server_map(&["mcpServers"]);
}

/// Settings: servers as older versions keep them, and switches of the agent.
fn settings(draft: &mut Draft<'_>) {
    for name in ["mcp.servers", "mcp.mcpServers"] {
        if let Some(servers) = draft.root.setting(name) {
            draft.servers_of(&servers);
        }
    }
    for name in ["chat.tools.autoApprove", "chat.tools.global.autoApprove", "chat.tools.edits.autoApprove"] {
        draft.switch(SettingKind::ApproveTools, name);
    }
    draft.choice(SettingKind::BypassPermissions, "chat.permissions.default", &["autoApprove", "autopilot"]);
    draft.choice(SettingKind::ApproveProjectServers, "chat.mcp.autostart", &["onlyNew", "newAndOutdated"]);
    approved_patterns(draft, "chat.tools.terminal.autoApprove");
    approved_patterns(draft, "chat.tools.urls.autoApprove");
    draft.choice(SettingKind::AutoRun, "task.allowAutomaticTasks", &["on"]);
    draft.switched_off(SettingKind::DisableSandbox, "security.workspace.trust.enabled");
    draft.switched_off(SettingKind::DisableSandbox, "chat.tools.terminal.sandbox.enabled");
    for name in ["github.copilot.advanced.debug.overrideProxyUrl", "github.copilot.advanced.debug.overrideCAPIUrl"] {
        draft.text_setting(SettingKind::ModelEndpoint, name);
    }
    draft.hooks("chat.hooks");
}

/// Patterns that stand for everything; narrower ones are what the setting is for.
fn approved_patterns(draft: &mut Draft<'_>, name: &str) {
    let patterns: Vec<_> = draft.root.setting(name).iter().flat_map(Cursor::members).collect();
    for pattern in patterns.iter().filter(|pattern| pattern.is_true()) {
        if matches!(pattern.key, "*" | "/.*/" | "/^.*$/" | "/.+/" | "https://*" | "*://*") {
            draft.set(SettingKind::ApproveTools, Some(pattern.located_as(pattern.key)));
        }
    }
}

/// Tasks that start when the folder is opened.
fn tasks(draft: &mut Draft<'_>) {
    let tasks: Vec<_> = draft.root.member("tasks").iter().flat_map(Cursor::elements).collect();
    for task in tasks {
        let when = task.path(&["runOptions", "runOn"]);
        if when.as_ref().and_then(Cursor::text) != Some("folderOpen") {
            continue;
        }
        let Some(command) = task.any(&["command", "script"]) else {
            draft.set(SettingKind::AutoRun, task.any(&["label", "type"]).and_then(|name| name.located()));
            continue;
        };
        let arguments = task.member("args");
        let words: Vec<_> = arguments.iter().flat_map(Cursor::elements).filter_map(|word| word.spelled()).collect();
        let line = command.spelled().into_iter().chain(words).collect::<Vec<_>>().join(" ");
        draft.set(SettingKind::AutoRun, Some(command.located_as(line)));
    }
}

/// A workspace holds settings and tasks of several folders.
fn workspace(draft: &mut Draft<'_>) {
    let root = draft.root.clone();
    for (part, read) in [("settings", settings as fn(&mut Draft<'_>)), ("tasks", tasks)] {
        if let Some(part) = root.member(part) {
            draft.root = part;
            read(draft);
        }
    }
    draft.root = root;
    draft.server_map(&["mcp", "servers"]);
}

#[cfg(test)]
mod tests {
    use crate::Os;
    use crate::testing::{Disk, found};

    #[test]
    fn servers_with_inputs_and_comments_are_found_on_every_system() {
        let text = r#"{ // mine
            "inputs": [{"id": "key", "type": "promptString", "password": true}],
            "servers": {"a": {"type": "stdio", "command": "npx", "args": ["-y", "pkg"], "env": {"KEY": "${input:key}"}},},
        }"#;
        for (os, folder) in [
            (Os::Linux, "~/.config/Code/User"),
            (Os::Macos, "~/Library/Application Support/Code - Insiders/User"),
            (Os::Windows, "~/AppData/Roaming/VSCodium/User/profiles/x"),
        ] {
            let disk = Disk::new(os).file(&format!("{folder}/mcp.json"), text);
            let expected = [format!("vscode user {folder}/mcp.json"), "  a = npx -y pkg [KEY=${input:key}]".to_owned()];
            assert_eq!(disk.transcript(), expected);
        }
    }

    #[test]
    fn older_settings_hold_servers_and_switches_in_dotted_or_nested_names() {
        let text = r#"{"mcp": {"servers": {"a": {"command": "a"}}}, "chat.tools.autoApprove": true,
            "chat": {"tools": {"terminal": {"autoApprove": {"ls": true, "/.*/": true}}}}}"#;
        assert_eq!(
            found("~/.config/Code/User/settings.json", text),
            ["vscode user ~/.config/Code/User/settings.json", "  a = a", "  ApproveTools true", "  ApproveTools /.*/"]
        );
    }

    #[test]
    fn tasks_that_start_with_the_folder_are_listed_with_their_arguments() {
        let text = r#"{"version": "2.0.0", "tasks": [
            {"label": "a", "type": "shell", "command": "curl", "args": ["-s", "https://x.example"], "runOptions": {"runOn": "folderOpen"}},
            {"label": "b", "type": "shell", "command": "make"}]}"#;
        assert_eq!(
            found(".vscode/tasks.json", text),
            ["vscode project ~/work/app/.vscode/tasks.json", "  AutoRun curl -s https://x.example"]
        );
    }

    #[test]
    fn a_workspace_holds_settings_and_tasks() {
        let text = r#"{"folders": [], "settings": {"mcp": {"servers": {"a": {"command": "a"}}}},
            "tasks": {"tasks": [{"command": "x", "runOptions": {"runOn": "folderOpen"}}]}}"#;
        assert_eq!(
            found("app.code-workspace", text),
            ["vscode project ~/work/app/app.code-workspace", "  a = a", "  AutoRun x"]
        );
    }
}
