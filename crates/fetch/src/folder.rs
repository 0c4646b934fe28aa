//! Source folders.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use portcullis_model::Bundle;

use crate::limits::Limits;
use crate::parts;
use crate::path;
use crate::shelf::Shelf;

/// Where packages of JavaScript get installed.
const INSTALLED: &str = "node_modules";
/// Bytes of a `package.json` that is asked which packages are released with it.
const LARGEST_MANIFEST: u64 = 1 << 20;

/// Folders that hold nothing that the project's people wrote, and what they hold.
const NOT_SOURCE: &[(&str, &str)] = &[
    (".git", "the repository's history"),
    (".hg", "the repository's history"),
    (".svn", "the repository's history"),
    (INSTALLED, "installed packages; scan each by its name"),
    ("bower_components", "installed packages; scan each by its name"),
    (".pnpm-store", "installed packages; scan each by its name"),
    ("site-packages", "installed packages; scan each by its name"),
    (".venv", "a virtual environment"),
    (".tox", "virtual environments of tests"),
    (".nox", "virtual environments of tests"),
    ("__pycache__", "compiled files"),
    (".mypy_cache", "a cache"),
    (".pytest_cache", "a cache"),
    (".ruff_cache", "a cache"),
    (".parcel-cache", "a cache"),
    (".turbo", "a cache"),
    (".next", "build results"),
    (".nuxt", "build results"),
    (".gradle", "a cache"),
    (".terraform", "a cache"),
];

/// Endings of files that hold source code.
const SOURCE_ENDINGS: &[&str] = &[
    "py", "pyw", "pyi", "js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "go", "rs", "rb", "java", "kt",
    "cs", "php",
];

/// Files that say what a package is.
const MANIFESTS: &[&str] = &[
    "package.json",
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "server.json",
    "manifest.json",
    "go.mod",
    "Cargo.toml",
];

/// True for the names of source files and of manifests of packages.
#[must_use]
pub fn is_source_name(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    MANIFESTS.contains(&name) || SOURCE_ENDINGS.contains(&ending)
}

/// Reads a source folder. `locator` stands for it in the bundle.
///
/// # Errors
/// The folder itself cannot be listed. Everything below that cannot be read is in the bundle's `unread`.
pub fn read_folder(folder: &Path, locator: &str, limits: &Limits) -> io::Result<Bundle> {
    let root = fs::canonicalize(folder)?;
    let mut walk = Walk { shelf: Shelf::new(*limits, false), root: root.clone(), ended: false };
    let names = listed(&root)?;
    walk.entries(&root, "", names, 0);
    Ok(walk.shelf.into_bundle(locator))
}

/// What a folder holds, sorted by name.
fn listed(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

struct Walk {
    shelf: Shelf,
    root: PathBuf,
    /// There were too many entries.
    ended: bool,
}

impl Walk {
    fn entries(&mut self, folder: &Path, inside: &str, paths: Vec<PathBuf>, depth: usize) {
        for path in paths {
            if self.ended {
                return;
            }
            if !self.shelf.count() {
                let most = self.shelf.limits().entries;
                self.shelf.refuse(
                    inside_or_dot(inside),
                    format!("more than {most} entries; the rest was not read"),
                );
                self.ended = true;
                return;
            }
            let name = path.file_name().unwrap_or_default();
            match name.to_str().map(|name| path::judged(name.as_bytes()).map(|_| name)) {
                Some(Ok(name)) => {
                    let inside = if inside.is_empty() { name.to_owned() } else { format!("{inside}/{name}") };
                    self.entry(&folder.join(name), inside, depth);
                }
                Some(Err(reason)) => self.shelf.refuse(below(inside, name), reason),
                None => self.shelf.refuse(below(inside, name), "its name is not UTF-8"),
            }
        }
    }

    fn entry(&mut self, path: &Path, inside: String, depth: usize) {
        let metadata = match fs::symlink_metadata(path) {
            Ok(metadata) => metadata,
            Err(error) => return self.shelf.refuse(inside, format!("could not be read: {error}")),
        };
        if metadata.is_symlink() {
            self.link(path, inside);
        } else if metadata.is_dir() {
            self.folder(path, inside, depth);
        } else if metadata.is_file() {
            self.file(path, inside);
        } else {
            self.shelf.leave_out(inside, "a device, pipe or socket");
        }
    }

    fn link(&mut self, path: &Path, inside: String) {
        match fs::canonicalize(path) {
            Ok(target) if target.starts_with(&self.root) => {
                let target =
                    target.strip_prefix(&self.root).unwrap_or(&target).to_string_lossy().into_owned();
                self.shelf.leave_out(inside, format!("a link to `{target}` in the same folder"));
            }
            Ok(_) => self
                .shelf
                .refuse(inside, "a link that leads out of the folder; scan what it leads to by itself"),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                self.shelf.refuse(inside, format!("a link that could not be followed: {error}"));
            }
            // Nothing lies behind it, or it leads in a circle.
            Err(error) => self.shelf.leave_out(inside, format!("a link that leads nowhere: {error}")),
        }
    }

    fn folder(&mut self, path: &Path, inside: String, depth: usize) {
        if let Some(what) = not_source(path) {
            if path.ends_with(INSTALLED) {
                self.parts(path, &inside, depth);
            }
            return self.shelf.leave_out(format!("{inside}/"), what);
        }
        if depth >= self.shelf.limits().depth {
            let most = self.shelf.limits().depth;
            return self.shelf.refuse(inside, format!("more than {most} folders deep; it was not read"));
        }
        match listed(path) {
            Ok(paths) => self.entries(path, &inside, paths, depth + 1),
            Err(error) => self.shelf.refuse(inside, format!("could not be listed: {error}")),
        }
    }

    /// Of the packages that are installed, those that are released with the project itself.
    fn parts(&mut self, path: &Path, inside: &str, depth: usize) {
        let package = |folder: &Path| {
            let (bytes, _) = read(&folder.join("package.json"), LARGEST_MANIFEST).ok()??;
            String::from_utf8(bytes).ok()
        };
        let Some(own) = path.parent().and_then(package) else { return };
        for part in parts::installed(&own, |part| package(&path.join(&part.name))) {
            self.entry(&path.join(&part.name), format!("{inside}/{}", part.name), depth + 2);
        }
    }

    fn file(&mut self, path: &Path, inside: String) {
        let (room, too_large) = self.shelf.room();
        match read(path, room) {
            Ok(Some((bytes, metadata))) => self.shelf.put(inside, bytes, is_executable(&metadata)),
            Ok(None) if is_source_name(&inside) => {
                self.shelf.refuse(inside, format!("{too_large}; it was not read"));
            }
            Ok(None) => self.shelf.leave_out(inside, format!("no source by its name, and {too_large}")),
            Err(error) => self.shelf.refuse(inside, format!("could not be read: {error}")),
        }
    }
}

fn inside_or_dot(inside: &str) -> String {
    if inside.is_empty() { String::from(".") } else { inside.to_owned() }
}

fn below(inside: &str, name: &OsStr) -> String {
    let name = path::shown(name.as_encoded_bytes());
    if inside.is_empty() { name } else { format!("{inside}/{name}") }
}

/// What a folder holds that is no source of the project.
fn not_source(path: &Path) -> Option<&'static str> {
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let named = NOT_SOURCE.iter().find(|(folder, _)| *folder == name).map(|(_, what)| *what);
    named
        .or_else(|| path.join("pyvenv.cfg").is_file().then_some("a virtual environment"))
        .or_else(|| path.join("CACHEDIR.TAG").is_file().then_some("a cache, by its mark"))
}

/// The content of a file that has at most `most` bytes.
fn read(path: &Path, most: u64) -> io::Result<Option<(Vec<u8>, Metadata)>> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is no longer a regular file"));
    }
    if metadata.len() > most {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some((bytes, metadata)))
}

#[cfg(unix)]
fn is_executable(metadata: &Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o111 != 0
}

#[cfg(not(unix))]
const fn is_executable(_metadata: &Metadata) -> bool {
    false
}
