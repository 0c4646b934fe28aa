//! Servers that anybody on the network may use.

use portcullis_model::{Audience, Confidence, Severity};
use portcullis_source::analysis::SourceKind;
use portcullis_source::library::{EffectKind, SinkKind};

use crate::evidence::SourceEvidence;
use crate::flows::{line_of, place};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A server that speaks the protocol over HTTP, listens on every interface (`0.0.0.0`, `::`, a port alone in Go) and never
    /// asks a request who sent it; a verifier of tokens that accepts any; a route for the operator that asks nobody.
    ///
    /// ## Why it matters
    ///
    /// Everybody in the same network may call the tools, with the rights of the server (T11, T13).
    ///
    /// ## What it takes as a check
    ///
    /// Any code that reads the Authorization header or an API key of a request, compares tokens in constant time, answers 401,
    /// or hands the server to a provider of authentication. What a proxy in front checks cannot be seen.
    ///
    /// ## Examples
    ///
    /// ```python bad
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("accounts", host="0.0.0.0", port=8080)
    ///
    /// @mcp.tool()
    /// def remove_account(user: str) -> str:
    ///     """Remove an account."""
    ///     return "removed"
    ///
    /// mcp.run(transport="streamable-http")
    /// ```
    ///
    /// ```python good
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("accounts", host="127.0.0.1", port=8080)
    ///
    /// @mcp.tool()
    /// def remove_account(user: str) -> str:
    ///     """Remove an account."""
    ///     return "removed"
    ///
    /// mcp.run(transport="streamable-http")
    /// ```
    pub(crate) struct OpenServer {
        id: "open-server",
        summary: "anybody on the network may use the server",
        severity: High,
        confidence: Medium,
        threats: [UnauthorizedAccess, SandboxEscape],
        entry: Source,
        remedy: "Listen on the loopback, or ask every request for a token and compare it with the one that is expected.",
        references: ["CWE-306", "CWE-287", "MCP specification, Authorization"],
        since: "0.1.0",
    }
}

impl Rule for OpenServer {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        let serving = &source.analysis.serving;
        if serving.over_http && !serving.authenticates {
            for listen in &serving.listens {
                // What is not said is every interface in Express too, but seldom meant so: it is told where it is worst.
                let is_told = listen.is_everywhere() || starts_what_is_sent(source);
                let audience = if is_told { Audience::Regular } else { Audience::Pedantic };
                if !listen.is_everywhere() && listen.given {
                    continue;
                }
                report
                    .found(place(&listen.spot), "the server listens on every interface and asks nobody who they are")
                    .evidence(line_of(source, &listen.spot).unwrap_or_default())
                    .severity(if is_dangerous(source) { Severity::High } else { Severity::Medium })
                    .audience(audience);
            }
        }
        for verifier in &serving.open_verifiers {
            report
                .found(place(&verifier.spot), format!("`{}` grants access for any token", verifier.what))
                .evidence(line_of(source, &verifier.spot).unwrap_or_default())
                .severity(Severity::High)
                .confidence(Confidence::High);
        }
        if !serving.authenticates {
            for route in &serving.open_routes {
                report
                    .found(place(&route.spot), format!("route `{}` changes something and asks nobody", route.what))
                    .evidence(line_of(source, &route.spot).unwrap_or_default())
                    .severity(Severity::Medium);
            }
        }
    }
}

/// Whether a request decides which program is started or which code runs.
fn starts_what_is_sent(source: &SourceEvidence<'_>) -> bool {
    source.analysis.flows.iter().any(|flow| {
        flow.source.kind == SourceKind::Request
            && matches!(flow.sink, SinkKind::Arguments | SinkKind::Shell | SinkKind::Code)
    })
}

/// Whether a tool starts programs, or deletes or writes.
fn is_dangerous(source: &SourceEvidence<'_>) -> bool {
    source.analysis.offers.iter().flat_map(|offer| &offer.effects).any(|effect| {
        matches!(
            effect.kind,
            EffectKind::Process | EffectKind::Evaluate | EffectKind::Delete | EffectKind::Write
        )
    })
}
