//! Arguments that become part of a path through an XML document.

use portcullis_source::library::SinkKind;

use crate::evidence::SourceEvidence;
use crate::flows;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// An argument of a tool that is put into the text of an XPath expression.
    ///
    /// ## Why it matters
    ///
    /// `' or '1'='1` selects every node: the caller reads records that the tool was never meant to show.
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
    /// def find(name: str) -> str:
    ///     """Finds a user."""
    ///     tree = etree.parse("users.xml")
    ///     return str(tree.xpath(f"//user[name='{name}']/mail/text()"))
    /// ```
    ///
    /// ```python good
    /// from lxml import etree
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def find(name: str) -> str:
    ///     """Finds a user."""
    ///     tree = etree.parse("users.xml")
    ///     return str(tree.xpath("//user[name=$name]/mail/text()", name=name))
    /// ```
    pub(crate) struct XpathInjection {
        id: "xpath-injection",
        summary: "an argument of a tool becomes part of an XPath expression",
        severity: Medium,
        confidence: Medium,
        threats: [UnauthorizedAccess, CommandInjection],
        entry: Source,
        remedy: "Give values as variables of the expression.",
        references: ["CWE-643"],
        since: "0.1.0",
    }
}

impl Rule for XpathInjection {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        for case in flows::cases(source, &[SinkKind::XPath]) {
            case.report("become[s] part of the XPath expression of `{}`", report);
        }
    }
}
