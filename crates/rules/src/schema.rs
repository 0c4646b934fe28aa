//! Walks JSON schemas: parameters at any depth, and every keyword with its place.

use std::collections::BTreeSet;

use portcullis_model::{Entry, Item, Node, Pointer, Span};

/// A parameter, at the top of a tool's input schema or inside a structured parameter.
#[derive(Debug, Clone)]
pub(crate) struct Parameter<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// Its schema.
    pub(crate) schema: &'a Node,
    /// True when the tool cannot be called without it (as far as its own object goes).
    pub(crate) required: bool,
    /// Where it stands in the tool.
    pub(crate) pointer: Pointer,
    /// The bytes of its name.
    pub(crate) span: Span,
}

impl Parameter<'_> {
    /// True for a text that may be anything: no choices, no pattern, no format, no short limit.
    pub(crate) fn is_free_text(&self) -> bool {
        let is_text = match self.schema.get("type") {
            None => self.schema.get("anyOf").is_none() && self.schema.get("oneOf").is_none(),
            Some(kind) => {
                kind.text() == Some("string") || kind.items().iter().any(|kind| kind.text() == Some("string"))
            }
        };
        let is_bound =
            ["enum", "const", "pattern", "format"].iter().any(|key| self.schema.get(key).is_some());
        is_text && !is_bound && !self.is_short()
    }

    fn is_short(&self) -> bool {
        const SHORT: usize = 40;
        number(self.schema.get("maxLength")).is_some_and(|most| most <= SHORT)
    }

    /// Its description.
    pub(crate) fn description(&self) -> &str {
        self.schema.get_text("description").unwrap_or_default()
    }
}

/// A whole number of a schema.
pub(crate) fn number(node: Option<&Node>) -> Option<usize> {
    match &node?.value {
        portcullis_model::Value::Number(spelling) => spelling.parse().ok(),
        _ => None,
    }
}

/// How deep parameters are followed.
const DEEPEST: usize = 8;
/// More parameters than this are not looked at one by one; `oversized-schema` has spoken by then.
const MOST_PARAMETERS: usize = 1_000;
/// Findings of one rule in one tool; more of the same tell nothing new.
pub(crate) const MOST_FINDINGS: usize = 20;

/// The parameters of a tool, at any depth down to [`DEEPEST`] objects, in document order.
pub(crate) fn parameters(tool: &Item) -> Vec<Parameter<'_>> {
    let mut found = Vec::new();
    for key in ["inputSchema", "input_schema", "parameters"] {
        if let Some(schema) = tool.node.get(key) {
            collect(schema, &mut Pointer::of(&[key]), DEEPEST, &mut found);
            break;
        }
    }
    found
}

fn collect<'a>(schema: &'a Node, at: &mut Pointer, depth: usize, found: &mut Vec<Parameter<'a>>) {
    let Some(depth) = depth.checked_sub(1).filter(|_| found.len() < MOST_PARAMETERS) else { return };
    let names = schema.get("required").map_or(&[][..], Node::items);
    let required: BTreeSet<&str> = names.iter().filter_map(Node::text).collect();
    for keyword in ["properties", "items", "anyOf", "oneOf", "allOf", "$defs", "definitions"] {
        let Some(node) = schema.get(keyword) else { continue };
        at.push(keyword);
        match keyword {
            "properties" => {
                for Entry { key, key_span, node } in node.entries().iter().take(MOST_PARAMETERS) {
                    at.push(key);
                    found.push(Parameter {
                        name: key,
                        schema: node,
                        required: required.contains(&**key),
                        pointer: at.clone(),
                        span: *key_span,
                    });
                    collect(node, at, depth, found);
                    at.pop();
                }
            }
            "items" => collect(node, at, depth, found),
            "$defs" | "definitions" => {
                for Entry { key, node, .. } in node.entries() {
                    at.push(key);
                    collect(node, at, depth, found);
                    at.pop();
                }
            }
            _ => {
                for (index, alternative) in node.items().iter().enumerate() {
                    at.push_index(index);
                    collect(alternative, at, depth, found);
                    at.pop();
                }
            }
        }
        at.pop();
    }
}

/// The schemas of a tool with the names of the members that hold them.
pub(crate) fn schemas(tool: &Item) -> impl Iterator<Item = (&'static str, &Node)> {
    ["inputSchema", "input_schema", "parameters", "outputSchema", "output_schema"]
        .into_iter()
        .filter_map(|key| tool.node.get(key).map(|schema| (key, schema)))
}

/// Calls `visit` with every member of a tree, at any depth, and its place.
pub(crate) fn each_member<'a>(node: &'a Node, at: &mut Pointer, visit: &mut dyn FnMut(&'a Entry, &Pointer)) {
    for (index, item) in node.items().iter().enumerate() {
        at.push_index(index);
        each_member(item, at, visit);
        at.pop();
    }
    for entry in node.entries() {
        at.push(&entry.key);
        visit(entry, at);
        each_member(&entry.node, at, visit);
        at.pop();
    }
}
