//! Which files of a bundle a Go import names, and which files belong to one package.

use portcullis_model::Bundle;
use std::collections::BTreeMap;

/// The Go packages of a bundle.
#[derive(Debug, Clone, Default)]
pub struct Modules {
    /// Files by folder, with `/` at the end; the bundle itself is empty.
    folders: BTreeMap<String, Vec<String>>,
    /// Module path and folder of each `go.mod`, the longest path first.
    modules: Vec<(String, String)>,
}

impl Modules {
    /// Reads the paths and the `go.mod` files of a bundle.
    ///
    /// Tests and files that are never built (`//go:build ignore`) belong to no package.
    #[must_use]
    pub fn new(bundle: &Bundle) -> Self {
        let mut folders: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut modules = Vec::new();
        for file in &bundle.files {
            let (folder, name) = split(&file.path);
            if name == "go.mod" {
                let path = file.text().and_then(module_path);
                modules.extend(path.map(|path| (path.to_owned(), folder.to_owned())));
            } else if name.ends_with(".go") && !name.ends_with("_test.go") && !is_ignored(&file.bytes) {
                folders.entry(folder.to_owned()).or_default().push(file.path.clone());
            }
        }
        modules.sort_by(|one, other| other.0.len().cmp(&one.0.len()).then_with(|| one.cmp(other)));
        Self { folders, modules }
    }

    /// The files of the package that an import names; nothing for a package that is not in the bundle. Copies of
    /// foreign packages (`vendor/`) are foreign.
    #[must_use]
    pub fn resolve(&self, from: &str, import_path: &str) -> Option<Vec<String>> {
        let relative = import_path.strip_prefix("./").map(|rest| format!("{}{rest}/", split(from).0));
        let inside = self.modules.iter().filter_map(|(module, folder)| {
            let rest = import_path.strip_prefix(module.as_str())?;
            let rest = if rest.is_empty() { "" } else { rest.strip_prefix('/')? };
            Some(if rest.is_empty() { folder.clone() } else { format!("{folder}{rest}/") })
        });
        relative.into_iter().chain(inside).find_map(|folder| self.folders.get(&folder)).cloned()
    }

    /// The files of each package.
    pub(crate) fn packages(&self) -> impl Iterator<Item = &[String]> {
        self.folders.values().map(Vec::as_slice)
    }

    /// The other files of the package that a file belongs to.
    #[must_use]
    pub fn siblings(&self, file: &str) -> Vec<String> {
        let files = self.folders.get(split(file).0).into_iter().flatten();
        files.filter(|path| *path != file).cloned().collect()
    }
}

/// The folder of a path, with `/` at the end, and the name in it.
fn split(path: &str) -> (&str, &str) {
    path.rfind('/').and_then(|slash| path.split_at_checked(slash + 1)).unwrap_or(("", path))
}

/// What `go.mod` says after `module`.
fn module_path(text: &str) -> Option<&str> {
    let rest = text.lines().find_map(|line| line.trim().strip_prefix("module")?.strip_prefix([' ', '\t']))?;
    let path = rest.split("//").next().unwrap_or(rest).trim().trim_matches(['"', '`']);
    if path.is_empty() { None } else { Some(path) }
}

/// Whether a file is left out of every build.
fn is_ignored(bytes: &[u8]) -> bool {
    let start = String::from_utf8_lossy(bytes.get(..bytes.len().min(4096)).unwrap_or_default());
    let mut head = start.lines().take_while(|line| !line.starts_with("package "));
    head.any(|line| matches!(line.trim(), "//go:build ignore" | "// +build ignore"))
}
