//! Keywords that need one another.

use portcullis_model::Node;

use super::compile::Compiler;
use super::keyword::{Elements, Keyword, Members};
use super::{Fault, values};

impl<'a> Compiler<'a> {
    /// `properties`, `patternProperties` and `additionalProperties`.
    pub(super) fn members(&mut self, node: &'a Node, resource: usize) -> Result<Keyword, Fault> {
        let mut members = Members::default();
        if let Some(named) = node.get("properties") {
            members.named = self.named("properties", named, resource)?;
            members.named.sort_by(|one, other| one.0.cmp(&other.0));
        }
        if let Some(patterns) = node.get("patternProperties") {
            for entry in values::map("patternProperties", patterns)? {
                let id = self.sub(&entry.node, resource)?;
                members.patterns.push((self.pattern(&entry.key, &entry.node), id));
            }
        }
        members.others =
            node.get("additionalProperties").map(|others| self.sub(others, resource)).transpose()?;
        Ok(Keyword::Members(members))
    }

    /// `prefixItems` and `items`; a list of `items` and `additionalItems` in schemas before 2020.
    pub(super) fn elements(&mut self, node: &'a Node, resource: usize) -> Result<Keyword, Fault> {
        let (first, rest) = (node.get("prefixItems"), node.get("items"));
        let elements = match (first, rest) {
            (Some(_), Some(items)) if items.is_list() => {
                let message = "`items` is a list beside `prefixItems`; give the schema of the other elements";
                return Err(Fault::new(items.span, message));
            }
            (None, Some(items)) if items.is_list() => Elements {
                first: items.items().iter().map(|item| self.sub(item, resource)).collect::<Result<_, _>>()?,
                rest: node.get("additionalItems").map(|rest| self.sub(rest, resource)).transpose()?,
                rest_name: "additionalItems",
            },
            _ => Elements {
                first: first
                    .map(|first| self.subs("prefixItems", first, resource))
                    .transpose()?
                    .unwrap_or_default(),
                rest: rest.map(|rest| self.sub(rest, resource)).transpose()?,
                rest_name: "items",
            },
        };
        Ok(Keyword::Elements(elements))
    }

    /// `contains` with how many there may be.
    pub(super) fn contains(
        &mut self,
        node: &'a Node,
        what: &'a Node,
        resource: usize,
    ) -> Result<Keyword, Fault> {
        let count = |key: &str| node.get(key).map(|value| values::count(key, value)).transpose();
        let (least, most) = (count("minContains")?.unwrap_or(1), count("maxContains")?);
        Ok(Keyword::Contains { what: self.sub(what, resource)?, least, most })
    }

    /// `if` with `then` and `else`.
    pub(super) fn condition(
        &mut self,
        node: &'a Node,
        test: &'a Node,
        resource: usize,
    ) -> Result<Keyword, Fault> {
        let test = self.sub(test, resource)?;
        let mut branch = |key: &str| node.get(key).map(|branch| self.sub(branch, resource)).transpose();
        Ok(Keyword::If { test, then: branch("then")?, otherwise: branch("else")? })
    }

    /// `dependencies`, which were two keywords in one before 2019.
    pub(super) fn dependencies(
        &mut self,
        map: &'a Node,
        resource: usize,
        keywords: &mut Vec<Keyword>,
    ) -> Result<(), Fault> {
        let mut needs = Vec::new();
        let mut schemas = Vec::new();
        for entry in values::map("dependencies", map)? {
            if entry.node.is_list() {
                needs.push((entry.key.clone(), values::texts("dependencies", &entry.node)?));
            } else {
                schemas.push((entry.key.clone(), self.sub(&entry.node, resource)?));
            }
        }
        keywords.push(Keyword::DependentRequired("dependencies", needs));
        keywords.push(Keyword::DependentSchemas(schemas));
        Ok(())
    }
}
