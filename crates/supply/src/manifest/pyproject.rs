//! `pyproject.toml`: the standard tables, and those of Poetry and uv.

use portcullis_model::{Entry, Node, Value};

use super::{Dependency, DependencyKind, Manifest, Script, Source, Stated, requirement, tree};
use crate::ecosystem::Ecosystem;

pub(super) fn read(text: &str, manifest: &mut Manifest) -> bool {
    let Some(root) = tree::toml(text, manifest) else { return true };
    if let Some(project) = root.get("project") {
        standard(project, manifest);
    }
    let poetry = root.get("tool").and_then(|tools| tools.get("poetry"));
    if let Some(poetry) = poetry {
        of_poetry(poetry, manifest);
    }
    for entry in root.get("dependency-groups").map(Node::entries).unwrap_or_default() {
        requirements(&entry.node, DependencyKind::Development, manifest);
    }
    if let Some(build) = root.get("build-system") {
        if let Some(requires) = build.get("requires") {
            requirements(requires, DependencyKind::Build, manifest);
        }
        if let Some(command) = Stated::of(build.get("build-backend")) {
            // A backend of the project's own is code that runs as it is installed.
            let is_at_install = build.get("backend-path").is_some();
            manifest.scripts.push(Script { name: String::from("build-backend"), command, is_at_install });
        }
    }
    if let Some(sources) = root.get("tool").and_then(|tools| tools.get("uv")).and_then(|uv| uv.get("sources"))
    {
        resourced(sources, manifest);
    }
    true
}

fn standard(project: &Node, manifest: &mut Manifest) {
    manifest.name = Stated::of(project.get("name"));
    manifest.version = Stated::of(project.get("version"));
    manifest.repository = repository(project.get("urls"));
    manifest.licence = licence(project.get("license"));
    if let Some(list) = project.get("dependencies") {
        requirements(list, DependencyKind::Runtime, manifest);
    }
    for entry in project.get("optional-dependencies").map(Node::entries).unwrap_or_default() {
        requirements(&entry.node, DependencyKind::Optional, manifest);
    }
    for table in ["scripts", "gui-scripts"] {
        commands(project.get(table), manifest);
    }
    for group in project.get("entry-points").map(Node::entries).unwrap_or_default() {
        for entry in group.node.entries() {
            manifest.enters(&entry.key, Stated::of(Some(&entry.node)), false);
        }
    }
}

/// An expression, or an older table with the words of the licence in `text`.
fn licence(node: Option<&Node>) -> Option<String> {
    let node = node?;
    node.text().or_else(|| node.get_text("text")).map(str::to_owned)
}

fn commands(table: Option<&Node>, manifest: &mut Manifest) {
    for entry in table.map(Node::entries).unwrap_or_default() {
        manifest.enters(&entry.key, Stated::of(Some(&entry.node)), true);
    }
}

/// The address among a project's addresses that is called after its source.
fn repository(urls: Option<&Node>) -> Option<Stated> {
    let names =
        ["repository", "source", "source code", "source-code", "sourcecode", "github", "code", "homepage"];
    let entries = urls.map(Node::entries).unwrap_or_default();
    let named = |name: &&str| entries.iter().find(|entry| entry.key.eq_ignore_ascii_case(name));
    Stated::of(names.iter().find_map(named).map(|entry| &entry.node))
}

fn requirements(list: &Node, kind: DependencyKind, manifest: &mut Manifest) {
    for item in list.items() {
        if let Some(text) = item.text() {
            manifest.depends(requirement::parse(text, kind, item.span));
        }
    }
}

fn of_poetry(poetry: &Node, manifest: &mut Manifest) {
    if manifest.name.is_none() {
        manifest.name = Stated::of(poetry.get("name"));
        manifest.version = Stated::of(poetry.get("version"));
    }
    if manifest.licence.is_none() {
        manifest.licence = licence(poetry.get("license"));
    }
    if manifest.repository.is_none() {
        manifest.repository = Stated::of(poetry.get("repository").or_else(|| poetry.get("homepage")));
    }
    commands(poetry.get("scripts"), manifest);
    let mut tables = vec![
        (poetry.get("dependencies"), DependencyKind::Runtime),
        (poetry.get("dev-dependencies"), DependencyKind::Development),
    ];
    for group in poetry.get("group").map(Node::entries).unwrap_or_default() {
        tables.push((group.node.get("dependencies"), DependencyKind::Development));
    }
    for (table, kind) in tables {
        let entries = table.map(Node::entries).unwrap_or_default();
        // The version of the language stands among the packages.
        for entry in entries.iter().filter(|entry| &*entry.key != "python") {
            manifest.depends(poetry_dependency(entry, kind));
        }
    }
    if let Some(command) = Stated::of(poetry.get("build").and_then(|build| build.get("script"))) {
        manifest.scripts.push(Script { name: String::from("build"), command, is_at_install: true });
    }
}

fn poetry_dependency(entry: &Entry, kind: DependencyKind) -> Dependency {
    let node = &entry.node;
    let requirement = node.text().or_else(|| node.get_text("version")).unwrap_or_default();
    let kind =
        if node.get("optional").and_then(Node::bool) == Some(true) { DependencyKind::Optional } else { kind };
    let mut dependency = Dependency::new(Ecosystem::Pypi, &entry.key, requirement, kind, entry.key_span);
    if let Some(source) = table_source(node) {
        dependency.source = source;
    }
    dependency
}

/// Where a table says that a package comes from.
fn table_source(node: &Node) -> Option<Source> {
    let of = |name: &str| node.get_text(name).map(str::to_owned);
    of("git")
        .map(Source::Git)
        .or_else(|| of("url").map(Source::Url))
        .or_else(|| of("path").or_else(|| of("file")).map(Source::Local))
        .or_else(|| {
            (node.get("workspace")?.bool()? || node.is_map())
                .then(|| Source::Local(String::from("workspace")))
        })
}

/// `[tool.uv.sources]`: where packages that are named elsewhere come from.
fn resourced(sources: &Node, manifest: &mut Manifest) {
    for entry in sources.entries() {
        let table = match &entry.node.value {
            Value::List(items) => items.first(),
            _ => Some(&entry.node),
        };
        let Some(source) = table.and_then(table_source) else { continue };
        for dependency in
            manifest.dependencies.iter_mut().filter(|it| it.name.eq_ignore_ascii_case(&entry.key))
        {
            dependency.source = source.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::read;

    #[test]
    fn the_standard_tables_are_read() {
        let text = "[project]\nname = \"some-mcp\"\nversion = \"1.0\"\ndependencies = [\"mcp>=1\", \"own\", \"x @ git+https://g.example/x\"]\n\
            [project.optional-dependencies]\ncli = [\"typer\"]\n[project.urls]\nHomepage = \"https://h.example\"\nRepository = \"https://r.example\"\n\
            [project.scripts]\nsome-mcp = \"some_mcp:main\"\n[build-system]\nrequires = [\"hatchling==1.2\"]\nbuild-backend = \"own_backend\"\nbackend-path = [\".\"]\n\
            [dependency-groups]\ndev = [\"pytest\", {include-group = \"x\"}]\n[tool.uv.sources]\nown = {path = \"../own\"}\n";
        let manifest = read("pyproject.toml", text).unwrap();
        assert_eq!(manifest.name.as_ref().unwrap().text, "some-mcp");
        assert_eq!(manifest.repository.as_ref().unwrap().text, "https://r.example");
        assert!(
            manifest.entry_points[0].is_command && manifest.entry_points[0].target.text == "some_mcp:main"
        );
        assert!(manifest.scripts[0].is_at_install && manifest.scripts[0].command.text == "own_backend");
        let shown: Vec<String> = manifest
            .dependencies
            .iter()
            .map(|it| format!("{} {:?} {:?}", it.name, it.kind, it.source))
            .collect();
        let expected = [
            "mcp Runtime Registry",
            "own Runtime Local(\"../own\")",
            "x Runtime Git(\"git+https://g.example/x\")",
            "typer Optional Registry",
            "pytest Development Registry",
            "hatchling Build Registry",
        ];
        assert_eq!(shown, expected);
        let span = manifest.dependencies[0].span;
        assert_eq!(text.get(span.start..span.end).unwrap(), "\"mcp>=1\"");
    }

    #[test]
    fn poetrys_tables_are_read() {
        let text = "[tool.poetry]\nname = \"a\"\nversion = \"1\"\n[tool.poetry.dependencies]\npython = \"^3.11\"\nmcp = \"^1.2\"\n\
            b = {git = \"https://g.example/b\"}\nc = {version = \"1\", optional = true}\n[tool.poetry.group.dev.dependencies]\nd = \"*\"\n";
        let manifest = read("pyproject.toml", text).unwrap();
        let shown: Vec<String> = manifest
            .dependencies
            .iter()
            .map(|it| format!("{} {} {:?} {:?}", it.name, it.requirement, it.kind, it.source))
            .collect();
        let expected = [
            "mcp ^1.2 Runtime Registry",
            "b  Runtime Git(\"https://g.example/b\")",
            "c 1 Optional Registry",
            "d * Development Registry",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_broken_file_says_so_and_gives_what_makes_sense() {
        let manifest = read("pyproject.toml", "[project]\nname = \"a\"\nversion = \n").unwrap();
        assert!(!manifest.problems.is_empty());
        assert_eq!(manifest.name.unwrap().text, "a");
    }
}
