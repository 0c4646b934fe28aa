//! Arguments of which objects are made by a format that can run code.

use portcullis_source::library::SinkKind;

use crate::evidence::SourceEvidence;
use crate::flows;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// An argument of a tool that is read by `pickle`, `yaml.load` with a loader of objects, `marshal`, `node-serialize` or alike.
    ///
    /// ## Why it matters
    ///
    /// These formats name the code that builds the objects: to read one is to run what its author chose.
    ///
    /// ## Examples
    ///
    /// ```python bad
    /// import base64
    /// import pickle
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def restore(state: str) -> str:
    ///     """Restores a session."""
    ///     return str(pickle.loads(base64.b64decode(state)))
    /// ```
    ///
    /// ```python bad
    /// import yaml
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def load(text: str) -> str:
    ///     """Reads a workflow."""
    ///     return str(yaml.load(text, Loader=yaml.UnsafeLoader))
    /// ```
    ///
    /// ```python good
    /// import yaml
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def load(text: str) -> str:
    ///     """Reads a workflow."""
    ///     return str(yaml.safe_load(text))
    /// ```
    pub(crate) struct UnsafeDeserialization {
        id: "unsafe-deserialization",
        summary: "an argument of a tool is deserialised by a format that can run code",
        severity: Critical,
        confidence: High,
        threats: [CommandInjection, SandboxEscape],
        entry: Source,
        remedy: "Use JSON, or a loader that knows no objects (`yaml.safe_load`).",
        references: ["CWE-502"],
        since: "0.1.0",
    }
}

impl Rule for UnsafeDeserialization {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        for case in flows::cases(source, &[SinkKind::Deserialize]) {
            case.report("[is] deserialised by `{}`, which can run code", report);
        }
    }
}
