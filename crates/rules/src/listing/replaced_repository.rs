//! Another repository stands where the listed one was.

use portcullis_supply::ownership::{Detector, LinkState};

use crate::listed::{ListingEvidence, tell};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A repository whose immutable id is another one than the listing or an earlier look recorded, or that was made after the listing
    /// was published.
    ///
    /// ## Why it matters
    ///
    /// This is what a hijacked listing looks like afterwards: the same address, another thing behind it (X01).
    ///
    /// ## Examples
    ///
    /// ```listing bad
    /// listing official com.example/tool repository=https://github.com/ann/tool id=7
    /// https://github.com/ann/tool 1 present id=8
    /// ```
    ///
    /// ```listing bad
    /// listing mcp.so ann/tool repository=https://github.com/ann/tool
    /// https://github.com/ann/tool 1 present id=7
    /// https://github.com/ann/tool 3 present id=8
    /// ```
    ///
    /// ```listing good
    /// listing official com.example/tool repository=https://github.com/ann/tool id=7
    /// https://github.com/ann/tool 1 present id=7
    /// ```
    pub(crate) struct ReplacedRepository {
        id: "replaced-repository",
        summary: "another repository stands where the listed one was",
        severity: Critical,
        confidence: Certain,
        threats: [MaintainerHijacking],
        entry: Listing,
        remedy: "Do not install it; compare it with what you had, and tell the registry.",
        references: ["CWE-345", "CWE-672"],
        since: "0.1.0",
    }
}

impl Rule for ReplacedRepository {
    fn check_listing(&self, listing: &ListingEvidence<'_>, report: &mut Report<'_>) {
        if matches!(listing.link_state(), Some(LinkState::Resurrected { .. })) {
            tell(listing, &[Detector::Repository], "repository", report);
        }
    }
}
