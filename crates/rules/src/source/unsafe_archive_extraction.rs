//! Archives whose entries are written where they say.

use portcullis_source::library::SinkKind;

use crate::evidence::SourceEvidence;
use crate::flows;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// An archive that a tool unpacks without a check of the names of its entries, or without the filter of the library.
    ///
    /// ## Why it matters
    ///
    /// An entry `../../.bashrc`, or a link followed by a file through it, is written outside the folder.
    ///
    /// ## What it takes as a check
    ///
    /// `filter=\"data\"` of `tarfile`, a check that the real path of each entry stays in the folder.
    ///
    /// ## Examples
    ///
    /// ```python bad
    /// import tarfile
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def unpack(archive: str) -> str:
    ///     """Unpacks a theme."""
    ///     tarfile.open(archive).extractall("/srv/themes", filter="fully_trusted")
    ///     return "done"
    /// ```
    ///
    /// ```python good
    /// import tarfile
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def unpack(archive: str) -> str:
    ///     """Unpacks a theme."""
    ///     tarfile.open(archive).extractall("/srv/themes", filter="data")
    ///     return "done"
    /// ```
    pub(crate) struct UnsafeArchiveExtraction {
        id: "unsafe-archive-extraction",
        summary: "an archive is unpacked to wherever its entries say",
        severity: High,
        confidence: Medium,
        threats: [SandboxEscape, CommandInjection],
        entry: Source,
        remedy: "Use the safe filter of the library, or check the real path of every entry before it is written.",
        references: ["CWE-22", "CWE-59"],
        since: "0.1.0",
    }
}

impl Rule for UnsafeArchiveExtraction {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        for case in flows::cases(source, &[SinkKind::Archive]) {
            case.report("name[s] the archive that `{}` unpacks to wherever its entries say", report);
        }
    }
}
