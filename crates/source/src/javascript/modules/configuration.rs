//! `tsconfig.json`: other names for files.

use portcullis_model::{Bundle, Node};
use portcullis_wire::json::{Dialect, Limits, read};
use std::collections::HashMap;

use super::is_foreign;
use crate::path::{folder_of, join, split, star};

/// Longer ones are no configurations.
const LONGEST: usize = 1 << 20;
/// How often one configuration may extend another.
const LONGEST_CHAIN: usize = 8;

/// What a configuration says of names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Configuration {
    /// The folder below which names are looked for.
    base: Option<String>,
    /// Patterns, and the paths in the bundle that they stand for.
    paths: Vec<(String, Vec<String>)>,
}

impl Configuration {
    /// The paths that a name may stand for, the likeliest first.
    pub(super) fn candidates(&self, name: &str) -> Vec<String> {
        let exact = self.paths.iter().find(|(pattern, _)| pattern == name);
        let fitting = || self.paths.iter().filter(|(pattern, _)| star(pattern, name).is_some());
        let longest = || fitting().max_by_key(|(pattern, _)| pattern.find('*'));
        let mut candidates = Vec::new();
        if let Some((pattern, targets)) = exact.or_else(longest) {
            let inside = star(pattern, name).unwrap_or_default();
            candidates.extend(targets.iter().filter_map(|target| join("", &target.replacen('*', inside, 1))));
        }
        candidates.extend(self.base.as_ref().and_then(|base| join(base, name)));
        candidates
    }
}

/// The configurations of a bundle by the folders that they hold for. Where the main one of a folder gives no names,
/// as those that only refer to others do, the others of the folder are asked.
pub(super) fn of_folders(bundle: &Bundle) -> HashMap<String, Configuration> {
    let mut found: HashMap<String, Configuration> = HashMap::new();
    let is_configuration = |path: &str| {
        let name = split(path).1;
        (name.starts_with("tsconfig") || name == "jsconfig.json") && name.ends_with(".json")
    };
    let own = bundle.files.iter().map(|file| file.path.as_str()).filter(|path| !is_foreign(path));
    let mut paths: Vec<&str> = own.filter(|path| is_configuration(path)).collect();
    paths.sort_by_key(|path| (split(path).1 != "tsconfig.json", *path));
    for path in paths {
        let configuration = of_file(bundle, path, LONGEST_CHAIN);
        let folder = folder_of(path).to_owned();
        if configuration != Configuration::default() {
            found.entry(folder).or_insert(configuration);
        }
    }
    found
}

fn of_file(bundle: &Bundle, path: &str, left: usize) -> Configuration {
    let Some(left) = left.checked_sub(1) else {
        return Configuration::default();
    };
    let limits = Limits { bytes: LONGEST, ..Limits::default() };
    let file = bundle.file(path).and_then(|file| file.text());
    let Some(document) = file.and_then(|text| read(text.as_bytes(), Dialect::Jsonc, &limits).ok()) else {
        return Configuration::default();
    };
    let mut configuration = Configuration::default();
    let extends = document.root.get("extends");
    let one = extends.and_then(Node::text);
    let mut many = extends.map(Node::items).unwrap_or_default().iter().filter_map(Node::text);
    // Of several the last one holds; two would have a tree of others each.
    if let Some(parent) = one.or(many.next_back()).and_then(|name| extended(bundle, path, name)) {
        configuration = of_file(bundle, &parent, left);
    }
    let Some(options) = document.root.get("compilerOptions") else {
        return configuration;
    };
    let folder = folder_of(path);
    if let Some(base) = options.get_text("baseUrl").and_then(|base| join(folder, base)) {
        configuration.base = Some(base);
    }
    if let Some(paths) = options.get("paths") {
        let base = configuration.base.clone().unwrap_or_else(|| folder.to_owned());
        let targets = |node: &Node| {
            let targets = node.items().iter().filter_map(Node::text);
            targets.filter_map(|target| join(&base, target)).collect::<Vec<String>>()
        };
        let entries = paths.entries().iter();
        configuration.paths = entries.map(|entry| (entry.key.to_string(), targets(&entry.node))).collect();
    }
    configuration
}

/// The path of a configuration that another one extends, where it is in the bundle.
fn extended(bundle: &Bundle, path: &str, name: &str) -> Option<String> {
    if !name.starts_with('.') {
        return None;
    }
    let target = join(folder_of(path), name)?;
    let written = [target.clone(), format!("{target}.json"), format!("{target}/tsconfig.json")];
    written.into_iter().find(|path| bundle.file(path).is_some())
}
