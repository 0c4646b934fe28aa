//! The listing leads to nothing that could be used.

use portcullis_model::Severity;
use portcullis_supply::ownership::LinkState;

use crate::listed::ListingEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A listing whose repository is gone while its owner is there, empty, without a README, or without an example of a configuration.
    ///
    /// ## Why it matters
    ///
    /// A listing that leads nowhere wastes the time of people and invites others to offer what it promised (X05).
    ///
    /// ## Examples
    ///
    /// ```listing bad
    /// listing mcp.so ann/tool repository=https://github.com/ann/tool
    /// https://github.com/ann/tool 1 empty
    /// ```
    ///
    /// ```listing bad
    /// listing mcp.so ann/tool repository=https://github.com/ann/tool
    /// https://github.com/ann/tool 1 present readme=no
    /// ```
    ///
    /// ```listing bad
    /// listing mcp.so ann/tool repository=https://github.com/ann/tool
    /// https://github.com/ann/tool 1 absent
    /// github-account:ann 1 present
    /// ```
    ///
    /// ```listing good
    /// listing mcp.so ann/tool repository=https://github.com/ann/tool
    /// https://github.com/ann/tool 1 present readme=yes configuration=yes
    /// ```
    ///
    /// ```listing good
    /// listing mcp.so ann/tool repository=https://github.com/ann/tool
    /// https://github.com/ann/tool 1 unknown
    /// ```
    pub(crate) struct DeadListing {
        id: "dead-listing",
        summary: "the listing leads to nothing that could be used",
        severity: Low,
        confidence: High,
        threats: [DeadListing],
        entry: Listing,
        remedy: "Look for the server elsewhere; ask the registry to take the listing down.",
        references: ["arXiv 2510.16558"],
        since: "0.1.0",
    }
}

impl Rule for DeadListing {
    fn check_listing(&self, listing: &ListingEvidence<'_>, report: &mut Report<'_>) {
        let Some(link) = listing.link else { return };
        let (what, severity) = match link.state {
            LinkState::GoneOwnerPresent => ("the repository is gone, or private; its owner is there", Severity::Low),
            LinkState::Empty => ("the repository is empty", Severity::Low),
            LinkState::NoReadme => ("the repository says nothing of itself: it has no README", Severity::Info),
            LinkState::NoConfiguration => ("the README shows no configuration", Severity::Info),
            LinkState::Withheld => ("the forge holds the repository back", Severity::Low),
            _ => return,
        };
        report
            .found(listing.at("repository"), what)
            .severity(severity)
            .confidence(link.confidence)
            .evidence(link.subject.to_string());
    }
}
