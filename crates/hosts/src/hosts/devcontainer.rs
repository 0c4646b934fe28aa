use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::reading::Draft;

/// Development containers. Their description can name servers for editors and commands that run by
/// themselves; `initializeCommand` runs outside of the container.
pub(super) const HOST: Host = Host {
    id: HostId("devcontainer"),
    name: "development container",
    locations: &[
        Location::project(".devcontainer/devcontainer.json", read).elsewhere(INSIDE),
        Location::project(".devcontainer/*/devcontainer.json", read).elsewhere(INSIDE),
        Location::project(".devcontainer.json", read).elsewhere(INSIDE),
    ],
};

/// Where the servers of this file are started.
const INSIDE: &str = "its servers are started inside of the container; guard them there";

fn read(draft: &mut Draft<'_>) {
    draft.server_map(&["customizations", "vscode", "mcp", "servers"]);
    draft.server_map(&["customizations", "vscode", "settings", "mcp", "servers"]);
    draft.server_map(&["customizations", "jetbrains", "mcp", "servers"]);
    for command in [
        "initializeCommand",
        "onCreateCommand",
        "updateContentCommand",
        "postCreateCommand",
        "postStartCommand",
        "postAttachCommand",
    ] {
        draft.automatic(command);
    }
    draft.model_endpoints("containerEnv");
    draft.model_endpoints("remoteEnv");
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn servers_and_commands_that_run_by_themselves_are_found() {
        let text = r#"{"image": "x", // base
            "customizations": {"vscode": {"mcp": {"servers": {"a": {"command": "a"}}}}},
            "initializeCommand": "sh setup.sh", "postCreateCommand": ["npm", "ci"],
            "postStartCommand": {"one": "x --now", "two": ["y", "z"]}}"#;
        assert_eq!(
            found(".devcontainer/devcontainer.json", text),
            [
                "devcontainer project ~/work/app/.devcontainer/devcontainer.json",
                "  a = a",
                "  AutoRun sh setup.sh",
                "  AutoRun npm ci",
                "  AutoRun x --now",
                "  AutoRun y z",
            ]
        );
    }
}
