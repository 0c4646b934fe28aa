//! The link redirects, and the old name it redirects from can be registered.

use portcullis_supply::ownership::{Detector, LinkState, Presence};

use crate::listed::{ListingEvidence, tell};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A link to a repository that was renamed or handed on, while the login it names does not exist any more.
    ///
    /// ## Why it matters
    ///
    /// The redirect holds only until somebody takes the old name: from then on the link leads to their repository, and nothing else
    /// changes (X02).
    ///
    /// ## Examples
    ///
    /// ```listing bad
    /// listing mcp.so ann/tool repository=https://github.com/ann/tool
    /// https://github.com/ann/tool 1 moved moved-to=bob/tool
    /// github-account:ann 1 absent
    /// github-account:ann 3 absent
    /// ```
    ///
    /// ```listing good
    /// listing mcp.so ann/tool repository=https://github.com/ann/tool
    /// https://github.com/ann/tool 1 moved moved-to=bob/tool
    /// github-account:ann 1 present
    /// ```
    ///
    /// ```listing good
    /// listing mcp.so ann/tool repository=https://github.com/ann/tool
    /// https://github.com/ann/tool 1 moved moved-to=ann/tools
    /// github-account:ann 1 present
    /// ```
    pub(crate) struct HijackableRedirect {
        id: "hijackable-redirect",
        summary: "the link redirects, and the old name it redirects from can be registered",
        severity: Critical,
        confidence: High,
        threats: [RedirectionHijacking],
        entry: Listing,
        remedy: "Use the address that the link leads to now, and ask the registry to correct the listing.",
        references: ["CWE-601", "arXiv 2510.16558"],
        since: "0.1.0",
    }
}

impl Rule for HijackableRedirect {
    fn check_listing(&self, listing: &ListingEvidence<'_>, report: &mut Report<'_>) {
        if let Some(LinkState::Redirected { old_owner: Presence::Absent | Presence::Missing, .. }) =
            listing.link_state()
        {
            tell(listing, &[Detector::Repository], "repository", report);
        }
    }
}
