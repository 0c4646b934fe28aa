//! Arguments that become part of a page which a browser shows.

use portcullis_source::library::SinkKind;

use crate::evidence::SourceEvidence;
use crate::flows;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// An argument of a tool, or a part of a request, that is put into HTML which a person's browser shows, without being escaped.
    ///
    /// ## Why it matters
    ///
    /// A script in it acts as the person: it reads what the page shows and calls the server with their session.
    ///
    /// ## Examples
    ///
    /// ```python bad
    /// import webbrowser
    /// from starlette.applications import Starlette
    /// from starlette.responses import HTMLResponse
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.custom_route("/login", methods=["GET"])
    /// async def login(request):
    ///     return HTMLResponse("<p>Hello " + request.query_params["name"] + "</p>")
    /// ```
    ///
    /// ```python good
    /// import html
    /// from starlette.responses import HTMLResponse
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.custom_route("/login", methods=["GET"])
    /// async def login(request):
    ///     return HTMLResponse("<p>Hello " + html.escape(request.query_params["name"]) + "</p>")
    /// ```
    pub(crate) struct ScriptInjection {
        id: "script-injection",
        summary: "an input becomes part of a page that a browser shows",
        severity: Medium,
        confidence: Medium,
        threats: [SandboxEscape, UnauthorizedAccess],
        entry: Source,
        remedy: "Escape it for HTML, or use a template that escapes by itself.",
        references: ["CWE-79"],
        since: "0.1.0",
    }
}

impl Rule for ScriptInjection {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        for case in flows::cases(source, &[SinkKind::Markup]) {
            case.report("become[s] part of the page that `{}` shows", report);
        }
    }
}
