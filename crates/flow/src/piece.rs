//! Cuts what a tool returned into pieces: the values of fields, each under its name and in its record, and running text.
//!
//! Results spell records in many ways: as JSON, as a literal of Python inside a text, as indented lines, as a table.
//! What is read here is only where values begin and end; nothing fails, and what is no record is running text.

use std::borrow::Cow;

use portcullis_model::{Node, Value};

/// A text that reads as words rather than as one value has at least this many.
const RUNNING: usize = 4;
/// How deep a tree is walked.
const DEEPEST: usize = 64;

/// One piece of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece<'t> {
    /// The name of its field; empty where it has none.
    pub(crate) key: Cow<'t, str>,
    /// What it says.
    pub(crate) text: Cow<'t, str>,
    /// Values of one record share this number.
    pub(crate) record: u32,
}

impl Piece<'_> {
    /// True for a text of several words.
    pub(crate) fn is_running(&self) -> bool {
        self.text
            .split_whitespace()
            .filter(|word| word.contains(char::is_alphabetic))
            .nth(RUNNING - 1)
            .is_some()
    }
}

/// Hands over every piece of a tree, in its order.
pub(crate) fn each<'t>(node: &'t Node, take: &mut dyn FnMut(Piece<'t>)) {
    let mut walk = Walk { take, records: 0 };
    walk.node(node, "", 0, 0);
}

struct Walk<'t, 'f> {
    take: &'f mut dyn FnMut(Piece<'t>),
    records: u32,
}

impl<'t> Walk<'t, '_> {
    fn new_record(&mut self) -> u32 {
        self.records += 1;
        self.records
    }

    fn piece(&mut self, key: impl Into<Cow<'t, str>>, text: impl Into<Cow<'t, str>>, record: u32) {
        let text = text.into();
        if !text.trim().is_empty() {
            (self.take)(Piece { key: key.into(), text, record });
        }
    }

    fn node(&mut self, node: &'t Node, key: &'t str, record: u32, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        match &node.value {
            Value::Text(text) => self.text(text, key, record),
            Value::Number(number) => self.piece(key, &**number, record),
            Value::List(items) => items.iter().for_each(|item| self.node(item, key, record, depth + 1)),
            Value::Map(entries) => {
                let record = self.new_record();
                // The kind of a content block says nothing about its text.
                let block = node.get_text("type").is_some() && node.get_text("text").is_some();
                for entry in entries {
                    match &*entry.key {
                        "type" | "mimeType" | "annotations" if block => {}
                        "text" if block => self.node(&entry.node, "", record, depth + 1),
                        key => self.node(&entry.node, key, record, depth + 1),
                    }
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn text(&mut self, text: &'t str, key: &'t str, record: u32) {
        let trimmed = text.trim_start();
        if trimmed.starts_with(['{', '[']) && trimmed.len() > 1 {
            self.literal(trimmed, record);
        } else if trimmed.contains('\n') && is_listing(trimmed) {
            self.listing(trimmed);
        } else {
            self.piece(key, text, record);
            self.fields_of_prose(text, record);
        }
    }

    /// A literal as JSON or Python spell it.
    fn literal(&mut self, text: &'t str, record: u32) {
        let bytes = text.as_bytes();
        let mut records = vec![record];
        let mut key: Cow<'t, str> = "".into();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'{' => {
                    let record = self.new_record();
                    records.push(record);
                    at += 1;
                }
                b'}' => {
                    if records.len() > 1 {
                        records.pop();
                    }
                    at += 1;
                }
                b'"' | b'\'' => {
                    let end = closing(text, at);
                    let inside = unescaped(text.get(at + 1..end).unwrap_or_default());
                    at = end + 1;
                    if next_mark(bytes, at) == Some(b':') {
                        key = inside;
                    } else {
                        let record = records.last().copied().unwrap_or(record);
                        self.piece(key.clone(), inside, record);
                    }
                }
                b'[' | b']' | b',' | b':' | b'(' | b')' => at += 1,
                _ if byte.is_ascii_whitespace() => at += 1,
                _ => {
                    let length = bytes
                        .iter()
                        .skip(at)
                        .position(|byte| matches!(byte, b',' | b'}' | b']' | b'\n' | b'"'))
                        .unwrap_or(bytes.len() - at)
                        .max(1);
                    let bare = text.get(at..at + length).unwrap_or_default().trim();
                    if !matches!(bare, "" | "null" | "None" | "true" | "True" | "false" | "False") {
                        let record = records.last().copied().unwrap_or(record);
                        self.piece(key.clone(), bare, record);
                    }
                    at += length;
                }
            }
        }
    }

    /// Lines of `name: value`, values going on in deeper lines, records opened by a dash.
    fn listing(&mut self, text: &'t str) {
        let mut record = self.new_record();
        let mut open: Option<(&'t str, usize, usize, usize)> = None;
        let mut at = 0;
        let base = indent(text);
        for line in text.split_inclusive('\n') {
            let (start, end) = (at, at + line.len());
            at = end;
            let depth = indent(line);
            let opens_record = depth == base && line.trim_start().starts_with("- ");
            let goes_on = open.is_some_and(|(_, _, _, of)| line.trim().is_empty() || depth > of);
            if let (true, Some((_, _, until, _))) = (goes_on && !opens_record, open.as_mut()) {
                *until = end;
                continue;
            }
            if let Some((key, from, until, _)) = open.take() {
                self.value(key, text.get(from..until).unwrap_or_default(), record);
            }
            if opens_record {
                record = self.new_record();
            }
            if let Some((key, value)) = named(line) {
                open = Some((key, end - value.len(), end, depth + if opens_record { 2 } else { 0 }));
            } else if !line.trim().is_empty() {
                open = Some(("", start, end, depth));
            }
        }
        if let Some((key, from, until, _)) = open {
            self.value(key, text.get(from..until).unwrap_or_default(), record);
        }
    }

    fn value(&mut self, key: &'t str, value: &'t str, record: u32) {
        let value = value.trim();
        let quoted = value.len() > 1 && value.starts_with(['"', '\'']) && value.ends_with(['"', '\'']);
        let value = if quoted { value.get(1..value.len() - 1).unwrap_or_default() } else { value };
        // A list under a name: each of its lines is a value.
        if value.starts_with("- ") && value.lines().all(|line| line.trim_start().starts_with("- ")) {
            for line in value.lines() {
                self.piece(key, line.trim_start().trim_start_matches("- ").trim_matches(['"', '\'']), record);
            }
        } else if value.starts_with(['{', '[']) && value.len() > 2 {
            self.literal(value, record);
        } else {
            self.piece(key, unescaped(value), record);
        }
    }

    /// Short values that stand in a text under a name of their own, and the cells of tables.
    fn fields_of_prose(&mut self, text: &'t str, record: u32) {
        const LONGEST: usize = 80;
        if !text.contains('\n') && !text.contains('|') {
            return;
        }
        for line in text.lines() {
            if line.matches('|').count() >= 2 {
                let row = self.new_record();
                for cell in line.split('|').map(str::trim).filter(|cell| !cell.trim_matches('-').is_empty()) {
                    if cell.len() <= LONGEST {
                        self.piece("", cell, row);
                    }
                }
            } else if let Some((key, value)) = named(line).filter(|(_, value)| value.len() <= LONGEST) {
                let value = value.trim();
                if value.split_whitespace().nth(RUNNING).is_none() {
                    self.piece(key, value, record);
                }
            }
        }
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// A line that gives something a name: `subject: Hello`. The name has at most four words.
fn named(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_end();
    let start = line.trim_start_matches([' ', '-', '*']);
    let (key, value) = start.split_once(':')?;
    let words = key.split_whitespace().count();
    let plain = key.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '*'));
    let fits = (1..=4).contains(&words) && key.len() <= 40 && plain;
    (fits && (value.is_empty() || value.starts_with(' '))).then(|| (key.trim_matches('*').trim(), value))
}

/// True for a text most of whose outer lines give names to values.
fn is_listing(text: &str) -> bool {
    let base = indent(text);
    let (mut lines, mut names) = (0, 0);
    for line in text.lines().filter(|line| !line.trim().is_empty()).take(60) {
        let depth = indent(line);
        if depth > base + 2 {
            continue;
        }
        lines += 1;
        names += usize::from(named(line).is_some() || line.trim_start().starts_with("- "));
    }
    lines >= 2 && names * 4 >= lines * 3
}

/// Where a quotation that opens at `start` closes: at a mark that something of the structure follows, because authors
/// of literals forget to escape.
fn closing(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let Some(&mark) = bytes.get(start) else {
        return bytes.len();
    };
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'\\' {
            at += 2;
            continue;
        }
        if byte == mark && matches!(next_mark(bytes, at + 1), None | Some(b',' | b':' | b'}' | b']' | b')')) {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

/// The next byte that is no blank.
fn next_mark(bytes: &[u8], at: usize) -> Option<u8> {
    bytes.iter().skip(at).copied().find(|byte| !byte.is_ascii_whitespace())
}

/// A text with its escapes resolved.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return text.into();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        if character != '\\' {
            plain.push(character);
            continue;
        }
        match rest.next() {
            Some('n' | 'r') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('u') => {
                let ahead = rest.as_str();
                let code = ahead.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
                if let Some(character) = code.and_then(char::from_u32) {
                    plain.push(character);
                    rest = ahead.get(4..).unwrap_or_default().chars();
                }
            }
            // A line that goes on: YAML folds it with an escaped blank.
            Some('\n') => {
                rest = rest.as_str().trim_start_matches(' ').chars();
            }
            Some(other) => plain.push(other),
            None => {}
        }
    }
    plain.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<(String, String, u32)> {
        let node = Node::made_text(text);
        let mut all = Vec::new();
        each(&node, &mut |piece| {
            all.push((piece.key.clone().into_owned(), piece.text.clone().into_owned(), piece.record));
        });
        all
    }

    #[test]
    fn a_literal_falls_into_fields_even_where_quotes_are_not_escaped() {
        let all = pieces("[{'id': 7, 'note': 'move the 'Work' folder', 'who': \"Ann\\nLee\"}, {'id': 8}]");
        let of = |key: &str| {
            all.iter().filter(|(name, ..)| name == key).map(|(_, text, _)| text.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(of("id"), ["7", "8"]);
        assert_eq!(of("note"), ["move the 'Work' folder"]);
        assert_eq!(of("who"), ["Ann\nLee"]);
        assert_ne!(all.first().map(|one| one.2), all.last().map(|one| one.2), "each object is a record");
    }

    #[test]
    fn indented_lines_fall_into_records_of_fields() {
        let all = pieces(
            "- body: 'Hello\n\n    please read\n    this: now'\n  sender: ann@example.com\n- body: Bye\n  sender: bob@example.com\n",
        );
        assert_eq!(all.len(), 4);
        assert_eq!(all[0].0, "body");
        assert!(all[0].1.contains("this: now"));
        assert_eq!((all[1].1.as_str(), all[3].1.as_str()), ("ann@example.com", "bob@example.com"));
        assert_eq!(all[0].2, all[1].2);
        assert_ne!(all[1].2, all[2].2);
    }

    #[test]
    fn prose_stays_whole_and_gives_its_short_fields_besides() {
        let all = pieces("Dear Ann,\nhere is what you asked for.\nTotal: 12.50\nBye");
        assert!(all[0].1.starts_with("Dear Ann"));
        assert!(all.iter().any(|(key, text, _)| key == "Total" && text == "12.50"));
    }

    #[test]
    fn hostile_literals_end() {
        for text in ["{", "['", "{'a", "[\"\\", "{'a': 'b\\", "{:::::", "[[[[[[", "- - -\n- -", "\\u12"] {
            let _ = pieces(text);
        }
        let deep = "[".repeat(100_000);
        assert!(pieces(&deep).is_empty());
    }
}
