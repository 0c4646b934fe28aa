//! The declaration of an offer in the form of `tools/list`.

use super::Interpreter;
use super::call::name_of;
use super::handlers::is_context;
use super::register::{Registration, result_of};
use super::state::ObjectKind;
use crate::ir::{ExpressionKind, Language, Literal};
use crate::value::Value;
use portcullis_model::{Entry, Node, Span, Value as Tree};
use std::collections::BTreeMap;

impl<'a> Interpreter<'a> {
    /// The declaration in the form of `tools/list`.
    pub(crate) fn declaration(&mut self, registration: &Registration<'a>) -> Node {
        let mut members = BTreeMap::new();
        members.insert("name", Node::made_text(registration.name.as_deref().unwrap_or_default()));
        if let Some(description) = &registration.description {
            members.insert("description", Node::made_text(description));
        }
        if let Some(title) = &registration.title {
            members.insert("title", Node::made_text(title));
        }
        if let Some(annotations) = &registration.annotations {
            members.insert("annotations", self.tree(annotations, 6));
        }
        let schema = match &registration.schema {
            Some(schema) => self.schema_tree(schema, 8),
            None => self.parameters_tree(registration.handler.as_ref()),
        };
        if let Some(schema) = schema {
            members.insert("inputSchema", schema);
        }
        map_of(members.into_iter().map(|(key, node)| (key.to_owned(), node)))
    }

    /// A known value as a tree; what is not known is left out.
    pub(crate) fn tree(&self, value: &Value<'a>, depth: usize) -> Node {
        let made = match value {
            Value::Text(text) => return Node::made_text(text),
            Value::Bool(truth) => Tree::Bool(*truth),
            Value::Number(number) => Tree::Number(number.to_string().into()),
            Value::Object(id) if depth > 0 => match self.state.object(*id) {
                Some(object) if matches!(object.kind, ObjectKind::List) => {
                    Tree::List(object.elements.iter().map(|value| self.tree(value, depth - 1)).collect())
                }
                Some(object) => {
                    let fields = object
                        .fields
                        .iter()
                        .map(|(name, value)| (name.to_string(), self.tree(value, depth - 1)));
                    return map_of(fields);
                }
                None => Tree::Null,
            },
            Value::Term(_) => match self.known_part(value, 4) {
                Some(text) => return Node::made_text(&text),
                None => Tree::Null,
            },
            _ => Tree::Null,
        };
        Node::made(made)
    }

    /// A schema as JSON Schema, as far as it is known.
    pub(crate) fn schema_tree(&mut self, schema: &Value<'a>, depth: usize) -> Option<Node> {
        if depth == 0 {
            return None;
        }
        if let Value::Object(id) = schema {
            let object = self.state.object(*id)?.clone();
            if matches!(object.kind, ObjectKind::List) {
                return self.options_tree(&object.elements);
            }
            if object.fields.contains_key("type") || object.fields.contains_key("properties") {
                return Some(self.tree(schema, 12));
            }
            let mut properties = Vec::new();
            for (name, inner) in &object.fields {
                let node = self.schema_tree(inner, depth - 1).unwrap_or_else(|| map_of(std::iter::empty()));
                properties.push((name.to_string(), node));
            }
            return Some(object_schema(properties));
        }
        let (path, operands) = result_of(schema)?;
        let (path, operands) = (path.to_owned(), operands.to_vec());
        let member = path.rsplit('.').next().unwrap_or_default().to_owned();
        let argument = operands.get(1).cloned();
        let receiver = operands.first().cloned().unwrap_or(Value::Nothing);
        match member.as_str() {
            "object" | "strictObject" => argument.and_then(|inner| self.schema_tree(&inner, depth - 1)),
            "string" => Some(typed("string")),
            "number" | "int" => Some(typed("number")),
            "boolean" => Some(typed("boolean")),
            "array" => {
                let mut members = vec![(String::from("type"), Node::made_text("array"))];
                if let Some(items) = argument.and_then(|inner| self.schema_tree(&inner, depth - 1)) {
                    members.push((String::from("items"), items));
                }
                Some(map_of(members.into_iter()))
            }
            "enum" => {
                let values = argument.map(|list| self.tree(&list, 3))?;
                let members =
                    vec![(String::from("type"), Node::made_text("string")), (String::from("enum"), values)];
                Some(map_of(members.into_iter()))
            }
            "describe" => {
                let mut node =
                    self.schema_tree(&receiver, depth - 1).unwrap_or_else(|| map_of(std::iter::empty()));
                if let (Tree::Map(entries), Some(text)) =
                    (&mut node.value, argument.and_then(|value| self.known_part(&value, 3)))
                {
                    entries.push(entry("description".to_owned(), Node::made_text(&text)));
                }
                Some(node)
            }
            _ => self.schema_tree(&receiver, depth - 1),
        }
    }

    /// The options of `mcp.NewTool`.
    pub(crate) fn options_tree(&self, options: &[Value<'a>]) -> Option<Node> {
        let mut properties = Vec::new();
        for option in options {
            let Some((path, operands)) = result_of(option) else { continue };
            let member = path.rsplit('.').next().unwrap_or_default();
            let kind = match member {
                "WithString" => "string",
                "WithNumber" => "number",
                "WithBoolean" => "boolean",
                "WithArray" => "array",
                "WithObject" => "object",
                _ => continue,
            };
            let Some(name) = operands.iter().find_map(Value::text) else { continue };
            let mut members = vec![(String::from("type"), Node::made_text(kind))];
            let described =
                operands.iter().filter_map(result_of).find(|(path, _)| path.ends_with("Description"));
            if let Some(text) = described.and_then(|(_, inner)| inner.iter().find_map(Value::text)) {
                members.push((String::from("description"), Node::made_text(text)));
            }
            properties.push((name.to_owned(), map_of(members.into_iter())));
        }
        Some(object_schema(properties))
    }

    /// The parameters of a function of Python as a schema.
    pub(crate) fn parameters_tree(&mut self, handler: Option<&Value<'a>>) -> Option<Node> {
        let Some(Value::Function(closure)) = handler else { return None };
        // `functools.wraps`: what is listed is the function that was written, not the one around it.
        let closure = self.face(closure);
        let language = self.project.file(closure.function.file)?.language;
        if language != Language::Python {
            return None;
        }
        let mut properties = Vec::new();
        for parameter in closure.function.parameters.iter().skip(usize::from(closure.this.is_some())) {
            let Some(name) = name_of(parameter).filter(|_| !is_context(parameter)) else { continue };
            let kind = match parameter.annotation.as_ref().map(|annotation| &annotation.kind) {
                Some(ExpressionKind::Name(name)) => match &**name {
                    "str" => Some("string"),
                    "int" => Some("integer"),
                    "float" => Some("number"),
                    "bool" => Some("boolean"),
                    "list" => Some("array"),
                    "dict" => Some("object"),
                    _ => None,
                },
                _ => None,
            };
            let mut members = Vec::new();
            members.extend(kind.map(|kind| (String::from("type"), Node::made_text(kind))));
            let described = [parameter.annotation.as_ref(), parameter.default.as_ref()];
            if let Some(text) = described.into_iter().flatten().find_map(described_by) {
                members.push((String::from("description"), Node::made_text(&text)));
            }
            properties.push((name.to_owned(), map_of(members.into_iter())));
        }
        Some(object_schema(properties))
    }
}

/// The description in `Field(description="…")`, also inside `Annotated[…]`.
pub(crate) fn described_by(expression: &crate::ir::Expression) -> Option<String> {
    match &expression.kind {
        ExpressionKind::Call { arguments, .. } => arguments.iter().find_map(|argument| match argument {
            crate::ir::Argument::Named(name, value) if &**name == "description" => match &value.kind {
                ExpressionKind::Literal(Literal::Text(text)) => Some(text.to_string()),
                _ => None,
            },
            _ => None,
        }),
        ExpressionKind::Index { index, .. } => described_by(index),
        ExpressionKind::List(elements) => elements.iter().find_map(|element| match element {
            crate::ir::Element::One(inner) => match &inner.kind {
                ExpressionKind::Literal(Literal::Text(text)) => Some(text.to_string()),
                _ => described_by(inner),
            },
            crate::ir::Element::Spread(_) => None,
        }),
        _ => None,
    }
}

pub(crate) fn typed(kind: &str) -> Node {
    map_of(std::iter::once((String::from("type"), Node::made_text(kind))))
}

pub(crate) fn object_schema(properties: Vec<(String, Node)>) -> Node {
    let members = vec![
        (String::from("type"), Node::made_text("object")),
        (String::from("properties"), map_of(properties.into_iter())),
    ];
    map_of(members.into_iter())
}

pub(crate) fn map_of(members: impl Iterator<Item = (String, Node)>) -> Node {
    Node::made(Tree::Map(members.map(|(key, node)| entry(key, node)).collect()))
}

pub(crate) fn entry(key: String, node: Node) -> Entry {
    Entry { key: key.into(), key_span: Span::UNKNOWN, node }
}
