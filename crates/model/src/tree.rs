//! A document as a tree: structure, text and place, without the format it was written in.
//!
//! JSON, JSONC, YAML, TOML and property lists all read into a [`Node`]; rules look at nodes and never at a format.

use std::fmt;

/// A range of bytes in a document: `start` inclusive, `end` exclusive. An empty span at 0 means "place unknown".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The place is not known (a tree that was made, not read).
    pub const UNKNOWN: Span = Span { start: 0, end: 0 };

    /// A span from `start` to `end`; an end before the start yields an empty span at `start`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end: if end < start { start } else { end } }
    }

    /// True when nothing lies between start and end.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Length in bytes.
    #[must_use]
    pub const fn len(self) -> usize {
        self.end - self.start
    }
}

/// A value and where it stood.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Its bytes in the document, quotes and brackets included.
    pub span: Span,
}

/// One value. Numbers keep their spelling: `1.10` is not `1.1`.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// The null value.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number as it was spelt.
    Number(Box<str>),
    /// A text with escapes resolved.
    Text(Box<str>),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping in document order. Keys are unique: readers report duplicates as problems.
    Map(Vec<Entry>),
}

/// One member of a mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key with escapes resolved.
    pub key: Box<str>,
    /// The key's bytes in the document.
    pub key_span: Span,
    /// The value.
    pub node: Node,
}

impl Node {
    /// A node that was made rather than read.
    #[must_use]
    pub const fn made(value: Value) -> Self {
        Self { value, span: Span::UNKNOWN }
    }

    /// A made text node.
    #[must_use]
    pub fn made_text(text: &str) -> Self {
        Self::made(Value::Text(text.into()))
    }

    /// The text, when this is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, when this is one.
    #[must_use]
    pub const fn bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The elements; empty when this is not a list.
    #[must_use]
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The members; empty when this is not a mapping.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// True for a mapping.
    #[must_use]
    pub const fn is_map(&self) -> bool {
        matches!(self.value, Value::Map(_))
    }

    /// True for a list.
    #[must_use]
    pub const fn is_list(&self) -> bool {
        matches!(self.value, Value::List(_))
    }

    /// The member called `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// The member called `key`, with the place of its key.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| &*entry.key == key)
    }

    /// The text member called `key`.
    #[must_use]
    pub fn get_text(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Node::text)
    }

    /// The node that `pointer` leads to.
    #[must_use]
    pub fn at(&self, pointer: &Pointer) -> Option<&Node> {
        pointer.segments().try_fold(self, |node, segment| match &node.value {
            Value::List(items) => items.get(segment.parse::<usize>().ok()?),
            _ => node.get(&segment),
        })
    }

    /// What kind of value it is, for error messages.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a truth value",
            Value::Number(_) => "a number",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "an object",
        }
    }

    /// Calls `visit` with every text of the tree and its pointer, depth first in document order.
    /// Keys of mappings are visited as texts too: a model reads them. The visitor learns which it is.
    pub fn visit_texts<'a>(&'a self, at: &mut Pointer, visit: &mut dyn FnMut(TextAt<'a>, &Pointer)) {
        match &self.value {
            Value::Text(text) => visit(TextAt { text, span: self.span, is_key: false }, at),
            Value::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    at.push_index(index);
                    item.visit_texts(at, visit);
                    at.pop();
                }
            }
            Value::Map(entries) => {
                for entry in entries {
                    at.push(&entry.key);
                    visit(TextAt { text: &entry.key, span: entry.key_span, is_key: true }, at);
                    entry.node.visit_texts(at, visit);
                    at.pop();
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// A text met while walking a tree.
#[derive(Debug, Clone, Copy)]
pub struct TextAt<'a> {
    /// The text.
    pub text: &'a str,
    /// Its bytes in the document.
    pub span: Span,
    /// True for the key of a mapping.
    pub is_key: bool,
}

/// A JSON Pointer (RFC 6901): where in a tree something lies.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Pointer {
    text: String,
}

impl Pointer {
    /// The whole document.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// The pointer that starts with `segments`.
    #[must_use]
    pub fn of(segments: &[&str]) -> Self {
        let mut pointer = Self::root();
        for segment in segments {
            pointer.push(segment);
        }
        pointer
    }

    /// Goes down to the member `key`.
    pub fn push(&mut self, key: &str) {
        self.text.push('/');
        for character in key.chars() {
            match character {
                '~' => self.text.push_str("~0"),
                '/' => self.text.push_str("~1"),
                other => self.text.push(other),
            }
        }
    }

    /// Goes down to the element at `index`.
    pub fn push_index(&mut self, index: usize) {
        self.push(&index.to_string());
    }

    /// Goes up one level; does nothing at the root.
    pub fn pop(&mut self) {
        let parent = self.text.rfind('/').unwrap_or(0);
        self.text.truncate(parent);
    }

    /// The pointer one level up; the whole document at the root.
    #[must_use]
    pub fn parent(&self) -> Self {
        let mut parent = self.clone();
        parent.pop();
        parent
    }

    /// This pointer with one more member.
    #[must_use]
    pub fn join(&self, key: &str) -> Self {
        let mut longer = self.clone();
        longer.push(key);
        longer
    }

    /// The pointer as RFC 6901 spells it; empty for the whole document.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The segments with their escapes resolved.
    pub fn segments(&self) -> impl Iterator<Item = String> + '_ {
        self.text.split('/').skip(1).map(|segment| segment.replace("~1", "/").replace("~0", "~"))
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_escapes_slashes_and_tildes_as_rfc_6901_says() {
        let pointer = Pointer::of(&["a/b", "m~n"]);
        assert_eq!(pointer.as_str(), "/a~1b/m~0n");
        assert_eq!(pointer.segments().collect::<Vec<_>>(), ["a/b", "m~n"]);
    }

    #[test]
    fn walking_a_tree_meets_keys_and_values_in_document_order() {
        let tree = Node::made(Value::Map(vec![Entry {
            key: "a".into(),
            key_span: Span::UNKNOWN,
            node: Node::made(Value::List(vec![Node::made_text("x"), Node::made_text("y")])),
        }]));
        let mut met = Vec::new();
        tree.visit_texts(&mut Pointer::root(), &mut |at, pointer| met.push(format!("{pointer}={}", at.text)));
        assert_eq!(met, ["/a=a", "/a/0=x", "/a/1=y"]);
    }
}
