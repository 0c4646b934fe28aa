//! The published proof of who owns the namespace is gone, or has another key.

use portcullis_supply::ownership::Detector;

use crate::listed::{ListingEvidence, tell};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// The record under the domain that proved the publisher is missing three looks in a row, or its key changed (detector H10).
    ///
    /// ## Why it matters
    ///
    /// Nothing is asked again after a server is published: a proof that is gone is the first sign of a domain that changed hands (X01).
    ///
    /// ## Examples
    ///
    /// ```listing bad
    /// listing official com.example/tool
    /// domain:example.com 1 present
    /// proof:example.com 1 absent
    /// proof:example.com 3 absent
    /// proof:example.com 5 absent
    /// ```
    ///
    /// ```listing good
    /// listing official com.example/tool
    /// domain:example.com 1 present
    /// proof:example.com 1 present key=a
    /// proof:example.com 3 present key=a
    /// ```
    pub(crate) struct LostProof {
        id: "lost-proof",
        summary: "the published proof of who owns the namespace is gone, or has another key",
        severity: Low,
        confidence: High,
        threats: [MaintainerHijacking],
        entry: Listing,
        remedy: "Ask the owner of the domain; treat new versions as unverified until the proof is back.",
        references: ["CWE-346"],
        since: "0.1.0",
    }
}

impl Rule for LostProof {
    fn check_listing(&self, listing: &ListingEvidence<'_>, report: &mut Report<'_>) {
        tell(listing, &[Detector::Proof], "name", report);
    }
}
