//! Regular expressions that take for ever on some texts.

use portcullis_model::{Pointer, Severity};

use crate::evidence::ToolEvidence;
use crate::pattern;
use crate::report::Report;
use crate::rule::Rule;
use crate::schema;

declare_rule! {
    /// ## What it finds
    ///
    /// A `pattern` in a tool's schema that repeats a repetition, such as `(a+)+`, or repeats choices that begin alike,
    /// such as `(a|ab)*`; and counted repetitions above 10,000.
    ///
    /// ## Why it matters
    ///
    /// Most clients check arguments with a backtracking engine. On a text that nearly fits, such a pattern takes
    /// exponential time: one call stops the client.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// {"name": "find", "inputSchema": {"type": "object", "properties": {"id": {"type": "string", "pattern": "^(\\w+\\s?)*$"}}}}
    /// ```
    ///
    /// ```json bad
    /// {"name": "find", "inputSchema": {"type": "object", "properties": {"id": {"type": "string", "pattern": "^(a|a)*b$"}}}}
    /// ```
    ///
    /// ```json good
    /// {"name": "find", "inputSchema": {"type": "object", "properties": {"id": {"type": "string", "pattern": "^([a-z0-9]+-)*[a-z0-9]+$"}}}}
    /// ```
    pub(crate) struct ExpensivePattern {
        id: "expensive-pattern",
        summary: "a pattern of a schema can take exponential time",
        severity: Low,
        confidence: Medium,
        threats: [ResourceExhaustion],
        entry: Tool,
        remedy: "Ask the author for a pattern without nested repetition; let the client check arguments with an engine of linear time.",
        references: ["CWE-1333"],
        since: "0.1.0",
    }
}

impl Rule for ExpensivePattern {
    fn check_tool(&self, tool: &ToolEvidence<'_>, report: &mut Report<'_>) {
        let mut left = schema::MOST_FINDINGS;
        for (key, root) in schema::schemas(tool.tool) {
            schema::each_member(root, &mut Pointer::of(&[key]), &mut |entry, at| {
                let patterns: Vec<&str> = match &*entry.key {
                    "pattern" => entry.node.text().into_iter().collect(),
                    "patternProperties" => entry.node.entries().iter().map(|entry| &*entry.key).collect(),
                    _ => return,
                };
                for pattern in patterns {
                    let Some(danger) = pattern::danger(pattern).filter(|_| left > 0) else { continue };
                    left -= 1;
                    let place = tool.subject.at(at, entry.node.span);
                    let draft = report.found(place, danger.to_string()).evidence(pattern);
                    if danger == pattern::Danger::NestedRepetition {
                        draft.severity(Severity::Medium);
                    }
                }
            });
        }
    }
}
