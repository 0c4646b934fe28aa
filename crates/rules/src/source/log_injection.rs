//! Arguments that may hold a line end where a line is an entry of a log.

use portcullis_source::library::SinkKind;

use crate::evidence::SourceEvidence;
use crate::flows;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// An argument of a tool that is written to a log of lines as it is, line ends included.
    ///
    /// ## Why it matters
    ///
    /// A line end forges an entry: the log says that another user did it, or that nothing happened. Who reads logs with an agent
    /// also hands it the text.
    ///
    /// ## Examples
    ///
    /// ```python bad
    /// import logging
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def visit(name: str) -> str:
    ///     """Notes a visit."""
    ///     logging.info("visit of " + name)
    ///     return "noted"
    /// ```
    ///
    /// ```python good
    /// import logging
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def visit(name: str) -> str:
    ///     """Notes a visit."""
    ///     logging.info("visit of %r", name.replace("\r", "").replace("\n", ""))
    ///     return "noted"
    /// ```
    pub(crate) struct LogInjection {
        id: "log-injection",
        summary: "an argument of a tool can forge entries of a log",
        severity: Low,
        confidence: Medium,
        audience: Pedantic,
        threats: [AuditTampering],
        entry: Source,
        remedy: "Remove line ends or write entries as JSON.",
        references: ["CWE-117"],
        since: "0.1.0",
    }
}

impl Rule for LogInjection {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        for case in flows::cases(source, &[SinkKind::Log]) {
            case.report("[is] written to a log by `{}`, line ends included", report);
        }
    }
}
