//! Arguments that choose which host the server asks.

use portcullis_source::library::SinkKind;

use crate::evidence::SourceEvidence;
use crate::flows;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// An argument of a tool that becomes the address of a request, or the part of it that names the host, without a check of
    /// the host.
    ///
    /// ## Why it matters
    ///
    /// The server reaches what the caller cannot: the metadata service of a cloud with its credentials, services on the same
    /// machine, the network inside. The answer goes back to the agent, and the request can carry data out.
    ///
    /// ## What it takes as a check
    ///
    /// An allow-list of hosts compared with the parsed host; a check of the resolved address for private ranges; a fixed host with
    /// the argument behind it, encoded.
    ///
    /// ## What is told as a note
    ///
    /// Where a tool openly asks the address that it is given, as one that fetches or a browser does, it is what the tool can do and no weakness of it: it is told with low severity. The
    /// criterion: what the caller gives arrives whole, not inside a text of the tool's own, and the tool's name, the first sentence
    /// of its description, the argument's name or the argument's description says so.
    ///
    /// ## Examples
    ///
    /// ```python bad
    /// import httpx
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def fetch(url: str) -> str:
    ///     """Reads a page."""
    ///     return httpx.get(url).text
    /// ```
    ///
    /// ```typescript bad
    /// import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
    /// import { z } from "zod";
    ///
    ///
    /// const server = new McpServer({ name: "example", version: "1.0.0" });
    ///
    /// server.tool("weather", "Asks for the weather.", { region: z.string() }, async ({ region }) => {
    ///   const answer = await fetch(`https://${region}.weather.example.com/today`);
    ///   return { content: [{ type: "text", text: await answer.text() }] };
    /// });
    /// ```
    ///
    /// ```python good
    /// from urllib.parse import urlparse
    ///
    /// import httpx
    ///
    /// HOSTS = {"docs.example.com"}
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def fetch(url: str) -> str:
    ///     """Reads a page of the documentation."""
    ///     if urlparse(url).hostname not in HOSTS:
    ///         raise ValueError("another host")
    ///     return httpx.get(url).text
    /// ```
    pub(crate) struct ServerSideRequestForgery {
        id: "server-side-request-forgery",
        summary: "an argument of a tool chooses which host the server asks",
        severity: High,
        confidence: Medium,
        threats: [SandboxEscape, ParasiticToolchain],
        entry: Source,
        remedy: "Compare the parsed host with a list of allowed ones, or refuse every address that does not resolve to a public one; follow no redirect unchecked.",
        references: ["CWE-918"],
        since: "0.1.0",
    }
}

impl Rule for ServerSideRequestForgery {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        for case in flows::cases(source, &[SinkKind::Url]) {
            case.report("choose[s] which host `{}` asks", report);
        }
    }
}
