//! XML of a caller that is read with its entities.

use portcullis_source::library::SinkKind;

use crate::evidence::SourceEvidence;
use crate::flows;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// An argument of a tool that a parser reads as XML while it resolves external entities or loads document types.
    ///
    /// ## Why it matters
    ///
    /// `<!ENTITY x SYSTEM "file:///etc/passwd">` puts a file or the answer of an inner host into the document; nested entities
    /// fill the memory.
    ///
    /// ## Examples
    ///
    /// ```python bad
    /// from lxml import etree
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def outline(document: str) -> str:
    ///     """Outlines a document."""
    ///     parser = etree.XMLParser(resolve_entities=True)
    ///     return etree.fromstring(document.encode(), parser).tag
    /// ```
    ///
    /// ```python good
    /// from lxml import etree
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def outline(document: str) -> str:
    ///     """Outlines a document."""
    ///     parser = etree.XMLParser(resolve_entities=False, no_network=True)
    ///     return etree.fromstring(document.encode(), parser).tag
    /// ```
    pub(crate) struct XmlExternalEntities {
        id: "xml-external-entities",
        summary: "an argument of a tool is read as XML with external entities",
        severity: High,
        confidence: High,
        threats: [SandboxEscape, ResourceExhaustion],
        entry: Source,
        remedy: "Switch entities and document types off (`resolve_entities=False`, `defusedxml`).",
        references: ["CWE-611", "CWE-776"],
        since: "0.1.0",
    }
}

impl Rule for XmlExternalEntities {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        for case in flows::cases(source, &[SinkKind::Xml]) {
            case.report("[is] read by `{}` as XML whose entities are resolved", report);
        }
    }
}
