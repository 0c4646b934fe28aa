//! A listing of a registry, with everything that was found out about what it relies on.

use portcullis_model::{Confidence, ItemKind, Listing, Location, Pointer};
use portcullis_supply::ownership::{Detector, LinkState, Standing, Verdict};

use crate::report::Report;

/// One listing and what is known of it.
#[derive(Debug, Clone, Copy)]
pub struct ListingEvidence<'a> {
    /// The listing.
    pub listing: &'a Listing,
    /// Where its link stands, when it names one.
    pub link: Option<&'a Standing>,
    /// What the detectors say of what it relies on.
    pub verdicts: &'a [Verdict],
    /// Other listings that it could be taken for.
    pub likenesses: &'a [Likeness],
    /// Credentials that were blanked when the listing was kept.
    pub leaks: &'a [LeakedSecret],
}

/// A credential that a listing tells everybody, without the credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeakedSecret {
    /// The member it stands in.
    pub field: String,
    /// What it is for, such as `github-personal-token`.
    pub kind: String,
    /// Its kind, length and last four characters.
    pub shown: String,
    /// How sure it is one.
    pub confidence: Confidence,
}

/// An older or more used listing that one could be taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Likeness {
    /// The registry of the other one.
    pub registry: String,
    /// Its name there.
    pub name: String,
    /// How likely a person mistakes one for the other.
    pub confidence: Confidence,
    /// How they resemble each other, a lower-case fragment.
    pub explanation: String,
    /// Why it is no squat after all: the same maintainer, the same server, another purpose. None when nothing speaks for it.
    pub benign: Option<String>,
}

impl ListingEvidence<'_> {
    /// A member of the listing as a place.
    pub(crate) fn at(&self, member: &str) -> Location {
        Location {
            item: Some(ItemKind::Listing),
            name: Some(format!("{}: {}", self.listing.registry, self.listing.name)),
            field: Some(Pointer::of(&[member])),
            ..Location::default()
        }
    }

    /// The state of its link.
    pub(crate) fn link_state(&self) -> Option<&LinkState> {
        self.link.map(|standing| &standing.state)
    }
}

/// Reports what these detectors say, with their own severity and confidence.
pub(crate) fn tell(
    evidence: &ListingEvidence<'_>,
    detectors: &[Detector],
    member: &str,
    report: &mut Report<'_>,
) {
    for verdict in evidence.verdicts.iter().filter(|verdict| detectors.contains(&verdict.detector)) {
        report
            .found(evidence.at(member), verdict.message.clone())
            .severity(verdict.severity)
            .confidence(verdict.confidence)
            .evidence(verdict.subject.to_string());
    }
}
