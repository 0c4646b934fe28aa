//! Local servers that any web page may reach.

use portcullis_model::{Confidence, Severity};

use crate::evidence::SourceEvidence;
use crate::flows::{line_of, place};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A server on the loopback that speaks the protocol over HTTP, asks for no token and looks at neither Host nor Origin:
    /// a transport of the TypeScript SDK without `enableDnsRebindingProtection`, protection of the Python SDK that is switched
    /// off; an Origin or Host that is compared in part, so that others pass; and CORS that lets pages of every origin read
    /// with the user's credentials (`allow_origins=["*"]` with `allow_credentials=True` in Starlette, `origin: true` with
    /// `credentials: true` in Express).
    ///
    /// ## Why it matters
    ///
    /// A web page that the user looks at can give its own name the address 127.0.0.1 and then call every tool (DNS rebinding).
    /// `http://localhost` is also the beginning of `http://localhost.attacker.example`.
    ///
    /// ## What it takes as a check
    ///
    /// Any look at the `host` or `origin` header, the middleware of the SDK, `createMcpExpressApp`, a list of allowed hosts.
    ///
    /// ## Examples
    ///
    /// ```javascript bad
    /// import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
    /// import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
    /// import { createServer } from "node:http";
    ///
    /// const http = createServer(async (request, response) => {
    ///   const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
    ///   await new McpServer({ name: "example", version: "1.0.0" }).connect(transport);
    ///   await transport.handleRequest(request, response);
    /// });
    /// http.listen(7332, "127.0.0.1");
    /// ```
    ///
    /// ```javascript good
    /// import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
    /// import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
    /// import { createServer } from "node:http";
    ///
    /// const http = createServer(async (request, response) => {
    ///   const transport = new StreamableHTTPServerTransport({
    ///     sessionIdGenerator: undefined,
    ///     enableDnsRebindingProtection: true,
    ///     allowedHosts: ["127.0.0.1:7332"],
    ///   });
    ///   await new McpServer({ name: "example", version: "1.0.0" }).connect(transport);
    ///   await transport.handleRequest(request, response);
    /// });
    /// http.listen(7332, "127.0.0.1");
    /// ```
    pub(crate) struct RebindableServer {
        id: "rebindable-server",
        summary: "a web page may reach the local server",
        severity: Medium,
        confidence: High,
        threats: [UnauthorizedAccess, SandboxEscape],
        entry: Source,
        remedy: "Compare Host and Origin of every request with a list, whole; the SDKs do it where they are told to.",
        references: ["CWE-346", "CWE-350", "MCP specification, Transports"],
        since: "0.1.0",
    }
}

impl Rule for RebindableServer {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        let serving = &source.analysis.serving;
        let mut tell = |spot, message: String| {
            report
                .found(place(spot), message)
                .evidence(line_of(source, spot).unwrap_or_default())
                .severity(Severity::Medium)
                .confidence(Confidence::High);
        };
        let is_local = serving.listens.iter().any(|listen| listen.address.as_deref().is_some_and(is_loopback));
        if serving.over_http && is_local && !serving.authenticates && !serving.checks_host {
            for spot in &serving.unprotected {
                tell(spot, String::from("the server on the loopback looks at neither Host nor Origin"));
            }
        }
        if is_local && !serving.authenticates {
            for spot in &serving.switched_off {
                tell(spot, String::from("the protection against DNS rebinding is switched off"));
            }
        }
        let serves = serving.over_http || !serving.listens.is_empty();
        for origin in serving.loose_origins.iter().filter(|_| serves) {
            let message = format!("an origin is compared with `{}` in part: others pass too", origin.what);
            tell(&origin.spot, message);
        }
        for spot in serving.open_to_pages.iter().filter(|_| serves) {
            tell(spot, String::from("pages of every origin may read what it answers, with the user's credentials"));
        }
    }
}

fn is_loopback(address: &str) -> bool {
    address.starts_with("127.") || address.starts_with("localhost") || address.starts_with("::1") || address.starts_with("[::1]")
}
