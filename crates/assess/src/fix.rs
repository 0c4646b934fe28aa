//! Repairs: the edits that findings propose, and versions pinned to what this machine has already installed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use portcullis_hosts::edit::Change;
use portcullis_hosts::{Machine, Problem, Reading};
use portcullis_model::{Edit, Finding, Launch, Located, Safety, Span};
use portcullis_supply::{Ecosystem, PackageUse, packages_of};

use crate::scan::Seen;

/// The rule whose findings are repaired with an installed version: a rule itself cannot look at the disk.
const UNPINNED: &str = "unpinned-package";
/// More installed copies than this of one package are not looked through.
const MOST_COPIES: usize = 10_000;

/// What could be repaired in one file.
pub struct Repair {
    /// The file, home shown as `~`.
    pub file: String,
    /// The edits fitted together, or why they cannot be made.
    pub change: Result<Change, Problem>,
    /// What each edit is for, in words.
    pub titles: Vec<String>,
}

/// The repairs for `findings`, one for each file. Those that a person should look at only with `unsafe_too`.
#[must_use]
pub fn repairs(seen: &Seen, findings: &[Finding], machine: &Machine, unsafe_too: bool) -> Vec<Repair> {
    let mut by_file: BTreeMap<&str, (Vec<Edit>, Vec<String>)> = BTreeMap::new();
    for finding in findings {
        let Some(file) = finding.location.file.as_deref() else { continue };
        let wanted = unsafe_too || finding.fix.safety == Safety::Safe;
        let (edits, title) = if finding.rule.as_str() == UNPINNED {
            pinned(seen, finding, machine)
        } else if wanted {
            (finding.fix.edits.clone(), finding.fix.title.clone())
        } else {
            continue;
        };
        if !edits.is_empty() {
            let entry = by_file.entry(file).or_default();
            entry.0.extend(edits);
            entry.1.push(title);
        }
    }
    let reading = |file: &str| seen.readings.iter().find(|reading| reading.config.path == file);
    by_file
        .into_iter()
        .filter_map(|(file, (edits, titles))| {
            Some(Repair { file: file.to_owned(), change: Change::plan(reading(file)?, &edits), titles })
        })
        .collect()
}

/// The edit that pins the package of a finding to the one version of it that is installed here.
fn pinned(seen: &Seen, finding: &Finding, machine: &Machine) -> (Vec<Edit>, String) {
    let edit = || {
        let reading = seen
            .readings
            .iter()
            .find(|reading| Some(&reading.config.path) == finding.location.file.as_ref())?;
        let (word, package) = package(reading, finding)?;
        let version = installed(&package, machine)?;
        let pinned = package.pinned_to(&version)?;
        let part = package.place.span.as_ref()?;
        // Only where the file spells the argument as it reads can a part of it be replaced.
        let plain = word.span.len() == word.text.len() + 2 && !pinned.contains(['"', '\\']);
        let start = word.span.start + 1;
        let edit = Edit::Replace {
            file: reading.config.path.clone(),
            span: Span::new(start + part.start, start + part.end),
            replacement: pinned.clone(),
        };
        plain.then(|| (vec![edit], format!("Pin `{pinned}`, the version that is installed here.")))
    };
    edit().unwrap_or_default()
}

/// The argument and the package that a finding is about.
fn package<'r>(reading: &'r Reading, finding: &Finding) -> Option<(&'r Located, PackageUse)> {
    let name = finding.location.name.as_deref()?;
    let server = reading.config.servers.iter().find(|server| server.name == name)?;
    let Launch::Stdio { command, args, .. } = &server.launch else { return None };
    let words: Vec<&str> = args.iter().map(|word| word.text.as_str()).collect();
    packages_of(&command.text, &words).into_iter().find_map(|package| {
        let word = args.get(package.place.argument?)?;
        (Some(&word.pointer) == finding.location.field.as_ref()).then_some((word, package))
    })
}

/// The version of a package in the caches of npx and uv, when there is exactly one.
fn installed(package: &PackageUse, machine: &Machine) -> Option<String> {
    let mut versions = match package.ecosystem {
        Ecosystem::Npm => npx_versions(&package.name, &machine.home.join(".npm").join("_npx")),
        Ecosystem::Pypi => {
            uv_versions(&package.name, &machine.home.join(".cache").join("uv").join("archive-v0"))
        }
        _ => return None,
    };
    versions.sort();
    versions.dedup();
    match versions.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

fn npx_versions(name: &str, cache: &Path) -> Vec<String> {
    let Ok(copies) = fs::read_dir(cache) else { return Vec::new() };
    let version = |copy: fs::DirEntry| {
        let manifest = fs::read(copy.path().join("node_modules").join(name).join("package.json")).ok()?;
        let limits = portcullis_wire::json::Limits::default();
        let document =
            portcullis_wire::json::read(&manifest, portcullis_wire::json::Dialect::Strict, &limits).ok()?;
        document.root.get_text("version").map(str::to_owned)
    };
    copies.take(MOST_COPIES).flatten().filter_map(version).filter(|version| is_version(version)).collect()
}

fn uv_versions(name: &str, cache: &Path) -> Vec<String> {
    let prefix = format!("{}-", name.to_ascii_lowercase().replace(['-', '.'], "_"));
    let Ok(copies) = fs::read_dir(cache) else { return Vec::new() };
    let mut versions = Vec::new();
    for copy in copies.take(MOST_COPIES).flatten() {
        for entry in fs::read_dir(copy.path()).into_iter().flatten().take(MOST_COPIES).flatten() {
            let file = entry.file_name().to_string_lossy().to_ascii_lowercase();
            let version = file.strip_prefix(&prefix).and_then(|rest| rest.strip_suffix(".dist-info"));
            versions.extend(version.filter(|version| is_version(version)).map(str::to_owned));
        }
    }
    versions
}

/// True for what a registry would call a version: nothing else may get from a cache into a configuration.
fn is_version(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit())
        && text.len() <= 64
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".+-_!".contains(&byte))
}
