//! The same server is listed with different owners.

use portcullis_supply::ownership::Detector;

use crate::listed::{ListingEvidence, tell};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// One server that several lists, or one list at several times, name with different owners, while no redirect explains it
    /// (detector H13).
    ///
    /// ## Why it matters
    ///
    /// A copy that takes the place of the original looks like this, and so does a listing that was taken over (X01, X02).
    ///
    /// ## Examples
    ///
    /// ```listing bad
    /// listing mcp.so ann/tool repository=https://github.com/ann/tool
    /// drift github-account:bob
    /// ```
    ///
    /// ```listing good
    /// listing mcp.so ann/tool repository=https://github.com/ann/tool
    /// https://github.com/ann/tool 1 present
    /// ```
    pub(crate) struct OwnerDrift {
        id: "owner-drift",
        summary: "the same server is listed with different owners",
        severity: Medium,
        confidence: Medium,
        threats: [MaintainerHijacking, RedirectionHijacking],
        entry: Listing,
        remedy: "Find out which owner is the original one before you install it.",
        references: ["CWE-345"],
        since: "0.1.0",
    }
}

impl Rule for OwnerDrift {
    fn check_listing(&self, listing: &ListingEvidence<'_>, report: &mut Report<'_>) {
        tell(listing, &[Detector::Drift], "repository", report);
    }
}
