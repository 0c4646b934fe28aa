//! `uv.lock` and `poetry.lock`.

use std::collections::BTreeMap;

use portcullis_model::Node;

use super::{Dependency, DependencyKind, Manifest, Needed, Source, tree};
use crate::advisory::canonical;
use crate::ecosystem::Ecosystem;

pub(super) fn read(text: &str, manifest: &mut Manifest) -> bool {
    let Some(root) = tree::toml(text, manifest) else { return true };
    let packages = root.get("package").map(Node::items).unwrap_or_default();
    let mut versions: BTreeMap<String, &str> = BTreeMap::new();
    for package in packages {
        let name = canonical(Ecosystem::Pypi, package.get_text("name").unwrap_or_default());
        versions.insert(name, package.get_text("version").unwrap_or_default());
    }
    for package in packages {
        let Some(name) = package.get("name") else { continue };
        let version = package.get_text("version").unwrap_or_default();
        let kind = DependencyKind::Locked;
        let mut locked =
            Dependency::new(Ecosystem::Pypi, name.text().unwrap_or_default(), version, kind, name.span);
        locked.integrity = digest(package);
        locked.resolved = address(package);
        locked.needs = needs(package, &versions);
        match package.get("source").map(source) {
            // The project itself.
            Some(Some(Source::Local(path))) if path == "." => continue,
            Some(Some(source)) => locked.source = source,
            _ => {}
        }
        manifest.depends(locked);
    }
    true
}

/// Where uv (`{registry|git|url|path|editable|virtual|directory = …}`) or Poetry (`{type = …, url = …}`) has a package
/// from.
fn source(node: &Node) -> Option<Source> {
    let of = |name: &str| node.get_text(name).map(str::to_owned);
    match node.get_text("type") {
        Some("git") => return of("url").map(Source::Git),
        Some("url") => return of("url").map(Source::Url),
        Some("file" | "directory") => return of("url").map(Source::Local),
        _ => {}
    }
    if node.get("registry").is_some() {
        return Some(Source::Registry);
    }
    let local = ["path", "editable", "virtual", "directory"].iter().find_map(|name| of(name));
    of("git").map(Source::Git).or_else(|| of("url").map(Source::Url)).or_else(|| local.map(Source::Local))
}

/// What a package needs: uv lists tables with a `name`, and a `version` where there are several; Poetry has a table.
fn needs(package: &Node, versions: &BTreeMap<String, &str>) -> Vec<Needed> {
    let Some(needed) = package.get("dependencies") else { return Vec::new() };
    let listed =
        needed.items().iter().filter_map(|item| Some((item.get_text("name")?, item.get_text("version"))));
    let tabled = needed.entries().iter().map(|entry| (&*entry.key, None));
    listed
        .chain(tabled)
        .filter_map(|(name, version)| {
            let version = version.or_else(|| versions.get(&canonical(Ecosystem::Pypi, name)).copied())?;
            Some(Needed { name: name.to_owned(), version: version.to_owned() })
        })
        .collect()
}

/// The address of the first file of a package.
fn address(package: &Node) -> Option<String> {
    let of = |node: Option<&Node>| node?.get_text("url").map(str::to_owned);
    of(package.get("sdist")).or_else(|| of(package.get("wheels")?.items().first()))
}

/// The first digest that a package's files have to have.
fn digest(package: &Node) -> Option<String> {
    let of = |node: Option<&Node>| node?.get_text("hash").map(str::to_owned);
    of(package.get("sdist"))
        .or_else(|| of(package.get("wheels")?.items().first()))
        .or_else(|| of(package.get("files")?.items().first()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::read;

    #[test]
    fn locked_packages_are_read_with_source_and_digest() {
        let uv = "version = 1\n[[package]]\nname = \"app\"\nversion = \"1\"\nsource = { editable = \".\" }\n\
            [[package]]\nname = \"mcp\"\nversion = \"1.2\"\nsource = { registry = \"https://i.example/simple\" }\n\
            wheels = [{ url = \"https://f.example/mcp.whl\", hash = \"sha256:ab\" }]\ndependencies = [{ name = \"X\" }]\n\
            [[package]]\nname = \"x\"\nversion = \"0\"\nsource = { git = \"https://g.example/x?rev=main#abc\" }\n";
        let manifest = read("uv.lock", uv).unwrap();
        let [mcp, x] = manifest.dependencies.as_slice() else { panic!("{manifest:?}") };
        assert_eq!(
            (&*mcp.name, &*mcp.requirement, mcp.integrity.as_deref()),
            ("mcp", "1.2", Some("sha256:ab"))
        );
        let needed = Needed { name: String::from("X"), version: String::from("0") };
        assert_eq!((&mcp.needs, mcp.resolved.as_deref()), (&vec![needed], Some("https://f.example/mcp.whl")));
        assert!(mcp.source == Source::Registry && matches!(x.source, Source::Git(_)));
        let poetry = "[[package]]\nname = \"mcp\"\nversion = \"1.2\"\nfiles = [{file = \"a.whl\", hash = \"sha256:cd\"}]\n\
            [[package]]\nname = \"y\"\nversion = \"1\"\n[package.source]\ntype = \"url\"\nurl = \"https://f.example/y.whl\"\n";
        let manifest = read("poetry.lock", poetry).unwrap();
        assert_eq!(manifest.dependencies[0].integrity.as_deref(), Some("sha256:cd"));
        assert_eq!(manifest.dependencies[1].source, Source::Url(String::from("https://f.example/y.whl")));
    }
}
