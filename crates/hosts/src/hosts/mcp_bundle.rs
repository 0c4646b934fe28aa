use portcullis_model::{HostId, Node};

use crate::host::{Host, Location};
use crate::reading::Draft;

/// Unpacked MCP bundles (`.mcpb`, formerly `.dxt`): the manifest says how the server inside is started.
pub(super) const HOST: Host = Host {
    id: HostId("mcp-bundle"),
    name: "MCP bundle",
    locations: &[Location::project("{manifest.json,mcpb/manifest.json,dxt/manifest.json}", manifest)
        .shared()
        .elsewhere("it is the manifest of a bundle; guard the server in the host that installs it")],
};

/// True for a manifest of a bundle; other kinds of package have a `manifest.json` too.
pub(super) fn is_manifest(document: &Node) -> bool {
    let versioned = ["manifest_version", "dxt_version", "mcpb_version"].iter().any(|key| document.get(key).is_some());
    versioned && document.get("server").is_some_and(Node::is_map)
}

/// Reads the manifest of a bundle.
pub(super) fn manifest(draft: &mut Draft<'_>) {
    let root = draft.root.clone();
    if !is_manifest(root.node) {
        return;
    }
    let Some(launch) = root.path(&["server", "mcp_config"]) else { return };
    let name = root.member("name");
    draft.server_named(name.as_ref(), &launch);
    for platform in launch.member("platform_overrides").iter().flat_map(crate::cursor::Cursor::members) {
        if platform.member("command").is_some() {
            draft.server_named(name.as_ref(), &platform);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn each_platform_of_a_bundle_is_a_server() {
        let text = r#"{"dxt_version": "0.1", "name": "notes", "server": {"type": "binary", "mcp_config": {"command": "./a",
            "platform_overrides": {"win32": {"command": "a.exe"}}}}}"#;
        assert_eq!(
            found("manifest.json", text),
            ["mcp-bundle project ~/work/app/manifest.json", "  notes = ./a", "  notes = a.exe"]
        );
    }

    #[test]
    fn the_manifest_of_a_browser_extension_is_no_bundle() {
        assert_eq!(
            found("manifest.json", r#"{"manifest_version": 3, "name": "x", "background": {}}"#),
            [""; 0]
        );
    }
}
