//! `package.json`.

use portcullis_model::{Entry, Node, Value};

use super::{Dependency, DependencyKind, Manifest, Script, Source, Stated, tree};
use crate::ecosystem::Ecosystem;

/// Scripts that npm runs as a package of a registry is installed. `prepare` runs for repositories and local folders.
const AT_INSTALL: &[&str] = &["preinstall", "install", "postinstall"];

const KINDS: &[(&str, DependencyKind)] = &[
    ("dependencies", DependencyKind::Runtime),
    ("optionalDependencies", DependencyKind::Optional),
    ("peerDependencies", DependencyKind::Peer),
    ("devDependencies", DependencyKind::Development),
];

pub(super) fn read(text: &str, manifest: &mut Manifest) -> bool {
    let Some(root) = tree::json(text, manifest) else { return true };
    manifest.name = Stated::of(root.get("name"));
    manifest.version = Stated::of(root.get("version"));
    manifest.server_name = Stated::of(root.get("mcpName"));
    manifest.repository = repository(root.get("repository"));
    manifest.licence = licence(&root);
    manifest.is_private = root.get("private").and_then(Node::bool) == Some(true);
    entry_points(&root, manifest);
    for entry in root.get("scripts").map(Node::entries).unwrap_or_default() {
        if let Some(command) = Stated::of(Some(&entry.node)) {
            let is_at_install = AT_INSTALL.contains(&&*entry.key);
            manifest.scripts.push(Script { name: entry.key.to_string(), command, is_at_install });
        }
    }
    for (member, kind) in KINDS {
        for entry in root.get(member).map(Node::entries).unwrap_or_default() {
            manifest.depends(dependency(entry, *kind));
        }
    }
    true
}

/// Where the source is: a text, or an object with a `url`.
pub(super) fn repository(node: Option<&Node>) -> Option<Stated> {
    let node = node?;
    Stated::of(Some(node)).or_else(|| Stated::of(node.get("url")))
}

/// A text; older packages have an object with a `type`, or a list of them.
pub(super) fn licence(root: &Node) -> Option<String> {
    let one = |node: &Node| node.text().or_else(|| node.get_text("type")).map(str::to_owned);
    let older = || {
        let all: Vec<String> = root.get("licenses")?.items().iter().filter_map(one).collect();
        (!all.is_empty()).then(|| all.join(" OR "))
    };
    root.get("license").and_then(one).or_else(older)
}

fn entry_points(root: &Node, manifest: &mut Manifest) {
    for member in ["main", "module", "browser", "types"] {
        manifest.enters(member, Stated::of(root.get(member)), false);
    }
    match root.get("bin") {
        Some(node) if node.text().is_some() => {
            // A single command is called as the package, without its scope.
            let name =
                root.get_text("name").and_then(|name| name.rsplit('/').next()).unwrap_or("bin").to_owned();
            manifest.enters(&name, Stated::of(Some(node)), true);
        }
        Some(node) => {
            for entry in node.entries() {
                manifest.enters(&entry.key, Stated::of(Some(&entry.node)), true);
            }
        }
        None => {}
    }
    if let Some(exports) = root.get("exports") {
        exported(exports, "exports", manifest);
    }
}

/// Every path that a tree of `exports` names.
fn exported(node: &Node, name: &str, manifest: &mut Manifest) {
    match &node.value {
        Value::Text(_) => manifest.enters(name, Stated::of(Some(node)), false),
        Value::List(items) => items.iter().for_each(|item| exported(item, name, manifest)),
        Value::Map(entries) => entries.iter().for_each(|entry| exported(&entry.node, &entry.key, manifest)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn dependency(entry: &Entry, kind: DependencyKind) -> Dependency {
    let requirement = entry.node.text().unwrap_or_default();
    let mut dependency = Dependency::new(Ecosystem::Npm, &entry.key, requirement, kind, entry.node.span);
    dependency.source = source(&entry.key, requirement);
    if let (Source::Alias(_), Some(range)) = (&dependency.source, requirement.strip_prefix("npm:")) {
        let at = range.char_indices().skip(1).find(|(_, sign)| *sign == '@').map(|(at, _)| at + 1);
        dependency.requirement = at.and_then(|at| range.get(at..)).unwrap_or_default().to_owned();
    }
    dependency
}

/// Where npm takes a dependency from, by how it is spelt.
pub(super) fn source(name: &str, requirement: &str) -> Source {
    let lower = requirement.trim().to_ascii_lowercase();
    if let Some(other) = requirement.strip_prefix("npm:") {
        let end =
            other.char_indices().skip(1).find(|(_, sign)| *sign == '@').map_or(other.len(), |(at, _)| at);
        let other = other.get(..end).unwrap_or(other);
        return if other == name { Source::Registry } else { Source::Alias(other.to_owned()) };
    }
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| lower.starts_with(prefix));
    let owned = || requirement.to_owned();
    if starts(&["file:", "link:", "workspace:", "portal:", "./", "../", "/", "~/"]) {
        return Source::Local(owned());
    }
    let is_git = starts(&["git+", "git:", "git@", "ssh:", "github:", "gitlab:", "bitbucket:", "gist:"])
        || (lower.contains("://")
            && lower.split('#').next().is_some_and(|address| address.ends_with(".git")));
    if is_git {
        return Source::Git(owned());
    }
    if lower.contains("://") {
        return Source::Url(owned());
    }
    // `owner/repository` means GitHub.
    let is_short =
        lower.split('#').next().is_some_and(|path| path.matches('/').count() == 1 && !path.contains(' '));
    if is_short { Source::Git(owned()) } else { Source::Registry }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::read;

    #[test]
    fn a_package_is_read_with_its_scripts_entry_points_and_every_kind_of_dependency() {
        let text = r#"{
            "name": "@scope/some-mcp", "version": "1.2.3", "mcpName": "io.example/some",
            "repository": {"type": "git", "url": "git+https://git.example/o/r.git"},
            "main": "dist/index.js", "bin": "dist/cli.js",
            "exports": {".": {"import": "./dist/index.mjs", "require": ["./dist/index.cjs"]}},
            "scripts": {"build": "tsc", "postinstall": "node setup.js"},
            "dependencies": {"a": "^1.0.0", "b": "npm:@x/other@2", "c": "github:o/r", "d": "o/r#main",
                "e": "https://files.example/e.tgz", "f": "file:../f", "g": "latest", "h": "git+ssh://git@h.example/o/r"},
            "optionalDependencies": {"i": "1"}, "peerDependencies": {"j": ">=1"}, "devDependencies": {"k": "*"}
        }"#;
        let manifest = read("package/package.json", text).unwrap();
        assert_eq!(manifest.name.as_ref().unwrap().text, "@scope/some-mcp");
        let span = manifest.version.as_ref().unwrap().span;
        assert_eq!(text.get(span.start..span.end).unwrap(), "\"1.2.3\"");
        assert_eq!(manifest.repository.unwrap().text, "git+https://git.example/o/r.git");
        let entries: Vec<String> = manifest
            .entry_points
            .iter()
            .map(|entry| format!("{} {} {}", entry.name, entry.target.text, entry.is_command))
            .collect();
        assert!(entries.contains(&String::from("some-mcp dist/cli.js true")), "{entries:?}");
        assert!(entries.contains(&String::from("require ./dist/index.cjs false")), "{entries:?}");
        let at_install: Vec<&str> = manifest
            .scripts
            .iter()
            .filter(|script| script.is_at_install)
            .map(|script| &*script.name)
            .collect();
        assert_eq!(at_install, ["postinstall"]);
        let sources: Vec<&Source> =
            manifest.dependencies.iter().map(|dependency| &dependency.source).collect();
        assert!(matches!(sources[0], Source::Registry) && matches!(sources[6], Source::Registry));
        assert_eq!(sources[1], &Source::Alias(String::from("@x/other")));
        assert_eq!(manifest.dependencies[1].requirement, "2");
        assert!(matches!(
            (sources[2], sources[3], sources[7]),
            (Source::Git(_), Source::Git(_), Source::Git(_))
        ));
        assert!(matches!((sources[4], sources[5]), (Source::Url(_), Source::Local(_))));
        let kinds: Vec<DependencyKind> =
            manifest.dependencies.iter().skip(8).map(|dependency| dependency.kind).collect();
        assert_eq!(kinds, [DependencyKind::Optional, DependencyKind::Peer, DependencyKind::Development]);
    }

    #[test]
    fn what_is_broken_or_of_another_kind_than_expected_is_no_panic() {
        let broken = read("package.json", "{\"name\": \"x\",,").unwrap();
        assert_eq!(broken.problems.len(), 1);
        let odd = r#"{"name": 1, "version": [], "bin": [1], "scripts": "x", "dependencies": {"a": {}}, "exports": null}"#;
        let odd = read("package.json", odd).unwrap();
        assert!(odd.name.is_none() && odd.dependencies.len() == 1 && odd.scripts.is_empty());
        assert!(read("index.js", "{}").is_none());
    }
}
