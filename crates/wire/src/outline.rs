//! The outside of a message: where its members stand, found without reading what is in them.
//!
//! Whoever addresses a message needs its id and its method, and not a tree of megabytes. What is found here decides
//! nothing: it is asked of messages that were judged, or that are judged right after. In bytes that are no strict JSON
//! something else may be found, or nothing.

use portcullis_model::Span;

/// One member of an object: its key and its value, quotation marks and brackets included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// The bytes of the key.
    pub key: Span,
    /// The bytes of the value.
    pub value: Span,
}

/// The members of the object that `span` holds; nothing when it holds no object.
#[must_use]
pub fn members(bytes: &[u8], span: Span) -> Option<Vec<Member>> {
    let mut cursor = Cursor { bytes: bytes.get(..span.end)?, at: span.start };
    let mut found = Vec::new();
    cursor.expect(b'{')?;
    if cursor.peek()? == b'}' {
        return Some(found);
    }
    loop {
        let key = cursor.value()?;
        cursor.expect(b':')?;
        let value = cursor.value()?;
        found.push(Member { key, value });
        match cursor.next()? {
            b',' => {}
            b'}' => return Some(found),
            _ => return None,
        }
    }
}

/// The elements of the list that `span` holds; nothing when it holds no list.
#[must_use]
pub fn items(bytes: &[u8], span: Span) -> Option<Vec<Span>> {
    let mut cursor = Cursor { bytes: bytes.get(..span.end)?, at: span.start };
    let mut found = Vec::new();
    cursor.expect(b'[')?;
    if cursor.peek()? == b']' {
        return Some(found);
    }
    loop {
        found.push(cursor.value()?);
        match cursor.next()? {
            b',' => {}
            b']' => return Some(found),
            _ => return None,
        }
    }
}

/// The value of the member of the object in `span` whose key is spelt `key`, without escapes.
#[must_use]
pub fn member(bytes: &[u8], span: Span, key: &str) -> Option<Span> {
    let members = members(bytes, span)?;
    let inner = |key: Span| bytes.get(key.start + 1..key.end.saturating_sub(1));
    members.iter().find(|member| inner(member.key) == Some(key.as_bytes())).map(|member| member.value)
}

/// The value that lies below the object in `span` at the end of these keys.
#[must_use]
pub fn below(bytes: &[u8], span: Span, keys: &[&str]) -> Option<Span> {
    keys.iter().try_fold(span, |span, key| member(bytes, span, key))
}

/// All of `bytes`.
#[must_use]
pub const fn whole(bytes: &[u8]) -> Span {
    Span::new(0, bytes.len())
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    /// The next byte that is no white space, without taking it.
    fn peek(&mut self) -> Option<u8> {
        loop {
            match *self.bytes.get(self.at)? {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                byte => return Some(byte),
            }
        }
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then_some(())
    }

    /// Passes over one value.
    fn value(&mut self) -> Option<Span> {
        let first = self.peek()?;
        let start = self.at;
        match first {
            b'"' => self.text()?,
            b'{' | b'[' => self.nested()?,
            b',' | b':' | b'}' | b']' => return None,
            _ => {
                let rest = self.bytes.get(self.at..)?;
                let end = rest.iter().position(|byte| b",:}] \t\n\r".contains(byte));
                self.at += end.unwrap_or(rest.len());
            }
        }
        Some(Span::new(start, self.at))
    }

    fn text(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            let rest = self.bytes.get(self.at..)?;
            let stop = memchr::memchr2(b'"', b'\\', rest)?;
            let escaped = rest.get(stop) == Some(&b'\\');
            self.at += stop + 1 + usize::from(escaped);
            if !escaped {
                return Some(());
            }
        }
    }

    /// Passes over an object or a list, counting brackets: which kind closes which is the strict reader's business.
    fn nested(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            let byte = *self.bytes.get(self.at)?;
            match byte {
                b'"' => {
                    self.text()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Some(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{self, Dialect, Limits};

    fn at(text: &str, span: Span) -> &str {
        text.get(span.start..span.end).expect("a place in the text")
    }

    #[test]
    fn members_are_found_where_the_strict_reader_finds_them() {
        let text = r#" { "id" : 7,"a":{"id":[1,{"x":"}\"]"}]}, "t":"é\\" ,"n":-1.5e3,"e":{},"l":[ ] } "#;
        let tree = json::read(text.as_bytes(), Dialect::Strict, &Limits::default()).unwrap().root;
        let found = members(text.as_bytes(), whole(text.as_bytes())).unwrap();
        let expected: Vec<Member> = tree
            .entries()
            .iter()
            .map(|entry| Member { key: entry.key_span, value: entry.node.span })
            .collect();
        assert_eq!(found, expected);
        let deep = below(text.as_bytes(), whole(text.as_bytes()), &["a", "id"]).unwrap();
        assert_eq!(at(text, deep), r#"[1,{"x":"}\"]"}]"#);
        let elements = items(text.as_bytes(), deep).unwrap();
        assert_eq!(elements.iter().map(|&span| at(text, span)).collect::<Vec<_>>(), ["1", r#"{"x":"}\"]"}"#]);
    }

    #[test]
    fn bytes_that_are_no_object_have_no_members_and_do_not_panic() {
        for text in [
            "",
            "{",
            "[]",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":}",
            "{\"a\":1",
            "{\"a\":\"\\",
            "{]",
            "7",
            "{\"a\":[}",
        ] {
            assert_eq!(members(text.as_bytes(), whole(text.as_bytes())), None, "{text}");
        }
        assert_eq!(members(b"{}", Span::new(5, 9)), None);
    }
}
