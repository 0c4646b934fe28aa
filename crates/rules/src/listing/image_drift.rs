//! The image behind the listed tag is not the one that was listed.

use portcullis_supply::ownership::Detector;

use crate::listed::{ListingEvidence, tell};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A container image whose digest changed behind the same tag, differs from the one that the listing declares, or that is gone
    /// (detector H6).
    ///
    /// ## Why it matters
    ///
    /// A tag can be moved at any time: what was looked at is not what runs (T08).
    ///
    /// ## Examples
    ///
    /// ```listing bad
    /// listing official com.example/tool package=oci:ghcr.io/ann/tool:1
    /// oci:ghcr.io/ann/tool:1 1 present digest=sha256:aa
    /// oci:ghcr.io/ann/tool:1 3 present digest=sha256:bb
    /// ```
    ///
    /// ```listing good
    /// listing official com.example/tool package=oci:ghcr.io/ann/tool:1
    /// oci:ghcr.io/ann/tool:1 1 present digest=sha256:aa
    /// oci:ghcr.io/ann/tool:1 3 present digest=sha256:aa
    /// ```
    pub(crate) struct ImageDrift {
        id: "image-drift",
        summary: "the image behind the listed tag is not the one that was listed",
        severity: Medium,
        confidence: Certain,
        threats: [InstallerSpoofing],
        entry: Listing,
        remedy: "Pin the image by its digest.",
        references: ["CWE-494"],
        since: "0.1.0",
    }
}

impl Rule for ImageDrift {
    fn check_listing(&self, listing: &ListingEvidence<'_>, report: &mut Report<'_>) {
        tell(listing, &[Detector::Image], "packages", report);
    }
}
