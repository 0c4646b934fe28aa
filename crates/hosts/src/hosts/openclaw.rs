use portcullis_model::HostId;
use portcullis_model::config::SettingKind;

use crate::cursor::Cursor;
use crate::host::{Host, Location};
use crate::reading::Draft;
use crate::servers::mcp_servers;

/// OpenClaw, and the names it had before. Its file is JSON5.
pub(super) const HOST: Host = Host {
    id: HostId("openclaw"),
    name: "OpenClaw",
    locations: &[
        Location::user("${OPENCLAW_CONFIG_PATH}", config),
        Location::user("~/.openclaw/openclaw.json", config),
        Location::user("~/.clawdbot/clawdbot.json", config),
        Location::user("~/.moltbot/moltbot.json", config),
    ],
};

fn config(draft: &mut Draft<'_>) {
    draft.server_map(&["mcp", "servers"]);
    draft.server_map(&["mcp", "mcpServers"]);
    mcp_servers(draft);
    draft.choice(SettingKind::BypassPermissions, "tools.exec.ask", &["off"]);
    draft.choice(SettingKind::BypassPermissions, "tools.exec.security", &["full"]);
    draft.choice(SettingKind::DisableSandbox, "agents.defaults.sandbox.mode", &["off"]);
    let root = draft.root.clone();
    for provider in root.path(&["models", "providers"]).iter().flat_map(Cursor::members) {
        draft.set(SettingKind::ModelEndpoint, provider.member("baseUrl").and_then(|url| url.located()));
    }
    draft.model_endpoints("env");
    draft.model_endpoints("env.vars");
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn its_servers_and_switches_are_found() {
        let text = "{ // mine\n  mcp: { servers: { a: { command: 'npx', args: ['pkg'] } } },\n  tools: { exec: { security: 'full', ask: 'off' } },\n}";
        assert_eq!(
            found("~/.openclaw/openclaw.json", text),
            [
                "openclaw user ~/.openclaw/openclaw.json",
                "  a = npx pkg",
                "  BypassPermissions full",
                "  BypassPermissions off",
            ]
        );
    }
}
