//! Arguments that become the source of a template.

use portcullis_source::library::SinkKind;

use crate::evidence::SourceEvidence;
use crate::flows;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// An argument of a tool that is compiled as a template (Jinja2, Mako, Handlebars, EJS, `text/template`), not given to one as
    /// a value.
    ///
    /// ## Why it matters
    ///
    /// A template calls functions: `{{ ''.__class__.__mro__ }}` climbs to everything the process can do.
    ///
    /// ## What it takes as a check
    ///
    /// A sandboxed environment, a fixed template with the argument as value, an allow-list of names.
    ///
    /// ## Examples
    ///
    /// ```python bad
    /// import jinja2
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def greet(template: str) -> str:
    ///     """Renders a greeting."""
    ///     return jinja2.Template(template).render(name="Ada")
    /// ```
    ///
    /// ```python good
    /// import jinja2
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def greet(name: str) -> str:
    ///     """Renders a greeting."""
    ///     return jinja2.Template("Hello {{ name }}").render(name=name)
    /// ```
    pub(crate) struct TemplateInjection {
        id: "template-injection",
        summary: "an argument of a tool becomes the source of a template",
        severity: Critical,
        confidence: High,
        threats: [CommandInjection, SandboxEscape],
        entry: Source,
        remedy: "Keep templates in the program and give the argument as a value; else use a sandboxed environment.",
        references: ["CWE-1336"],
        since: "0.1.0",
    }
}

impl Rule for TemplateInjection {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        for case in flows::cases(source, &[SinkKind::Template]) {
            case.report("become[s] the source of a template that `{}` runs", report);
        }
    }
}
