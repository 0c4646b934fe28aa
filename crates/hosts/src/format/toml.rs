//! TOML, from the parser's spanned tables.

use portcullis_model::{Entry, Node, Span, Value};
use toml::de::{DeTable, DeValue};

use super::{DEEPEST, Fault, MOST_VALUES, Parsed, comments};

/// A broken text is read as far as it makes sense up to this size, in bytes; a larger one is refused.
const LARGEST_BROKEN: usize = 1 << 18;

pub(super) fn parse(text: &str) -> Parsed {
    let (table, errors) = match DeTable::parse(text) {
        Ok(table) => (table, Vec::new()),
        // The parser that carries on keeps every error, each with more memory than the mistake took.
        Err(_) if text.len() <= LARGEST_BROKEN => DeTable::parse_recoverable(text),
        Err(error) => {
            return Parsed { faults: vec![fault(&error)], ..Parsed::default() };
        }
    };
    let mut faults: Vec<_> = errors.iter().map(fault).collect();
    let mut left = MOST_VALUES;
    let value = map(table.get_ref(), 1, &mut left);
    if left == 0 {
        faults.push(Fault::too_many(Span::new(0, text.len())));
    }
    let documents = vec![Node { value, span: Span::new(0, text.len()) }];
    Parsed { comments: comments::find(text, &documents), documents, faults, ..Parsed::default() }
}

fn fault(error: &toml::de::Error) -> Fault {
    let span = error.span().map_or(Span::UNKNOWN, |range| Span::new(range.start, range.end));
    Fault::syntax(span, error.message())
}

fn map(table: &DeTable<'_>, depth: usize, left: &mut usize) -> Value {
    let mut entries: Vec<_> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().as_ref().into(),
            key_span: span(&key.span()),
            node: node(value.get_ref(), span(&value.span()), depth, left),
        })
        .collect();
    // The parser sorts by key; a tree keeps the order of the document.
    entries.sort_by_key(|entry| entry.key_span);
    Value::Map(entries)
}

fn node(value: &DeValue<'_>, at: Span, depth: usize, left: &mut usize) -> Node {
    *left = left.saturating_sub(1);
    let value = match value {
        _ if *left == 0 || depth > DEEPEST => Value::Null,
        DeValue::String(text) => Value::Text(text.as_ref().into()),
        DeValue::Integer(number) => Value::Number(spelled(number.as_str(), number.radix())),
        DeValue::Float(number) => Value::Number(number.as_str().into()),
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Datetime(moment) => Value::Text(moment.to_string().into()),
        DeValue::Array(items) => Value::List(
            items.iter().map(|item| node(item.get_ref(), span(&item.span()), depth + 1, left)).collect(),
        ),
        DeValue::Table(table) => map(table, depth + 1, left),
    };
    Node { value, span: at }
}

fn spelled(digits: &str, radix: u32) -> Box<str> {
    match radix {
        2 => format!("0b{digits}").into(),
        8 => format!("0o{digits}").into(),
        16 => format!("0x{digits}").into(),
        _ => digits.into(),
    }
}

fn span(range: &std::ops::Range<usize>) -> Span {
    Span::new(range.start, range.end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::ProblemKind;
    use crate::testing::slice;

    #[test]
    fn tables_keep_the_order_of_the_document_and_their_spans() {
        let text = "model = \"ö\" # note\n[mcp_servers.z]\ncommand = 'npx'\nargs = [\"-y\", \"pkg\"]\n[mcp_servers.a]\nport = 0x1F\n";
        let parsed = parse(text);
        assert!(parsed.faults.is_empty());
        let servers = parsed.documents[0].get("mcp_servers").unwrap();
        let names: Vec<_> = servers.entries().iter().map(|entry| &*entry.key).collect();
        assert_eq!(names, ["z", "a"]);
        let args = servers.get("z").unwrap().get("args").unwrap();
        let span = args.items()[1].span;
        assert_eq!(slice(text, span), "\"pkg\"");
        assert_eq!(servers.get("a").unwrap().get("port").unwrap().value, Value::Number("0x1F".into()));
        let comment = parsed.comments[0];
        assert_eq!(slice(text, comment), "# note");
    }

    #[test]
    fn what_can_be_understood_of_a_broken_file_is_kept() {
        let parsed = parse("[mcp_servers.a]\ncommand = \"npx\"\nargs = [\n[mcp_servers.a]\ncommand = 1\n");
        assert!(!parsed.faults.is_empty());
        assert_eq!(parsed.faults[0].kind, ProblemKind::Syntax);
        assert!(parsed.documents[0].get("mcp_servers").is_some());
    }

    #[test]
    fn depth_is_bounded() {
        for text in [format!("a = {}", "[".repeat(100_000)), format!("a{} = 1", ".a".repeat(50_000))] {
            assert!(!parse(&text).faults.is_empty());
        }
    }
}
