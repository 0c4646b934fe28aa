//! Text to tree, whichever format it is written in.

mod binary_plist;
mod comments;
mod plist;
mod toml;
mod yaml;

use std::collections::HashMap;

use portcullis_model::{Entry, Node, Span};
use portcullis_wire::json::{self, Holds};

use crate::host::Format;
use crate::problem::ProblemKind;

pub(crate) use binary_plist::to_xml as binary_plist_to_xml;

/// Lists and mappings within one another, in every format.
const DEEPEST: usize = 128;
/// Values of one document, aliases expanded; each takes some hundred bytes.
const MOST_VALUES: usize = 750_000;
/// More irregularities of one file than this are not listed one by one.
const MOST_FAULTS: usize = 100;

/// What a text holds.
#[derive(Default)]
pub(crate) struct Parsed {
    /// Its documents; exactly one except in YAML.
    pub(crate) documents: Vec<Node>,
    /// Its comments in document order.
    pub(crate) comments: Vec<Span>,
    /// What is wrong with it.
    pub(crate) faults: Vec<Fault>,
    /// Some mapping has equal keys, of which all but one were left out.
    pub(crate) has_equal_keys: bool,
    /// Then, the documents as a host has them that takes the first of equal keys.
    pub(crate) of_first_keys: Vec<Node>,
}

/// Something wrong with a text.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) kind: ProblemKind,
    pub(crate) span: Span,
    pub(crate) message: String,
    pub(crate) remedy: String,
}

impl Fault {
    /// `message` may name the remedy itself after a semicolon.
    fn syntax(span: Span, message: &str) -> Self {
        Self::new(ProblemKind::Syntax, span, message, "correct the file there")
    }

    fn irregular(span: Span, message: &str, remedy: &str) -> Self {
        Self::new(ProblemKind::Irregular, span, message, remedy)
    }

    fn new(kind: ProblemKind, span: Span, message: &str, remedy: &str) -> Self {
        let (message, remedy) = message.split_once("; ").unwrap_or((message, remedy));
        Self { kind, span, message: message.to_owned(), remedy: remedy.to_owned() }
    }

    fn duplicate(key: &str, span: Span) -> Self {
        let message = format!("the key `{}` appears twice in one mapping", shortened(key));
        Self::irregular(span, &message, "keep one: readers differ in which of them they use")
    }

    fn too_deep(span: Span) -> Self {
        Self::syntax(span, &format!("more than {DEEPEST} levels within one another; flatten them"))
    }

    fn too_many(span: Span) -> Self {
        Self::syntax(span, &format!("more than {MOST_VALUES} values; split the file"))
    }
}

/// Reads a text. What follows a fault may be missing from the documents.
pub(crate) fn parse(text: &str, format: Format) -> Parsed {
    let parse = |holds| match format {
        Format::Json => read_json(text, holds),
        Format::Yaml => yaml::parse(text, holds),
        Format::Toml => toml::parse(text),
        Format::Plist => plist::parse(text, holds),
    };
    let mut parsed = parse(Holds::Last);
    if parsed.has_equal_keys {
        parsed.of_first_keys = parse(Holds::First).documents;
    }
    parsed.faults.truncate(MOST_FAULTS);
    parsed
}

/// Reads one YAML document, bounded as all formats are.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn yaml(text: &str) -> Result<Node, String> {
    let mut parsed = parse(text, Format::Yaml);
    match (parsed.faults.iter().find(|fault| fault.kind == ProblemKind::Syntax), parsed.documents.len()) {
        (Some(fault), _) => Err(fault.message.clone()),
        (None, 1) => parsed.documents.pop().ok_or_else(String::new),
        (None, count) => Err(format!("it has {count} documents instead of one")),
    }
}

fn read_json(text: &str, holds: Holds) -> Parsed {
    let limits = json::Limits { depth: DEEPEST, nodes: MOST_VALUES, ..json::Limits::default() };
    match json::read_holding(text.as_bytes(), json::Dialect::Json5, &limits, holds) {
        Ok(document) => Parsed {
            faults: document
                .problems
                .into_iter()
                .map(|problem| {
                    Fault::irregular(problem.span, &problem.message, "write it so that every reader agrees")
                })
                .collect(),
            documents: vec![document.root],
            comments: document.comments,
            has_equal_keys: document.has_equal_keys,
            ..Parsed::default()
        },
        Err(fault) => Parsed { faults: vec![Fault::syntax(fault.span, &fault.message)], ..Parsed::default() },
    }
}

/// What a reader does with equal keys of a mapping.
struct EqualKeys {
    holds: Holds,
    were_met: bool,
}

impl EqualKeys {
    const fn new(holds: Holds) -> Self {
        Self { holds, were_met: false }
    }

    /// Of equal keys one holds, and it is said.
    fn settle(&mut self, entries: Vec<Entry>, faults: &mut Vec<Fault>) -> Vec<Entry> {
        let mut kept: HashMap<Box<str>, usize> = HashMap::with_capacity(entries.len());
        for (index, entry) in entries.iter().enumerate() {
            let known = kept.contains_key(&entry.key);
            if known && faults.len() < MOST_FAULTS {
                faults.push(Fault::duplicate(&entry.key, entry.key_span));
            }
            if !known || self.holds == Holds::Last {
                kept.insert(entry.key.clone(), index);
            }
        }
        if kept.len() == entries.len() {
            return entries;
        }
        self.were_met = true;
        let holds = |(index, entry): &(usize, Entry)| kept.get(&entry.key) == Some(index);
        entries.into_iter().enumerate().filter(holds).map(|(_, entry)| entry).collect()
    }
}

/// The start of a key or a word, for messages.
fn shortened(text: &str) -> String {
    text.chars().take(40).flat_map(char::escape_debug).collect()
}
