use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::reading::Draft;
use crate::servers::mcp_servers;

use super::opencode;

/// Kilo Code: today's files are written as opencode's are, older ones as Cline's.
pub(super) const HOST: Host = Host {
    id: HostId("kilo"),
    name: "Kilo Code",
    locations: &[
        Location::user("${XDG_CONFIG_HOME:-~/.config}/kilo/{kilo.json,kilo.jsonc,opencode.json,opencode.jsonc}", config),
        Location::project("{kilo.json,kilo.jsonc}", config),
        Location::project(".kilo/{kilo.json,kilo.jsonc}", config),
        Location::project(".kilocode/{kilo.json,kilo.jsonc}", config),
        Location::project(".kilocode/mcp.json", mcp_servers),
        Location::user(
            "${CONFIG}/{Code,Code - Insiders,VSCodium,Cursor,Windsurf}/User/globalStorage/kilocode.kilo-code/settings/mcp_settings.json",
            mcp_servers,
        ),
        Location::user("~/.kilocode/cli/global/settings/mcp_settings.json", mcp_servers),
    ],
};

fn config(draft: &mut Draft<'_>) {
    opencode::config(draft);
    mcp_servers(draft);
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn both_shapes_are_found() {
        assert_eq!(
            found(".kilo/kilo.jsonc", r#"{"mcp": {"a": {"type": "local", "command": ["a", "b"]}}}"#),
            ["kilo project ~/work/app/.kilo/kilo.jsonc", "  a = a b"]
        );
        assert_eq!(
            found(".kilocode/mcp.json", r#"{"mcpServers": {"a": {"command": "a", "alwaysAllow": ["x"]}}}"#),
            ["kilo project ~/work/app/.kilocode/mcp.json", "  a = a approve:x"]
        );
    }
}
