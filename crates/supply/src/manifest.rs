//! Manifests: what a package says of itself, its entry points, what runs when it is installed, and what it depends on.
//!
//! Every format reads into one [`Manifest`]. What a file does not say is absent; what cannot be understood is a problem
//! of the manifest and never a panic.

mod listing;
mod metadata;
mod npm;
mod npm_lock;
mod pnpm_lock;
mod pyproject;
mod python_lock;
mod requirement;
mod tree;
mod yarn_lock;

use portcullis_model::{Bundle, Node, Span};

use crate::ecosystem::Ecosystem;

/// A longer manifest is not read: 16 MiB, which lock files of large projects reach.
const LONGEST: usize = 16 << 20;
/// More dependencies, scripts or entry points of one file are not read.
const MOST: usize = 50_000;

/// Which file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ManifestKind {
    /// `package.json`.
    PackageJson,
    /// `package-lock.json` or `npm-shrinkwrap.json`.
    NpmLock,
    /// `pyproject.toml`.
    Pyproject,
    /// `METADATA` of a wheel or `PKG-INFO` of a source distribution.
    PythonMetadata,
    /// `setup.cfg`.
    SetupCfg,
    /// `entry_points.txt` of a wheel.
    EntryPoints,
    /// `requirements.txt` and its like.
    Requirements,
    /// `uv.lock` or `poetry.lock`.
    PythonLock,
    /// `yarn.lock`, of either generation.
    YarnLock,
    /// `pnpm-lock.yaml`.
    PnpmLock,
    /// `manifest.json` of a server bundle (`.mcpb`).
    ServerBundle,
    /// `server.json`: an entry for an MCP registry.
    ServerListing,
}

/// A text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stated {
    /// The text.
    pub text: String,
    /// Its bytes in the file; [`Span::UNKNOWN`] where that is not known.
    pub span: Span,
}

/// What one file says of its package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Which file it is.
    pub kind: ManifestKind,
    /// Its path in the bundle.
    pub path: String,
    /// The package's name.
    pub name: Option<Stated>,
    /// The package's version.
    pub version: Option<Stated>,
    /// Where its source is said to be.
    pub repository: Option<Stated>,
    /// The name under which an MCP registry knows it (`mcpName`, `name` of `server.json`).
    pub server_name: Option<Stated>,
    /// The licence, as it is spelt: an SPDX expression, or words.
    pub licence: Option<String>,
    /// True when it says that no registry has it (`private`).
    pub is_private: bool,
    /// What is started or imported.
    pub entry_points: Vec<EntryPoint>,
    /// What a package manager runs.
    pub scripts: Vec<Script>,
    /// What it depends on.
    pub dependencies: Vec<Dependency>,
    /// The names of the tools that a server bundle is said to offer (`tools`).
    pub tools: Vec<Stated>,
    /// True when more tools than those are made as the server runs (`tools_generated`).
    pub makes_tools: bool,
    /// What could not be understood, as lower-case fragments.
    pub problems: Vec<String>,
    /// Why it could not be read, or not to its end: the first of the problems that keep from it.
    pub broken: Option<String>,
}

/// Something that is started or imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryPoint {
    /// How it is called: a command's name, or the member that states it, such as `main`.
    pub name: String,
    /// What it leads to: a path, or `module:function`.
    pub target: Stated,
    /// True when it is a command that a user or host starts.
    pub is_command: bool,
}

/// Something that a package manager runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Its name, such as `postinstall`, or the build backend's `build-backend`.
    pub name: String,
    /// The command, or the module of a build backend.
    pub command: Stated,
    /// True when it runs as the package is installed, without being asked for.
    pub is_at_install: bool,
}

/// Something that a package depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// Whose names it is one of.
    pub ecosystem: Ecosystem,
    /// Its name as it is spelt.
    pub name: String,
    /// The range or version, as it is spelt; empty when none is given.
    pub requirement: String,
    /// What it is needed for.
    pub kind: DependencyKind,
    /// Where it comes from.
    pub source: Source,
    /// The digest it has to have, as it is spelt.
    pub integrity: Option<String>,
    /// The address that a lock file holds it to.
    pub resolved: Option<String>,
    /// The licence that a lock file names.
    pub licence: Option<String>,
    /// What it needs itself, as a lock file settled it.
    pub needs: Vec<Needed>,
    /// True when the lock file says that it runs a script as it is installed.
    pub runs_script: bool,
    /// Where it is stated.
    pub span: Span,
}

/// Another entry of the same lock file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Needed {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What a dependency is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DependencyKind {
    /// For running.
    Runtime,
    /// For running, where it can be had or was asked for.
    Optional,
    /// The user brings it.
    Peer,
    /// For working on the package; who installs it gets none of these.
    Development,
    /// For building: it runs as a source distribution is installed.
    Build,
    /// What a lock file settled on, directly or for another dependency.
    Locked,
    /// What a registry entry or a bundle starts.
    Started,
}

/// Where a dependency comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The registry, under its own name.
    Registry,
    /// The registry, under another name than it is called here: that name.
    Alias(String),
    /// A repository.
    Git(String),
    /// A file at an address.
    Url(String),
    /// A file or folder beside it.
    Local(String),
}

/// The manifest in a file, when its name is one that manifests have. Spans count bytes of `text`.
#[must_use]
pub fn read(path: &str, text: &str) -> Option<Manifest> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let (kind, reader): (ManifestKind, Reader) = match name {
        "package.json" => (ManifestKind::PackageJson, npm::read),
        "package-lock.json" | "npm-shrinkwrap.json" | ".package-lock.json" => {
            (ManifestKind::NpmLock, npm_lock::read)
        }
        "pyproject.toml" => (ManifestKind::Pyproject, pyproject::read),
        "METADATA" | "PKG-INFO" => (ManifestKind::PythonMetadata, metadata::read),
        "setup.cfg" => (ManifestKind::SetupCfg, metadata::read_setup),
        "entry_points.txt" => (ManifestKind::EntryPoints, metadata::read_entry_points),
        "uv.lock" | "poetry.lock" => (ManifestKind::PythonLock, python_lock::read),
        "yarn.lock" => (ManifestKind::YarnLock, yarn_lock::read),
        "pnpm-lock.yaml" => (ManifestKind::PnpmLock, pnpm_lock::read),
        "manifest.json" => (ManifestKind::ServerBundle, listing::read_bundle),
        "server.json" => (ManifestKind::ServerListing, listing::read),
        _ if is_requirements(name) => (ManifestKind::Requirements, requirement::read),
        _ => return None,
    };
    let mut manifest = Manifest::new(kind, path);
    if text.len() > LONGEST {
        manifest.breaks(format!("it is longer than {LONGEST} bytes and was not read"));
        return Some(manifest);
    }
    reader(text, &mut manifest).then_some(manifest)
}

/// Reads a text into the manifest; false when the file turns out to be something else of the same name.
type Reader = fn(&str, &mut Manifest) -> bool;

/// Every manifest of a bundle, in the order of its files. Those of installed dependencies (`node_modules`) are not its own
/// and are left out.
#[must_use]
pub fn of_bundle(bundle: &Bundle) -> Vec<Manifest> {
    let own = bundle.files.iter().filter(|file| !file.path.split('/').any(|part| part == "node_modules"));
    own.filter_map(|file| read(&file.path, file.text()?)).collect()
}

/// The server that a README says its package belongs to: `mcp-name: NAME` (the official registry's proof for Python packages).
#[must_use]
pub fn server_of_readme(text: &str) -> Option<Stated> {
    metadata::server_name(text, 0)
}

/// The `package.json` of every package that comes inside of a bundle: npm runs their scripts as well when it installs it.
#[must_use]
pub fn of_parts(bundle: &Bundle) -> Vec<Manifest> {
    let parts = bundle.files.iter().filter(|file| is_of_part(&file.path));
    parts.filter_map(|file| read(&file.path, file.text()?)).collect()
}

/// True for `…node_modules/NAME/package.json` and `…node_modules/@SCOPE/NAME/package.json`.
fn is_of_part(path: &str) -> bool {
    let folder = path.strip_suffix("/package.json");
    let name = folder.and_then(|folder| folder.rsplit_once("node_modules/")).map(|(_, name)| name);
    name.is_some_and(|name| name.split('/').count() == 1 + usize::from(name.starts_with('@')))
}

fn is_requirements(name: &str) -> bool {
    let stem = name.strip_suffix(".txt").or_else(|| name.strip_suffix(".in"));
    stem.is_some_and(|stem| stem.starts_with("requirements") || stem.ends_with("requirements"))
}

impl ManifestKind {
    /// True for a file in which a package manager keeps what it settled on.
    #[must_use]
    pub const fn is_lock(self) -> bool {
        matches!(self, Self::NpmLock | Self::PythonLock | Self::YarnLock | Self::PnpmLock)
    }
}

impl Manifest {
    fn new(kind: ManifestKind, path: &str) -> Self {
        Self {
            kind,
            path: path.to_owned(),
            name: None,
            version: None,
            repository: None,
            server_name: None,
            licence: None,
            is_private: false,
            entry_points: Vec::new(),
            scripts: Vec::new(),
            dependencies: Vec::new(),
            tools: Vec::new(),
            makes_tools: false,
            problems: Vec::new(),
            broken: None,
        }
    }

    /// Notes what keeps from reading it.
    fn breaks(&mut self, problem: String) {
        self.broken.get_or_insert_with(|| problem.clone());
        self.problems.push(problem);
    }

    fn depends(&mut self, dependency: Dependency) {
        if self.dependencies.len() < MOST {
            self.dependencies.push(dependency);
        } else if self.dependencies.len() == MOST && self.problems.len() < MOST {
            let problem = format!("more than {MOST} dependencies; the rest was not read");
            if self.problems.last() != Some(&problem) {
                self.problems.push(problem);
            }
        }
    }

    fn enters(&mut self, name: &str, target: Option<Stated>, is_command: bool) {
        if let Some(target) = target.filter(|_| self.entry_points.len() < MOST) {
            self.entry_points.push(EntryPoint { name: name.to_owned(), target, is_command });
        }
    }
}

impl Stated {
    /// The text of a node.
    fn of(node: Option<&Node>) -> Option<Self> {
        let node = node?;
        Some(Self { text: node.text()?.to_owned(), span: node.span })
    }
}

impl Dependency {
    /// A dependency on what a registry has under its own name.
    fn new(ecosystem: Ecosystem, name: &str, requirement: &str, kind: DependencyKind, span: Span) -> Self {
        Self {
            ecosystem,
            name: name.to_owned(),
            requirement: requirement.to_owned(),
            kind,
            source: Source::Registry,
            integrity: None,
            resolved: None,
            licence: None,
            needs: Vec::new(),
            runs_script: false,
            span,
        }
    }
}
