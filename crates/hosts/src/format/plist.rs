//! Property lists written as XML. The reader is ours because it must know where every value stands, and
//! because it needs no more of XML than seven elements and five entities; document types with declarations
//! are refused.

use portcullis_model::{Entry, Node, Span, Value};

use portcullis_wire::json::Holds;

use super::{DEEPEST, EqualKeys, Fault, MOST_VALUES, Parsed};

pub(super) fn parse(text: &str, holds: Holds) -> Parsed {
    let equal_keys = EqualKeys::new(holds);
    let mut reader = Reader { text, at: 0, values: 0, comments: Vec::new(), faults: Vec::new(), equal_keys };
    let root = reader.document();
    let documents = match root {
        Ok(root) => vec![root],
        Err(fault) => {
            reader.faults.insert(0, fault);
            Vec::new()
        }
    };
    Parsed {
        documents,
        comments: reader.comments,
        faults: reader.faults,
        has_equal_keys: reader.equal_keys.were_met,
        ..Parsed::default()
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    values: usize,
    comments: Vec<Span>,
    faults: Vec<Fault>,
    equal_keys: EqualKeys,
}

/// One tag: `<name ...>`, `<name/>` or `</name>`.
struct Tag<'a> {
    name: &'a str,
    closes: bool,
    is_empty: bool,
    span: Span,
}

impl<'a> Reader<'a> {
    fn document(&mut self) -> Result<Node, Fault> {
        let tag = self.tag()?;
        if tag.name != "plist" || tag.closes {
            return Err(Fault::syntax(tag.span, "expected `<plist>`"));
        }
        let tag = self.tag()?;
        let root = self.value(&tag, 0)?;
        let end = self.tag()?;
        if !(end.closes && end.name == "plist") {
            return Err(Fault::syntax(end.span, "expected `</plist>`; a list holds one value"));
        }
        Ok(root)
    }

    fn value(&mut self, tag: &Tag<'a>, depth: usize) -> Result<Node, Fault> {
        self.values += 1;
        if self.values > MOST_VALUES {
            return Err(Fault::too_many(tag.span));
        }
        if depth > DEEPEST {
            return Err(Fault::too_deep(tag.span));
        }
        if tag.closes {
            return Err(Fault::syntax(tag.span, "expected a value"));
        }
        let value = match tag.name {
            "true" | "false" => {
                if !tag.is_empty {
                    self.close(tag)?;
                }
                Value::Bool(tag.name == "true")
            }
            "dict" => self.dict(tag, depth)?,
            "array" => self.array(tag, depth)?,
            "string" | "date" | "data" => Value::Text(self.content(tag)?.into()),
            "integer" | "real" => Value::Number(self.content(tag)?.trim().into()),
            _ => {
                return Err(Fault::syntax(
                    tag.span,
                    "this element does not belong into a property list; remove it",
                ));
            }
        };
        Ok(Node { value, span: Span::new(tag.span.start, self.at) })
    }

    fn dict(&mut self, open: &Tag<'a>, depth: usize) -> Result<Value, Fault> {
        let mut entries = Vec::new();
        if open.is_empty {
            return Ok(Value::Map(entries));
        }
        loop {
            let tag = self.tag()?;
            if tag.closes && tag.name == "dict" {
                break;
            }
            if tag.closes || tag.name != "key" {
                return Err(Fault::syntax(tag.span, "expected `<key>`"));
            }
            let key = self.content(&tag)?;
            let key_span = Span::new(tag.span.start, self.at);
            let tag = self.tag()?;
            entries.push(Entry { key: key.into(), key_span, node: self.value(&tag, depth + 1)? });
        }
        Ok(Value::Map(self.equal_keys.settle(entries, &mut self.faults)))
    }

    fn array(&mut self, open: &Tag<'a>, depth: usize) -> Result<Value, Fault> {
        let mut items = Vec::new();
        if open.is_empty {
            return Ok(Value::List(items));
        }
        loop {
            let tag = self.tag()?;
            if tag.closes && tag.name == "array" {
                break;
            }
            items.push(self.value(&tag, depth + 1)?);
        }
        Ok(Value::List(items))
    }

    /// The text of an element that was just opened, up to and with its closing tag.
    fn content(&mut self, open: &Tag<'a>) -> Result<String, Fault> {
        let mut content = String::new();
        if open.is_empty {
            return Ok(content);
        }
        loop {
            let rest = self.rest();
            if let Some(raw) = rest.strip_prefix("<![CDATA[") {
                let Some(end) = raw.find("]]>") else { return Err(self.unclosed("`<![CDATA[`")) };
                content.push_str(raw.get(..end).unwrap_or_default());
                self.at += "<![CDATA[".len() + end + "]]>".len();
            } else if rest.starts_with("<!--") {
                self.comment()?;
            } else if rest.starts_with('<') {
                self.close(open)?;
                break;
            } else {
                let length = rest.find('<').ok_or_else(|| self.unclosed("the element"))?;
                self.unescape(rest.get(..length).unwrap_or_default(), &mut content)?;
                self.at += length;
            }
        }
        Ok(content)
    }

    fn unescape(&self, raw: &str, content: &mut String) -> Result<(), Fault> {
        let mut rest = raw;
        while let Some((before, after)) = rest.split_once('&') {
            content.push_str(before);
            let entity = after.split_once(';').and_then(|(name, after)| Some((entity(name)?, after)));
            let Some((character, after)) = entity else {
                let at = self.at + raw.len() - after.len() - 1;
                return Err(Fault::syntax(
                    Span::new(at, at + 1),
                    "unknown entity; write `&amp;` for an ampersand",
                ));
            };
            content.push(character);
            rest = after;
        }
        content.push_str(rest);
        Ok(())
    }

    fn close(&mut self, open: &Tag<'a>) -> Result<(), Fault> {
        let tag = self.tag()?;
        if tag.closes && tag.name == open.name {
            return Ok(());
        }
        Err(Fault::syntax(tag.span, &format!("expected `</{}>`", open.name)))
    }

    /// The next tag. Declarations and comments before it are passed over.
    fn tag(&mut self) -> Result<Tag<'a>, Fault> {
        loop {
            self.at += self.rest().len() - self.rest().trim_start().len();
            let rest = self.rest();
            if rest.starts_with("<!--") {
                self.comment()?;
                continue;
            }
            let start = self.at;
            let Some(inner) = rest.strip_prefix('<') else {
                return Err(Fault::syntax(Span::new(start, start), "expected a tag"));
            };
            let Some(length) = inner.find('>') else { return Err(self.unclosed("the tag")) };
            let inner = inner.get(..length).unwrap_or_default();
            self.at += length + 2;
            let span = Span::new(start, self.at);
            if inner.starts_with('!') && inner.contains('[') {
                return Err(Fault::syntax(span, "a document type with declarations is not read; remove it"));
            }
            if inner.starts_with(['?', '!']) {
                continue;
            }
            let (inner, closes) = inner.strip_prefix('/').map_or((inner, false), |inner| (inner, true));
            let (inner, is_empty) = inner.strip_suffix('/').map_or((inner, false), |inner| (inner, true));
            let name = inner.split_whitespace().next().unwrap_or_default();
            return Ok(Tag { name, closes, is_empty, span });
        }
    }

    fn comment(&mut self) -> Result<(), Fault> {
        let Some(end) = self.rest().find("-->") else { return Err(self.unclosed("the comment")) };
        self.comments.push(Span::new(self.at, self.at + end + 3));
        self.at += end + 3;
        Ok(())
    }

    fn unclosed(&self, what: &str) -> Fault {
        Fault::syntax(Span::new(self.at, self.at), &format!("{what} that starts here never ends"))
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::slice;

    fn parse(text: &str) -> Parsed {
        super::parse(text, Holds::Last)
    }

    const LIST: &str = "<?xml version=\"1.0\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"x\">\n\
        <plist version=\"1.0\"><!-- note --><dict>\n<key>a &amp; b</key><array><string>ö&#x41;</string><true/>\
        <integer> 7 </integer></array><key>empty</key><string/></dict></plist>\n";

    #[test]
    fn values_entities_and_spans_are_read() {
        let parsed = parse(LIST);
        assert!(parsed.faults.is_empty(), "{:?}", parsed.faults);
        let items = parsed.documents[0].get("a & b").unwrap().items();
        assert_eq!(items[0].text(), Some("öA"));
        assert_eq!(slice(LIST, items[0].span), "<string>ö&#x41;</string>");
        assert_eq!((items[1].bool(), &items[2].value), (Some(true), &Value::Number("7".into())));
        assert_eq!(parsed.documents[0].get_text("empty"), Some(""));
        assert_eq!(parsed.comments.len(), 1);
    }

    #[test]
    fn declarations_that_define_entities_are_refused() {
        let parsed = parse("<!DOCTYPE plist [<!ENTITY a \"b\">]><plist><string>&a;</string></plist>");
        assert!(parsed.faults[0].message.starts_with("a document type with declarations"));
    }

    #[test]
    fn every_truncation_is_a_fault_and_none_a_panic() {
        let end = LIST.rfind("</plist>").unwrap();
        for length in (0..end).filter(|length| LIST.is_char_boundary(*length)) {
            assert!(!parse(LIST.get(..length).unwrap()).faults.is_empty(), "{length}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let parsed = parse(&format!("<plist>{}", "<array>".repeat(100_000)));
        assert!(parsed.faults[0].message.starts_with("more than 128 levels"));
    }
}
