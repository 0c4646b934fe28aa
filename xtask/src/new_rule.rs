//! `cargo xtask new-rule GROUP ID`: a rule's file with a page to fill, and its line in the registry.

use std::fs;
use std::path::Path;

pub(crate) fn run(root: &Path, group: &str, id: &str) -> Result<(), String> {
    let well_formed = |word: &str| {
        word.split('-').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase()))
    };
    if !well_formed(id) {
        return Err(format!(
            "`{id}` is not a rule id: use lower-case words joined by `-`, such as `hidden-text`"
        ));
    }
    let entry = match group {
        "surface" => ("Text", "check_text", "passage: &Passage<'_>", "Passage", "text"),
        "tool" => ("Tool", "check_tool", "tool: &ToolEvidence<'_>", "ToolEvidence", "json"),
        "server" => ("Server", "check_server", "server: &ServerEvidence<'_>", "ServerEvidence", "json"),
        "launch" => ("Launch", "check_launch", "launch: &LaunchEvidence<'_>", "LaunchEvidence", "config"),
        _ => {
            return Err(format!("`{group}` is not a group with a scaffold: surface, tool, server or launch"));
        }
    };
    let module = id.replace('-', "_");
    let name: String = id.split('-').map(capitalised).collect();
    let path = root.join(format!("crates/rules/src/{group}/{module}.rs"));
    if path.exists() {
        return Err(format!("{} exists already", path.display()));
    }
    let registry_path = root.join("crates/rules/src/rules.rs");
    let registry = fs::read_to_string(&registry_path).map_err(|error| format!("rules.rs: {error}"))?;
    let opening = format!("    \"{group}\" {group} {{\n");
    if !registry.contains(&opening) {
        return Err(format!("rules.rs has no group `{group}`"));
    }
    let registered = registry.replacen(&opening, &format!("{opening}        {module}::{name},\n"), 1);
    fs::write(&path, scaffold(id, &name, entry)).map_err(|error| format!("{}: {error}", path.display()))?;
    fs::write(&registry_path, registered).map_err(|error| format!("rules.rs: {error}"))?;
    println!("wrote {} and its line in rules.rs", path.display());
    println!("fill in the page and `{}`, then run `cargo test -p portcullis-rules`", entry.1);
    Ok(())
}

fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(characters).collect()
}

fn scaffold(
    id: &str,
    name: &str,
    (entry, check, argument, evidence, fence): (&str, &str, &str, &str, &str),
) -> String {
    format!(
        r#"//! One line: what this file is about.

use crate::evidence::{evidence};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {{
    /// ## What it finds
    ///
    /// ## Why it matters
    ///
    /// ## Examples
    ///
    /// ```{fence} bad
    /// what must be found
    /// ```
    ///
    /// ```{fence} good
    /// what must not be found
    /// ```
    pub(crate) struct {name} {{
        id: "{id}",
        summary: "what it finds, one lower-case line",
        severity: Medium,
        confidence: Medium,
        threats: [ToolPoisoning],
        entry: {entry},
        remedy: "What to do, an imperative sentence.",
        since: "{version}",
    }}
}}

impl Rule for {name} {{
    fn {check}(&self, {argument}, report: &mut Report<'_>) {{
    }}
}}
"#,
        version = env!("CARGO_PKG_VERSION"),
    )
}
