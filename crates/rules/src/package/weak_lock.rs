//! Lock files that do not hold what they lock.

use portcullis_model::{Audience, Severity};
use portcullis_supply::manifest::{Dependency, DependencyKind, Manifest, ManifestKind, Source};

use crate::evidence::PackageEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// Entries of a lock file without the digest that the others have, fetched over plain http, or from an address of
    /// their own instead of the registry.
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
            if matches!(manifest.kind, ManifestKind::NpmLock | ManifestKind::PythonLock) {
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
    let weak: Vec<(&Dependency, &str, Severity)> = locked()
        .filter_map(|entry| weakness(entry, of_use).map(|(what, severity)| (entry, what, severity)))
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

fn weakness(entry: &Dependency, of_use: bool) -> Option<(&'static str, Severity)> {
    match &entry.source {
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
