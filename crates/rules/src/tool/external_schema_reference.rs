//! Schemas that point outside themselves.

use portcullis_model::{Pointer, Severity};

use crate::evidence::ToolEvidence;
use crate::report::Report;
use crate::rule::Rule;
use crate::schema;

declare_rule! {
    /// ## What it finds
    ///
    /// A `$ref`, `$dynamicRef` or `$recursiveRef` in a tool's schema that points to the network, to a file or to another
    /// document.
    ///
    /// ## Why it matters
    ///
    /// A client that resolves it fetches what the server names: an address inside the network, a local file, or a schema
    /// that changes after it was approved. What is checked is then not what is used.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// {"name": "store", "inputSchema": {"type": "object", "properties": {"item": {"$ref": "http://169.254.169.254/latest"}}}}
    /// ```
    ///
    /// ```json good
    /// {"name": "store", "inputSchema": {"type": "object", "properties": {"item": {"$ref": "#/$defs/item"}},
    ///  "$defs": {"item": {"type": "string"}}, "$schema": "https://json-schema.org/draft/2020-12/schema"}}
    /// ```
    pub(crate) struct ExternalSchemaReference {
        id: "external-schema-reference",
        summary: "a schema points outside itself",
        severity: Medium,
        confidence: Certain,
        threats: [ToolPoisoning, RugPull, ResourceExhaustion],
        entry: Tool,
        remedy: "Ask the author to put the schema into the tool's definition; do not let a client resolve it.",
        references: ["CWE-918", "CWE-829"],
        since: "0.1.0",
    }
}

impl Rule for ExternalSchemaReference {
    fn check_tool(&self, tool: &ToolEvidence<'_>, report: &mut Report<'_>) {
        let mut left = schema::MOST_FINDINGS;
        for (key, root) in schema::schemas(tool.tool) {
            let id = root.get_text("$id").unwrap_or_default();
            schema::each_member(root, &mut Pointer::of(&[key]), &mut |entry, at| {
                if !matches!(&*entry.key, "$ref" | "$dynamicRef" | "$recursiveRef") {
                    return;
                }
                let Some(reference) = entry.node.text() else { return };
                let within = reference.starts_with('#') || (!id.is_empty() && reference.starts_with(id));
                if within || left == 0 {
                    return;
                }
                left -= 1;
                let severity = if leaves_the_document(reference) { Severity::High } else { Severity::Low };
                report
                    .found(tool.subject.at(at, entry.node.span), format!("the schema points to `{reference}`"))
                    .evidence(reference)
                    .severity(severity);
            });
        }
    }
}

/// True for an address or a path; a bare word is more likely a forgotten `#`.
fn leaves_the_document(reference: &str) -> bool {
    reference.contains("://") || reference.starts_with(['/', '\\', '.', '~']) || reference.starts_with("file:")
}
