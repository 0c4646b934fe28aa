//! Tools that say nothing.

use crate::evidence::ToolEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A tool without a description.
    ///
    /// ## Why it matters
    ///
    /// Neither a person nor a model can tell what it does; a later description appears without anything to compare it to.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// {"name": "process", "inputSchema": {"type": "object"}}
    /// ```
    ///
    /// ```json good
    /// {"name": "process", "description": "Makes an image smaller.", "inputSchema": {"type": "object"}}
    /// ```
    pub(crate) struct MissingDescription {
        id: "missing-description",
        summary: "a tool has no description",
        severity: Info,
        confidence: Certain,
        audience: Pedantic,
        threats: [WrongProvider],
        entry: Tool,
        remedy: "Ask the author for a description.",
        since: "0.1.0",
    }
}

impl Rule for MissingDescription {
    fn check_tool(&self, tool: &ToolEvidence<'_>, report: &mut Report<'_>) {
        if tool.tool.description().unwrap_or_default().trim().is_empty() {
            report.found(tool.subject.location(), format!("the tool `{}` has no description", tool.tool.name));
        }
    }
}
