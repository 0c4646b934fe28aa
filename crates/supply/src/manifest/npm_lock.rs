//! `package-lock.json` and `npm-shrinkwrap.json`, versions 1 to 3.

use std::collections::BTreeMap;

use portcullis_model::{Entry, Node};

use super::{Dependency, DependencyKind, Manifest, Needed, Source, Stated, npm, tree};
use crate::ecosystem::Ecosystem;

/// Dependencies of dependencies of version 1 lie within one another at most as deep.
const DEEPEST: usize = 100;

pub(super) fn read(text: &str, manifest: &mut Manifest) -> bool {
    let Some(root) = tree::json(text, manifest) else { return true };
    manifest.name = Stated::of(root.get("name"));
    manifest.version = Stated::of(root.get("version"));
    if let Some(packages) = root.get("packages") {
        let places: BTreeMap<&str, &Node> =
            packages.entries().iter().map(|entry| (&*entry.key, &entry.node)).collect();
        for entry in packages.entries() {
            // What lies in no `node_modules` is the project itself or a part of it.
            if let Some((_, name)) = entry.key.rsplit_once("node_modules/") {
                let mut dependency = locked(entry, entry.node.get_text("name").unwrap_or(name));
                dependency.needs = needs(entry, &places);
                manifest.depends(dependency);
            }
        }
    } else if let Some(dependencies) = root.get("dependencies") {
        nested(dependencies, manifest, 0);
    }
    true
}

/// What an entry needs, looked for as Node does: in its own `node_modules`, then in those around it.
fn needs(entry: &Entry, places: &BTreeMap<&str, &Node>) -> Vec<Needed> {
    let mut needs = Vec::new();
    for member in ["dependencies", "optionalDependencies", "peerDependencies"] {
        for wanted in entry.node.get(member).map(Node::entries).unwrap_or_default() {
            let mut around = Some(&*entry.key);
            while let Some(folder) = around {
                let slash = if folder.is_empty() { "" } else { "/" };
                if let Some(node) = places.get(format!("{folder}{slash}node_modules/{}", wanted.key).as_str())
                {
                    let name = node.get_text("name").unwrap_or(&wanted.key).to_owned();
                    let version = node.get_text("version").unwrap_or_default().to_owned();
                    needs.push(Needed { name, version });
                    break;
                }
                around = match folder.rsplit_once("/node_modules/") {
                    Some((outer, _)) => Some(outer),
                    None => (!folder.is_empty()).then_some(""),
                };
            }
        }
    }
    needs
}

fn nested(node: &Node, manifest: &mut Manifest, depth: usize) {
    for entry in node.entries() {
        let dependency = locked(entry, &entry.key);
        manifest.depends(dependency);
        if let Some(below) = entry.node.get("dependencies").filter(|_| depth < DEEPEST) {
            nested(below, manifest, depth + 1);
        }
    }
}

fn locked(entry: &Entry, name: &str) -> Dependency {
    let node = &entry.node;
    let version = node.get_text("version").unwrap_or_default();
    let mut locked = Dependency::new(Ecosystem::Npm, name, version, DependencyKind::Locked, entry.key_span);
    locked.integrity = node.get_text("integrity").map(str::to_owned);
    locked.runs_script = node.get("hasInstallScript").and_then(Node::bool) == Some(true);
    locked.resolved = node.get_text("resolved").map(str::to_owned);
    locked.licence = npm::licence(node);
    let is_link = node.get("link").and_then(Node::bool) == Some(true);
    let resolved = node.get_text("resolved");
    locked.source = match resolved {
        Some(path) if is_link => Source::Local(path.to_owned()),
        // The address of a registry's archive; which registry it is, whoever reads the lock file has to compare.
        Some(address) if is_archive_of(address, name) => Source::Registry,
        Some(address) => npm::source(name, address),
        None => npm::source(name, version),
    };
    locked
}

fn is_archive_of(address: &str, name: &str) -> bool {
    address.starts_with("http") && address.contains(&format!("/{name}/-/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::read;

    #[test]
    fn every_version_of_a_lock_file_is_read() {
        let third = r#"{"name": "app", "lockfileVersion": 3, "packages": {"": {"name": "app"},
            "node_modules/a": {"version": "1.0.0", "resolved": "https://r.example/a/-/a-1.0.0.tgz", "integrity": "sha512-x",
                "license": "MIT", "dependencies": {"@s/b": "^2", "gone": "*"}},
            "node_modules/a/node_modules/@s/b": {"version": "2.0.0", "resolved": "https://files.example/b.tgz", "hasInstallScript": true},
            "node_modules/c": {"resolved": "packages/c", "link": true}}}"#;
        let manifest = read("package-lock.json", third).unwrap();
        let [a, b, c] = manifest.dependencies.as_slice() else { panic!("{manifest:?}") };
        assert_eq!((&*a.name, &*a.requirement, &a.source), ("a", "1.0.0", &Source::Registry));
        assert_eq!(a.integrity.as_deref(), Some("sha512-x"));
        let needed = Needed { name: String::from("@s/b"), version: String::from("2.0.0") };
        assert_eq!((&a.needs, a.licence.as_deref()), (&vec![needed], Some("MIT")));
        assert!(b.name == "@s/b" && b.runs_script && matches!(b.source, Source::Url(_)));
        assert_eq!(c.source, Source::Local(String::from("packages/c")));
        let first = r#"{"lockfileVersion": 1, "dependencies": {"a": {"version": "1.0.0", "dependencies": {"b": {"version": "git+https://g.example/b.git#abc"}}}}}"#;
        let manifest = read("npm-shrinkwrap.json", first).unwrap();
        assert!(
            manifest.dependencies.len() == 2 && matches!(manifest.dependencies[1].source, Source::Git(_))
        );
    }
}
