//! `manifest.json` of a server bundle, and `server.json` for an MCP registry.

use portcullis_model::{Node, Value};

use super::{Dependency, DependencyKind, MOST, Manifest, Script, Stated, npm, tree};
use crate::ecosystem::Ecosystem;

/// A server bundle. Extensions of browsers have a file of the same name and another version of it.
pub(super) fn read_bundle(text: &str, manifest: &mut Manifest) -> bool {
    let Some(root) = tree::json(text, manifest) else { return true };
    let version = root.get("manifest_version").or_else(|| root.get("dxt_version"));
    let is_bundle = version.is_some_and(|version| matches!(version.value, Value::Text(_)))
        && root.get("server").is_some();
    if !is_bundle {
        return false;
    }
    manifest.name = Stated::of(root.get("name"));
    manifest.version = Stated::of(root.get("version"));
    manifest.repository = npm::repository(root.get("repository"));
    manifest.licence = npm::licence(&root);
    let tools = root.get("tools").map(Node::items).unwrap_or_default();
    manifest.tools = tools.iter().take(MOST).filter_map(|tool| Stated::of(tool.get("name"))).collect();
    manifest.makes_tools =
        tools.len() > MOST || root.get("tools_generated").is_some_and(|it| it.value == Value::Bool(true));
    let Some(server) = root.get("server") else { return true };
    manifest.enters("entry_point", Stated::of(server.get("entry_point")), true);
    if let Some(launch) = server.get("mcp_config") {
        started(launch, "mcp_config", manifest);
        for platform in launch.get("platform_overrides").map(Node::entries).unwrap_or_default() {
            started(&platform.node, &platform.key, manifest);
        }
    }
    true
}

/// The command that a host starts.
fn started(launch: &Node, name: &str, manifest: &mut Manifest) {
    let Some(command) = launch.get("command") else { return };
    let words = launch.get("args").map(Node::items).unwrap_or_default().iter().filter_map(Node::text);
    let line: Vec<&str> = command.text().into_iter().chain(words).collect();
    let stated = Stated { text: line.join(" "), span: command.span };
    manifest.scripts.push(Script { name: name.to_owned(), command: stated, is_at_install: false });
}

/// An entry for an MCP registry: the packages that it starts are what it depends on.
pub(super) fn read(text: &str, manifest: &mut Manifest) -> bool {
    let Some(root) = tree::json(text, manifest) else { return true };
    let is_listing = root.get("packages").is_some() || root.get("remotes").is_some();
    if !is_listing || root.get("name").is_none() {
        return false;
    }
    manifest.name = Stated::of(root.get("name"));
    manifest.server_name = manifest.name.clone();
    manifest.version = Stated::of(root.get("version"));
    manifest.repository = npm::repository(root.get("repository"));
    for package in root.get("packages").map(Node::items).unwrap_or_default() {
        let kind = package.get_text("registryType").or_else(|| package.get_text("registry_type"));
        let ecosystem = kind.and_then(Ecosystem::from_word).unwrap_or(Ecosystem::Url);
        let Some(identifier) = package.get("identifier") else { continue };
        let version = package.get_text("version").unwrap_or_default();
        let name = identifier.text().unwrap_or_default();
        let mut dependency =
            Dependency::new(ecosystem, name, version, DependencyKind::Started, identifier.span);
        let digest = package.get_text("fileSha256").or_else(|| package.get_text("file_sha256"));
        dependency.integrity = digest.map(|digest| format!("sha256:{digest}"));
        manifest.depends(dependency);
    }
    for remote in root.get("remotes").map(Node::items).unwrap_or_default() {
        manifest.enters("remote", Stated::of(remote.get("url")), true);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::read;

    #[test]
    fn a_bundle_is_told_from_a_browsers_extension() {
        let bundle = r#"{"manifest_version": "0.2", "name": "some-mcp", "version": "1.0.0", "repository": {"url": "https://r.example"},
            "server": {"type": "node", "entry_point": "server/index.js", "mcp_config": {"command": "node", "args": ["${__dirname}/server/index.js"]}},
            "tools": [{"name": "list", "description": "List."}, {"description": "No name."}], "tools_generated": true}"#;
        let manifest = read("manifest.json", bundle).unwrap();
        assert_eq!(manifest.entry_points[0].target.text, "server/index.js");
        assert_eq!(manifest.scripts[0].command.text, "node ${__dirname}/server/index.js");
        let tools: Vec<&str> = manifest.tools.iter().map(|tool| tool.text.as_str()).collect();
        assert_eq!((tools, manifest.makes_tools), (vec!["list"], true));
        assert!(read("manifest.json", r#"{"manifest_version": 3, "name": "x"}"#).is_none());
    }

    #[test]
    fn an_entry_for_a_registry_depends_on_what_it_starts() {
        let listing = r#"{"name": "io.example/some", "version": "1.0.0", "packages": [
            {"registryType": "npm", "identifier": "some-mcp", "version": "1.0.0"},
            {"registryType": "mcpb", "identifier": "https://f.example/a.mcpb", "fileSha256": "ab"}],
            "remotes": [{"type": "sse", "url": "https://s.example/sse"}]}"#;
        let manifest = read("server.json", listing).unwrap();
        let [npm, bundle] = manifest.dependencies.as_slice() else { panic!("{manifest:?}") };
        assert_eq!(
            (npm.ecosystem, &*npm.name, npm.kind),
            (Ecosystem::Npm, "some-mcp", DependencyKind::Started)
        );
        assert_eq!((bundle.ecosystem, bundle.integrity.as_deref()), (Ecosystem::Url, Some("sha256:ab")));
        assert_eq!(manifest.entry_points[0].target.text, "https://s.example/sse");
        assert!(read("server.json", r#"{"port": 80}"#).is_none());
    }
}
