//! Schemas that cost too much to read.

use portcullis_model::{Node, Pointer, Severity};

use crate::evidence::ToolEvidence;
use crate::report::Report;
use crate::rule::Rule;
use crate::schema;

declare_rule! {
    /// ## What it finds
    ///
    /// A tool's schema that is nested more than 40 levels deep, has more than 20,000 values, or offers more than 1,000
    /// choices in one `enum`.
    ///
    /// ## Why it matters
    ///
    /// Every tool's schema is sent to the model with every request: a giant one costs money, pushes the user's words out
    /// of the context, and can stop a client that walks it.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// {"name": "deep", "inputSchema": {"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}
    /// ```
    ///
    /// ```json good
    /// {"name": "flat", "inputSchema": {"type": "object", "properties": {"unit": {"enum": ["metre", "mile"]}}}}
    /// ```
    pub(crate) struct OversizedSchema {
        id: "oversized-schema",
        summary: "a schema is too deep or too large",
        severity: Medium,
        confidence: Certain,
        threats: [ResourceExhaustion],
        entry: Tool,
        remedy: "Leave this tool out, or ask the author for a smaller schema.",
        references: ["CWE-400", "CWE-674"],
        since: "0.1.0",
    }
}

/// Levels of objects and lists; real schemas stay below 20.
const DEEPEST: usize = 40;
/// Values of any kind.
const MOST_VALUES: usize = 20_000;
/// Choices of one parameter.
const MOST_CHOICES: usize = 1_000;

impl Rule for OversizedSchema {
    fn check_tool(&self, tool: &ToolEvidence<'_>, report: &mut Report<'_>) {
        for (key, root) in schema::schemas(tool.tool) {
            let (depth, values) = measure(root);
            if depth > DEEPEST {
                report.found(tool.at(&[key]), format!("the schema is {depth} levels deep"));
            }
            if values > MOST_VALUES {
                report.found(tool.at(&[key]), format!("the schema has {values} values"));
            }
            schema::each_member(root, &mut Pointer::of(&[key]), &mut |entry, at| {
                let choices = entry.node.items().len();
                if &*entry.key == "enum" && choices > MOST_CHOICES {
                    report
                        .found(tool.subject.at(at, entry.node.span), format!("one parameter has {choices} choices"))
                        .severity(Severity::Low);
                }
            });
        }
    }
}

/// Levels and number of values of a tree.
fn measure(node: &Node) -> (usize, usize) {
    let children = node.items().iter().chain(node.entries().iter().map(|entry| &entry.node));
    let (depth, values) = children
        .map(measure)
        .fold((0_usize, 0_usize), |(deepest, all), (depth, values)| (deepest.max(depth), all.saturating_add(values)));
    (depth + usize::from(node.is_map() || node.is_list()), values.saturating_add(1))
}
