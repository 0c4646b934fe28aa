//! Entries for registries and hosts that do not fit the package beside them.

use std::collections::BTreeSet;

use portcullis_model::{Audience, Severity, Span};
use portcullis_supply::Ecosystem;
use portcullis_supply::advisory::canonical;
use portcullis_supply::manifest::{self, DependencyKind, Manifest, ManifestKind, Stated};
use portcullis_supply::range::Release;

use crate::evidence::PackageEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A `server.json` that lists other packages, versions, another name or another repository than the package beside it has, and the
    /// `manifest.json` of a bundle (`.mcpb`) whose entry point is not in the bundle or whose version is not that of the package in
    /// it. Another version is told to pedantic readers: between releases it is the rule.
    ///
    /// ## Why it matters
    ///
    /// What a registry or host shows, and what then runs, are two things (X18, T08). `mcpName` (npm) and `mcp-name:` in the description (PyPI)
    /// are how a registry knows that a package belongs to an entry: one that names another server lends its name.
    ///
    /// ## Examples
    ///
    /// ```package bad
    /// --- package.json
    /// {"name": "some-mcp", "version": "1.0.0", "mcpName": "com.example/some"}
    /// --- server.json
    /// {"name": "com.example/some", "version": "1.0.0", "packages": [
    ///   {"registryType": "npm", "identifier": "somme-mcp", "version": "1.0.0"}]}
    /// ```
    ///
    /// ```package bad
    /// --- pyproject.toml
    /// [project]
    /// name = "some-mcp"
    /// version = "1.0.0"
    /// --- README.md
    /// <!-- mcp-name: com.example/other -->
    /// --- server.json
    /// {"name": "com.example/some", "version": "1.0.0", "packages": [
    ///   {"registryType": "pypi", "identifier": "some-mcp", "version": "1.0.0"}]}
    /// ```
    ///
    /// ```package bad
    /// --- some_mcp-1.0.0.dist-info/METADATA
    /// Metadata-Version: 2.4
    /// Name: some-mcp
    /// Version: 1.0.0
    ///
    /// mcp-name: com.example/other
    /// --- server.json
    /// {"name": "com.example/some", "version": "1.0.0", "packages": [
    ///   {"registryType": "pypi", "identifier": "some-mcp", "version": "1.0.0"}]}
    /// ```
    ///
    /// ```package bad
    /// --- manifest.json
    /// {"manifest_version": "0.2", "name": "some-mcp", "version": "1.0.0",
    ///  "server": {"type": "node", "entry_point": "dist/index.js", "mcp_config": {"command": "node", "args": ["${__dirname}/dist/index.js"]}}}
    /// --- server/index.js
    /// console.log(1);
    /// ```
    ///
    /// ```package good
    /// --- pyproject.toml
    /// [project]
    /// name = "some-mcp"
    /// version = "1.0.0"
    /// --- README.md
    /// Servers are named by `mcp-name:` and a name. <!-- mcp-name: com.example/some -->
    /// --- server.json
    /// {"name": "com.example/some", "version": "1.0.0", "packages": [
    ///   {"registryType": "pypi", "identifier": "some-mcp", "version": "1.0.0"}]}
    /// ```
    ///
    /// ```package good
    /// --- package.json
    /// {"name": "some-mcp", "version": "1.0.0", "mcpName": "com.example/some", "repository": "github:example/some-mcp"}
    /// --- server.json
    /// {"name": "com.example/some", "version": "1.0.0", "repository": {"url": "https://github.com/example/some-mcp"},
    ///  "packages": [{"registryType": "npm", "identifier": "some-mcp", "version": "1.0.0"}]}
    /// ```
    pub(crate) struct ListingMismatch {
        id: "listing-mismatch",
        summary: "the entry for a registry or host does not fit the package",
        severity: Medium,
        confidence: High,
        threats: [MaliciousPackage, InstallerSpoofing],
        entry: Package,
        remedy: "Ask the publisher which of the two is meant, and install neither before.",
        references: ["CWE-345"],
        since: "0.1.0",
    }
}

impl Rule for ListingMismatch {
    fn check_package(&self, package: &PackageEvidence<'_>, report: &mut Report<'_>) {
        for manifest in package.manifests {
            match manifest.kind {
                ManifestKind::ServerListing => listing(manifest, package, report),
                ManifestKind::ServerBundle => bundle(manifest, package, report),
                _ => {}
            }
        }
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The package of an ecosystem that a manifest describes.
fn described(manifest: &Manifest) -> Option<(Ecosystem, &Stated)> {
    let ecosystem = match manifest.kind {
        ManifestKind::PackageJson => Ecosystem::Npm,
        ManifestKind::Pyproject | ManifestKind::PythonMetadata | ManifestKind::SetupCfg => Ecosystem::Pypi,
        _ => return None,
    };
    Some((ecosystem, manifest.name.as_ref()?))
}

fn listing(listing: &Manifest, package: &PackageEvidence<'_>, report: &mut Report<'_>) {
    for listed in listing.dependencies.iter().filter(|it| it.kind == DependencyKind::Started) {
        let of_kind = || package.manifests.iter().filter(|it| described(it).is_some_and(|(kind, _)| kind == listed.ecosystem));
        let names: BTreeSet<String> = of_kind()
            .filter_map(|it| described(it))
            .map(|(ecosystem, name)| canonical(ecosystem, &name.text))
            .collect();
        let same = of_kind().find(|it| {
            described(it).is_some_and(|(kind, name)| canonical(kind, &name.text) == canonical(kind, &listed.name))
        });
        let beside = of_kind().any(|it| folder(&it.path) == folder(&listing.path));
        match same {
            None if beside => {
                let names: Vec<String> = names.iter().take(3).map(|name| format!("`{name}`")).collect();
                let message = format!("it lists the package `{}`, and the package here is {}", listed.name, names.join(", "));
                report.found(package.at(&listing.path, listed.span), message);
            }
            None => {}
            Some(manifest) => compared(listing, manifest, (&listed.requirement, listed.span), package, report),
        }
    }
}

/// The server that a package says it belongs to, and the file that says so: its manifest, or the README of a Python project.
fn claimed(manifest: &Manifest, package: &PackageEvidence<'_>) -> Option<(String, Stated)> {
    if let Some(own) = &manifest.server_name {
        return Some((manifest.path.clone(), own.clone()));
    }
    let path = match folder(&manifest.path) {
        "" => String::from("README.md"),
        folder => format!("{folder}/README.md"),
    };
    let readme = (manifest.kind == ManifestKind::Pyproject).then(|| package.bundle.file(&path)).flatten()?;
    Some((path, manifest::server_of_readme(readme.text()?)?))
}

/// A listing and the package that it lists.
fn compared(
    listing: &Manifest,
    manifest: &Manifest,
    (version, span): (&str, Span),
    package: &PackageEvidence<'_>,
    report: &mut Report<'_>,
) {
    let Some((ecosystem, _)) = described(manifest) else { return };
    if let Some(own) = manifest.version.as_ref().filter(|own| !version.is_empty() && !is_same(ecosystem, &own.text, version)) {
        let message = format!("it lists version {version}, and `{}` says {}", manifest.path, own.text);
        report.found(package.at(&listing.path, span), message).severity(Severity::Low).audience(Audience::Pedantic);
    }
    if let (Some((path, own)), Some(listed)) = (claimed(manifest, package), &listing.server_name)
        && own.text != listed.text
    {
        let message = format!("the package says that it belongs to `{}`, and `{}` is the entry of `{}`", own.text, listing.path, listed.text);
        report.found(package.at(&path, own.span), message);
    }
    if let (Some(own), Some(listed)) = (&manifest.repository, &listing.repository)
        && let (Some(one), Some(other)) = (repository(&own.text), repository(&listed.text))
        && one != other
    {
        let message = format!("it names the repository `{other}`, and `{}` names `{one}`", manifest.path);
        report.found(package.at(&listing.path, listed.span), message).severity(Severity::Low);
    }
}

fn bundle(manifest: &Manifest, package: &PackageEvidence<'_>, report: &mut Report<'_>) {
    let folder = folder(&manifest.path);
    let is_archive = folder.is_empty() && [".mcpb", ".dxt"].iter().any(|ending| package.bundle.locator.ends_with(ending));
    for entry in &manifest.entry_points {
        let path = entry.target.text.trim_start_matches("${__dirname}/").trim_start_matches("./");
        let path = if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
        let is_unread = package.bundle.unread.iter().any(|unread| path.starts_with(unread.path.trim_end_matches('/')));
        // Of a folder the built files may not be there yet.
        let is_built = is_archive || !package.manifests.iter().any(|it| it.kind == ManifestKind::PackageJson);
        if package.bundle.file(&path).is_none() && !path.contains(['$', '*']) && !is_unread && is_built {
            let message = format!("the entry point `{}` is not in the bundle", entry.target.text);
            report.found(package.at(&manifest.path, entry.target.span), message);
        }
    }
    let beside = package.manifests.iter().find(|it| it.kind == ManifestKind::PackageJson && self::folder(&it.path) == folder);
    if let Some((own, said)) = beside.and_then(|it| it.version.as_ref()).zip(manifest.version.as_ref())
        && !is_same(Ecosystem::Npm, &own.text, &said.text)
    {
        let message = format!("it says version {}, and the package in it says {}", said.text, own.text);
        report.found(package.at(&manifest.path, said.span), message).severity(Severity::Low).audience(Audience::Pedantic);
    }
}

fn is_same(ecosystem: Ecosystem, one: &str, other: &str) -> bool {
    one == other || Release::read(ecosystem, one).is_some_and(|found| Some(found) == Release::read(ecosystem, other))
}

/// Host, owner and name of a repository, however its address is spelt.
fn repository(address: &str) -> Option<String> {
    let lower = address.trim().to_ascii_lowercase();
    let lower = lower.split(['#', '?']).next().unwrap_or_default();
    let short = [("github:", "github.com/"), ("gitlab:", "gitlab.com/"), ("bitbucket:", "bitbucket.org/")];
    let spelt = short.iter().find_map(|(prefix, host)| Some(format!("{host}{}", lower.strip_prefix(prefix)?)));
    let plain = spelt.unwrap_or_else(|| {
        let rest = lower.split_once("://").map_or(lower, |(_, rest)| rest);
        rest.rsplit('@').next().unwrap_or(rest).replacen("com:", "com/", 1)
    });
    let mut parts = plain.trim_start_matches("www.").split('/').filter(|part| !part.is_empty());
    let (host, owner, name) = (parts.next()?, parts.next()?, parts.next()?);
    host.contains('.').then(|| format!("{host}/{owner}/{}", name.trim_end_matches(".git")))
}
