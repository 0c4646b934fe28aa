use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::reading::Draft;
use crate::servers::mcp_servers;

/// Windsurf, and its plug-in for the JetBrains editors.
pub(super) const HOST: Host = Host {
    id: HostId("windsurf"),
    name: "Windsurf",
    locations: &[
        Location::user("~/.codeium/{windsurf,windsurf-next}/mcp_config.json", mcp_servers),
        Location::user("~/.codeium/mcp_config.json", mcp_servers),
        Location::user("~/.codeium/{windsurf,windsurf-next}/hooks.json", hooks),
        Location::project(".windsurf/mcp_config.json", mcp_servers),
        Location::project(".windsurf/hooks.json", hooks),
        Location::managed("/etc/windsurf/hooks.json", hooks),
    ],
};

fn hooks(draft: &mut Draft<'_>) {
    draft.hooks("hooks");
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn servers_at_an_address_and_switched_off_ones_are_found() {
        let text = r#"{"mcpServers": {"a": {"serverUrl": "https://a.example/sse", "headers": {"K": "${env:K}"}},
            "b": {"command": "b", "disabled": true, "alwaysAllow": ["read"]}}}"#;
        assert_eq!(
            found("~/.codeium/windsurf/mcp_config.json", text),
            [
                "windsurf user ~/.codeium/windsurf/mcp_config.json",
                "  a = https://a.example/sse [K: ${env:K}]",
                "  b = b off approve:read",
            ]
        );
    }

    #[test]
    fn hooks_are_found() {
        let text = r#"{"hooks": {"pre_run_command": [{"command": "python3 check.py", "show_output": true}]}}"#;
        assert_eq!(
            found(".windsurf/hooks.json", text),
            ["windsurf project ~/work/app/.windsurf/hooks.json", "  Hook python3 check.py"]
        );
    }
}
