//! The twins of `fixtures/twins`: servers that differ in one weakness.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// A pair of servers.
pub(super) struct Twin {
    pub(super) language: String,
    pub(super) kind: String,
    pub(super) vulnerable: PathBuf,
    pub(super) safe: PathBuf,
}

#[derive(Deserialize)]
struct About {
    kind: String,
}

/// All of them, in the order of their names.
pub(super) fn all(root: &Path) -> Result<Vec<Twin>, String> {
    let mut twins = Vec::new();
    for language in ["go", "javascript", "python"] {
        let folder = root.join("fixtures/twins").join(language);
        let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        folders.sort();
        for folder in folders {
            let path = folder.join("twin.toml");
            let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            let about: About =
                toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
            twins.push(Twin {
                language: language.to_owned(),
                kind: about.kind,
                vulnerable: folder.join("vulnerable"),
                safe: folder.join("safe"),
            });
        }
    }
    Ok(twins)
}
