//! YAML: from the parser's events to trees. No tag is obeyed, aliases are copied within a budget, merge keys
//! hold.

mod offsets;

use std::collections::{HashMap, HashSet};

use portcullis_model::{Entry, Node, Span, Value};
use portcullis_wire::json::Holds;
use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::{DEEPEST, EqualKeys, Fault, MOST_FAULTS, MOST_VALUES, Parsed, comments, shortened};
use crate::problem::ProblemKind;

use offsets::Offsets;

pub(super) fn parse(text: &str, holds: Holds) -> Parsed {
    let mut builder = Builder::new(text, holds);
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, span)) => {
                if builder.take(event, span).is_none() {
                    break;
                }
            }
            Err(error) => {
                let at = builder.offsets.byte(error.marker());
                builder.faults.push(Fault::syntax(Span::new(at, at), error.info()));
                break;
            }
        }
    }
    builder.finish(text)
}

/// What YAML takes for white space; other such characters belong to words.
const WHITE: [char; 4] = [' ', '\t', '\n', '\r'];

struct Builder<'a> {
    text: &'a str,
    offsets: Offsets<'a>,
    open: Vec<Open>,
    documents: Vec<Node>,
    faults: Vec<Fault>,
    equal_keys: EqualKeys,
    anchors: HashMap<usize, Node>,
    values: usize,
}

/// A list or a mapping whose end has not come yet.
struct Open {
    anchor: usize,
    start: usize,
    items: Items,
}

enum Items {
    List(Vec<Node>),
    Map(Vec<Entry>, Option<(Box<str>, Span)>),
}

impl<'a> Builder<'a> {
    fn new(text: &'a str, holds: Holds) -> Self {
        Self {
            text,
            offsets: Offsets::new(text),
            open: Vec::new(),
            documents: Vec::new(),
            faults: Vec::new(),
            equal_keys: EqualKeys::new(holds),
            anchors: HashMap::new(),
            values: 0,
        }
    }

    /// Takes one event. None when a bound is reached and reading stops.
    fn take(&mut self, event: Event<'_>, span: saphyr_parser::Span) -> Option<()> {
        let span = Span::new(self.offsets.byte(&span.start), self.offsets.byte(&span.end));
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.count(1, span)?;
                let value = self.scalar(&text, style, tag.as_deref(), span);
                let start =
                    if anchor == 0 && tag.is_none() { span.start } else { self.after_properties(span.start) };
                let span = self.exact(Span::new(start.min(span.end), span.end), style);
                self.place(Node { value, span }, anchor);
            }
            Event::Alias(anchor) => self.alias(anchor, span)?,
            Event::SequenceStart(anchor, tag) => {
                self.open(Items::List(Vec::new()), anchor, tag.as_deref(), span)?;
            }
            Event::MappingStart(anchor, tag) => {
                self.open(Items::Map(Vec::new(), None), anchor, tag.as_deref(), span)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(Some(span.start + 1)),
            Event::DocumentStart(_) => self.anchors.clear(),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Some(())
    }

    fn count(&mut self, values: usize, span: Span) -> Option<()> {
        self.values += values;
        if self.values > MOST_VALUES {
            self.faults.push(Fault::too_many(span));
            return None;
        }
        Some(())
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Value {
        self.refuse_tag(tag, span);
        let is_text = tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
        if style == ScalarStyle::Plain && !is_text { plain(text) } else { Value::Text(text.into()) }
    }

    /// Where a value starts after its anchor and its tag, which the parser includes.
    fn after_properties(&self, mut start: usize) -> usize {
        while let Some(rest) = self.text.get(start..).filter(|rest| rest.starts_with(['&', '!'])) {
            let word = rest.find(WHITE).unwrap_or(rest.len());
            start +=
                word + rest.get(word..).map_or(0, |rest| rest.len() - rest.trim_start_matches(WHITE).len());
        }
        start
    }

    /// The span of a scalar without the space and the comment after it, which the parser includes.
    fn exact(&self, span: Span, style: ScalarStyle) -> Span {
        let raw = self.text.get(span.start..span.end).unwrap_or_default();
        let quote = match style {
            ScalarStyle::DoubleQuoted => '"',
            ScalarStyle::SingleQuoted => '\'',
            _ => return Span::new(span.start, span.start + raw.trim_end_matches(WHITE).len()),
        };
        let mut characters = raw.char_indices().skip(1).peekable();
        while let Some((at, character)) = characters.next() {
            let escapes = match quote {
                '"' => character == '\\',
                _ => character == quote && characters.peek().is_some_and(|(_, next)| *next == quote),
            };
            if escapes {
                characters.next();
            } else if character == quote {
                return Span::new(span.start, span.start + at + 1);
            }
        }
        span
    }

    /// Tags can make other programs build objects or read files; here they change nothing, and that is said.
    fn refuse_tag(&mut self, tag: Option<&Tag>, span: Span) {
        let Some(tag) = tag.filter(|tag| !tag.is_yaml_core_schema() && tag.handle != "!!") else { return };
        if !tag.suffix.is_empty() && self.faults.len() < MOST_FAULTS {
            let message = format!("the tag `{}` is not obeyed", shortened(&tag.to_string()));
            self.faults.push(Fault::irregular(span, &message, "write the value without a tag"));
        }
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Option<()> {
        self.count(1, span)?;
        let Some(node) = self.anchors.get(&anchor) else {
            let message = "the alias stands inside the value that it names; write the value out";
            self.faults.push(Fault::syntax(span, message));
            self.place(Node { value: Value::Null, span }, 0);
            return Some(());
        };
        let left = MOST_VALUES.saturating_sub(self.values);
        let Some(values) = size(node, left) else {
            self.faults.push(Fault::too_many(span));
            return None;
        };
        let node = node.clone();
        self.values += values;
        if self.open.len() + depth(&node) > DEEPEST {
            self.faults.push(Fault::too_deep(span));
            return None;
        }
        self.place(node, 0);
        Some(())
    }

    fn open(&mut self, items: Items, anchor: usize, tag: Option<&Tag>, span: Span) -> Option<()> {
        self.count(1, span)?;
        self.refuse_tag(tag, span);
        if self.open.len() == DEEPEST {
            self.faults.push(Fault::too_deep(span));
            return None;
        }
        self.open.push(Open { anchor, start: self.after_properties(span.start), items });
        Some(())
    }

    /// Ends the innermost list or mapping. `end` is where its closing bracket ends, if it has one.
    fn close(&mut self, end: Option<usize>) {
        let Some(open) = self.open.pop() else { return };
        let bracketed = matches!(self.text.as_bytes().get(open.start), Some(b'[' | b'{'));
        let (value, last) = match open.items {
            Items::List(items) => {
                let last = items.last().map(|item| item.span.end);
                (Value::List(items), last)
            }
            Items::Map(mut entries, key) => {
                if let Some((key, key_span)) = key {
                    let node = Node { value: Value::Null, span: Span::new(key_span.end, key_span.end) };
                    entries.push(Entry { key, key_span, node });
                }
                let last = entries.last().map(|entry| entry.node.span.end.max(entry.key_span.end));
                (Value::Map(merge(self.equal_keys.settle(entries, &mut self.faults))), last)
            }
        };
        let end = if bracketed { end } else { last.filter(|last| *last >= open.start) };
        let span = Span::new(open.start, end.or(last).unwrap_or(open.start));
        self.place(Node { value, span }, open.anchor);
    }

    /// Puts a finished value where it belongs.
    fn place(&mut self, node: Node, anchor: usize) {
        // A copy is kept for aliases; anchors within anchors would otherwise copy without bound.
        if let Some(values) =
            (anchor != 0).then(|| size(&node, MOST_VALUES.saturating_sub(self.values))).flatten()
        {
            self.values += values;
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut().map(|open| &mut open.items) {
            None => self.documents.push(node),
            Some(Items::List(items)) => items.push(node),
            Some(Items::Map(entries, key)) => match key.take() {
                Some((key, key_span)) => entries.push(Entry { key, key_span, node }),
                None => *key = Some((key_text(&node, self.text, &mut self.faults), node.span)),
            },
        }
    }

    fn finish(mut self, text: &str) -> Parsed {
        while !self.open.is_empty() {
            self.close(None);
        }
        // A marker at the end of a stream starts a document that holds nothing.
        if self.documents.len() > 1 {
            self.documents.retain(|document| document.value != Value::Null);
        }
        let comments = comments::find(text, &self.documents);
        Parsed {
            documents: self.documents,
            comments,
            faults: self.faults,
            has_equal_keys: self.equal_keys.were_met,
            ..Parsed::default()
        }
    }
}

/// A key as text.
fn key_text(node: &Node, text: &str, faults: &mut Vec<Fault>) -> Box<str> {
    match &node.value {
        Value::Text(text) | Value::Number(text) => text.clone(),
        Value::Bool(value) => value.to_string().into(),
        Value::Null => "".into(),
        Value::List(_) | Value::Map(_) => {
            let message = "a list or a mapping stands where a key belongs";
            faults.push(Fault::new(ProblemKind::NotUnderstood, node.span, message, "write a text as key"));
            text.get(node.span.start..node.span.end).unwrap_or_default().into()
        }
    }
}

/// Replaces a merge key `<<` by the members that it brings; a member of the mapping's own holds.
fn merge(mut entries: Vec<Entry>) -> Vec<Entry> {
    let Some(at) = entries.iter().position(|entry| &*entry.key == "<<") else { return entries };
    if !matches!(entries.get(at).map(|entry| &entry.node.value), Some(Value::Map(_) | Value::List(_))) {
        return entries;
    }
    let Entry { node, .. } = entries.remove(at);
    let sources = if node.is_map() { vec![node] } else { node.items().to_vec() };
    let mut own: HashSet<_> = entries.iter().map(|entry| entry.key.clone()).collect();
    for entry in sources.iter().flat_map(Node::entries) {
        if own.insert(entry.key.clone()) {
            entries.push(entry.clone());
        }
    }
    entries
}

/// What an unquoted scalar means in the core schema of YAML 1.2.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ if is_number(text) => Value::Number(text.into()),
        _ => Value::Text(text.into()),
    }
}

fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if let Some(digits) = text.strip_prefix("0x") {
        return !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return !digits.is_empty() && digits.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    }
    matches!(unsigned, ".inf" | ".Inf" | ".INF")
        || matches!(text, ".nan" | ".NaN" | ".NAN")
        || unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.')
            && unsigned.parse::<f64>().is_ok()
}

/// The number of values of a tree, or None when it is more than `most`.
fn size(node: &Node, most: usize) -> Option<usize> {
    let mut waiting = vec![node];
    let mut size = 0;
    while let Some(node) = waiting.pop() {
        size += 1;
        if size > most {
            return None;
        }
        waiting.extend(node.items());
        waiting.extend(node.entries().iter().map(|entry| &entry.node));
    }
    Some(size)
}

fn depth(node: &Node) -> usize {
    let below = node.items().iter().chain(node.entries().iter().map(|entry| &entry.node)).map(depth).max();
    usize::from(node.is_map() || node.is_list()) + below.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::slice;

    fn parse(text: &str) -> Parsed {
        super::parse(text, Holds::Last)
    }

    fn one(text: &str) -> Node {
        let parsed = parse(text);
        assert!(parsed.faults.is_empty(), "{:?}", parsed.faults);
        parsed.documents.into_iter().next().unwrap()
    }

    #[test]
    fn spans_count_bytes_even_after_characters_of_several() {
        let text = "# größe 🛡\nname: \"ü\" # ñ\nargs:\n  - -y\n  - 'pkg'\nenv: {A: 1}\n";
        let root = one(text);
        assert_eq!(slice(text, root.entry("name").unwrap().key_span), "name");
        assert_eq!(slice(text, root.get("name").unwrap().span), "\"ü\"");
        assert_eq!(slice(text, root.get("args").unwrap().items()[1].span), "'pkg'");
        assert_eq!(slice(text, root.get("args").unwrap().span), "- -y\n  - 'pkg'");
        assert_eq!(slice(text, root.get("env").unwrap().span), "{A: 1}");
        let comments: Vec<_> = parse(text).comments.iter().map(|span| slice(text, *span)).collect();
        assert_eq!(comments, ["# größe 🛡", "# ñ"]);
    }

    #[test]
    fn a_directive_with_characters_of_several_bytes_shifts_nothing() {
        let text = "%ÄÖÜ\n---\na: b\r\nc: d\re: f\n";
        let root = one(text);
        let spans: Vec<_> = root.entries().iter().map(|entry| slice(text, entry.node.span)).collect();
        assert_eq!(spans, ["b", "d", "f"]);
    }

    #[test]
    fn spans_are_exact_beside_anchors_tags_comments_and_escapes() {
        let text = "a: &x \"q\\\"\" # c\nb: !!str 'it''s' # d\nc: &y [1, 2] # e\nd: plain text # f\ne: |\n  !one\n  two\n\nf: {} #g\n";
        let root = one(text);
        let spans: Vec<_> = root.entries().iter().map(|entry| slice(text, entry.node.span)).collect();
        assert_eq!(spans, ["\"q\\\"\"", "'it''s'", "[1, 2]", "plain text", "!one\n  two", "{}"]);
    }

    #[test]
    fn white_space_that_yaml_does_not_know_belongs_to_the_word() {
        let text = "&a\u{b}b c\u{a0}\n";
        assert_eq!(slice(text, one(text).span), "c\u{a0}");
    }

    #[test]
    fn plain_scalars_mean_what_the_core_schema_says_and_quoted_ones_are_text() {
        let root = one("[~, true, 0x1F, -1.5e3, .inf, 1.10, yes, \"1\", 1.2.3]");
        let kinds: Vec<_> = root.items().iter().map(Node::kind).collect();
        let number = "a number";
        assert_eq!(
            kinds,
            ["null", "a truth value", number, number, number, number, "a text", "a text", "a text"]
        );
        assert_eq!(root.items()[5].value, Value::Number("1.10".into()));
    }

    #[test]
    fn an_alias_is_copied_and_a_merge_key_brings_what_is_missing() {
        let root = one("base: &base {command: npx, env: {A: b}}\nown:\n  <<: *base\n  command: uvx\n");
        let own = root.get("own").unwrap();
        assert_eq!(own.get_text("command"), Some("uvx"));
        assert_eq!(own.get("env").unwrap().get_text("A"), Some("b"));
    }

    #[test]
    fn aliases_that_multiply_are_cut_off() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let reference = format!("*a{}", level - 1);
            text.push_str(&format!("a{level}: &a{level} [{}]\n", [reference.as_str(); 10].join(", ")));
        }
        let parsed = parse(&text);
        assert!(parsed.faults[0].message.starts_with(&format!("more than {MOST_VALUES} values")));
        assert_eq!(parsed.documents.len(), 1);
    }

    #[test]
    fn a_key_that_stands_twice_is_said_and_the_last_one_holds() {
        let parsed = parse("a: 1\nb: 2\na: 3\n");
        assert_eq!(parsed.documents[0].get("a").unwrap().value, Value::Number("3".into()));
        assert_eq!(parsed.faults[0].message, "the key `a` appears twice in one mapping");
    }

    #[test]
    fn a_tag_is_not_obeyed_and_every_document_is_read() {
        let parsed =
            parse("a: !!python/object/apply:os.system [id]\nb: !!str 1\n---\nc: !include secrets.yaml\n");
        assert_eq!(parsed.documents.len(), 2);
        assert_eq!(parsed.documents[0].get_text("b"), Some("1"));
        assert_eq!(parsed.documents[1].get_text("c"), Some("secrets.yaml"));
        assert!(parsed.faults.iter().any(|fault| fault.message == "the tag `!include` is not obeyed"));
    }

    #[test]
    fn what_stood_before_a_mistake_is_kept() {
        let parsed = parse("extensions:\n  a:\n    cmd: npx\n  b: [1, 2\n");
        assert_eq!(parsed.faults[0].kind, ProblemKind::Syntax);
        let first = parsed.documents[0].get("extensions").and_then(|node| node.get("a")).unwrap();
        assert_eq!(first.get_text("cmd"), Some("npx"));
    }

    #[test]
    fn depth_is_bounded_in_every_style() {
        for text in ["[".repeat(100_000), "{a: ".repeat(100_000), "- ".repeat(100_000), "? ".repeat(100_000)]
        {
            assert!(!parse(&text).faults.is_empty());
        }
    }
}
