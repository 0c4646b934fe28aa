//! Changes of a judged message: some of its bytes are replaced, all others stay exactly as they were received.

use std::fmt::Write as _;

use portcullis_model::{Node, Span};

/// Replacements in one message, in any order.
#[derive(Debug, Clone, Default)]
pub struct Splice {
    parts: Vec<(Span, Vec<u8>)>,
}

impl Splice {
    /// Nothing is replaced yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// True when nothing is replaced.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Puts `bytes` in the place of `span`; an empty span inserts.
    pub fn replace(&mut self, span: Span, bytes: impl Into<Vec<u8>>) {
        self.parts.push((span, bytes.into()));
    }

    /// Puts a JSON text in the place of a node.
    pub fn replace_text(&mut self, node: &Node, text: &str) {
        self.replace(node.span, quoted(text));
    }

    /// Inserts a member at the front of an object; `value` is JSON.
    pub fn insert_member(&mut self, object: &Node, key: &str, value: &str) {
        let at = object.span.start + 1;
        let comma = if object.entries().is_empty() { "" } else { "," };
        self.replace(Span::new(at, at), format!("{}:{value}{comma}", quoted(key)));
    }

    /// Takes a member out of an object, with the comma that goes with it.
    pub fn remove_member(&mut self, object: &Node, key: &str) {
        let entries = object.entries();
        let Some(index) = entries.iter().position(|entry| &*entry.key == key) else { return };
        let parts: Vec<Span> =
            entries.iter().map(|entry| Span::new(entry.key_span.start, entry.node.span.end)).collect();
        self.remove_part(&parts, &[index]);
    }

    /// Takes elements out of a list, with the commas that go with them. `indices` ascend.
    pub fn remove_items(&mut self, list: &Node, indices: &[usize]) {
        let parts: Vec<Span> = list.items().iter().map(|item| item.span).collect();
        self.remove_part(&parts, indices);
    }

    /// Removes parts that commas separate. From the first part that stays on, each removed part takes the comma before
    /// it along; those before it take the comma behind.
    fn remove_part(&mut self, parts: &[Span], indices: &[usize]) {
        let first_kept = (0..parts.len()).find(|index| !indices.contains(index));
        let Some(first_kept) = first_kept else {
            if let (Some(first), Some(last)) = (parts.first(), parts.last()) {
                self.replace(Span::new(first.start, last.end), Vec::new());
            }
            return;
        };
        for &index in indices {
            let Some(part) = parts.get(index) else { continue };
            let span = if index < first_kept {
                let next = parts.get(index + 1).map_or(part.end, |next| next.start);
                Span::new(part.start, next)
            } else {
                let before = index.checked_sub(1).and_then(|before| parts.get(before));
                Span::new(before.map_or(part.start, |before| before.end), part.end)
            };
            self.replace(span, Vec::new());
        }
    }

    /// The message with the replacements made. Of two that overlap, the one that begins later is left out; nothing
    /// beyond the end of the message is touched.
    #[must_use]
    pub fn apply(&self, message: &[u8]) -> Vec<u8> {
        let mut parts: Vec<&(Span, Vec<u8>)> = self.parts.iter().collect();
        parts.sort_by_key(|(span, _)| (span.start, span.end));
        let mut spliced = Vec::with_capacity(message.len() + 64);
        let mut at = 0;
        for (span, bytes) in parts {
            let Some(before) = message.get(at..span.start) else { continue };
            if span.end > message.len() {
                continue;
            }
            spliced.extend_from_slice(before);
            spliced.extend_from_slice(bytes);
            at = span.end;
        }
        spliced.extend_from_slice(message.get(at..).unwrap_or_default());
        spliced
    }
}

/// A text as JSON spells it, its quotation marks included.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut spelt = String::with_capacity(text.len() + 2);
    spelt.push('"');
    for character in text.chars() {
        match character {
            '"' => spelt.push_str("\\\""),
            '\\' => spelt.push_str("\\\\"),
            '\n' => spelt.push_str("\\n"),
            '\r' => spelt.push_str("\\r"),
            '\t' => spelt.push_str("\\t"),
            // Writing to a text cannot fail.
            control if control < ' ' => drop(write!(spelt, "\\u{:04x}", u32::from(control))),
            other => spelt.push(other),
        }
    }
    spelt.push('"');
    spelt
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{self, Dialect, Limits};

    fn tree(text: &str) -> Node {
        json::read(text.as_bytes(), Dialect::Strict, &Limits::default()).expect("JSON").root
    }

    fn applied(splice: &Splice, text: &str) -> String {
        String::from_utf8(splice.apply(text.as_bytes())).expect("UTF-8")
    }

    #[test]
    fn bytes_beside_a_replacement_stay_as_they_were() {
        let text = r#"{ "a" : "x",  "b":1.0 }"#;
        let mut splice = Splice::new();
        splice.replace_text(tree(text).get("a").expect("a"), "q\"\n\u{1}");
        assert_eq!(applied(&splice, text), "{ \"a\" : \"q\\\"\\n\\u0001\",  \"b\":1.0 }");
    }

    #[test]
    fn any_elements_of_a_list_can_be_taken_out_and_json_stays() {
        let text = "[ 0, 1 ,2,3 , 4 ]";
        let list = tree(text);
        for pick in 0_u32..32 {
            let out: Vec<usize> = (0..5).filter(|index| pick & (1 << index) != 0).collect();
            let mut splice = Splice::new();
            splice.remove_items(&list, &out);
            let left: Vec<String> = tree(&applied(&splice, text)).items().iter().map(json::write).collect();
            let expected: Vec<String> =
                (0..5).filter(|index| !out.contains(index)).map(|index| index.to_string()).collect();
            assert_eq!(left, expected, "without {out:?}");
        }
    }

    #[test]
    fn members_come_and_go_wherever_they_stand() {
        for text in [r#"{"a":1}"#, r#"{"a":1,"b":2}"#, r#"{"b":2, "a":1 ,"c":3}"#, r#"{"c":3,"a":1}"#] {
            let mut splice = Splice::new();
            splice.remove_member(&tree(text), "a");
            let without = applied(&splice, text);
            assert!(tree(&without).get("a").is_none(), "{without}");
            let mut splice = Splice::new();
            splice.insert_member(&tree(&without), "a", "[]");
            let with = applied(&splice, &without);
            assert!(tree(&with).get("a").is_some_and(Node::is_list), "{with}");
        }
    }

    #[test]
    fn replacements_that_overlap_or_lie_outside_change_nothing_else() {
        let mut splice = Splice::new();
        splice.replace(Span::new(0, 3), *b"x");
        splice.replace(Span::new(1, 2), *b"y");
        splice.replace(Span::new(4, 9), *b"z");
        assert_eq!(splice.apply(b"abcde"), b"xde");
    }
}
