use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::machine::Os;

use super::gemini_cli::settings;

/// Qwen Code, a descendant of Gemini CLI.
pub(super) const HOST: Host = Host {
    id: HostId("qwen"),
    name: "Qwen Code",
    locations: &[
        Location::user("~/.qwen/settings.json", settings),
        Location::project(".qwen/settings.json", settings),
        Location::managed("/etc/qwen-code/settings.json", settings).on(Os::Linux),
        Location::plugin("~/.qwen/extensions/*/qwen-extension.json", settings),
    ],
};

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn its_servers_and_its_approval_mode_are_found() {
        let text = r#"{"mcpServers": {"a": {"command": "a", "trust": true}}, "tools": {"approvalMode": "yolo"}}"#;
        assert_eq!(
            found(".qwen/settings.json", text),
            ["qwen project ~/work/app/.qwen/settings.json", "  a = a trusted", "  BypassPermissions yolo"]
        );
    }
}
