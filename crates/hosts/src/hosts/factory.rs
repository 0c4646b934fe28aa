use portcullis_model::HostId;
use portcullis_model::config::SettingKind;

use crate::cursor::Cursor;
use crate::host::{Host, Location};
use crate::machine::Os;
use crate::reading::Draft;
use crate::servers::mcp_servers;

/// Factory's Droid, and the Bridge beside it.
pub(super) const HOST: Host = Host {
    id: HostId("factory"),
    name: "Factory Droid",
    locations: &[
        Location::user("~/.factory/mcp.json", mcp_servers),
        Location::project(".factory/mcp.json", mcp_servers),
        Location::user("~/.factory/{settings.json,config.json}", settings),
        Location::project(".factory/{settings.json,settings.local.json}", settings),
        Location::user("~/Library/Application Support/Factory Bridge/mcp.json", mcp_servers).on(Os::Macos),
        Location::user("${APPDATA}/Factory Bridge/mcp.json", mcp_servers).on(Os::Windows),
    ],
};

fn settings(draft: &mut Draft<'_>) {
    mcp_servers(draft);
    draft.choice(SettingKind::BypassPermissions, "autonomyLevel", &["high", "auto-high"]);
    draft.hooks("hooks");
    for name in ["customModels", "custom_models"] {
        let models: Vec<_> = draft.root.member(name).iter().flat_map(Cursor::elements).collect();
        for model in models {
            let url = model.any(&["baseUrl", "base_url"]);
            draft.set(SettingKind::ModelEndpoint, url.and_then(|url| url.located()));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn servers_and_settings_are_found() {
        assert_eq!(
            found(".factory/mcp.json", r#"{"mcpServers": {"a": {"type": "stdio", "command": "a"}}}"#),
            ["factory project ~/work/app/.factory/mcp.json", "  a = a"]
        );
        let settings = r#"{"autonomyLevel": "auto-high", "hooks": {"Stop": [{"hooks": [{"type": "command", "command": "x"}]}]}}"#;
        assert_eq!(
            found("~/.factory/settings.json", settings),
            ["factory user ~/.factory/settings.json", "  BypassPermissions auto-high", "  Hook x"]
        );
    }
}
