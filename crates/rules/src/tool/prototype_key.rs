//! Parameter names that reach into a JavaScript object's prototype.

use portcullis_model::{Audience, Severity};

use crate::evidence::ToolEvidence;
use crate::report::Report;
use crate::rule::Rule;
use crate::schema;

declare_rule! {
    /// ## What it finds
    ///
    /// A parameter called `__proto__`, or, for pedants, `constructor` or `prototype`.
    ///
    /// ## Why it matters
    ///
    /// A client or server in JavaScript that merges arguments with such a key changes every object of the process.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// {"name": "merge", "inputSchema": {"type": "object", "properties": {"__proto__": {"type": "object"}}}}
    /// ```
    ///
    /// ```json good
    /// {"name": "merge", "inputSchema": {"type": "object", "properties": {"proto_file": {"type": "string"}}}}
    /// ```
    pub(crate) struct PrototypeKey {
        id: "prototype-key",
        summary: "a parameter name reaches into an object's prototype",
        severity: Medium,
        confidence: High,
        threats: [CommandInjection, ToolPoisoning],
        entry: Tool,
        remedy: "Do not call this tool from a JavaScript client; ask the author to rename the parameter.",
        references: ["CWE-1321"],
        since: "0.1.0",
    }
}

impl Rule for PrototypeKey {
    fn check_tool(&self, tool: &ToolEvidence<'_>, report: &mut Report<'_>) {
        for parameter in schema::parameters(tool.tool) {
            let name = parameter.name;
            if !matches!(name, "__proto__" | "constructor" | "prototype" | "__defineGetter__" | "__defineSetter__") {
                continue;
            }
            let place = tool.subject.at(&parameter.pointer, parameter.span);
            let draft = report.found(place, format!("the parameter `{name}` reaches into an object's prototype"));
            if !name.starts_with("__") {
                draft.severity(Severity::Low).audience(Audience::Pedantic);
            }
        }
    }
}
