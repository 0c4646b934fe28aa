//! Lock files that do not hold what they lock.

use std::collections::BTreeMap;

use portcullis_model::{Audience, Severity};
use portcullis_supply::manifest::{Dependency, DependencyKind, Manifest, Source};

use crate::evidence::PackageEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// Entries of a lock file without the digest that the others have, fetched over plain http, or from an address of
    /// their own instead of the registry; entries that are locked to the archive of another package, or, unlike nearly all
    /// others, to another host.
    ///
    /// ## Why it matters
    ///
    /// A lock file is trusted to bring the same bytes every time, and nobody reads its thousands of lines: one changed entry
    /// brings other code (X18).
    ///
    /// ## Examples
    ///
    /// ```package bad
    /// --- package-lock.json
    /// {"name": "some-mcp", "lockfileVersion": 3, "packages": {
    ///   "node_modules/a": {"version": "1.0.0", "resolved": "https://registry.example/a/-/a-1.0.0.tgz", "integrity": "sha512-AAAA"},
    ///   "node_modules/b": {"version": "1.0.0", "resolved": "https://registry.example/b/-/b-1.0.0.tgz", "integrity": "sha512-BBBB"},
    ///   "node_modules/c": {"version": "1.0.0", "resolved": "https://files.example/c.tgz"}}}
    /// ```
    ///
    /// ```package bad
    /// --- yarn.lock
    /// a@^1.0.0:
    ///   version "1.0.0"
    ///   resolved "https://registry.example/b/-/b-1.0.0.tgz"
    ///   integrity sha512-AAAA
    /// ```
    ///
    /// ```package good
    /// --- package-lock.json
    /// {"name": "some-mcp", "lockfileVersion": 3, "packages": {
    ///   "node_modules/a": {"version": "1.0.0", "resolved": "https://registry.example/a/-/a-1.0.0.tgz", "integrity": "sha512-AAAA"},
    ///   "node_modules/b": {"version": "1.0.0", "resolved": "https://registry.example/b/-/b-1.0.0.tgz", "integrity": "sha512-BBBB"},
    ///   "node_modules/own": {"resolved": "packages/own", "link": true}}}
    /// ```
    pub(crate) struct WeakLock {
        id: "weak-lock",
        summary: "an entry of a lock file is not held to its bytes",
        severity: Medium,
        confidence: High,
        threats: [MaliciousPackage],
        entry: Package,
        remedy: "Write the lock file anew with the package manager, and compare what it changes.",
        references: ["CWE-494", "CWE-353"],
        since: "0.1.0",
    }
}

/// Entries of one file that are told one by one; the rest is counted.
const TOLD: usize = 5;

impl Rule for WeakLock {
    fn check_package(&self, package: &PackageEvidence<'_>, report: &mut Report<'_>) {
        for manifest in package.manifests {
            if manifest.kind.is_lock() {
                look(manifest, package, report);
            }
        }
    }
}

fn look(manifest: &Manifest, package: &PackageEvidence<'_>, report: &mut Report<'_>) {
    let locked = || manifest.dependencies.iter().filter(|entry| entry.kind == DependencyKind::Locked);
    let held = locked().filter(|entry| entry.integrity.is_some()).count();
    // A file that has no digests at all is of a kind or a time that had none: it is told once.
    let of_use = held * 2 >= locked().count();
    let strange = strange_hosts(manifest);
    let weak: Vec<(&Dependency, String, Severity)> = locked()
        .filter_map(|entry| {
            let weakness = weakness(entry, of_use).map(|(what, severity)| (what.to_owned(), severity));
            let (what, severity) = weakness.or_else(|| {
                let host = host(entry).filter(|host| strange.contains(host))?;
                Some((format!("is locked to `{host}`, unlike nearly all other entries"), Severity::Medium))
            })?;
            Some((entry, what, severity))
        })
        .collect();
    for (entry, what, severity) in weak.iter().take(TOLD) {
        report
            .found(package.at(&manifest.path, entry.span), format!("`{}` {what}", entry.name))
            .severity(*severity);
    }
    if let Some((entry, ..)) = weak.get(TOLD) {
        let message = format!("{} more entries are not held to their bytes", weak.len() - TOLD);
        report.found(package.at(&manifest.path, entry.span), message).severity(Severity::Low).audience(Audience::Pedantic);
    }
}

/// The host of an archive of npm's. Those of Python lie beside their index, often on another.
fn host(entry: &Dependency) -> Option<&str> {
    let (_, rest) = entry.resolved.as_deref()?.split_once("://")?;
    let is_npm = entry.ecosystem == portcullis_supply::Ecosystem::Npm;
    rest.split(['/', ':']).next().filter(|host| is_npm && !host.is_empty())
}

/// Hosts to which only a few entries of a long file are locked, unless it is the registry of a whole scope.
fn strange_hosts(manifest: &Manifest) -> Vec<&str> {
    const FEW: usize = 3;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut scopes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for entry in manifest.dependencies.iter().filter(|entry| matches!(entry.source, Source::Registry)) {
        let Some(host) = host(entry) else { continue };
        *counts.entry(host).or_default() += 1;
        let scope = entry.name.split_once('/').map_or("", |(scope, _)| scope);
        let hosts = scopes.entry(scope).or_default();
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    let all: usize = counts.values().sum();
    let own = |host: &str| scopes.iter().any(|(scope, hosts)| !scope.is_empty() && hosts.as_slice() == [host]);
    counts.iter().filter(|(host, count)| **count <= FEW && **count * 10 < all && !own(host)).map(|(host, _)| *host).collect()
}

/// True when the archive of a registry is plainly that of another package.
fn is_of_another(entry: &Dependency) -> bool {
    let Some((_, file)) = entry.resolved.as_deref().and_then(|address| address.rsplit_once("/-/")) else { return false };
    let name = match &entry.source {
        Source::Alias(other) => other,
        _ => &entry.name,
    };
    let last = name.rsplit('/').next().unwrap_or(name);
    let is_alias = entry.requirement.starts_with("npm:");
    !is_alias && !file.rsplit('/').next().unwrap_or(file).starts_with(&format!("{last}-"))
}

fn weakness(entry: &Dependency, of_use: bool) -> Option<(&'static str, Severity)> {
    match &entry.source {
        _ if is_of_another(entry) => Some(("is locked to the archive of another package", Severity::High)),
        Source::Url(address) if address.to_ascii_lowercase().starts_with("http:") => {
            Some(("is locked to an address of plain http", Severity::Medium))
        }
        Source::Url(_) if entry.integrity.is_none() => {
            Some(("is locked to an address of its own, without a digest", Severity::Medium))
        }
        Source::Registry | Source::Alias(_) if entry.integrity.is_none() && of_use => {
            Some(("is locked without the digest that the other entries have", Severity::Low))
        }
        _ => None,
    }
}
