//! Types as expressions.

use tree_sitter::Node;

use super::translator::{Shape, Translator, children, expression, fields, literal, name, opaque};
use crate::ir::{Argument, Class, Element, Entry, Expression, ExpressionKind, Literal, Member, MemberKind};

/// Fields of one declaration that share a tag.
const MOST_TAGGED: usize = 16;

impl<'t> Translator<'t> {
    /// A type.
    pub(super) fn type_of(&mut self, node: Node<'t>) -> Expression {
        self.deeper(node, || opaque(node, Vec::new()), |translator| translator.type_inside(node))
    }

    fn type_inside(&mut self, node: Node<'t>) -> Expression {
        match node.kind() {
            "qualified_type" => {
                let package = node.child_by_field_name("package").map(|package| self.text(package));
                let inner = node.child_by_field_name("name").map(|inner| self.text(inner));
                let object = Box::new(name(node, package.unwrap_or_default()));
                let kind = ExpressionKind::Member {
                    object,
                    name: inner.unwrap_or_default().into(),
                    optional: false,
                };
                expression(node, kind)
            }
            "slice_type" | "array_type" | "implicit_length_array_type" => {
                let element = node.child_by_field_name("element").map(|element| self.type_of(element));
                expression(node, ExpressionKind::List(element.into_iter().map(Element::One).collect()))
            }
            "map_type" => {
                let key = node.child_by_field_name("key").map(|key| self.type_of(key));
                let value = node.child_by_field_name("value").map(|value| self.type_of(value));
                let entry = key.zip(value).map(|(key, value)| Entry::Pair(key, value));
                expression(node, ExpressionKind::Record(entry.into_iter().collect()))
            }
            "generic_type" => match node.child_by_field_name("type") {
                Some(inner) => self.type_of(inner),
                None => opaque(node, Vec::new()),
            },
            "pointer_type" | "parenthesized_type" | "negated_type" | "type_elem" | "type_constraint" => {
                match children(node).first() {
                    Some(inner) => self.type_of(*inner),
                    None => opaque(node, Vec::new()),
                }
            }
            "struct_type" => {
                let class = self.struct_class(node, "");
                expression(node, ExpressionKind::Class(Box::new(class)))
            }
            "interface_type" => name(node, if children(node).is_empty() { "any" } else { "interface" }),
            "channel_type" => name(node, "chan"),
            "function_type" => name(node, "func"),
            _ => name(node, self.text(node)),
        }
    }

    /// A struct with its fields. Embedded types are its bases and fields of their name.
    pub(super) fn struct_class(&mut self, node: Node<'t>, called: &str) -> Class {
        let mut class = Class {
            name: called.into(),
            at: super::translator::at(node),
            bases: Vec::new(),
            members: Vec::new(),
            decorators: Vec::new(),
            doc: None,
        };
        for list in children(node) {
            for field in children(list) {
                if field.kind() == "field_declaration" {
                    self.field(field, &mut class);
                }
            }
        }
        class
    }

    fn field(&mut self, node: Node<'t>, class: &mut Class) {
        let Some(kind) = node.child_by_field_name("type") else { return };
        let annotation = self.type_of(kind);
        let names = fields(node, "name");
        // A tag is that of one field: several with the same name in a document would be one too many.
        let tag = node.child_by_field_name("tag").filter(|_| names.len() <= MOST_TAGGED);
        let tag = tag.map(|tag| self.string(tag));
        let mut member = |place: Node<'t>, called: &str, annotation: Expression| {
            class.members.push(Member {
                name: literal(place, Literal::Text(called.into())),
                kind: MemberKind::Field(None),
                is_static: false,
                annotation: Some(annotation),
                tag: tag.as_ref().and_then(|tag| match tag {
                    Literal::Text(text) => Some(text.clone()),
                    _ => None,
                }),
            });
        };
        if names.is_empty() {
            member(kind, last_name(&annotation).unwrap_or_default(), annotation.clone());
            class.bases.push(annotation);
            return;
        }
        let mut annotation = Some(annotation);
        for field in names {
            let given =
                annotation.take().unwrap_or_else(|| self.again(|translator| translator.type_of(kind)));
            member(field, self.text(field), given);
        }
    }

    /// What a variable of a type is before it is given a value.
    pub(super) fn zero(&mut self, node: Node<'t>) -> Option<Expression> {
        let kind = match node.kind() {
            "slice_type" | "array_type" => ExpressionKind::List(Vec::new()),
            // Nothing of Go can be called by this name.
            "channel_type" => ExpressionKind::Call {
                callee: Box::new(name(node, "chan")),
                arguments: Vec::<Argument>::new(),
                is_new: false,
            },
            "map_type" => ExpressionKind::Record(Vec::new()),
            "parenthesized_type" => return children(node).first().and_then(|inner| self.zero(*inner)),
            "type_identifier" => match self.text(node) {
                "string" => ExpressionKind::Literal(Literal::Text("".into())),
                "bool" => ExpressionKind::Literal(Literal::Bool(false)),
                "any" | "error" => return None,
                basic if is_number(basic) => ExpressionKind::Literal(Literal::Number(0.0)),
                declared => match self.types.get(declared) {
                    Some(Shape::List) => ExpressionKind::List(Vec::new()),
                    Some(Shape::Record) => ExpressionKind::Record(Vec::new()),
                    Some(Shape::Other) => return None,
                    Some(Shape::Struct) | None => self.made(node),
                },
            },
            "qualified_type" | "generic_type" | "struct_type" => self.made(node),
            _ => return None,
        };
        Some(expression(node, kind))
    }

    /// An instance without arguments.
    pub(super) fn made(&mut self, node: Node<'t>) -> ExpressionKind {
        ExpressionKind::Call {
            callee: Box::new(self.type_of(node)),
            arguments: Vec::<Argument>::new(),
            is_new: true,
        }
    }
}

/// Whether a type is one of the language's own that hold a value.
pub(super) fn is_basic(name: &str) -> bool {
    is_number(name) || matches!(name, "string" | "bool" | "any" | "error")
}

/// Whether a type is one of numbers.
pub(crate) fn is_number(name: &str) -> bool {
    matches!(
        name,
        "int"
            | "int8"
            | "int16"
            | "int32"
            | "int64"
            | "uint"
            | "uint8"
            | "uint16"
            | "uint32"
            | "uint64"
            | "uintptr"
            | "float32"
            | "float64"
            | "byte"
            | "rune"
            | "complex64"
            | "complex128"
    )
}

/// How an embedded type is called as a field.
pub(crate) fn last_name(annotation: &Expression) -> Option<&str> {
    match &annotation.kind {
        ExpressionKind::Name(name) | ExpressionKind::Member { name, .. } => Some(name),
        _ => None,
    }
}
