//! Schemas that grow without end when their references are put in.

use std::collections::{BTreeMap, BTreeSet};

use portcullis_model::{Audience, Node, Pointer, Severity};

use crate::evidence::ToolEvidence;
use crate::report::Report;
use crate::rule::Rule;
use crate::schema;

declare_rule! {
    /// ## What it finds
    ///
    /// Local references that double again and again, so that a schema of a few lines stands for millions of values; and,
    /// for pedants, references that lead back to themselves.
    ///
    /// ## Why it matters
    ///
    /// Clients put references in before they hand a schema to a model. A bomb of twenty short definitions takes all
    /// memory; a circle never ends in a client that does not expect it.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// {"name": "bomb", "inputSchema": {"$ref": "#/$defs/a", "$defs": {
    ///  "a": {"anyOf": [{"$ref": "#/$defs/b"}, {"$ref": "#/$defs/b"}, {"$ref": "#/$defs/b"}, {"$ref": "#/$defs/b"}, {"$ref": "#/$defs/b"}, {"$ref": "#/$defs/b"}, {"$ref": "#/$defs/b"}, {"$ref": "#/$defs/b"}, {"$ref": "#/$defs/b"}, {"$ref": "#/$defs/b"}]},
    ///  "b": {"anyOf": [{"$ref": "#/$defs/c"}, {"$ref": "#/$defs/c"}, {"$ref": "#/$defs/c"}, {"$ref": "#/$defs/c"}, {"$ref": "#/$defs/c"}, {"$ref": "#/$defs/c"}, {"$ref": "#/$defs/c"}, {"$ref": "#/$defs/c"}, {"$ref": "#/$defs/c"}, {"$ref": "#/$defs/c"}]},
    ///  "c": {"anyOf": [{"$ref": "#/$defs/d"}, {"$ref": "#/$defs/d"}, {"$ref": "#/$defs/d"}, {"$ref": "#/$defs/d"}, {"$ref": "#/$defs/d"}, {"$ref": "#/$defs/d"}, {"$ref": "#/$defs/d"}, {"$ref": "#/$defs/d"}, {"$ref": "#/$defs/d"}, {"$ref": "#/$defs/d"}]},
    ///  "d": {"anyOf": [{"$ref": "#/$defs/e"}, {"$ref": "#/$defs/e"}, {"$ref": "#/$defs/e"}, {"$ref": "#/$defs/e"}, {"$ref": "#/$defs/e"}, {"$ref": "#/$defs/e"}, {"$ref": "#/$defs/e"}, {"$ref": "#/$defs/e"}, {"$ref": "#/$defs/e"}, {"$ref": "#/$defs/e"}]},
    ///  "e": {"enum": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}}}}
    /// ```
    ///
    /// ```json good
    /// {"name": "tree", "inputSchema": {"$ref": "#/$defs/node", "$defs": {
    ///  "node": {"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#/$defs/node"}}}}}}}
    /// ```
    ///
    /// ```json bad pedantic
    /// {"name": "tree", "inputSchema": {"$ref": "#/$defs/node", "$defs": {
    ///  "node": {"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#/$defs/node"}}}}}}}
    /// ```
    pub(crate) struct ExplodingSchema {
        id: "exploding-schema",
        summary: "a schema grows without end when its references are put in",
        severity: High,
        confidence: Certain,
        threats: [ResourceExhaustion],
        entry: Tool,
        remedy: "Leave this tool out; an honest schema does not need this.",
        references: ["CWE-776", "CWE-674"],
        since: "0.1.0",
    }
}

/// Values that a schema may stand for.
const MOST_VALUES: u64 = 100_000;

impl Rule for ExplodingSchema {
    fn check_tool(&self, tool: &ToolEvidence<'_>, report: &mut Report<'_>) {
        for (key, root) in schema::schemas(tool.tool) {
            let mut expansion = Expansion { definitions: definitions(root), ..Expansion::default() };
            if expansion.definitions.is_empty() {
                continue;
            }
            let values = expansion.size(root);
            if values > MOST_VALUES {
                let shown = if values == u64::MAX { "more than 10^19".to_owned() } else { values.to_string() };
                report.found(tool.at(&[key]), format!("the schema stands for {shown} values once its references are put in"));
            } else if let Some(circle) = expansion.circle {
                report
                    .found(tool.at(&[key]), format!("the reference `#{circle}` leads back to itself"))
                    .severity(Severity::Info)
                    .audience(Audience::Pedantic);
            }
        }
    }
}

/// The places of the schema that its references name, by the text of the reference.
fn definitions(root: &Node) -> BTreeMap<&str, &Node> {
    let mut references: BTreeSet<&str> = BTreeSet::new();
    schema::each_member(root, &mut Pointer::root(), &mut |entry, _| {
        if &*entry.key == "$ref" {
            references.extend(entry.node.text().and_then(|reference| reference.strip_prefix('#')));
        }
    });
    let mut found = BTreeMap::new();
    found.extend(references.get("").map(|whole| (*whole, root)));
    if !references.is_empty() {
        schema::each_member(root, &mut Pointer::root(), &mut |entry, at| {
            found.extend(references.get(at.as_str()).map(|place| (*place, &entry.node)));
        });
    }
    found
}

/// Counts what a schema stands for. Each definition is counted once, so the count is linear in the schema.
#[derive(Default)]
struct Expansion<'a> {
    definitions: BTreeMap<&'a str, &'a Node>,
    /// Sizes of definitions; `None` while one is being counted.
    sizes: BTreeMap<&'a str, Option<u64>>,
    circle: Option<&'a str>,
    depth: usize,
}

/// Values and references within one another; a chain that is longer is counted as endless.
const DEEPEST: usize = 600;

impl<'a> Expansion<'a> {
    fn size(&mut self, node: &'a Node) -> u64 {
        if self.depth >= DEEPEST {
            return u64::MAX;
        }
        self.depth += 1;
        let own = match node.get_text("$ref").and_then(|reference| reference.strip_prefix('#')) {
            Some(reference) => self.referred(reference),
            None => 1,
        };
        let members = node.entries().iter().filter(|entry| !matches!(&*entry.key, "$defs" | "definitions"));
        let children = node.items().iter().chain(members.map(|entry| &entry.node));
        let all = children.fold(own, |all, child| all.saturating_add(self.size(child)));
        self.depth -= 1;
        all
    }

    fn referred(&mut self, reference: &'a str) -> u64 {
        match self.sizes.get(reference) {
            Some(Some(size)) => return *size,
            Some(None) => {
                self.circle.get_or_insert(reference);
                return 1;
            }
            None => {}
        }
        let Some(definition) = self.definitions.get(reference).copied() else { return 1 };
        self.sizes.insert(reference, None);
        let size = self.size(definition);
        self.sizes.insert(reference, Some(size));
        size
    }
}
