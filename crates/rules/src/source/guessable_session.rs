//! Session identifiers that can be guessed.

use crate::evidence::SourceEvidence;
use crate::flows::{line_of, place};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A server over HTTP whose session identifiers are made of the time, a counter or a generator of numbers that can be
    /// predicted (`Math.random`, Python's `random`), and of nothing that cannot be guessed.
    ///
    /// ## Why it matters
    ///
    /// Whoever guesses the identifier continues somebody else's session (T13, X13).
    ///
    /// ## Examples
    ///
    /// ```python bad
    /// import time
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("baskets")
    /// baskets = {}
    ///
    /// @mcp.tool()
    /// def open_basket() -> str:
    ///     """Open a basket."""
    ///     session = f"basket-{int(time.time())}"
    ///     baskets[session] = []
    ///     return session
    ///
    /// mcp.run(transport="streamable-http")
    /// ```
    ///
    /// ```python good
    /// import secrets
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("baskets")
    /// baskets = {}
    ///
    /// @mcp.tool()
    /// def open_basket() -> str:
    ///     """Open a basket."""
    ///     session = secrets.token_urlsafe(32)
    ///     baskets[session] = []
    ///     return session
    ///
    /// mcp.run(transport="streamable-http")
    /// ```
    pub(crate) struct GuessableSession {
        id: "guessable-session",
        summary: "the identifiers of sessions can be guessed",
        severity: Medium,
        confidence: High,
        threats: [UnauthorizedAccess, CrossSessionContamination],
        entry: Source,
        remedy: "Take identifiers from the generator for secrets: `secrets.token_urlsafe`, `crypto.randomUUID`, `crypto/rand`.",
        references: ["CWE-330", "CWE-340", "MCP specification, Transports"],
        since: "0.1.0",
    }
}

impl Rule for GuessableSession {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        let serving = &source.analysis.serving;
        for session in serving.guessable_sessions.iter().filter(|_| serving.over_http) {
            report
                .found(place(&session.spot), format!("the identifier of a session is made of {}", session.what))
                .evidence(line_of(source, &session.spot).unwrap_or_default());
        }
    }
}
