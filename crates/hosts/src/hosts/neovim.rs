use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::reading::Draft;
use crate::servers::mcp_servers;

/// Plug-ins of Neovim, foremost the hub that several of them share.
pub(super) const HOST: Host = Host {
    id: HostId("neovim"),
    name: "Neovim",
    locations: &[
        Location::user("${XDG_CONFIG_HOME:-~/.config}/mcphub/servers.json", hub),
        Location::user("${XDG_CONFIG_HOME:-~/.config}/nvim/{mcp.json,mcpservers.json}", hub),
        Location::project(".mcphub/servers.json", hub),
    ],
};

fn hub(draft: &mut Draft<'_>) {
    mcp_servers(draft);
    draft.server_map(&["servers"]);
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn its_servers_are_found() {
        let text = r#"{"mcpServers": {"a": {"command": "a", "autoApprove": true, "env": {"K": null, "J": "$J"}}}}"#;
        assert_eq!(
            found("~/.config/mcphub/servers.json", text),
            ["neovim user ~/.config/mcphub/servers.json", "  a = a [J=$J] trusted"]
        );
    }
}
