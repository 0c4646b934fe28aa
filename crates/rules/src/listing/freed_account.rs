//! The account that may publish under this name is free, or is another one than before.

use portcullis_supply::ownership::Detector;

use crate::listed::{ListingEvidence, tell};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A name in a registry whose namespace belongs to an account of a forge that does not exist any more, or whose immutable id
    /// is another one than when it was first seen (detector H1).
    ///
    /// ## Why it matters
    ///
    /// Registries ask for the login and not for its number: whoever registers a freed login may publish new versions of every
    /// server of the namespace, and everyone who has it configured runs them (X01).
    ///
    /// ## Examples
    ///
    /// ```listing bad
    /// listing official io.github.ann/tool
    /// github-account:ann 1 absent
    /// github-account:ann 3 absent
    /// ```
    ///
    /// ```listing bad
    /// listing official io.github.ann/tool
    /// github-account:ann 1 present id=7
    /// github-account:ann 3 present id=8
    /// ```
    ///
    /// ```listing good
    /// listing official io.github.ann/tool
    /// github-account:ann 1 present id=7
    /// github-account:ann 3 present id=7
    /// ```
    ///
    /// ```listing good
    /// listing official io.github.ann/tool
    /// github-account:ann 1 unknown
    /// github-account:ann 3 unknown
    /// ```
    pub(crate) struct FreedAccount {
        id: "freed-account",
        summary: "the account that may publish under this name is free, or is another one than before",
        severity: Critical,
        confidence: High,
        threats: [MaintainerHijacking],
        entry: Listing,
        remedy: "Do not install from this listing; tell its owner and the registry, and keep the name taken.",
        references: ["CWE-672", "arXiv 2510.16558"],
        since: "0.1.0",
    }
}

impl Rule for FreedAccount {
    fn check_listing(&self, listing: &ListingEvidence<'_>, report: &mut Report<'_>) {
        tell(listing, &[Detector::Account], "name", report);
    }
}
