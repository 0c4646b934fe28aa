//! Packages that are not what they were asked for as.

use portcullis_model::{Audience, Severity, Span};
use portcullis_supply::Ecosystem;
use portcullis_supply::advisory::canonical;
use portcullis_supply::manifest::{EntryPoint, Manifest, ManifestKind};
use portcullis_supply::range::Release;

use crate::evidence::PackageEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A package of a registry whose own manifest gives another name or version than the one it was fetched by, and a
    /// command of a package that leads to a file that is not in it.
    ///
    /// ## Why it matters
    ///
    /// What the registry shows and what is installed are then two things: the page was read of one, and the other runs
    /// (X18). A command that leads nowhere is filled in by something else later.
    ///
    /// ## Examples
    ///
    /// ```package bad locator=npm:some-mcp@1.0.0
    /// --- package.json
    /// {"name": "other-mcp", "version": "1.0.0"}
    /// ```
    ///
    /// ```package bad locator=npm:some-mcp@1.0.0
    /// --- package.json
    /// {"name": "some-mcp", "version": "1.0.0", "bin": "dist/cli.js"}
    /// ```
    ///
    /// ```package good locator=npm:some-mcp@1.0.0
    /// --- package.json
    /// {"name": "some-mcp", "version": "1.0.0", "bin": {"some-mcp": "./cli.js"}}
    /// --- cli.js
    /// console.log(1);
    /// ```
    pub(crate) struct ManifestMismatch {
        id: "manifest-mismatch",
        summary: "a package's own manifest does not fit what it was fetched as, or what is in it",
        severity: High,
        confidence: Certain,
        threats: [MaliciousPackage],
        entry: Package,
        remedy: "Do not install it before its publisher has said why.",
        references: ["CWE-345"],
        since: "0.1.0",
    }
}

impl Rule for ManifestMismatch {
    fn check_package(&self, package: &PackageEvidence<'_>, report: &mut Report<'_>) {
        let locator = &package.bundle.locator;
        let (ecosystem, asked) = if let Some(rest) = locator.strip_prefix("npm:") {
            (Ecosystem::Npm, rest.rsplit_once('@'))
        } else if let Some(rest) = locator.strip_prefix("pypi:") {
            (Ecosystem::Pypi, rest.split_once("=="))
        } else {
            // A folder or an archive was asked for by no name, and a folder is not built yet.
            return;
        };
        let Some((name, version)) = asked else { return };
        for manifest in package.manifests.iter().filter(|manifest| is_its_own(manifest, ecosystem)) {
            identity(manifest, ecosystem, (name, version), package, report);
            if ecosystem == Ecosystem::Npm {
                let missing = manifest.entry_points.iter().filter(|entry| is_missing(entry, package));
                for entry in missing.filter(|entry| entry.is_command) {
                    let message =
                        format!("the command `{}` leads to `{}`, which is not in the package", entry.name, entry.target.text);
                    report
                        .found(package.at(&manifest.path, entry.target.span), message)
                        .severity(Severity::Low)
                        .audience(Audience::Regular);
                }
            }
        }
    }
}

/// The manifest that the package manager reads.
fn is_its_own(manifest: &Manifest, ecosystem: Ecosystem) -> bool {
    match ecosystem {
        Ecosystem::Npm => manifest.path == "package.json",
        _ => {
            let depth = manifest.path.matches('/').count();
            let is_wheel = depth == 1 && manifest.path.ends_with(".dist-info/METADATA");
            manifest.kind == ManifestKind::PythonMetadata && (is_wheel || manifest.path == "PKG-INFO")
        }
    }
}

fn identity(
    manifest: &Manifest,
    ecosystem: Ecosystem,
    (name, version): (&str, &str),
    package: &PackageEvidence<'_>,
    report: &mut Report<'_>,
) {
    let said = manifest.name.as_ref().map_or("", |name| &name.text);
    if canonical(ecosystem, said) != canonical(ecosystem, name) {
        let span = manifest.name.as_ref().map_or(Span::UNKNOWN, |name| name.span);
        report.found(
            package.at(&manifest.path, span),
            format!("it was fetched as `{name}`, and its manifest calls it `{said}`"),
        );
    }
    let said = manifest.version.as_ref().map_or("", |version| &version.text);
    let is_same = said == version
        || Release::read(ecosystem, said).is_some_and(|found| Some(found) == Release::read(ecosystem, version));
    if !is_same {
        let span = manifest.version.as_ref().map_or(Span::UNKNOWN, |version| version.span);
        report.found(
            package.at(&manifest.path, span),
            format!("it was fetched as version {version}, and its manifest says `{said}`"),
        );
    }
}

fn is_missing(entry: &EntryPoint, package: &PackageEvidence<'_>) -> bool {
    let path = entry.target.text.trim_start_matches("./").trim_end_matches('/');
    let there = |ending: &str| package.bundle.file(&format!("{path}{ending}")).is_some();
    // What could not be read may be there all the same.
    let is_unread = || package.bundle.unread.iter().any(|unread| unread.path.ends_with(path));
    !["", ".js", ".mjs", ".cjs", ".json", "/index.js"].iter().any(|ending| there(ending))
        && !path.contains("..")
        && !is_unread()
}
