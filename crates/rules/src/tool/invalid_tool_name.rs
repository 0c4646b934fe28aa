//! Names that the specification does not allow.

use portcullis_model::{Audience, Severity};

use crate::evidence::ToolEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A tool name that is empty, longer than 128 characters, or holds control characters or line breaks; for pedants,
    /// any character besides letters, digits, `_`, `-`, `.` and `/`.
    ///
    /// ## Why it matters
    ///
    /// Hosts put names into prompts, menus, logs and permission rules. A name that is no name can break out of them, or
    /// cannot be named in a rule at all.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// {"name": "read\nfile", "inputSchema": {"type": "object"}}
    /// ```
    ///
    /// ```json bad pedantic
    /// {"name": "read file", "inputSchema": {"type": "object"}}
    /// ```
    ///
    /// ```json good
    /// {"name": "files/read-file_v1.2", "inputSchema": {"type": "object"}}
    /// ```
    pub(crate) struct InvalidToolName {
        id: "invalid-tool-name",
        summary: "a tool name is not one that the specification allows",
        severity: Medium,
        confidence: Certain,
        threats: [ToolPoisoning, ToolNameConflict],
        entry: Tool,
        remedy: "Leave the tool out; ask the author for a name of letters, digits, `_`, `-` and `.`.",
        references: ["MCP specification 2025-11-25, tool names", "CWE-116"],
        since: "0.1.0",
    }
}

/// Characters of a name.
const LONGEST: usize = 128;

impl Rule for InvalidToolName {
    fn check_tool(&self, tool: &ToolEvidence<'_>, report: &mut Report<'_>) {
        let name = &tool.tool.name;
        let length = name.chars().count();
        let problem = if name.trim().is_empty() {
            "the tool has no name".to_owned()
        } else if name.chars().any(char::is_control) {
            "the tool's name holds control characters".to_owned()
        } else if length > LONGEST {
            format!("the tool's name is {length} characters long")
        } else if name.chars().all(|character| character.is_ascii_alphanumeric() || "_-./".contains(character)) {
            return;
        } else {
            report
                .found(tool.at(&["name"]), format!("the tool name `{name}` holds characters that are not allowed"))
                .severity(Severity::Low)
                .audience(Audience::Pedantic);
            return;
        };
        report.found(tool.at(&["name"]), problem);
    }
}
