//! A place in a tree: a node together with the pointer that leads to it.

use portcullis_model::config::Located;
use portcullis_model::{Node, Pointer, Span, Value};

/// A node, how it is reached and, for a member of a mapping, its key.
#[derive(Clone)]
pub(crate) struct Cursor<'a> {
    pub(crate) node: &'a Node,
    pub(crate) pointer: Pointer,
    pub(crate) key: &'a str,
    pub(crate) key_span: Span,
}

impl<'a> Cursor<'a> {
    pub(crate) fn root(node: &'a Node) -> Self {
        Self { node, pointer: Pointer::root(), key: "", key_span: Span::UNKNOWN }
    }

    /// The member called `key`.
    pub(crate) fn member(&self, key: &str) -> Option<Self> {
        self.node.entry(key).map(|entry| Self {
            node: &entry.node,
            pointer: self.pointer.join(&entry.key),
            key: &entry.key,
            key_span: entry.key_span,
        })
    }

    /// The first member that is there and not null, which says as much as nothing.
    pub(crate) fn any(&self, keys: &[&str]) -> Option<Self> {
        keys.iter().filter_map(|key| self.member(key)).find(|member| !member.is_null())
    }

    /// The member of a member and so on.
    pub(crate) fn path(&self, keys: &[&str]) -> Option<Self> {
        keys.iter().try_fold(self.clone(), |at, key| at.member(key))
    }

    /// A setting whose dotted name may be one key or lead through nested mappings, as in the settings of VS
    /// Code.
    pub(crate) fn setting(&self, name: &str) -> Option<Self> {
        self.member(name).or_else(|| {
            let dots = name.match_indices('.').map(|(dot, _)| dot);
            dots.filter_map(|dot| Some((name.get(..dot)?, name.get(dot + 1..)?)))
                .find_map(|(head, tail)| self.member(head)?.setting(tail))
        })
    }

    /// The members of a mapping; none for anything else.
    pub(crate) fn members(&self) -> impl Iterator<Item = Cursor<'a>> + use<'a> {
        let parent = self.pointer.clone();
        self.node.entries().iter().map(move |entry| Self {
            node: &entry.node,
            pointer: parent.join(&entry.key),
            key: &entry.key,
            key_span: entry.key_span,
        })
    }

    /// The elements of a list; none for anything else.
    pub(crate) fn elements(&self) -> impl Iterator<Item = Cursor<'a>> + use<'a> {
        let parent = self.pointer.clone();
        self.node.items().iter().enumerate().map(move |(index, node)| Self {
            node,
            pointer: parent.join(&index.to_string()),
            key: "",
            key_span: node.span,
        })
    }

    pub(crate) fn text(&self) -> Option<&'a str> {
        self.node.text()
    }

    pub(crate) fn is_null(&self) -> bool {
        self.node.value == Value::Null
    }

    /// True for `true`, and for the text that says so.
    pub(crate) fn is_true(&self) -> bool {
        self.node.bool() == Some(true) || self.text().is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }

    /// True for `false`, and for the text that says so.
    pub(crate) fn is_false(&self) -> bool {
        self.node.bool() == Some(false) || self.text().is_some_and(|text| text.eq_ignore_ascii_case("false"))
    }

    /// The scalar as a text, numbers and truth values as they are spelt. None for null, lists and mappings.
    pub(crate) fn spelled(&self) -> Option<String> {
        match &self.node.value {
            Value::Text(text) | Value::Number(text) => Some(text.to_string()),
            Value::Bool(value) => Some(value.to_string()),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The scalar with its place.
    pub(crate) fn located(&self) -> Option<Located> {
        self.spelled().map(|text| self.located_as(text))
    }

    /// Another text with this place: what the value means to the host.
    pub(crate) fn located_as(&self, text: impl Into<String>) -> Located {
        Located { text: text.into(), pointer: self.pointer.clone(), span: self.node.span }
    }

    /// A command: a text, or a list of words joined by spaces.
    pub(crate) fn command_line(&self) -> Option<Located> {
        if self.node.is_list() {
            let words: Vec<_> = self.elements().filter_map(|word| word.spelled()).collect();
            return (!words.is_empty()).then(|| self.located_as(words.join(" ")));
        }
        self.text().map(|text| self.located_as(text))
    }
}
