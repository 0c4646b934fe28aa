//! The files of the repository that count: those that git tracks or would track.

use std::path::Path;
use std::process::Command;

/// One text file of the repository.
pub(crate) struct Source {
    /// Its path from the repository's root, with forward slashes.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
}

impl Source {
    /// The crate it belongs to, such as `rules`.
    pub(crate) fn room(&self) -> Option<&str> {
        self.path.strip_prefix("crates/")?.split('/').next()
    }

    /// True for library and program code: not a test, an example, a bench or a fuzz target.
    pub(crate) fn is_product(&self) -> bool {
        self.path.ends_with(".rs") && self.path.split('/').nth(2) == Some("src")
    }

    /// The lines of product code with their numbers: comments and test modules left out.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let product = self.text.split("#[cfg(test)]").next().unwrap_or_default();
        product.lines().enumerate().map(|(index, line)| (index + 1, line)).filter(|(_, line)| {
            let line = line.trim_start();
            !line.starts_with("//")
        })
    }
}

/// Every tracked or trackable text file.
pub(crate) fn read_sources(root: &Path) -> Result<Vec<Source>, String> {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("git could not list the files: {error}"))?;
    let listed =
        String::from_utf8(listed.stdout).map_err(|error| format!("a file name is not UTF-8: {error}"))?;
    let mut sources = Vec::new();
    for path in listed.split('\0').filter(|path| !path.is_empty()) {
        // A tracked file that was just deleted, and files that are not text, do not count.
        if let Ok(text) = std::fs::read_to_string(root.join(path)) {
            sources.push(Source { path: path.to_owned(), text });
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}
