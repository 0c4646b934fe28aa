//! The released file is not the one that was listed.

use portcullis_supply::ownership::Detector;

use crate::listed::{ListingEvidence, tell};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A file of a release whose SHA-256 is not the one that the listing declares, or that is gone with its owner (detector H7).
    ///
    /// ## Why it matters
    ///
    /// The digest is the only thing that ties a file to what was published; registries do not compute it again (T08).
    ///
    /// ## Examples
    ///
    /// ```listing bad
    /// listing official com.example/tool package=mcpb:https://github.com/ann/tool/releases/download/v1/tool.mcpb digest=aa
    /// mcpb:https://github.com/ann/tool/releases/download/v1/tool.mcpb 1 present sha256=bb
    /// ```
    ///
    /// ```listing good
    /// listing official com.example/tool package=mcpb:https://github.com/ann/tool/releases/download/v1/tool.mcpb digest=aa
    /// mcpb:https://github.com/ann/tool/releases/download/v1/tool.mcpb 1 present sha256=aa
    /// ```
    pub(crate) struct ReleaseMismatch {
        id: "release-mismatch",
        summary: "the released file is not the one that was listed",
        severity: Critical,
        confidence: Certain,
        threats: [InstallerSpoofing],
        entry: Listing,
        remedy: "Do not install the file; ask its publisher which one is right.",
        references: ["CWE-345", "CWE-494"],
        since: "0.1.0",
    }
}

impl Rule for ReleaseMismatch {
    fn check_listing(&self, listing: &ListingEvidence<'_>, report: &mut Report<'_>) {
        tell(listing, &[Detector::Release], "packages", report);
    }
}
