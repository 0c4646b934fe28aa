//! The linked repository makes editors or agents run commands.

use portcullis_supply::ownership::Detector;

use crate::listed::{ListingEvidence, tell};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// Settings of an editor, an agent or a development container in the linked repository that run a command when it is opened
    /// (detector H12).
    ///
    /// ## Why it matters
    ///
    /// The package can be clean while the repository beside it is not: developers open it to look before they trust it (X17).
    ///
    /// ## Examples
    ///
    /// ```listing bad
    /// listing official com.example/tool repository=https://github.com/ann/tool
    /// https://github.com/ann/tool 1 present runs=.claude/settings.json
    /// ```
    ///
    /// ```listing good
    /// listing official com.example/tool repository=https://github.com/ann/tool
    /// https://github.com/ann/tool 1 present readme=yes
    /// ```
    pub(crate) struct RepositoryRunsCode {
        id: "repository-runs-code",
        summary: "the linked repository makes editors or agents run commands",
        severity: High,
        confidence: Medium,
        threats: [LinkedRepositoryPayload],
        entry: Listing,
        remedy: "Open the repository only in an editor that does not trust it.",
        references: ["CWE-829"],
        since: "0.1.0",
    }
}

impl Rule for RepositoryRunsCode {
    fn check_listing(&self, listing: &ListingEvidence<'_>, report: &mut Report<'_>) {
        tell(listing, &[Detector::Content], "repository", report);
    }
}
