//! Parameters that take anything to be run, queried, opened or fetched.

use portcullis_model::{Audience, Severity};

use crate::capability::words::Words;
use crate::evidence::ToolEvidence;
use crate::report::Report;
use crate::rule::Rule;
use crate::schema;

declare_rule! {
    /// ## What it finds
    ///
    /// A parameter of free text that is a command or code (for pedants), a query, a path or an address (for auditors).
    ///
    /// ## Why it matters
    ///
    /// The narrower the schema, the less planted text can do with a tool. A free command is everything at once.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// {"name": "run", "inputSchema": {"type": "object", "properties": {"command": {"type": "string"}}}}
    /// ```
    ///
    /// ```json bad auditor
    /// {"name": "open", "inputSchema": {"type": "object", "properties": {"path": {"type": "string"}}}}
    /// ```
    ///
    /// ```json good
    /// {"name": "run", "inputSchema": {"type": "object", "properties": {"command": {"enum": ["start", "stop"]}}}}
    /// ```
    pub(crate) struct OpenEndedParameter {
        id: "open-ended-parameter",
        summary: "a parameter takes any command, query, path or address",
        severity: Low,
        confidence: Certain,
        audience: Pedantic,
        threats: [CommandInjection, ToolChainingAbuse],
        entry: Tool,
        remedy: "Let the host ask before each call, and bound the parameter by a choice or a pattern where that is possible.",
        references: ["CWE-20"],
        since: "0.1.0",
    }
}

impl Rule for OpenEndedParameter {
    fn check_tool(&self, tool: &ToolEvidence<'_>, report: &mut Report<'_>) {
        for parameter in schema::parameters(tool.tool).iter().filter(|parameter| parameter.is_free_text()) {
            let words = Words::of_name(parameter.name);
            let (what, audience) = match words.at(words.len().saturating_sub(1)) {
                "command" | "cmd" | "script" | "code" | "shell" | "javascript" => ("runs any", Audience::Pedantic),
                "sql" | "query" | "cypher" => ("asks any", Audience::Auditor),
                "path" | "file" | "filepath" | "filename" | "directory" => ("opens any", Audience::Auditor),
                "url" | "uri" | "endpoint" | "link" => ("contacts any", Audience::Auditor),
                _ => continue,
            };
            let draft = report
                .found(
                    tool.subject.at(&parameter.pointer, parameter.span),
                    format!("the tool {what} `{}` that it is given", parameter.name),
                )
                .audience(audience);
            if audience == Audience::Auditor {
                draft.severity(Severity::Info);
            }
        }
    }
}
