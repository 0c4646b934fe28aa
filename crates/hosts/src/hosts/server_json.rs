use portcullis_model::config::{Located, Variable};
use portcullis_model::{HostId, Launch, Node};

use crate::containers::made;
use crate::cursor::Cursor;
use crate::host::{Host, Location};
use crate::reading::Draft;

/// `server.json`, with which a server is published in a registry. It is read as what a host would start when
/// it installed the server.
pub(super) const HOST: Host = Host {
    id: HostId("server-json"),
    name: "registry manifest",
    locations: &[Location::project("{server.json,.mcp/server.json}", manifest)
        .shared()
        .elsewhere("it describes a server for registries; no host starts it from here")],
};

/// True for a registry's manifest; other programs have a `server.json` too.
pub(super) fn is_manifest(document: &Node) -> bool {
    let lists = ["packages", "remotes"].iter().any(|key| document.get(key).is_some_and(Node::is_list));
    lists && document.get("name").is_some_and(|name| name.text().is_some())
}

/// Reads such a manifest: one server for each package and each address.
pub(super) fn manifest(draft: &mut Draft<'_>) {
    let root = draft.root.clone();
    if !is_manifest(root.node) {
        return;
    }
    let name = root.member("name");
    for package in root.member("packages").iter().flat_map(Cursor::elements) {
        let launch = package_launch(draft, &package);
        draft.add_named(name.as_ref(), &package, launch);
    }
    for remote in root.member("remotes").iter().flat_map(Cursor::elements) {
        let launch = match draft.address(&remote) {
            Some(url) => draft.remote(&remote, url),
            None => Launch::Unknown,
        };
        draft.add_named(name.as_ref(), &remote, launch);
    }
}

/// How a host starts a package: with the runner of its kind, unless the manifest names one.
fn package_launch(draft: &mut Draft<'_>, package: &Cursor<'_>) -> Launch {
    let Some(identifier) = package.any(&["identifier", "name"]) else { return Launch::Unknown };
    let Some(named) = identifier.text() else { return Launch::Unknown };
    let version = package.node.get_text("version");
    let kind = package.any(&["registryType", "registry_type", "registry_name"]);
    let hint = package.any(&["runtimeHint", "runtime_hint"]);
    let (runner, wanted, mark) = match kind.as_ref().and_then(Cursor::text).unwrap_or_default() {
        "npm" => ("npx", &["-y"][..], "@"),
        "pypi" => ("uvx", &[][..], "=="),
        "oci" | "docker" => ("docker", &["run", "-i", "--rm"][..], ":"),
        "nuget" => ("dnx", &[][..], "@"),
        "cargo" => ("cargo", &["run"][..], "@"),
        _ => return Launch::Unknown,
    };
    let pinned = version.filter(|_| !(named.contains("@sha256:") || mark == ":" && has_tag(named)));
    let reference = pinned.map_or_else(|| named.to_owned(), |version| format!("{named}{mark}{version}"));
    let command = hint.and_then(|hint| hint.located()).unwrap_or_else(|| made(runner, &identifier));
    let mut args: Vec<_> = wanted.iter().map(|word| made(word, &identifier)).collect();
    args.extend(arguments(package, &["runtimeArguments", "runtime_arguments"]));
    args.push(identifier.located_as(reference));
    args.extend(arguments(package, &["packageArguments", "package_arguments"]));
    let variables = package.any(&["environmentVariables", "environment_variables"]);
    let env: Vec<Variable> = variables.map(|variables| draft.variables(&variables)).unwrap_or_default();
    Launch::Stdio { command, args, env, cwd: None }
}

fn has_tag(image: &str) -> bool {
    image.rsplit('/').next().is_some_and(|last| last.contains(':'))
}

/// Arguments with fixed values; those that a person fills in are left out.
fn arguments(package: &Cursor<'_>, names: &[&str]) -> Vec<Located> {
    let arguments = package.any(names);
    let parts = arguments.iter().flat_map(Cursor::elements).flat_map(|argument| {
        let named = argument.node.get_text("type") == Some("named");
        let name = argument.member("name").filter(|_| named);
        [name, argument.any(&["value", "default"])]
    });
    parts.flatten().filter_map(|part| part.located()).collect()
}

#[cfg(test)]
mod tests {
    use crate::testing::{Disk, found};
    use crate::Os;

    #[test]
    fn packages_and_addresses_are_what_a_host_would_start() {
        let text = r#"{"$schema": "x", "name": "io.example/weather", "version": "1.0.0",
            "packages": [
              {"registryType": "npm", "identifier": "@example/weather", "version": "1.2.3", "transport": {"type": "stdio"},
               "packageArguments": [{"type": "named", "name": "--mode", "value": "fast"}],
               "environmentVariables": [{"name": "KEY", "isSecret": true}, {"name": "REGION", "default": "eu"}]},
              {"registryType": "pypi", "identifier": "weather", "version": "2.0"},
              {"registryType": "oci", "identifier": "ghcr.example/weather:1.2.3", "version": "1.2.3"}],
            "remotes": [{"type": "streamable-http", "url": "https://weather.example/mcp"}]}"#;
        assert_eq!(
            found("server.json", text),
            [
                "server-json project ~/work/app/server.json",
                "  io.example/weather = npx -y @example/weather@1.2.3 --mode fast [REGION=eu]",
                "  io.example/weather = uvx weather==2.0",
                "  io.example/weather = docker run -i --rm ghcr.example/weather:1.2.3",
                "  io.example/weather = https://weather.example/mcp (streamable-http)",
            ]
        );
    }

    #[test]
    fn another_programs_server_json_holds_no_servers() {
        let disk = Disk::new(Os::Linux).file("server.json", r#"{"port": 80}"#);
        assert_eq!(disk.transcript(), [""; 0]);
    }
}
