//! Who may depend on whom.

use std::path::Path;

use super::Source;

/// The storeys from the ground up, and for each crate the crates beside it that it may use.
const ROOMS: &[(u8, &str, &[&str])] = &[
    (0, "model", &[]),
    (0, "wire", &["model"]),
    (0, "text", &["model"]),
    (1, "hosts", &[]),
    (1, "supply", &[]),
    (1, "rules", &["source", "supply"]),
    (1, "flow", &["rules"]),
    (1, "source", &[]),
    (1, "policy", &[]),
    (2, "probe", &[]),
    (2, "fetch", &[]),
    (2, "ledger", &[]),
    (2, "report", &[]),
    (2, "store", &[]),
    (2, "trust", &["fetch"]),
    (3, "assess", &[]),
    (4, "guard", &[]),
    (4, "lab", &[]),
    (4, "survey", &[]),
    (5, "portcullis", &[]),
];

fn room(name: &str) -> Option<&'static (u8, &'static str, &'static [&'static str])> {
    ROOMS.iter().find(|(_, room, _)| *room == name)
}

/// A crate may depend on lower storeys, and on nothing beside it unless it is listed.
pub(super) fn edges(_root: &Path, sources: &[Source]) -> Result<Vec<String>, String> {
    let mut violations = Vec::new();
    for manifest in manifests(sources) {
        let Some(name) = manifest.room() else { continue };
        let Some((storey, _, beside)) = room(name) else {
            violations.push(format!("{}: the crate `{name}` has no storey", manifest.path));
            continue;
        };
        let table: toml::Table =
            manifest.text.parse().map_err(|error| format!("{}: {error}", manifest.path))?;
        let dependencies = table.get("dependencies").and_then(toml::Value::as_table);
        for dependency in dependencies.into_iter().flat_map(toml::Table::keys) {
            let Some(used) = dependency.strip_prefix("portcullis-") else { continue };
            let allowed = room(used).is_some_and(|(lower, _, _)| lower < storey) || beside.contains(&used);
            if !allowed {
                violations.push(format!("{}: `{name}` may not depend on `{used}`", manifest.path));
            }
        }
    }
    Ok(violations)
}

/// Every crate takes the workspace lints, so none can allow itself what the others may not.
pub(super) fn lints(_root: &Path, sources: &[Source]) -> Result<Vec<String>, String> {
    Ok(manifests(sources)
        .filter(|manifest| !manifest.text.contains("[lints]\nworkspace = true"))
        .map(|manifest| format!("{}: `[lints] workspace = true` is missing", manifest.path))
        .collect())
}

/// Every dependency of the workspace has a comment that says why.
pub(super) fn reasons(_root: &Path, sources: &[Source]) -> Result<Vec<String>, String> {
    let Some(manifest) = sources.iter().find(|source| source.path == "Cargo.toml") else {
        return Err(String::from("the workspace manifest was not found"));
    };
    let lines = manifest.text.lines().skip_while(|line| *line != "[workspace.dependencies]").skip(1);
    Ok(lines
        .take_while(|line| !line.starts_with('['))
        .filter(|line| line.contains(" = ") && !line.starts_with('#') && !line.starts_with("portcullis-"))
        .filter(|line| !line.contains(" # "))
        .map(|line| format!("Cargo.toml: no reason given: {line}"))
        .collect())
}

fn manifests(sources: &[Source]) -> impl Iterator<Item = &Source> {
    sources.iter().filter(|source| {
        source.path.starts_with("crates/")
            && source.path.ends_with("/Cargo.toml")
            && !source.path.contains("/fuzz/")
    })
}
