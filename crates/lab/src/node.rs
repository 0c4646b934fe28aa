//! Trees that are made, not read.

use std::fmt::Display;

use portcullis_model::{Entry, Node, Span, Value};
use portcullis_wire::json::{self, Dialect, Limits};

pub use portcullis_wire::request::object;

/// A text.
#[must_use]
pub fn text(text: &str) -> Node {
    Node::made_text(text)
}

/// A number.
#[must_use]
pub fn number(number: impl Display) -> Node {
    Node::made(Value::Number(number.to_string().into()))
}

/// A truth value.
#[must_use]
pub const fn truth(value: bool) -> Node {
    Node::made(Value::Bool(value))
}

/// A list.
#[must_use]
pub const fn list(items: Vec<Node>) -> Node {
    Node::made(Value::List(items))
}

/// An object whose members are not known beforehand.
#[must_use]
pub fn map(members: impl IntoIterator<Item = (String, Node)>) -> Node {
    let entry = |(key, node): (String, Node)| Entry { key: key.into(), key_span: Span::UNKNOWN, node };
    Node::made(Value::Map(members.into_iter().map(entry).collect()))
}

/// What this JSON of our own says; null when it says nothing, which the tests exclude.
#[must_use]
pub fn literal(json: &str) -> Node {
    json::read(json.as_bytes(), Dialect::Strict, &Limits::default())
        .map_or_else(|_| Node::made(Value::Null), |document| document.root)
}

/// The object with one more member, or with another value of a member that it has.
#[must_use]
pub fn with(node: Node, key: &str, value: Node) -> Node {
    let Value::Map(mut entries) = node.value else { return node };
    entries.retain(|entry| &*entry.key != key);
    entries.push(Entry { key: key.into(), key_span: Span::UNKNOWN, node: value });
    Node::made(Value::Map(entries))
}

/// What `keys` lead to, one after the other.
#[must_use]
pub fn at<'a>(node: &'a Node, keys: &[&str]) -> Option<&'a Node> {
    keys.iter().try_fold(node, |node, key| node.get(key))
}
