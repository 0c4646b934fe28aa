//! Which file of a bundle a Python import names, and which files are started.

use portcullis_model::Bundle;
use std::collections::HashSet;

use super::standard;

/// The Python files of a bundle, by the names that imports use.
#[derive(Debug, Clone, Default)]
pub struct Modules {
    files: HashSet<String>,
    /// Folders that an installed package is imported from, with `/` at the end; the bundle itself is empty.
    roots: Vec<String>,
}

impl Modules {
    /// Reads the paths of a bundle.
    #[must_use]
    pub fn new(bundle: &Bundle) -> Self {
        let is_python = |path: &&str| path.ends_with(".py");
        let paths = || bundle.files.iter().map(|file| file.path.as_str());
        let mut roots = vec![String::new()];
        // The folders of projects; of a source distribution that is the only folder at the top.
        for path in paths() {
            let (folder, name) = split(path);
            if matches!(name, "pyproject.toml" | "setup.py" | "setup.cfg" | "PKG-INFO" | "requirements.txt") {
                roots.push(folder.to_owned());
            }
        }
        roots.sort();
        roots.dedup();
        let sources: Vec<String> =
            roots.iter().flat_map(|root| [root.clone(), format!("{root}src/")]).collect();
        Self { files: paths().filter(is_python).map(str::to_owned).collect(), roots: sources }
    }

    /// The file that `import MODULE` (or `from MODULE import …`) in a file means. A relative module begins with its
    /// dots. Nothing for a module that is not in the bundle, and for a folder without `__init__.py`, whose modules are
    /// found nevertheless.
    ///
    /// Absolute modules are looked for where Python would: in the folders around the importing file that are no
    /// packages, the nearest first; then where projects of the bundle are installed from. In the package of the file
    /// itself they are found last, and not where the standard library has a module of that name.
    #[must_use]
    pub fn resolve(&self, from: &str, module: &str) -> Option<String> {
        let name = module.trim_start_matches('.');
        let dots = module.len() - name.len();
        if dots > 0 {
            let mut folder = split(from).0;
            for _ in 1..dots {
                folder = parent(folder)?;
            }
            return self.file(folder, name);
        }
        let first = name.split('.').next().unwrap_or(name);
        let (folder, _) = split(from);
        let around = || std::iter::successors(Some(folder), |folder| parent(folder));
        let outside =
            around().filter(|folder| !self.is_package(folder)).find_map(|folder| self.file(folder, name));
        outside.or_else(|| self.roots.iter().find_map(|root| self.file(root, name))).or_else(|| {
            let inside = around().take_while(|folder| self.is_package(folder));
            if standard::has(first) {
                None
            } else {
                inside.filter_map(|folder| self.file(folder, name)).next()
            }
        })
    }

    fn is_package(&self, folder: &str) -> bool {
        self.files.contains(&format!("{folder}__init__.py"))
    }

    /// The package or the module of a name in a folder.
    fn file(&self, folder: &str, name: &str) -> Option<String> {
        if name.is_empty() {
            let package = format!("{folder}__init__.py");
            return self.files.contains(&package).then_some(package);
        }
        let stem = format!("{folder}{}", name.replace('.', "/"));
        let package = format!("{stem}/__init__.py");
        let module = format!("{stem}.py");
        [package, module].into_iter().find(|path| self.files.contains(path))
    }
}

/// The folder of a path, with `/` at the end, and the name in it.
fn split(path: &str) -> (&str, &str) {
    path.rfind('/').and_then(|slash| path.split_at_checked(slash + 1)).unwrap_or(("", path))
}

/// The folder around a folder; nothing around the bundle itself.
fn parent(folder: &str) -> Option<&str> {
    let inner = folder.strip_suffix('/')?;
    Some(split(inner).0)
}

/// Files that are started, the likeliest first: console scripts of the project, then `__main__.py`, `server.py`,
/// `main.py` and whatever runs itself (`if __name__ == "__main__"`). Tests, examples and `setup.py` are not among them.
#[must_use]
pub fn entries(bundle: &Bundle) -> Vec<String> {
    let modules = Modules::new(bundle);
    let mut entries: Vec<String> = Vec::new();
    for script in scripts(bundle) {
        let (module, _) = script.1.split_once(':').unwrap_or((&script.1, ""));
        entries.extend(modules.resolve(&script.0, module.trim()));
    }
    let mut started: Vec<(usize, usize, &str)> = Vec::new();
    for file in &bundle.files {
        let (folder, name) = split(&file.path);
        let is_aside =
            |part: &str| matches!(part, "test" | "tests" | "examples" | "docs" | "benchmarks" | "scripts");
        if !name.ends_with(".py")
            || name == "setup.py"
            || name.starts_with("test_")
            || folder.split('/').any(is_aside)
        {
            continue;
        }
        let rank = match name {
            "__main__.py" => 0,
            "server.py" => 1,
            "main.py" => 2,
            _ if runs_itself(&file.bytes) => 3,
            _ => continue,
        };
        started.push((rank, folder.matches('/').count(), &file.path));
    }
    started.sort_unstable();
    entries.extend(started.into_iter().map(|(_, _, path)| path.to_owned()));
    let mut seen = HashSet::new();
    entries.retain(|path| seen.insert(path.clone()));
    entries
}

/// Whether a file has the guard of a main program.
fn runs_itself(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    text.lines().any(|line| {
        line.starts_with("if")
            && line.contains("__name__")
            && line.contains("__main__")
            && line.contains("==")
    })
}

/// Scripts that installing the project makes, as the file that says so and `package.module:function`.
fn scripts(bundle: &Bundle) -> Vec<(String, String)> {
    let mut scripts = Vec::new();
    for file in &bundle.files {
        let (_, name) = split(&file.path);
        let Some(text) = file.text() else { continue };
        let found: Vec<String> = match name {
            "pyproject.toml" => of_project(text),
            "entry_points.txt" => of_sections(text),
            "setup.cfg" | "setup.py" => of_setup(text),
            _ => continue,
        };
        scripts.extend(found.into_iter().map(|script| (file.path.clone(), script)));
    }
    scripts
}

/// `[project.scripts]`, `[project.gui-scripts]` and Poetry's.
fn of_project(text: &str) -> Vec<String> {
    let Ok(project) = text.parse::<toml::Table>() else { return Vec::new() };
    let tables: [&[&str]; 3] =
        [&["project", "scripts"], &["project", "gui-scripts"], &["tool", "poetry", "scripts"]];
    let mut scripts = Vec::new();
    for path in tables {
        let mut table = Some(&project);
        for key in path {
            table = table.and_then(|table| table.get(*key)).and_then(toml::Value::as_table);
        }
        let values = table.into_iter().flat_map(|table| table.values());
        scripts.extend(values.filter_map(toml::Value::as_str).map(str::to_owned));
    }
    scripts
}

/// `entry_points.txt` of a wheel: what stands under `[console_scripts]` and `[gui_scripts]`.
fn of_sections(text: &str) -> Vec<String> {
    let mut is_scripts = false;
    let mut scripts = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            is_scripts = matches!(line, "[console_scripts]" | "[gui_scripts]");
        } else if is_scripts && let Some((_, target)) = line.split_once('=') {
            scripts.push(target.trim().to_owned());
        }
    }
    scripts
}

/// What follows `console_scripts` in a `setup.py` or `setup.cfg`, up to the end of the list.
fn of_setup(text: &str) -> Vec<String> {
    let Some((_, rest)) = text.split_once("console_scripts") else { return Vec::new() };
    let list =
        rest.split([']', '}', '[']).find(|part| part.contains(':') && part.contains('=')).unwrap_or_default();
    let entries = list.split(['"', '\'', '\n', ',']).filter_map(|entry| entry.split_once('='));
    let is_module = |target: &&str| target.contains(':') && !target.contains(' ');
    entries.map(|(_, target)| target.trim()).filter(is_module).map(str::to_owned).collect()
}
