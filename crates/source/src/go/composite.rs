//! Composite literals: `T{…}`, `[]T{…}`, `map[K]V{…}`.

use tree_sitter::Node;

use super::translator::{Shape, Translator, children, expression, opaque};
use crate::ir::{Argument, Element, Entry, Expression, ExpressionKind};

impl<'t> Translator<'t> {
    /// A literal with its type.
    pub(super) fn composite(&mut self, node: Node<'t>) -> Expression {
        match (node.child_by_field_name("type"), node.child_by_field_name("body")) {
            (Some(kind), Some(body)) => self.literal_of(Some(kind), body, node),
            _ => opaque(node, Vec::new()),
        }
    }

    /// A literal of a type, or of one that was left out and is not known.
    fn literal_of(&mut self, kind: Option<Node<'t>>, body: Node<'t>, node: Node<'t>) -> Expression {
        let kind = kind.map(without_pointer);
        let shape = match kind.map(|kind| (kind, kind.kind())) {
            Some((_, "slice_type" | "array_type" | "implicit_length_array_type")) => Shape::List,
            Some((_, "map_type")) => Shape::Record,
            Some((_, "struct_type")) => Shape::Struct,
            Some((kind, _)) => match self.types.get(self.text(kind)) {
                Some(Shape::List) => Shape::List,
                Some(Shape::Record) => Shape::Record,
                Some(Shape::Struct) => Shape::Struct,
                Some(Shape::Other) | None => self.guessed(body),
            },
            None => self.guessed(body),
        };
        match (shape, kind) {
            (Shape::List, kind) => self.elements(kind, body, node),
            (Shape::Record, kind) => self.entries(kind, body, node),
            (Shape::Struct | Shape::Other, Some(kind)) => self.instance(kind, body, node),
            (Shape::Struct | Shape::Other, None) => self.entries(None, body, node),
        }
    }

    /// What a type of another package seems to be: keys that are no names are those of a map.
    fn guessed(&self, body: Node<'t>) -> Shape {
        let is_name = |key: Node<'t>| children(key).first().is_some_and(|key| key.kind() == "identifier");
        let mut keys = children(body).into_iter().filter_map(|element| element.child_by_field_name("key"));
        if keys.any(|key| !is_name(key)) { Shape::Record } else { Shape::Struct }
    }

    fn elements(&mut self, kind: Option<Node<'t>>, body: Node<'t>, node: Node<'t>) -> Expression {
        let inner = kind.and_then(|kind| kind.child_by_field_name("element"));
        let mut elements = Vec::new();
        for element in children(body) {
            let value = element.child_by_field_name("value").unwrap_or(element);
            elements.push(Element::One(self.element(inner, value)));
        }
        expression(node, ExpressionKind::List(elements))
    }

    fn entries(&mut self, kind: Option<Node<'t>>, body: Node<'t>, node: Node<'t>) -> Expression {
        let of_key = kind.and_then(|kind| kind.child_by_field_name("key"));
        let of_value = kind.and_then(|kind| kind.child_by_field_name("value"));
        let mut entries = Vec::new();
        for element in children(body) {
            let (key, value) = (element.child_by_field_name("key"), element.child_by_field_name("value"));
            if let (Some(key), Some(value)) = (key, value) {
                let key = self.element(of_key, key);
                entries.push(Entry::Pair(key, self.element(of_value, value)));
            }
        }
        expression(node, ExpressionKind::Record(entries))
    }

    fn instance(&mut self, kind: Node<'t>, body: Node<'t>, node: Node<'t>) -> Expression {
        // A type that is left out is that of the list around, for every element.
        let is_left_out = node.id() == body.id();
        let callee =
            if is_left_out { self.again(|translator| translator.type_of(kind)) } else { self.type_of(kind) };
        let callee = Box::new(callee);
        let mut arguments = Vec::new();
        for element in children(body) {
            let value = element.child_by_field_name("value").unwrap_or(element);
            let value = self.element(None, value);
            arguments.push(match element.child_by_field_name("key") {
                Some(key) => Argument::Named(self.text(key).into(), value),
                None => Argument::Plain(value),
            });
        }
        expression(node, ExpressionKind::Call { callee, arguments, is_new: true })
    }

    /// An element, whose type may be left out.
    fn element(&mut self, kind: Option<Node<'t>>, node: Node<'t>) -> Expression {
        let inner =
            children(node).first().copied().filter(|_| node.kind() == "literal_element").unwrap_or(node);
        if inner.kind() != "literal_value" {
            return self.expression(inner);
        }
        self.deeper(
            inner,
            || opaque(inner, Vec::new()),
            |translator| translator.literal_of(kind, inner, inner),
        )
    }
}

/// `*T` in `[]*T{{…}}` is a pointer to a literal.
fn without_pointer(kind: Node<'_>) -> Node<'_> {
    match children(kind).first() {
        Some(inner) if matches!(kind.kind(), "pointer_type" | "parenthesized_type" | "generic_type") => {
            *inner
        }
        _ => kind,
    }
}
