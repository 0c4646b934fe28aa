//! Tokens of callers that are sent on to other services.

use crate::evidence::SourceEvidence;
use crate::flows::{line_of, place};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A server that takes the Authorization header of its caller, or all of the caller's headers, and sends it to another
    /// service. It is followed through variables, arguments and results; a token that is exchanged for another is not told.
    ///
    /// ## Why it matters
    ///
    /// The token was made for this server. The other service cannot tell who asks, and a token that it accepts can be used past
    /// every check of the server; the specification forbids it (T13).
    ///
    /// ## Examples
    ///
    /// ```python bad
    /// import httpx
    /// from mcp.server.fastmcp import Context, FastMCP
    ///
    /// mcp = FastMCP("invoices")
    ///
    /// @mcp.tool()
    /// def invoices(ctx: Context) -> str:
    ///     """List the open invoices."""
    ///     request = ctx.request_context.request
    ///     headers = {"Authorization": request.headers["authorization"]}
    ///     return httpx.get("https://billing.example.com/invoices", headers=headers).text
    /// ```
    ///
    /// ```python good
    /// import os
    /// import httpx
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("invoices")
    ///
    /// @mcp.tool()
    /// def invoices() -> str:
    ///     """List the open invoices."""
    ///     headers = {"Authorization": f"Bearer {os.environ['BILLING_TOKEN']}"}
    ///     return httpx.get("https://billing.example.com/invoices", headers=headers).text
    /// ```
    pub(crate) struct TokenPassedOn {
        id: "token-passed-on",
        summary: "the token of a caller is sent on to another service",
        severity: Medium,
        confidence: High,
        threats: [UnauthorizedAccess, CredentialTheft],
        entry: Source,
        remedy: "Check that the token is meant for this server, and ask the other service with a token of its own.",
        references: ["CWE-441", "CWE-522", "MCP specification, Security Best Practices"],
        since: "0.1.0",
    }
}

impl Rule for TokenPassedOn {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        for token in &source.analysis.serving.passed_tokens {
            report
                .found(place(&token.spot), format!("{} is sent on to another service", token.what))
                .evidence(line_of(source, &token.spot).unwrap_or_default());
        }
    }
}
