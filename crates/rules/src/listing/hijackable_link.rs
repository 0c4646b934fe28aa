//! The listing points to an account that whoever comes next can register.

use portcullis_supply::ownership::{Detector, LinkState};

use crate::listed::{ListingEvidence, tell};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A link to a repository that is gone together with the account it belonged to, seen on two days; or gone while
    /// nobody could find out yet whether its owner is there.
    ///
    /// ## Why it matters
    ///
    /// Accounts that were deleted or renamed can be registered again: whoever does so owns what the listing points to (X01).
    ///
    /// ## Examples
    ///
    /// ```listing bad
    /// listing mcp.so ann/tool repository=https://github.com/ann/tool
    /// https://github.com/ann/tool 1 absent
    /// https://github.com/ann/tool 3 absent
    /// github-account:ann 1 absent
    /// github-account:ann 3 absent
    /// ```
    ///
    /// ```listing bad
    /// listing mcp.so ann/tool repository=https://github.com/ann/tool
    /// https://github.com/ann/tool 1 absent
    /// ```
    ///
    /// ```listing good
    /// listing mcp.so ann/tool repository=https://github.com/ann/tool
    /// https://github.com/ann/tool 1 present readme=yes
    /// ```
    ///
    /// ```listing good
    /// listing mcp.so ann/tool repository=https://github.com/ann/tool
    /// https://github.com/ann/tool 1 absent
    /// github-account:ann 1 present
    /// ```
    ///
    /// ```listing good
    /// listing mcp.so ann/tool repository=https://github.com/ann/tool
    /// https://github.com/ann/tool 1 unknown
    /// ```
    pub(crate) struct HijackableLink {
        id: "hijackable-link",
        summary: "the listing points to an account that whoever comes next can register",
        severity: Critical,
        confidence: High,
        threats: [MaintainerHijacking],
        entry: Listing,
        remedy: "Do not install from this listing; ask the registry to take it down.",
        references: ["CWE-672", "arXiv 2510.16558"],
        since: "0.1.0",
    }
}

impl Rule for HijackableLink {
    fn check_listing(&self, listing: &ListingEvidence<'_>, report: &mut Report<'_>) {
        if matches!(listing.link_state(), Some(LinkState::AbsentClaimable | LinkState::AbsentUnverified)) {
            tell(listing, &[Detector::Repository], "repository", report);
        }
    }
}
