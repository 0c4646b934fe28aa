use portcullis_model::HostId;
use portcullis_model::config::SettingKind;

use crate::cursor::Cursor;
use crate::host::{Host, Location};
use crate::machine::Os;
use crate::reading::Draft;

/// Zed. Its macOS build keeps its settings where the Linux one does.
pub(super) const HOST: Host = Host {
    id: HostId("zed"),
    name: "Zed",
    locations: &[
        Location::user("${XDG_CONFIG_HOME:-~/.config}/zed/settings.json", settings).on(Os::Linux),
        Location::user("~/.config/zed/settings.json", settings).on(Os::Macos),
        Location::user("${APPDATA}/Zed/settings.json", settings).on(Os::Windows),
        Location::user("~/.var/app/dev.zed.Zed/config/zed/settings.json", settings).on(Os::Linux),
        Location::project(".zed/settings.json", settings),
        Location::project(".zed/tasks.json", tasks),
    ],
};

fn settings(draft: &mut Draft<'_>) {
    draft.server_map(&["context_servers"]);
    for name in ["agent.always_allow_tool_actions", "assistant.always_allow_tool_actions"] {
        draft.switch(SettingKind::ApproveTools, name);
    }
    draft.choice(SettingKind::ApproveTools, "agent.tool_permissions.default", &["allow"]);
    let root = draft.root.clone();
    for tool in root.setting("agent.tool_permissions.tools").iter().flat_map(Cursor::members) {
        let mode = tool.any(&["default", "default_mode"]).filter(|mode| mode.text() == Some("allow"));
        draft.set(SettingKind::ApproveTools, mode.map(|mode| mode.located_as(tool.key)));
    }
    for agent in root.member("agent_servers").iter().flat_map(Cursor::members) {
        let command = agent.member("command");
        draft.set(SettingKind::AutoRun, command.and_then(|command| command.command_line()));
    }
    for provider in root.member("language_models").iter().flat_map(Cursor::members) {
        draft.set(SettingKind::ModelEndpoint, provider.member("api_url").and_then(|url| url.located()));
    }
    draft.switch(SettingKind::ApproveProjectServers, "session.trust_all_worktrees");
}

/// Tasks that run when a worktree is made; others are started by hand.
fn tasks(draft: &mut Draft<'_>) {
    let root = draft.root.clone();
    for task in root.elements() {
        let runs = task.member("hooks").is_some_and(|hooks| !hooks.node.items().is_empty());
        let command = task.member("command").filter(|_| runs);
        draft.set(SettingKind::AutoRun, command.and_then(|command| command.located()));
    }
}

#[cfg(test)]
mod tests {
    use crate::Os;
    use crate::testing::{found, found_on};

    #[test]
    fn old_and_new_shapes_are_found() {
        let text = r#"{ // settings
            "context_servers": {
                "new": {"source": "custom", "command": "npx", "args": ["pkg"], "env": {}},
                "old": {"command": {"path": "node", "args": ["x.js"], "env": {"K": "v"}}, "settings": {}},
                "far": {"url": "https://far.example/mcp"},
                "extension": {"settings": {"x": 1}, "enabled": true}
            },
            "agent": {"always_allow_tool_actions": true}, }"#;
        assert_eq!(
            found("~/.config/zed/settings.json", text),
            [
                "zed user ~/.config/zed/settings.json",
                "  new = npx pkg",
                "  old = node x.js [K=v]",
                "  far = https://far.example/mcp",
                "  extension = ?",
                "  ApproveTools true",
            ]
        );
    }

    #[test]
    fn every_system_has_its_own_place() {
        for (os, path) in [(Os::Macos, "~/.config/zed/settings.json"), (Os::Windows, "~/AppData/Roaming/Zed/settings.json")] {
            let lines = found_on(os, path, r#"{"context_servers": {"a": {"command": "a"}}}"#);
            assert_eq!(lines, [format!("zed user {path}"), "  a = a".to_owned()]);
        }
    }
}
