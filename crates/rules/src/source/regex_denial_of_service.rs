//! Regular expressions that one call can make run for ever.

use portcullis_source::library::SinkKind;

use crate::evidence::SourceEvidence;
use crate::flows;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// An argument of a tool that becomes the source of a regular expression of a backtracking engine, or that an expression which
    /// backtracks exponentially is matched against.
    ///
    /// ## Why it matters
    ///
    /// One call of a few dozen characters occupies the server for hours, and with it every client of it.
    ///
    /// ## What it takes as a check
    ///
    /// The escape function of the language, an engine of linear time (Go's, `re2`), a limit of the length.
    ///
    /// ## Examples
    ///
    /// ```python bad
    /// import re
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def find(pattern: str) -> str:
    ///     """Searches the notes."""
    ///     return str(re.findall(pattern, open("notes.txt").read()))
    /// ```
    ///
    /// ```python good
    /// import re
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def find(text: str) -> str:
    ///     """Searches the notes."""
    ///     return str(re.findall(re.escape(text), open("notes.txt").read()))
    /// ```
    pub(crate) struct RegexDenialOfService {
        id: "regex-denial-of-service",
        summary: "an argument of a tool can make a regular expression run for ever",
        severity: Medium,
        confidence: Medium,
        threats: [ResourceExhaustion, CommandInjection],
        entry: Source,
        remedy: "Escape what the caller gives, or use an engine of linear time; limit the length of the text.",
        references: ["CWE-1333"],
        since: "0.1.0",
    }
}

impl Rule for RegexDenialOfService {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        for case in flows::cases(source, &[SinkKind::Regex, SinkKind::Subject]) {
            let does = if case.sink() == Some(SinkKind::Subject) {
                "[is] matched by `{}` against an expression that backtracks without end"
            } else {
                "become[s] the regular expression that `{}` compiles"
            };
            case.report(does, report);
        }
    }
}
