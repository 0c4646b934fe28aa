//! A package that the listing installs does not exist, or is not whose the listing says.

use portcullis_supply::ownership::Detector;

use crate::listed::{ListingEvidence, tell};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A package that a listing tells clients to install and that its registry does not know, that was quarantined, whose maintainers
    /// all changed, or that is younger than the listing (detectors H3 to H5).
    ///
    /// ## Why it matters
    ///
    /// Most package registries give a free name to whoever asks first: the next one to publish it is installed by every client of the
    /// listing (X01).
    ///
    /// ## Examples
    ///
    /// ```listing bad
    /// listing official com.example/tool package=npm:tool-that-is-gone
    /// npm:tool-that-is-gone 1 absent
    /// npm:tool-that-is-gone 3 absent
    /// ```
    ///
    /// ```listing bad
    /// listing official com.example/tool package=pypi:tool
    /// pypi:tool 1 present quarantined=yes
    /// ```
    ///
    /// ```listing good
    /// listing official com.example/tool package=npm:tool
    /// npm:tool 1 present
    /// npm:tool 3 present
    /// ```
    ///
    /// ```listing good
    /// listing official com.example/tool package=npm:tool
    /// npm:tool 1 unknown
    /// ```
    pub(crate) struct FreePackageName {
        id: "free-package-name",
        summary: "a package that the listing installs does not exist, or is not whose the listing says",
        severity: Critical,
        confidence: High,
        threats: [MaintainerHijacking],
        entry: Listing,
        remedy: "Do not install it; publish a placeholder under the name, or take the package out of the listing.",
        references: ["CWE-1357", "arXiv 2510.16558"],
        since: "0.1.0",
    }
}

impl Rule for FreePackageName {
    fn check_listing(&self, listing: &ListingEvidence<'_>, report: &mut Report<'_>) {
        tell(listing, &[Detector::Npm, Detector::Pypi, Detector::Package], "packages", report);
    }
}
