//! Arguments that may hold a line end where a line ends a header.

use portcullis_source::library::SinkKind;

use crate::evidence::SourceEvidence;
use crate::flows;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// An argument of a tool that becomes a header of a mail, a request or an answer, or a part of a message of such a protocol
    /// written by hand, without a check for line ends.
    ///
    /// ## Why it matters
    ///
    /// A line end adds another header: a hidden recipient of a mail, a cookie, a second answer.
    ///
    /// ## Examples
    ///
    /// ```python bad
    /// import smtplib
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def send(subject: str) -> str:
    ///     """Sends a mail to the team."""
    ///     message = f"Subject: {subject}\r\nTo: team@example.com\r\n\r\nHello"
    ///     smtplib.SMTP("localhost").sendmail("bot@example.com", ["team@example.com"], message)
    ///     return "sent"
    /// ```
    ///
    /// ```python good
    /// import smtplib
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def send(subject: str) -> str:
    ///     """Sends a mail to the team."""
    ///     if "\n" in subject or "\r" in subject:
    ///         raise ValueError("one line only")
    ///     message = f"Subject: {subject}\r\nTo: team@example.com\r\n\r\nHello"
    ///     smtplib.SMTP("localhost").sendmail("bot@example.com", ["team@example.com"], message)
    ///     return "sent"
    /// ```
    pub(crate) struct HeaderInjection {
        id: "header-injection",
        summary: "an argument of a tool can add headers to a mail, a request or an answer",
        severity: Medium,
        confidence: Medium,
        threats: [CommandInjection, ParasiticToolchain],
        entry: Source,
        remedy: "Refuse line ends, or use a library that builds the message and refuses them.",
        references: ["CWE-113", "CWE-93"],
        since: "0.1.0",
    }
}

impl Rule for HeaderInjection {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        for case in flows::cases(source, &[SinkKind::Header, SinkKind::Message]) {
            case.report("become[s] part of the headers that `{}` sends, line ends included", report);
        }
    }
}
