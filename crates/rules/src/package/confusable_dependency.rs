//! Dependencies that a stranger could provide under the name of one's own.

use std::collections::BTreeMap;

use portcullis_model::{Audience, Severity, Span};
use portcullis_supply::Ecosystem;
use portcullis_supply::manifest::{DependencyKind, ManifestKind, Source};

use crate::evidence::PackageEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A published package that depends on a name of its own project which is marked `private`, so that no registry has it; and a
    /// file of requirements that adds a second index beside the first (`--extra-index-url`), or asks one over plain http. Inside a
    /// project the first is how workspaces are written, and is told to pedantic readers.
    ///
    /// ## Why it matters
    ///
    /// Whoever registers the private name, or publishes a higher version of it in the public index, runs code wherever the package
    /// is installed: dependency confusion (X18).
    ///
    /// ## Examples
    ///
    /// ```package bad locator=npm:some-mcp@1.0.0
    /// --- package.json
    /// {"name": "some-mcp", "version": "1.0.0", "dependencies": {"some-mcp-shared": "^1.0.0"}}
    /// --- shared/package.json
    /// {"name": "some-mcp-shared", "version": "1.0.0", "private": true}
    /// ```
    ///
    /// ```package bad
    /// --- requirements.txt
    /// --extra-index-url https://packages.example.com/simple
    /// example-internal>=1.0
    /// ```
    ///
    /// ```package good locator=npm:some-mcp@1.0.0
    /// --- package.json
    /// {"name": "some-mcp", "version": "1.0.0", "dependencies": {"some-mcp-shared": "file:./shared", "zod": "^3.25.0"}}
    /// --- shared/package.json
    /// {"name": "some-mcp-shared", "version": "1.0.0", "private": true}
    /// --- requirements.txt
    /// --index-url https://packages.example.com/simple
    /// example-internal==1.0
    /// ```
    pub(crate) struct ConfusableDependency {
        id: "confusable-dependency",
        summary: "a stranger could provide a dependency under the name of one's own",
        severity: Medium,
        confidence: High,
        threats: [MaliciousPackage, NamespaceTyposquatting],
        entry: Package,
        remedy: "Bundle the private package or publish it under a scope of your own; use one index, or hold requirements to digests.",
        references: ["CWE-427", "CWE-1357"],
        since: "0.1.0",
    }
}

impl Rule for ConfusableDependency {
    fn check_package(&self, package: &PackageEvidence<'_>, report: &mut Report<'_>) {
        private(package, report);
        for manifest in package.manifests.iter().filter(|it| it.kind == ManifestKind::Requirements) {
            let is_held = !manifest.dependencies.is_empty() && manifest.dependencies.iter().all(|it| it.integrity.is_some());
            if let Some(text) = package.bundle.file(&manifest.path).and_then(|file| file.text()) {
                indexes(&manifest.path, text, is_held, package, report);
            }
        }
    }
}

fn private(package: &PackageEvidence<'_>, report: &mut Report<'_>) {
    let own = package.manifests.iter().filter(|it| it.kind == ManifestKind::PackageJson && it.is_private && it.path != "package.json");
    let own: BTreeMap<&str, &str> =
        own.filter_map(|it| Some((it.name.as_ref()?.text.as_str(), it.path.as_str()))).collect();
    if own.is_empty() {
        return;
    }
    let is_published = package.bundle.locator.starts_with("npm:") || package.bundle.locator.ends_with(".tgz");
    let root = package.manifests.iter().filter(|it| it.path == "package.json");
    for dependency in root.flat_map(|it| &it.dependencies) {
        let is_installed = matches!(dependency.kind, DependencyKind::Runtime | DependencyKind::Optional);
        let is_from_registry = dependency.ecosystem == Ecosystem::Npm && dependency.source == Source::Registry;
        let Some(path) = own.get(dependency.name.as_str()).filter(|_| is_installed && is_from_registry) else { continue };
        let message = format!("`{}` is asked of the registry, and `{path}` says that it is private", dependency.name);
        let (severity, audience) =
            if is_published { (Severity::Medium, Audience::Regular) } else { (Severity::Low, Audience::Pedantic) };
        report.found(package.at("package.json", dependency.span), message).severity(severity).audience(audience);
    }
}

fn indexes(path: &str, text: &str, is_held: bool, package: &PackageEvidence<'_>, report: &mut Report<'_>) {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(at, at + line.trim_end().len());
        at += line.len();
        let words = line.trim();
        let is = |option: &str| words.strip_prefix(option).is_some_and(|rest| rest.starts_with([' ', '=']));
        let (message, severity) = if (is("--index-url") || is("-i") || is("--extra-index-url")) && words.contains("http://") {
            ("an index is asked over plain http, where anybody on the way can answer", Severity::Medium)
        } else if is("--extra-index-url") && !is_held {
            ("of two indexes the one with the higher version provides a package, whoever published it", Severity::Low)
        } else {
            continue;
        };
        report.found(package.at(path, span), message).evidence(words).severity(severity);
    }
}
