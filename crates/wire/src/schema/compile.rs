//! From a tree to subschemas: everything that can be wrong with a schema is found here, once.

use std::collections::HashMap;

use portcullis_model::{Entry, Node, Value};

use super::keyword::{Bound, Compiled, Id, Judge, Keyword, Sub};
use super::pattern::Pattern;
use super::references::{Resources, address, begins_resource};
use super::{Fault, Limits, Problem, values};
use crate::fault::{Problems, quoted};

/// Understands a schema.
pub(super) fn compile(root: &Node, limits: Limits) -> Result<Compiled, Fault> {
    let mut compiler = Compiler {
        limits,
        subs: Vec::new(),
        known: HashMap::new(),
        nodes: Vec::new(),
        understood: 0,
        resources: Resources::default(),
        patterns: HashMap::new(),
        has_dynamic_references: false,
        asks_for_unevaluated: false,
        remarks: Problems::default(),
        unjudged: Problems::default(),
    };
    compiler.dialect(root);
    let resource = compiler.resources.beginning_at(root);
    compiler.sub(root, resource)?;
    compiler.drain()?;
    let dynamic_anchors = compiler.dynamic_anchors()?;
    Ok(Compiled {
        subs: compiler.subs,
        dynamic_anchors,
        asks_for_unevaluated: compiler.asks_for_unevaluated,
        limits,
        remarks: compiler.remarks.into_vec(),
        unjudged: compiler.unjudged.into_vec(),
    })
}

pub(super) struct Compiler<'a> {
    limits: Limits,
    subs: Vec<Sub>,
    /// Subschemas by the address of their node: each is understood once, however many references lead to it.
    known: HashMap<usize, Id>,
    /// Their nodes. Those beyond [`Compiler::understood`] only have a number yet: references may lead in circles.
    nodes: Vec<&'a Node>,
    understood: Id,
    resources: Resources<'a>,
    patterns: HashMap<&'a str, Judge>,
    has_dynamic_references: bool,
    asks_for_unevaluated: bool,
    remarks: Problems,
    unjudged: Problems,
}

impl<'a> Compiler<'a> {
    /// The number of a subschema that stands in `outer`.
    pub(super) fn sub(&mut self, node: &'a Node, outer: usize) -> Result<Id, Fault> {
        if let Some(&id) = self.known.get(&address(node)) {
            return Ok(id);
        }
        let id = self.subs.len();
        if id >= self.limits.subschemas {
            let message = format!("schema has more than {} parts; make it smaller", self.limits.subschemas);
            return Err(Fault::new(node.span, message));
        }
        let resource = self.resources.of(node, outer);
        self.subs.push(Sub { keywords: Vec::new(), resource });
        self.known.insert(address(node), id);
        self.nodes.push(node);
        Ok(id)
    }

    /// The numbers of several subschemas.
    pub(super) fn subs(&mut self, keyword: &str, list: &'a Node, outer: usize) -> Result<Vec<Id>, Fault> {
        if list.items().is_empty() {
            let kind = if list.is_list() { "empty" } else { list.kind() };
            let message = format!("`{keyword}` is {kind}, not a list of schemas; correct it");
            return Err(Fault::new(list.span, message));
        }
        list.items().iter().map(|node| self.sub(node, outer)).collect()
    }

    /// The numbers of subschemas by name.
    pub(super) fn named(
        &mut self,
        keyword: &str,
        map: &'a Node,
        outer: usize,
    ) -> Result<Vec<(Box<str>, Id)>, Fault> {
        let entries = values::map(keyword, map)?;
        entries.iter().map(|entry| Ok((entry.key.clone(), self.sub(&entry.node, outer)?))).collect()
    }

    fn drain(&mut self) -> Result<(), Fault> {
        while let Some(&node) = self.nodes.get(self.understood) {
            let id = self.understood;
            self.understood += 1;
            let resource = self.subs.get(id).map_or(0, |sub| sub.resource);
            let mut keywords = match &node.value {
                Value::Bool(true) => Vec::new(),
                Value::Bool(false) => vec![Keyword::Never],
                Value::Map(entries) => self.keywords(node, entries, resource)?,
                _ => {
                    let message =
                        format!("schema is {}, not an object or a truth value; correct it", node.kind());
                    return Err(Fault::new(node.span, message));
                }
            };
            keywords.sort_by_key(Keyword::stage);
            if let Some(sub) = self.subs.get_mut(id) {
                sub.keywords = keywords;
            }
        }
        Ok(())
    }

    fn keywords(
        &mut self,
        node: &'a Node,
        entries: &'a [Entry],
        resource: usize,
    ) -> Result<Vec<Keyword>, Fault> {
        let mut keywords = Vec::with_capacity(entries.len().min(16));
        let mut has_members = false;
        let mut has_elements = false;
        for entry in entries {
            let (key, value) = (&*entry.key, &entry.node);
            match key {
                "properties" | "patternProperties" | "additionalProperties" => has_members = true,
                "prefixItems" | "items" => has_elements = true,
                "contains" => keywords.push(self.contains(node, value, resource)?),
                "if" => keywords.push(self.condition(node, value, resource)?),
                "$ref" | "$dynamicRef" => keywords.push(self.reference(key, value, resource)?),
                "allOf" => keywords.push(Keyword::AllOf(self.subs(key, value, resource)?)),
                "anyOf" => keywords.push(Keyword::AnyOf(self.subs(key, value, resource)?)),
                "oneOf" => keywords.push(Keyword::OneOf(self.subs(key, value, resource)?)),
                "not" => keywords.push(Keyword::Not(self.sub(value, resource)?)),
                "propertyNames" => keywords.push(Keyword::PropertyNames(self.sub(value, resource)?)),
                "dependentSchemas" => {
                    keywords.push(Keyword::DependentSchemas(self.named(key, value, resource)?));
                }
                "dependencies" => self.dependencies(value, resource, &mut keywords)?,
                "unevaluatedItems" => {
                    self.asks_for_unevaluated = true;
                    keywords.push(Keyword::UnevaluatedItems(self.sub(value, resource)?));
                }
                "unevaluatedProperties" => {
                    self.asks_for_unevaluated = true;
                    keywords.push(Keyword::UnevaluatedProperties(self.sub(value, resource)?));
                }
                "pattern" => {
                    let pattern = values::text(key, value)?;
                    keywords.push(Keyword::Pattern(self.pattern(pattern, value)));
                }
                _ => keywords.extend(self.assertion(entry)?),
            }
        }
        if has_members {
            keywords.push(self.members(node, resource)?);
        }
        if has_elements {
            keywords.push(self.elements(node, resource)?);
        }
        Ok(keywords)
    }

    /// A keyword that looks at the value alone. None for what only describes.
    fn assertion(&mut self, entry: &'a Entry) -> Result<Option<Keyword>, Fault> {
        let (key, value) = (&*entry.key, &entry.node);
        let keyword = match key {
            "type" => Keyword::Type(values::types(value)?),
            "const" => values::one_of("const", std::slice::from_ref(value), value)?,
            "enum" => values::one_of("enum", values::list(key, value)?, value)?,
            "minimum" => values::bound(Bound::Minimum, key, value)?,
            "maximum" => values::bound(Bound::Maximum, key, value)?,
            "exclusiveMinimum" | "exclusiveMaximum" if value.bool().is_some() => {
                let message = format!(
                    "`{key}` is a truth value, as in draft 4, and is ignored; give the number itself as `{key}`"
                );
                self.remarks.push(Problem::new(value.span, message));
                return Ok(None);
            }
            "required" if value.bool().is_some() => {
                let message = "`required` is a truth value, as in draft 3, and is ignored; list the names in the object's `required`";
                self.remarks.push(Problem::new(value.span, message));
                return Ok(None);
            }
            "exclusiveMinimum" => values::bound(Bound::ExclusiveMinimum, key, value)?,
            "exclusiveMaximum" => values::bound(Bound::ExclusiveMaximum, key, value)?,
            "multipleOf" => values::multiple_of(value)?,
            "minLength" => Keyword::MinLength(values::count(key, value)?),
            "maxLength" => Keyword::MaxLength(values::count(key, value)?),
            "minItems" => Keyword::MinItems(values::count(key, value)?),
            "maxItems" => Keyword::MaxItems(values::count(key, value)?),
            "uniqueItems" => return Ok(values::truth(key, value)?.then_some(Keyword::UniqueItems)),
            "minProperties" => Keyword::MinProperties(values::count(key, value)?),
            "maxProperties" => Keyword::MaxProperties(values::count(key, value)?),
            "required" => Keyword::Required(values::texts(key, value)?),
            "dependentRequired" => {
                let needs = values::map(key, value)?.iter();
                let needs = needs.map(|entry| Ok((entry.key.clone(), values::texts(key, &entry.node)?)));
                Keyword::DependentRequired("dependentRequired", needs.collect::<Result<_, Fault>>()?)
            }
            _ => return Ok(None),
        };
        Ok(Some(keyword))
    }

    fn reference(&mut self, key: &str, value: &'a Node, resource: usize) -> Result<Keyword, Fault> {
        let (target, of) = self.resources.resolve(key, value, resource)?;
        let id = self.sub(target, of)?;
        let name = value.text().and_then(|reference| reference.strip_prefix('#')).unwrap_or_default();
        let is_dynamic =
            key == "$dynamicRef" && target.get_text("$dynamicAnchor").is_some_and(|anchor| anchor == name);
        if is_dynamic {
            self.has_dynamic_references = true;
            return Ok(Keyword::DynamicRef(id, name.into()));
        }
        Ok(Keyword::Ref(id))
    }

    /// Compiles a pattern once, however often it stands in the schema.
    pub(super) fn pattern(&mut self, source: &'a str, at: &Node) -> Judge {
        if let Some(known) = self.patterns.get(source) {
            return known.clone();
        }
        let room = self.patterns.len() < self.limits.patterns;
        let pattern = if room { Pattern::compile(source, self.limits.pattern_bytes) } else { None };
        let judge = match pattern {
            Some(pattern) => Judge::Pattern(pattern, quoted(source).into()),
            None => {
                let why = if room {
                    "it needs look-around, a back-reference or too much memory; write it without"
                } else {
                    "there are too many patterns; leave some out"
                };
                let message = format!("pattern {} cannot be judged: {why}", quoted(source));
                self.unjudged.push(Problem::new(at.span, message));
                Judge::CannotBeJudged
            }
        };
        self.patterns.insert(source, judge.clone());
        judge
    }

    /// The dynamic anchors of every resource that was met. They may lead to more resources.
    fn dynamic_anchors(&mut self) -> Result<Vec<HashMap<Box<str>, Id>>, Fault> {
        let mut found = Vec::new();
        while self.has_dynamic_references && found.len() < self.resources.all.len() {
            let resource = found.len();
            let anchors = self.resources.anchors(resource).cloned().unwrap_or_default();
            let mut ids = HashMap::new();
            for (name, anchor) in anchors.into_iter().filter(|(_, anchor)| anchor.is_dynamic) {
                ids.insert(name.into(), self.sub(anchor.node, resource)?);
            }
            found.push(ids);
            self.drain()?;
        }
        Ok(found)
    }

    /// Says what is not obeyed of the document's own words.
    fn dialect(&mut self, root: &Node) {
        const KNOWN: [&str; 5] = ["2020-12", "2019-09", "draft-07", "draft-06", "draft-04"];
        let Some(schema) = root.entry("$schema") else { return };
        let named = schema.node.text().unwrap_or_default();
        if !KNOWN.iter().any(|known| named.contains(known)) {
            let message = "`$schema` names a dialect that is not known; the schema is read as 2020-12";
            self.remarks.push(Problem::new(schema.node.span, message));
        }
        if begins_resource(root) && root.get("$vocabulary").is_some() {
            self.remarks.push(Problem::new(root.span, "`$vocabulary` is ignored; every keyword is in force"));
        }
    }
}
