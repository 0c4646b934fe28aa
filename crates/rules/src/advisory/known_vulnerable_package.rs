//! Packages with versions that advisories speak of.

use portcullis_model::{Audience, Severity};

use crate::evidence::{Advised, InUse};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A version with a published advisory: of the package that is scanned, of a dependency that it locks or pins, or of a
    /// package that a configured server is launched from. The advisories are those of the local database
    /// (`portcullis advisories update`).
    ///
    /// ## Why it matters
    ///
    /// The way in is published. A version that was vulnerable comes back when an old pin, an old lock file or an old
    /// copy is used again (T14).
    ///
    /// ## Examples
    ///
    /// ```advisory bad
    /// npm:some-mcp@1.1.0
    /// {"id": "GHSA-xxxx-0000-0000", "summary": "Any path can be read.", "affected": [{"package": {"ecosystem": "npm", "name": "some-mcp"},
    ///  "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.2.0"}]}]}]}
    /// ```
    ///
    /// ```advisory good
    /// npm:some-mcp@1.2.0
    /// {"id": "GHSA-xxxx-0000-0000", "summary": "Any path can be read.", "affected": [{"package": {"ecosystem": "npm", "name": "some-mcp"},
    ///  "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.2.0"}]}]}]}
    /// ```
    pub(crate) struct KnownVulnerablePackage {
        id: "known-vulnerable-package",
        summary: "a version of a package has a published vulnerability",
        severity: High,
        confidence: Certain,
        threats: [VulnerableVersionRedeployed],
        entry: Advisory,
        remedy: "Use a version that no advisory affects.",
        references: ["CWE-1395"],
        since: "0.1.0",
    }
}

/// Ids that a message names; the rest is counted.
const NAMED: usize = 4;

impl Rule for KnownVulnerablePackage {
    fn check_advised(&self, package: &Advised<'_>, report: &mut Report<'_>) {
        let known: Vec<_> = package.advisories.iter().filter(|advisory| !advisory.is_malicious()).collect();
        let Some(first) = known.first() else { return };
        let mut ids: Vec<String> = known.iter().take(NAMED).map(|advisory| advisory.id.clone()).collect();
        if known.len() > NAMED {
            ids.push(format!("{} more", known.len() - NAMED));
        }
        let rated = known.iter().filter_map(|advisory| advisory.severity).max().unwrap_or(Severity::Medium);
        let (what, severity) = match package.in_use {
            InUse::Scanned => ("", rated),
            InUse::Launched => ("the server is launched from ", rated),
            // Whether the package reaches what is vulnerable in a dependency is not known.
            InUse::Dependency => ("the package depends on ", rated.min(Severity::Medium)),
        };
        let audience =
            if severity < Severity::Medium { Audience::Pedantic } else { Audience::Regular };
        let message =
            format!("{what}`{}` {}, which {} affects", package.name, package.version, ids.join(", "));
        let remedy = match package.secure {
            Some(version) => format!("Use at least `{}` {version}, the first one that no advisory affects.", package.name),
            None => format!("No version of `{}` is known to be without it: use another package.", package.name),
        };
        report
            .found(package.location.clone(), message)
            .evidence(format!("{}: {}", first.id, first.summary))
            .severity(severity)
            .audience(audience)
            .remedy(remedy);
    }
}
