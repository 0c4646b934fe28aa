//! Comments of the formats that mark them with `#`.

use portcullis_model::{Node, Span, Value};

/// The comments of a text, given its tree: from a `#` that no key or value holds to the end of its line.
pub(super) fn find(text: &str, documents: &[Node]) -> Vec<Span> {
    let mut held = Vec::new();
    for document in documents {
        collect(document, &mut held);
    }
    held.sort_unstable();
    let mut held = held.into_iter().peekable();
    let mut comments = Vec::new();
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('#')) {
        let hash = at + found;
        while held.next_if(|span| span.end <= hash).is_some() {}
        if let Some(span) = held.peek().filter(|span| span.start <= hash) {
            at = span.end;
            continue;
        }
        let line = text.get(hash..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        at = hash + line.len().max(1);
        // Inside a word it is no comment in YAML, and cannot stand in TOML.
        if text.get(..hash).is_some_and(|before| before.is_empty() || before.ends_with(char::is_whitespace)) {
            comments.push(Span::new(hash, hash + line.len()));
        }
    }
    comments
}

fn collect(node: &Node, held: &mut Vec<Span>) {
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| collect(item, held)),
        Value::Map(entries) => {
            for entry in entries {
                held.push(entry.key_span);
                collect(&entry.node, held);
            }
        }
        _ if node.span.is_empty() => {}
        _ => held.push(node.span),
    }
}
