//! Arguments that choose a module to be loaded.

use portcullis_source::library::SinkKind;

use crate::evidence::SourceEvidence;
use crate::flows;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// An argument of a tool that names a module which is loaded: `importlib.import_module`, `__import__`, `require`, `import()`,
    /// `plugin.Open`.
    ///
    /// ## Why it matters
    ///
    /// To load a module is to run it. The caller chooses among everything that is installed, and often among all files.
    ///
    /// ## Examples
    ///
    /// ```python bad
    /// import importlib
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def convert(format: str) -> str:
    ///     """Converts the report."""
    ///     return importlib.import_module(format).convert()
    /// ```
    ///
    /// ```python good
    /// import importlib
    ///
    /// FORMATS = {"csv": "formats.csv", "json": "formats.json"}
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def convert(format: str) -> str:
    ///     """Converts the report."""
    ///     return importlib.import_module(FORMATS[format]).convert()
    /// ```
    pub(crate) struct DynamicImport {
        id: "dynamic-import",
        summary: "an argument of a tool chooses a module that is loaded",
        severity: High,
        confidence: High,
        threats: [CommandInjection, SandboxEscape],
        entry: Source,
        remedy: "Choose the module from a table of those that are meant.",
        references: ["CWE-98", "CWE-829"],
        since: "0.1.0",
    }
}

impl Rule for DynamicImport {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        for case in flows::cases(source, &[SinkKind::Import]) {
            case.report("choose[s] the module that `{}` loads", report);
        }
    }
}
