//! Which file of a bundle an import of JavaScript names, and which files are started.

mod configuration;
mod manifest;

use portcullis_model::Bundle;
use std::collections::{BTreeMap, HashMap, HashSet};

use crate::path::{folder_of, folders_upwards, join, split};
use configuration::Configuration;
use manifest::{Manifest, Target};

/// Endings that an import may leave out, in the order in which they are tried.
const ENDINGS: &[&str] = &[".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json"];
/// Folders that builders write into.
const BUILT: &[&str] = &["dist", "build", "lib", "out", "output", "bin"];
/// Names of the file that is started where no manifest says so.
const STARTED: &[&str] =
    &["src/index", "index", "src/main", "main", "src/server", "server", "src/app", "app"];
/// How often one name may lead to another.
const LONGEST_WAY: usize = 8;

/// The files of a bundle, its packages and compiler configurations.
///
/// What lies under `node_modules` is other people's code: an import leads there only where a package is released with
/// the importing one, in the same version.
#[derive(Debug, Clone, Default)]
pub struct Modules {
    files: HashSet<String>,
    /// By folder.
    manifests: BTreeMap<String, Manifest>,
    /// Folders of packages, by their names.
    packages: HashMap<String, String>,
    /// By folder.
    configurations: HashMap<String, Configuration>,
}

impl Modules {
    /// Reads the paths, `package.json` and `tsconfig.json` files of a bundle. Broken ones count as absent.
    #[must_use]
    pub fn new(bundle: &Bundle) -> Self {
        let files = bundle.files.iter().map(|file| file.path.clone()).collect();
        let mut manifests = BTreeMap::new();
        let own = || bundle.files.iter().filter(|file| !is_foreign(&file.path));
        for file in own().filter(|file| split(&file.path).1 == "package.json") {
            if let Some(manifest) = Manifest::read(&file.bytes) {
                manifests.insert(folder_of(&file.path).to_owned(), manifest);
            }
        }
        released_together(bundle, &mut manifests);
        let mut packages = HashMap::new();
        for (folder, manifest) in &manifests {
            if let Some(name) = manifest.name() {
                packages.entry(name.to_owned()).or_insert_with(|| folder.clone());
            }
        }
        let configurations = configuration::of_folders(bundle);
        Self { files, manifests, packages, configurations }
    }

    /// The file that an import in another file means; nothing for what is not in the bundle.
    #[must_use]
    pub fn resolve(&self, from: &str, specifier: &str) -> Option<String> {
        self.resolve_within(from, specifier, LONGEST_WAY)
    }

    fn resolve_within(&self, from: &str, specifier: &str, left: usize) -> Option<String> {
        let left = left.checked_sub(1)?;
        let specifier = specifier.split_once('?').map_or(specifier, |(plain, _)| plain);
        if specifier.is_empty() || specifier.starts_with('/') || specifier.contains(':') {
            return None;
        }
        let first = specifier.split('/').next().unwrap_or_default();
        if matches!(first, "." | "..") {
            return self.file(&join(folder_of(from), specifier)?, left);
        }
        if specifier.starts_with('#')
            && let Some(found) = self.own_import(from, specifier, left)
        {
            return Some(found);
        }
        let written = self.configured(from, specifier, left);
        written.or_else(|| self.package(specifier, left))
    }

    /// A name of `imports` in the package of the file.
    fn own_import(&self, from: &str, specifier: &str, left: usize) -> Option<String> {
        let (folder, manifest) = folders_upwards(folder_of(from))
            .find_map(|folder| self.manifests.get(folder).map(|manifest| (folder, manifest)))?;
        manifest.imports(specifier).into_iter().find_map(|target| {
            if target.starts_with('.') {
                self.file(&join(folder, &target)?, left)
            } else {
                self.resolve_within(&format!("{folder}/package.json"), &target, left)
            }
        })
    }

    /// A name of `paths`, or below `baseUrl`, in the nearest compiler configuration.
    fn configured(&self, from: &str, specifier: &str, left: usize) -> Option<String> {
        let nearest = folders_upwards(folder_of(from)).find_map(|folder| self.configurations.get(folder))?;
        nearest.candidates(specifier).into_iter().find_map(|candidate| self.file(&candidate, left))
    }

    /// A package of the bundle, or a file of it.
    fn package(&self, specifier: &str, left: usize) -> Option<String> {
        let parts = if specifier.starts_with('@') { 2 } else { 1 };
        let mut ends = specifier.match_indices('/').map(|(place, _)| place);
        let (name, rest) = match ends.nth(parts - 1) {
            Some(place) => specifier.split_at_checked(place)?,
            None => (specifier, ""),
        };
        let folder = self.packages.get(name)?;
        let manifest = self.manifests.get(folder)?;
        match manifest.exports(&format!(".{rest}")) {
            Target::Files(targets) => {
                let found = targets.iter().find_map(|target| self.file(&join(folder, target)?, left));
                // What a build would make may be missing from a repository.
                found.or_else(|| if rest.is_empty() { self.main_of(folder, left) } else { None })
            }
            Target::Nothing => None,
            Target::Unsaid if rest.is_empty() => self.main_of(folder, left),
            Target::Unsaid => self.file(&join(folder, rest.trim_start_matches('/'))?, left),
        }
    }

    /// The file that a package without `exports` is.
    fn main_of(&self, folder: &str, left: usize) -> Option<String> {
        let manifest = self.manifests.get(folder)?;
        let named = ["module", "main"].iter().filter_map(|member| manifest.text(member));
        let found =
            named.filter_map(|target| join(folder, target)).find_map(|target| self.file(&target, left));
        found.or_else(|| self.fallback(folder, &["src/index", "index"]))
    }

    fn fallback(&self, folder: &str, names: &[&str]) -> Option<String> {
        names.iter().filter_map(|name| join(folder, name)).find_map(|target| self.with_ending(&target))
    }

    /// The file at a path as an import writes it: with or without ending, a folder, or what it was built from.
    fn file(&self, target: &str, left: usize) -> Option<String> {
        let found = self.written(target).or_else(|| self.folder(target, left));
        found.or_else(|| self.source_of(target))
    }

    fn written(&self, target: &str) -> Option<String> {
        let exact = Some(target).filter(|target| self.files.contains(*target)).map(str::to_owned);
        exact.or_else(|| self.typed(target)).or_else(|| self.with_ending(target))
    }

    /// `./x.js` written for `x.ts`.
    fn typed(&self, target: &str) -> Option<String> {
        let typed: &[(&str, &[&str])] = &[
            (".js", &[".ts", ".tsx", ".jsx"]),
            (".mjs", &[".mts"]),
            (".cjs", &[".cts"]),
            (".jsx", &[".tsx"]),
        ];
        typed.iter().find_map(|(ending, others)| {
            let stem = target.strip_suffix(ending)?;
            others.iter().map(|other| format!("{stem}{other}")).find(|path| self.files.contains(path))
        })
    }

    fn with_ending(&self, target: &str) -> Option<String> {
        ENDINGS.iter().map(|ending| format!("{target}{ending}")).find(|path| self.files.contains(path))
    }

    fn folder(&self, target: &str, left: usize) -> Option<String> {
        if let Some(left) = left.checked_sub(1)
            && let Some(manifest) = self.manifests.get(target)
        {
            let named = ["module", "main"].iter().filter_map(|member| manifest.text(member));
            let mut targets = named.filter_map(|main| join(target, main)).filter(|main| main != target);
            if let Some(found) = targets.find_map(|main| self.file(&main, left)) {
                return Some(found);
            }
        }
        self.with_ending(&if target.is_empty() { "index".to_owned() } else { format!("{target}/index") })
    }

    /// `src/tools/list.ts` for `dist/tools/list.js`, and for `dist/esm/tools/list.js`.
    fn source_of(&self, target: &str) -> Option<String> {
        let parts: Vec<&str> = target.split('/').collect();
        for (index, _) in parts.iter().enumerate().filter(|(_, part)| BUILT.contains(part)) {
            let (before, built) = parts.split_at_checked(index)?;
            let inside = built.get(1..).unwrap_or_default();
            for skipped in 0..inside.len().min(3) {
                let rest = inside.get(skipped..).unwrap_or_default();
                // `dist/src/index.js` keeps the folder of the sources.
                for middle in [&["src"][..], &[]] {
                    let path = [before, middle, rest].concat().join("/");
                    let index = format!("{path}/index");
                    let found = self.typed(&path).or_else(|| self.with_ending(&path));
                    let found = found.or_else(|| Some(path).filter(|path| self.files.contains(path)));
                    if let Some(found) = found.or_else(|| self.with_ending(&index)) {
                        return Some(found);
                    }
                }
            }
        }
        None
    }
}

/// The files of a bundle that are started, the likeliest first: what manifests name (commands, entry points, what
/// they export), and where they name nothing, the usual names.
#[must_use]
pub fn entries(bundle: &Bundle) -> Vec<String> {
    let modules = Modules::new(bundle);
    let mut found: Vec<String> = Vec::new();
    let mut add = |path: Option<String>| {
        let path = path.filter(|path| !path.ends_with(".json") && !found.contains(path));
        found.extend(path);
    };
    for file in bundle.files.iter().filter(|file| split(&file.path).1 == "manifest.json") {
        if let Some(entry) = manifest::entry_of_bundle(&file.bytes).filter(|_| !is_foreign(&file.path)) {
            add(join(folder_of(&file.path), &entry).and_then(|target| modules.file(&target, LONGEST_WAY)));
        }
    }
    let mut folders: Vec<&String> = modules.manifests.keys().filter(|folder| !is_foreign(folder)).collect();
    folders.sort_by_key(|folder| (folder.matches('/').count() + usize::from(!folder.is_empty()), *folder));
    for folder in &folders {
        let Some(manifest) = modules.manifests.get(*folder) else { continue };
        let named = manifest.entries();
        let is_silent = named.is_empty();
        for target in named {
            add(join(folder, &target).and_then(|target| modules.file(&target, LONGEST_WAY)));
        }
        if is_silent {
            add(modules.fallback(folder, STARTED));
        }
    }
    if found.is_empty() {
        found.extend(folders.iter().find_map(|folder| modules.fallback(folder, STARTED)));
    }
    if found.is_empty() {
        found.extend(["", "package"].iter().find_map(|folder| modules.fallback(folder, STARTED)));
    }
    found
}

/// Adds the manifests of installed packages that are asked for in exactly the version of who asks: parts of one product.
fn released_together(bundle: &Bundle, manifests: &mut BTreeMap<String, Manifest>) {
    let mut next: Vec<(String, String, String)> =
        manifests.iter().flat_map(|(folder, manifest)| asked_for(folder, manifest)).collect();
    while let Some((around, name, version)) = next.pop() {
        let folder = join(&around, &format!("node_modules/{name}")).unwrap_or_default();
        if manifests.contains_key(&folder) {
            continue;
        }
        let file = bundle.file(&format!("{folder}/package.json"));
        let found = file.and_then(|file| Manifest::read(&file.bytes));
        let Some(found) = found.filter(|found| found.text("version") == Some(version.as_str())) else {
            continue;
        };
        next.extend(asked_for(&around, &found));
        manifests.insert(folder, found);
    }
}

/// The folder around `node_modules`, and name and version of each.
fn asked_for(around: &str, manifest: &Manifest) -> Vec<(String, String, String)> {
    let Some(version) = manifest.text("version") else { return Vec::new() };
    let names = manifest.dependencies_in(version).into_iter();
    names.map(|name| (around.to_owned(), name, version.to_owned())).collect()
}

/// Whether a path is in an installed dependency.
fn is_foreign(path: &str) -> bool {
    path.split('/').any(|part| part == "node_modules")
}
