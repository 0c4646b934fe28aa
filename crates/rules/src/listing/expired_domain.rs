//! A domain that the listing relies on can be registered, or changed hands.

use portcullis_supply::ownership::Detector;

use crate::listed::{ListingEvidence, tell};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A domain of the namespace, of a remote server or of a maintainer's mail that anybody can register, that is about to run out or
    /// was registered anew since the listing was published; a name under a platform that nobody has claimed (detectors H8, H9, H11).
    ///
    /// ## Why it matters
    ///
    /// Who has the domain has the server that clients talk to, the proof of the namespace, and the mail with the new password (X01).
    ///
    /// ## Examples
    ///
    /// ```listing bad
    /// listing official com.example-gone/tool remote=https://mcp.example-gone.com/mcp
    /// domain:example-gone.com 1 absent
    /// domain:example-gone.com 3 absent
    /// ```
    ///
    /// ```listing good
    /// listing official com.example/tool remote=https://mcp.example.com/mcp
    /// domain:example.com 1 present
    /// domain:example.com 3 present
    /// ```
    pub(crate) struct ExpiredDomain {
        id: "expired-domain",
        summary: "a domain that the listing relies on can be registered, or changed hands",
        severity: Critical,
        confidence: High,
        threats: [MaintainerHijacking],
        entry: Listing,
        remedy: "Take the address out of the configuration; its owner should renew the registration.",
        references: ["CWE-350", "CWE-672"],
        since: "0.1.0",
    }
}

impl Rule for ExpiredDomain {
    fn check_listing(&self, listing: &ListingEvidence<'_>, report: &mut Report<'_>) {
        tell(listing, &[Detector::Domain, Detector::Platform, Detector::Mail], "remotes", report);
    }
}
