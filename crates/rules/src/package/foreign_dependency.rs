//! Dependencies that do not come from the registry.

use portcullis_model::{Audience, Severity};
use portcullis_supply::VersionPin;
use portcullis_supply::manifest::{Dependency, DependencyKind, Source};

use crate::evidence::PackageEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A dependency that is fetched from an address or a repository instead of the registry, unless it is held to a commit.
    /// Pedantic readers also hear of dependencies of any version (`*`, `latest`).
    ///
    /// ## Why it matters
    ///
    /// What lies at an address or on a branch can be exchanged at any time; no registry keeps it, no advisory speaks of it,
    /// and over plain http anybody on the way can exchange it too (X18).
    ///
    /// ## Examples
    ///
    /// ```package bad
    /// --- package.json
    /// {"name": "some-mcp", "version": "1.0.0", "dependencies": {"helper": "http://files.example.com/helper.tgz"}}
    /// ```
    ///
    /// ```package bad
    /// --- pyproject.toml
    /// [project]
    /// name = "some-mcp"
    /// version = "1.0.0"
    /// dependencies = ["helper @ git+https://git.example.com/owner/helper@main"]
    /// ```
    ///
    /// ```package good
    /// --- package.json
    /// {"name": "some-mcp", "version": "1.0.0", "dependencies": {"zod": "^3.25.0",
    ///  "helper": "git+https://git.example.com/owner/helper.git#0123456789abcdef0123456789abcdef01234567"}}
    /// ```
    pub(crate) struct ForeignDependency {
        id: "foreign-dependency",
        summary: "a dependency is fetched from an address or a branch instead of the registry",
        severity: Medium,
        confidence: Certain,
        threats: [MaliciousPackage, RugPull],
        entry: Package,
        remedy: "Depend on a version of the registry, or on a whole commit.",
        references: ["CWE-829", "CWE-1357"],
        since: "0.1.0",
    }
}

impl Rule for ForeignDependency {
    fn check_package(&self, package: &PackageEvidence<'_>, report: &mut Report<'_>) {
        for manifest in package.manifests {
            for dependency in &manifest.dependencies {
                // What a lock file settled on is told by `weak-lock`.
                let is_fetched = matches!(
                    dependency.kind,
                    DependencyKind::Runtime | DependencyKind::Optional | DependencyKind::Build
                );
                if let Some((what, severity, audience)) = weakness(dependency).filter(|_| is_fetched) {
                    report
                        .found(package.at(&manifest.path, dependency.span), format!("`{}` {what}", dependency.name))
                        .severity(severity)
                        .audience(audience);
                }
            }
        }
    }
}

fn weakness(dependency: &Dependency) -> Option<(String, Severity, Audience)> {
    match &dependency.source {
        Source::Url(address) if address.to_ascii_lowercase().starts_with("http:") => Some((
            String::from("is fetched over plain http, where anybody on the way can exchange it"),
            Severity::Medium,
            Audience::Regular,
        )),
        Source::Url(_) if dependency.integrity.is_none() => Some((
            String::from("is fetched from an address, where it can be exchanged at any time"),
            Severity::Low,
            Audience::Regular,
        )),
        Source::Git(address) if !is_held(address) => Some((
            String::from("is fetched from a repository without a commit that it is held to"),
            Severity::Low,
            Audience::Regular,
        )),
        Source::Registry | Source::Alias(_) if is_open(dependency) => Some((
            String::from("is wanted in any version, whatever is published next"),
            Severity::Low,
            Audience::Pedantic,
        )),
        _ => None,
    }
}

fn is_held(address: &str) -> bool {
    let reference = address.split_once('#').map(|(_, reference)| reference).or_else(|| {
        let (_, behind) = address.rsplit_once('@')?;
        (!behind.contains(['/', ':'])).then_some(behind)
    });
    reference.is_some_and(|reference| VersionPin::git(reference).is_pinned())
}

/// npm spells it so. A Python requirement without a version is the usual way and left alone.
fn is_open(dependency: &Dependency) -> bool {
    matches!(dependency.requirement.trim(), "*" | "latest" | "x" | ">=0.0.0")
}
