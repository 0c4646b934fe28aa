//! Where references lead. They lead nowhere but into the schema itself: nothing is fetched.

use std::collections::HashMap;

use portcullis_model::{Node, Value};

use super::Fault;
use crate::fault::quoted;

/// A schema resource: the document, or a part of it that has an `$id` of its own.
#[derive(Debug)]
pub(super) struct Resource<'a> {
    pub(super) root: &'a Node,
    /// Found when somebody asks for them.
    anchors: Option<HashMap<&'a str, Anchor<'a>>>,
}

/// A named place of a resource.
#[derive(Debug, Clone, Copy)]
pub(super) struct Anchor<'a> {
    pub(super) node: &'a Node,
    pub(super) is_dynamic: bool,
}

/// The resources that were met.
#[derive(Debug, Default)]
pub(super) struct Resources<'a> {
    pub(super) all: Vec<Resource<'a>>,
    by_root: HashMap<usize, usize>,
    /// Members that were passed on the ways that pointers lead.
    passed: usize,
}

/// More members than this are not passed on the ways of all pointers of a schema together: many references into one
/// large object would take quadratic time.
const MOST_PASSED: usize = 50_000_000;

impl<'a> Resources<'a> {
    /// The resource that begins at `node`.
    pub(super) fn beginning_at(&mut self, node: &'a Node) -> usize {
        let all = &mut self.all;
        *self.by_root.entry(address(node)).or_insert_with(|| {
            all.push(Resource { root: node, anchors: None });
            all.len() - 1
        })
    }

    /// The resource of a subschema that stands in `outer`.
    pub(super) fn of(&mut self, node: &'a Node, outer: usize) -> usize {
        if begins_resource(node) { self.beginning_at(node) } else { outer }
    }

    /// The named places of a resource.
    pub(super) fn anchors(&mut self, resource: usize) -> Option<&HashMap<&'a str, Anchor<'a>>> {
        let resource = self.all.get_mut(resource)?;
        let root = resource.root;
        Some(resource.anchors.get_or_insert_with(|| anchors_below(root)))
    }

    /// The subschema that a reference means, and its resource.
    pub(super) fn resolve(
        &mut self,
        keyword: &str,
        node: &'a Node,
        from: usize,
    ) -> Result<(&'a Node, usize), Fault> {
        let Some(reference) = node.text() else {
            return Err(Fault::new(
                node.span,
                format!("`{keyword}` is {}, not a text; correct it", node.kind()),
            ));
        };
        let shown = quoted(reference);
        let fragment = match (reference.strip_prefix('#'), reference.is_empty()) {
            (Some(fragment), _) => decoded(fragment),
            (None, true) => Some(String::new()),
            (None, false) => {
                let message = format!(
                    "{shown} leads to another document, and nothing is fetched; put that schema into `$defs` and refer to it as `#/$defs/NAME`"
                );
                return Err(Fault::new(node.span, message));
            }
        };
        let nowhere =
            || Fault::new(node.span, format!("{shown} leads nowhere in the schema; correct the reference"));
        let fragment = fragment.ok_or_else(nowhere)?;
        if fragment.is_empty() || fragment.starts_with('/') {
            let root = self.all.get(from).map(|resource| resource.root).ok_or_else(nowhere)?;
            let found = self.walk(root, &fragment, from).ok_or_else(nowhere);
            if self.passed > MOST_PASSED {
                let message = "references lead through too many members; make the schema smaller";
                return Err(Fault::new(node.span, message));
            }
            return found;
        }
        let anchor = self.anchors(from).and_then(|anchors| anchors.get(&*fragment).copied());
        anchor.map(|anchor| (anchor.node, from)).ok_or_else(nowhere)
    }

    /// Follows a pointer, through resources that lie on the way.
    fn walk(&mut self, root: &'a Node, pointer: &str, mut resource: usize) -> Option<(&'a Node, usize)> {
        let mut at = root;
        for segment in pointer.split('/').skip(1) {
            let key = segment.replace("~1", "/").replace("~0", "~");
            self.passed = self.passed.saturating_add(1 + at.entries().len());
            at = match &at.value {
                Value::List(items) => items.get(key.parse::<usize>().ok()?)?,
                _ => at.get(&key)?,
            };
            resource = self.of(at, resource);
        }
        Some((at, resource))
    }
}

/// What tells a node from every other of the same tree.
pub(super) fn address(node: &Node) -> usize {
    std::ptr::from_ref(node).addr()
}

/// True for a schema with an `$id` that is more than a name in its document.
pub(super) fn begins_resource(node: &Node) -> bool {
    node.get_text("$id").is_some_and(|id| !id.is_empty() && !id.starts_with('#'))
}

/// Percent signs of a fragment resolved.
fn decoded(fragment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let mut digit = || char::from(rest.next()?).to_digit(16);
            let value = digit()? * 16 + digit()?;
            bytes.push(u8::try_from(value).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Keywords whose value is a schema, a list of schemas, or either.
const HOLDERS: &[&str] = &[
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "contains",
    "else",
    "if",
    "items",
    "not",
    "oneOf",
    "prefixItems",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Keywords whose value holds schemas by name.
const BY_NAME: &[&str] =
    &["$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"];

/// The named places below a resource's root, without those of resources inside it. The first of equal names holds.
fn anchors_below(root: &Node) -> HashMap<&str, Anchor<'_>> {
    let mut anchors = HashMap::new();
    let mut waiting = vec![root];
    while let Some(node) = waiting.pop() {
        if begins_resource(node) && !std::ptr::eq(node, root) {
            continue;
        }
        let by_id = node.get_text("$id").and_then(|id| id.strip_prefix('#'));
        let named = [("$anchor", false), ("$dynamicAnchor", true)]
            .into_iter()
            .filter_map(|(key, is_dynamic)| Some((node.get_text(key)?, is_dynamic)))
            .chain(by_id.map(|name| (name, false)));
        for (name, is_dynamic) in named {
            anchors.entry(name).or_insert(Anchor { node, is_dynamic });
        }
        for entry in node.entries().iter().rev() {
            if HOLDERS.contains(&&*entry.key) {
                waiting.extend(entry.node.items().iter().rev());
                waiting.push(&entry.node);
            } else if BY_NAME.contains(&&*entry.key) {
                waiting.extend(entry.node.entries().iter().rev().map(|inner| &inner.node));
            }
        }
    }
    anchors
}
