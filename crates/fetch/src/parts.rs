//! Parts of a product: packages that are released with it under its own version, as monorepos do.
//!
//! A package of such a product holds little more than the names of the others: its tools lie in them. They are looked at
//! with it, where they get installed: under `node_modules`.

use std::collections::BTreeSet;

use portcullis_supply::manifest::{self, DependencyKind, Source};

use crate::wanted::is_npm_name;

/// Parts beyond this are not looked at.
pub(crate) const MOST: usize = 40;

/// A package that is a part of another one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) version: String,
}

impl Part {
    /// Where it gets installed.
    pub(crate) fn folder(&self) -> String {
        format!("node_modules/{}", self.name)
    }
}

/// What a `package.json` asks for in exactly the version that it has itself.
pub(crate) fn named_by(package: &str) -> Vec<Part> {
    let Some(manifest) = manifest::read("package.json", package) else { return Vec::new() };
    let Some(version) = manifest.version else { return Vec::new() };
    let together = manifest.dependencies.into_iter().filter(|dependency| {
        dependency.kind == DependencyKind::Runtime
            && dependency.source == Source::Registry
            && dependency.requirement.trim_start_matches(['=', 'v', ' ']) == version.text
            && is_npm_name(&dependency.name)
    });
    together.map(|dependency| Part { name: dependency.name, version: version.text.clone() }).collect()
}

/// The parts that are there, and the parts of those. `package_of` gives the `package.json` of one.
pub(crate) fn installed(package: &str, package_of: impl Fn(&Part) -> Option<String>) -> BTreeSet<Part> {
    let mut found = BTreeSet::new();
    let mut next = named_by(package);
    while let Some(part) = next.pop() {
        if found.len() == MOST || found.contains(&part) {
            continue;
        }
        let Some(package) = package_of(&part) else { continue };
        let has_version = manifest::read("package.json", &package)
            .and_then(|manifest| manifest.version)
            .is_some_and(|version| version.text == part.version);
        if has_version {
            next.extend(named_by(&package));
            found.insert(part);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pinned_to_the_own_version_is_a_part_and_other_dependencies_are_not() {
        let package = r#"{"name": "a", "version": "3.0.4", "dependencies": {
            "@a/tools": "3.0.4", "a-core": "=3.0.4", "sdk": "1.0.1", "zod": "^3.0.4", "../up": "3.0.4", "own": "file:3.0.4"},
            "devDependencies": {"a-tests": "3.0.4"}}"#;
        let names: Vec<String> = named_by(package).into_iter().map(|part| part.folder()).collect();
        assert_eq!(names, ["node_modules/@a/tools", "node_modules/a-core"]);
        assert_eq!(named_by(r#"{"dependencies": {"b": ""}}"#), []);
    }

    #[test]
    fn parts_of_parts_are_parts_and_those_that_name_each_other_come_once() {
        let package = |part: &Part| match part.name.as_str() {
            "b" => Some(String::from(
                r#"{"version": "1.0.0", "dependencies": {"c": "1.0.0", "d": "1.0.0", "e": "1.0.0"}}"#,
            )),
            "c" => Some(String::from(r#"{"version": "1.0.0", "dependencies": {"b": "1.0.0"}}"#)),
            "d" => Some(String::from(r#"{"version": "2.0.0"}"#)),
            _ => None,
        };
        let found = installed(r#"{"version": "1.0.0", "dependencies": {"b": "1.0.0"}}"#, package);
        assert_eq!(found.iter().map(|part| part.name.as_str()).collect::<Vec<_>>(), ["b", "c"]);
    }
}
