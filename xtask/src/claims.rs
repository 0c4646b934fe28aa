//! The claim ledger: what the documents promise, and the test through the running program that proves it.

use std::fmt::Write;
use std::path::Path;

use crate::tidy::Source;

/// One promise of `docs/claims.toml`.
struct Claim {
    id: String,
    says: String,
    file: String,
    test: String,
}

fn read(root: &Path) -> Result<Vec<Claim>, String> {
    let path = root.join("docs/claims.toml");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("docs/claims.toml: {error}"))?;
    let table: toml::Table = text.parse().map_err(|error| format!("docs/claims.toml: {error}"))?;
    let entries =
        table.get("claim").and_then(toml::Value::as_array).ok_or("docs/claims.toml holds no claim")?;
    entries
        .iter()
        .map(|entry| {
            let field = |name: &str| {
                let value = entry.get(name).and_then(toml::Value::as_str);
                value.map(str::to_owned).ok_or_else(|| format!("docs/claims.toml: a claim has no `{name}`"))
            };
            Ok(Claim { id: field("id")?, says: field("says")?, file: field("file")?, test: field("test")? })
        })
        .collect()
}

/// Every claim names a test that exists.
pub(crate) fn check(root: &Path, sources: &[Source]) -> Result<Vec<String>, String> {
    let mut violations = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for claim in read(root)? {
        let source = sources.iter().find(|source| source.path == claim.file);
        let exists = source.is_some_and(|source| source.text.contains(&format!("fn {}(", claim.test)));
        if !exists {
            violations.push(format!("{}: no test `{}` in {}", claim.id, claim.test, claim.file));
        }
        if !seen.insert(claim.id.clone()) {
            violations.push(format!("{}: claimed twice", claim.id));
        }
    }
    Ok(violations)
}

/// The ledger as a document.
pub(crate) fn page(root: &Path) -> Result<String, String> {
    let mut page = String::from(
        "# Claim ledger\n\nWhat the documents promise, and the test through the running program that proves it. \
         Generated from `docs/claims.toml` by `cargo xtask generate`; `cargo xtask tidy` fails when a test is missing.\n\n\
         | id | claim | test |\n|---|---|---|\n",
    );
    for claim in read(root)? {
        let _ = writeln!(
            page,
            "| {} | {} | `{}` in `{}` |",
            claim.id,
            claim.says,
            claim.test.replace('_', " "),
            claim.file
        );
    }
    Ok(page)
}
