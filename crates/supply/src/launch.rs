//! From a configured command to the code that it would fetch and run.
//!
//! Nothing is evaluated, looked up or started. What cannot be told from the words alone is left out rather than
//! guessed; text inside a shell script is read as far as plain words go.

mod container;
mod node;
mod options;
mod python;
mod spec;
mod toolchain;
mod word;
mod wrapper;

use std::ops::Range;

use crate::ecosystem::Ecosystem;
use crate::version::VersionPin;
use options::Part;
use spec::Spec;
use word::{Word, words_of};

/// One package, image, repository, address or file that a command uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageUse {
    /// The program that fetches or runs it, as people write it: `npx`, `uv run`, `docker run`.
    pub runner: &'static str,
    /// What it is used for.
    pub role: Role,
    /// Where it comes from.
    pub ecosystem: Ecosystem,
    /// Its name as the registry knows it, without version and extras; a path, address or `host/owner/repository`
    /// for the ecosystems that have no names of their own.
    pub name: String,
    /// How firmly the version is given.
    pub version: VersionPin,
    /// The registry it is fetched from, when the command or the name says so.
    pub registry: Option<String>,
    /// The program of the package that is started, when it has another name.
    pub executable: Option<String>,
    /// Options that matter for trust.
    pub flags: Flags,
    /// Where it is written.
    pub place: WordPlace,
    /// The written text in front of the version: `name[extra]`, `git+https://…`; empty where a version has no place.
    head: String,
    /// The written text behind it: `#subdirectory=…`, an environment marker.
    tail: String,
}

/// What a package is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// It is started.
    Run,
    /// It is installed beside what is started (`--with`, a second `--package`).
    With,
    /// It is installed by a command of the script and may be started later.
    Install,
}

/// Where in the configured arguments a package is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WordPlace {
    /// Index into the arguments; `None` when the command itself holds it.
    pub argument: Option<usize>,
    /// Its bytes in that argument; `None` when quoting inside a script hides them.
    pub span: Option<Range<usize>>,
}

/// Options that matter for trust.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flags {
    /// `-y`, `--yes`: nobody is asked before an install.
    pub assume_yes: bool,
    /// The option the package stands behind (`--from`, `--with`, `-p`); `None` for an operand.
    pub option: Option<String>,
    /// The interpreter that is asked for with `--python`.
    pub python: Option<String>,
}

impl PackageUse {
    /// The package argument with `version` pinned, for a fix. `None` where a version has no place behind the name:
    /// files, addresses, versions in an option of their own.
    #[must_use]
    pub fn pinned_to(&self, version: &str) -> Option<String> {
        let (head, tail) = (&self.head, &self.tail);
        if head.is_empty() {
            return None;
        }
        let is_uv_tool = self.runner.starts_with("uv") && !self.runner.contains("pip");
        let mark = match self.ecosystem {
            Ecosystem::Pypi if is_uv_tool && self.role == Role::Run => "@",
            Ecosystem::Pypi => "==",
            Ecosystem::Oci if version.contains(':') => "@",
            Ecosystem::Oci => ":",
            Ecosystem::Git if self.is_python() => "@",
            Ecosystem::Git => "#",
            Ecosystem::Npm | Ecosystem::Jsr | Ecosystem::Cargo | Ecosystem::Go | Ecosystem::Nuget => "@",
            Ecosystem::Mcp | Ecosystem::Url | Ecosystem::LocalFile => return None,
        };
        Some(format!("{head}{mark}{version}{tail}"))
    }

    fn is_python(&self) -> bool {
        ["uv", "pip"].iter().any(|prefix| self.runner.starts_with(prefix))
    }
}

/// Everything that a command would fetch or run, in the order in which it is named.
#[must_use]
pub fn packages_of(command: &str, args: &[&str]) -> Vec<PackageUse> {
    let mut finder = Finder { uses: Vec::new(), depth: 0 };
    finder.command(&words_of(command, args));
    finder.uses
}

/// The package that matters most: the first that is fetched and started, else the first that is fetched, else the
/// program or file on this machine that is started.
#[must_use]
pub fn package_of(command: &str, args: &[&str]) -> Option<PackageUse> {
    let rank = |found: &PackageUse| match (found.ecosystem.is_fetched(), found.role) {
        (true, Role::Run) => 0,
        (true, Role::With | Role::Install) => 1,
        (false, _) => 2,
    };
    packages_of(command, args).into_iter().min_by_key(rank)
}

/// Launchers inside launchers beyond this depth are not followed.
const DEPTH_LIMIT: u8 = 6;
/// More packages than this are not listed.
const USE_LIMIT: usize = 64;

/// Collects what a command uses.
struct Finder {
    uses: Vec<PackageUse>,
    depth: u8,
}

/// What the options of one launcher said.
#[derive(Debug, Clone, Default)]
struct Said {
    flags: Flags,
    registry: Option<String>,
    executable: Option<String>,
}

impl Finder {
    /// Reads one command: a program and its words.
    fn command(&mut self, words: &[Word]) {
        if self.depth >= DEPTH_LIMIT {
            return;
        }
        self.depth += 1;
        self.dispatch(words);
        self.depth -= 1;
    }

    fn dispatch(&mut self, words: &[Word]) {
        let Some((program, rest)) = words.split_first() else { return };
        let name = program_name(&program.text);
        let understood = wrapper::read(self, &name, rest)
            || node::read(self, &name, rest)
            || python::read(self, &name, rest)
            || container::read(self, &name, rest)
            || toolchain::read(self, &name, rest);
        if understood {
            return;
        }
        let first = program.text.split_whitespace().next().unwrap_or_default();
        let is_line = first.len() < program.text.len() && !spec::is_path(&program.text);
        if is_line || FETCHERS.contains(&program_name(first).as_str()) {
            wrapper::inline(self, program, rest);
        } else if !program.text.is_empty() {
            self.found(
                "program",
                Role::Run,
                Part::whole(program),
                Some(Spec::local(&program.text)),
                &Said::default(),
            );
        }
    }

    /// Notes a package, unless it could not be read.
    fn found(&mut self, runner: &'static str, role: Role, part: Part<'_>, spec: Option<Spec>, said: &Said) {
        let Some(spec) = spec else { return };
        if self.uses.len() >= USE_LIMIT {
            return;
        }
        self.uses.push(PackageUse {
            runner,
            role,
            ecosystem: spec.ecosystem,
            name: spec.name,
            version: spec.version,
            registry: spec.registry.or_else(|| said.registry.clone()),
            executable: said.executable.clone(),
            flags: said.flags.clone(),
            place: WordPlace { argument: part.word.argument, span: part.word.tail_span(part.text.len()) },
            head: spec.head,
            tail: spec.tail,
        });
    }

    /// Reads launchers among the arguments of a program that starts others: `-- npx x`, `--stdio "uvx y"`.
    fn nested(&mut self, words: &[Word]) {
        for (at, word) in words.iter().enumerate() {
            let first = word.text.split_whitespace().next().unwrap_or_default();
            if !FETCHERS.contains(&program_name(first).as_str()) {
                continue;
            }
            if word.text.contains(char::is_whitespace) {
                wrapper::inline(self, word, &[]);
            } else {
                self.command(words.get(at..).unwrap_or_default());
                return;
            }
        }
    }
}

/// Programs that fetch what they run.
const FETCHERS: [&str; 11] =
    ["npx", "pnpx", "bunx", "uvx", "pipx", "dnx", "docker", "podman", "pnpm", "npm", "uv"];

/// The program a path names: `C:\tools\npx.cmd` and `/usr/bin/npx` are both `npx`.
fn program_name(path: &str) -> String {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path).to_ascii_lowercase();
    let suffixes = [".exe", ".cmd", ".bat", ".ps1"];
    suffixes.iter().find_map(|suffix| file.strip_suffix(suffix)).map_or(file.clone(), str::to_owned)
}

#[cfg(test)]
mod tests;
