//! Descriptions that are too long to be read by anybody but a model.

use portcullis_model::{Audience, Severity};

use crate::evidence::ToolEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A description longer than 10,000 characters; longer than 4,000 for pedants.
    ///
    /// ## Why it matters
    ///
    /// It is sent with every request, pushes other words out of the context, and nobody reviews it to its end: a good
    /// place to hide an instruction.
    ///
    /// ## Examples
    ///
    /// ```json bad filled
    /// {"name": "guide", "description": "…", "inputSchema": {"type": "object"}}
    /// ```
    ///
    /// ```json good
    /// {"name": "guide", "description": "Shows the guide.", "inputSchema": {"type": "object"}}
    /// ```
    pub(crate) struct OversizedDescription {
        id: "oversized-description",
        summary: "a description is too long to be reviewed",
        severity: Low,
        confidence: Certain,
        threats: [ResourceExhaustion, ToolPoisoning],
        entry: Tool,
        remedy: "Read it to its end before you trust the server, or leave the tool out.",
        references: ["CWE-400"],
        since: "0.1.0",
    }
}

/// Characters above which everybody wants to know.
const MOST: usize = 10_000;
/// Characters above which pedants do; one real tool in two thousand is longer.
const MANY: usize = 4_000;

impl Rule for OversizedDescription {
    fn check_tool(&self, tool: &ToolEvidence<'_>, report: &mut Report<'_>) {
        let length = tool.tool.description().map_or(0, |description| description.chars().count());
        if length <= MANY {
            return;
        }
        let draft = report.found(tool.at(&["description"]), format!("the description is {length} characters long"));
        if length <= MOST {
            draft.severity(Severity::Info).audience(Audience::Pedantic);
        }
    }
}
