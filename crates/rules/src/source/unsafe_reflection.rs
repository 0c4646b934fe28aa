//! Arguments that choose a member of a library's object, which is then used.

use portcullis_source::library::SinkKind;

use crate::evidence::SourceEvidence;
use crate::flows;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// An argument of a tool that names a member of a client or another object of a library, which is then called or whose
    /// methods are: `getattr(client, name).update(…)`.
    ///
    /// ## Why it matters
    ///
    /// Not only what is meant has a name: the session, its headers and the methods inside answer too. The caller uses them
    /// with the rights of the server (CVE-2026-25650).
    ///
    /// ## What it takes as a check
    ///
    /// A table of names, `isinstance` of what came out, a fixed beginning of the name, names without `_` at the beginning.
    ///
    /// ## Examples
    ///
    /// ```python bad
    /// from crm_client import Client
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    /// client = Client()
    ///
    /// @mcp.tool()
    /// def get_record(kind: str, record: str) -> str:
    ///     """Reads a record."""
    ///     return getattr(client, kind).get(record)
    /// ```
    ///
    /// ```python good
    /// from crm_client import Client
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    /// client = Client()
    ///
    /// @mcp.tool()
    /// def get_record(kind: str, record: str) -> str:
    ///     """Reads a record."""
    ///     if kind not in ("Account", "Contact"):
    ///         raise ValueError("no such kind")
    ///     return getattr(client, kind).get(record)
    /// ```
    pub(crate) struct UnsafeReflection {
        id: "unsafe-reflection",
        summary: "an argument of a tool chooses which member of an object is used",
        severity: Medium,
        confidence: Medium,
        threats: [CommandInjection, SandboxEscape],
        entry: Source,
        remedy: "Choose the member from a table of those that are meant, or look at what came out before it is used.",
        references: ["CWE-470", "CVE-2026-25650"],
        since: "0.1.0",
    }
}

impl Rule for UnsafeReflection {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        for case in flows::cases(source, &[SinkKind::Member]) {
            case.report("choose[s] which member `{}` gives, and that is used", report);
        }
    }
}
