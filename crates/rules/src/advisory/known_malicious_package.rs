//! Packages that were published to do harm.

use crate::evidence::Advised;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A package, or a version of it, that the local advisory database lists as malicious (`MAL-…`): scanned, launched by a
    /// configuration, or locked as a dependency.
    ///
    /// ## Why it matters
    ///
    /// Such a package was looked at by somebody and found to steal, destroy or open a door (X18). To install it is enough.
    ///
    /// ## Examples
    ///
    /// ```advisory bad
    /// pypi:some-mcp@1.0
    /// {"id": "MAL-0000-1", "summary": "Sends environment variables away.", "affected": [{"package": {"ecosystem": "PyPI", "name": "some-mcp"},
    ///  "versions": ["1.0"]}]}
    /// ```
    ///
    /// ```advisory good
    /// pypi:some-mcp@1.1
    /// {"id": "MAL-0000-1", "summary": "Sends environment variables away.", "affected": [{"package": {"ecosystem": "PyPI", "name": "some-mcp"},
    ///  "versions": ["1.0"]}]}
    /// ```
    pub(crate) struct KnownMaliciousPackage {
        id: "known-malicious-package",
        summary: "a package is known to be malicious",
        severity: Critical,
        confidence: Certain,
        threats: [MaliciousPackage],
        entry: Advisory,
        remedy: "Remove the package, and change every secret that it could read.",
        references: ["CWE-506"],
        since: "0.1.0",
    }
}

impl Rule for KnownMaliciousPackage {
    fn check_advised(&self, package: &Advised<'_>, report: &mut Report<'_>) {
        let Some(advisory) = package.advisories.iter().find(|advisory| advisory.is_malicious()) else { return };
        let message =
            format!("`{}` {} is listed as malicious ({})", package.name, package.version, advisory.id);
        report.found(package.location.clone(), message).evidence(advisory.summary.clone());
    }
}
