//! The name can be taken for that of another listing by somebody else.

use portcullis_model::{Audience, Confidence, Severity};

use crate::listed::ListingEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A name that differs from that of an older or more used listing by a slip of the hand, by characters that look alike, by the order
    /// of its words or by words that say nothing, and that somebody else publishes. Forks, moved packages and the same maintainer are
    /// left out.
    ///
    /// ## Why it matters
    ///
    /// People and models type names from memory, and registries take the first who asks (T01, X03).
    ///
    /// ## Examples
    ///
    /// ```listing bad
    /// listing npm mcp-weatherly publisher=eve
    /// like npm weatherly-mcp publisher=ann
    /// ```
    ///
    /// ```listing good
    /// listing npm mcp-weatherly publisher=ann
    /// like npm weatherly-mcp publisher=ann
    /// ```
    ///
    /// ```listing good
    /// listing npm mcp-weatherly publisher=ann
    /// like npm mcp-payments publisher=bob
    /// ```
    pub(crate) struct LookAlikeListing {
        id: "look-alike-listing",
        summary: "the name can be taken for that of another listing by somebody else",
        severity: Medium,
        confidence: Medium,
        threats: [NamespaceTyposquatting, AffixSquatting],
        entry: Listing,
        remedy: "Make sure that this is the one you mean: compare publisher, age and use.",
        references: ["CWE-1007", "arXiv 2510.16558"],
        since: "0.1.0",
    }
}

/// Others that are told one by one.
const TOLD: usize = 3;

impl Rule for LookAlikeListing {
    fn check_listing(&self, listing: &ListingEvidence<'_>, report: &mut Report<'_>) {
        let theirs = listing.likenesses.iter().filter(|other| other.benign.is_none());
        for other in theirs.take(TOLD) {
            let severity = match other.confidence {
                Confidence::Low => Severity::Low,
                Confidence::Medium => Severity::Medium,
                _ => Severity::High,
            };
            let draft = report
                .found(listing.at("name"), other.explanation.clone())
                .severity(severity)
                .confidence(other.confidence)
                .evidence(format!("{}: {}", other.registry, other.name));
            // Honest names look like that every day: they are counted in groups and told to those who ask for all.
            if other.confidence == Confidence::Low {
                draft.audience(Audience::Pedantic);
            }
        }
    }
}
