//! Values, lists and objects.

use portcullis_model::{Entry, Node, Span, Value};

use super::{Dialect, Document, Holds, Limits, keys};
use crate::fault::{Fault, Problem, Problems, quoted};

/// A cursor over one document.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    pub(super) dialect: Dialect,
    pub(super) limits: Limits,
    holds: Holds,
    has_equal_keys: bool,
    pub(super) comments: Vec<Span>,
    depth: usize,
    nodes: usize,
    pub(super) problems: Problems,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, dialect: Dialect, limits: Limits, holds: Holds) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at: 0,
            dialect,
            limits,
            holds,
            has_equal_keys: false,
            comments: Vec::new(),
            depth: 0,
            nodes: 0,
            problems: Problems::default(),
        }
    }

    pub(super) fn document(mut self) -> Result<Document, Fault> {
        if self.text.starts_with('\u{feff}') {
            if self.strict() {
                let message = "document begins with a byte order mark; save it without one";
                return Err(Fault::new(Span::new(0, 3), message));
            }
            self.at = 3;
        }
        self.space()?;
        let root = self.value()?;
        self.space()?;
        if self.at < self.bytes.len() {
            let span = Span::new(self.at, self.bytes.len());
            return Err(Fault::new(span, "something follows the value; a document holds one value"));
        }
        Ok(Document {
            root,
            comments: self.comments,
            problems: self.problems.into_vec(),
            has_equal_keys: self.has_equal_keys,
        })
    }

    fn value(&mut self) -> Result<Node, Fault> {
        self.count()?;
        let start = self.at;
        let value = match self.peek() {
            Some(b'"') => Value::Text(self.string(b'"')?),
            Some(b'{') => self.nested(start, Self::map)?,
            Some(b'[') => self.nested(start, Self::list)?,
            Some(b'-' | b'0'..=b'9') => Value::Number(self.number()?),
            Some(b't') if self.eat_word("true") => Value::Bool(true),
            Some(b'f') if self.eat_word("false") => Value::Bool(false),
            Some(b'n') if self.eat_word("null") => Value::Null,
            Some(b'\'') if self.json5() => Value::Text(self.string(b'\'')?),
            Some(b'+' | b'.' | b'I' | b'N') if self.json5() => Value::Number(self.number()?),
            _ => return Err(self.unexpected("a value")),
        };
        Ok(Node { value, span: Span::new(start, self.at) })
    }

    fn nested(
        &mut self,
        start: usize,
        inside: fn(&mut Self, usize) -> Result<Value, Fault>,
    ) -> Result<Value, Fault> {
        let most = self.limits.depth.min(Limits::DEEPEST);
        if self.depth >= most {
            let span = Span::new(start, start + 1);
            return Err(Fault::new(span, format!("values are nested deeper than {most}; flatten them")));
        }
        self.depth += 1;
        self.at += 1;
        let value = inside(self, start)?;
        self.depth -= 1;
        Ok(value)
    }

    fn list(&mut self, start: usize) -> Result<Value, Fault> {
        let mut items = Vec::new();
        while !self.closes(b']', items.is_empty())? {
            items.push(self.value()?);
            if !self.continues(start, b']')? {
                break;
            }
        }
        Ok(Value::List(items))
    }

    fn map(&mut self, start: usize) -> Result<Value, Fault> {
        let mut entries = Vec::new();
        while !self.closes(b'}', entries.is_empty())? {
            entries.push(self.entry()?);
            if !self.continues(start, b'}')? {
                break;
            }
        }
        self.settle_equal_keys(&mut entries)?;
        Ok(Value::Map(entries))
    }

    /// Whether the closing bracket comes next, before any element or after a comma.
    fn closes(&mut self, close: u8, is_empty: bool) -> Result<bool, Fault> {
        self.space()?;
        if self.peek() != Some(close) {
            return Ok(false);
        }
        if self.strict() && !is_empty {
            let span = Span::new(self.at, self.at + 1);
            let message =
                format!("nothing follows the comma before `{}`; remove the comma", char::from(close));
            return Err(Fault::new(span, message));
        }
        self.at += 1;
        Ok(true)
    }

    /// Whether a comma comes next, so that another element may follow.
    fn continues(&mut self, start: usize, close: u8) -> Result<bool, Fault> {
        self.space()?;
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(false)
            }
            None => {
                let span = Span::new(start, start + 1);
                let close = char::from(close);
                Err(Fault::new(span, format!("this bracket is never closed; add the missing `{close}`")))
            }
            Some(_) => Err(self.unexpected(&format!("`,` or `{}`", char::from(close)))),
        }
    }

    fn entry(&mut self) -> Result<Entry, Fault> {
        let start = self.at;
        let key = match self.peek() {
            Some(b'"') => self.string(b'"')?,
            Some(b'\'') if self.json5() => self.string(b'\'')?,
            Some(_) if self.json5() => self.name()?,
            _ => return Err(self.unexpected("a key in double quotes")),
        };
        let key_span = Span::new(start, self.at);
        self.space()?;
        if self.peek() != Some(b':') {
            return Err(self.unexpected("`:` after the key"));
        }
        self.at += 1;
        self.space()?;
        Ok(Entry { key, key_span, node: self.value()? })
    }

    /// Refuses equal keys, or keeps the one that holds and says so.
    fn settle_equal_keys(&mut self, entries: &mut Vec<Entry>) -> Result<(), Fault> {
        let pairs = keys::equal(entries);
        for &(earlier, later) in &pairs {
            let (Some(first), Some(last)) = (entries.get(earlier), entries.get(later)) else { continue };
            let message = format!("key {} appears twice in one object; keep one", quoted(&last.key));
            if self.strict() {
                return Err(Fault::new(last.key_span, message));
            }
            let problem = Problem { message, span: last.key_span, other: Some(first.key_span) };
            self.problems.push(problem);
        }
        self.has_equal_keys |= !pairs.is_empty();
        let replaced = pairs.iter().map(|&(earlier, later)| match self.holds {
            Holds::Last => earlier,
            Holds::First => later,
        });
        let mut replaced = replaced.collect::<Vec<_>>();
        if !replaced.is_empty() {
            replaced.sort_unstable();
            let mut index = 0;
            entries.retain(|_| {
                index += 1;
                replaced.binary_search(&(index - 1)).is_err()
            });
        }
        Ok(())
    }

    /// Counts one more value or comment.
    pub(super) fn count(&mut self) -> Result<(), Fault> {
        self.nodes += 1;
        if self.nodes > self.limits.nodes {
            let message = format!("document has more than {} values; split it", self.limits.nodes);
            return Err(Fault::new(Span::new(self.at, self.at), message));
        }
        Ok(())
    }

    pub(super) fn strict(&self) -> bool {
        self.dialect == Dialect::Strict
    }

    pub(super) fn json5(&self) -> bool {
        self.dialect == Dialect::Json5
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn peek_char(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    pub(super) fn slice(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.rest().starts_with(word.as_bytes());
        if found {
            self.at += word.len();
        }
        found
    }

    /// The fault of meeting something other than `expected`, with the remedy where the mistake is a known one.
    pub(super) fn unexpected(&self, expected: &str) -> Fault {
        let Some(found) = self.peek_char() else {
            let end = self.bytes.len();
            return Fault::new(Span::new(end, end), format!("document ends where {expected} should be"));
        };
        let span = Span::new(self.at, self.at + found.len_utf8());
        let hint = match found {
            '/' | '#' => "; remove the comment",
            '\'' | '`' | '“' | '”' => "; write texts in straight double quotes",
            '=' => "; write `:` between key and value",
            _ => "",
        };
        let found = quoted(&found.to_string());
        Fault::new(span, format!("expected {expected}, found {found}{hint}"))
    }
}
