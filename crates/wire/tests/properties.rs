//! What holds for every tree and every stream.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)] // a test may panic

use portcullis_model::{Entry, Node, Span, Value};
use portcullis_wire::frame::Framer;
use portcullis_wire::json::{self, Dialect, Limits};
use portcullis_wire::sse::{Decoder, Signal};
use portcullis_wire::{canonical, surface};
use proptest::prelude::*;

fn read(text: &str, dialect: Dialect) -> Result<Node, portcullis_wire::Fault> {
    json::read(text.as_bytes(), dialect, &Limits::default()).map(|document| document.root)
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>()
            .prop_filter("finite", |number| number.is_finite())
            .prop_map(|number| format!("{number:e}")),
        "-?(0|[1-9][0-9]{0,25})(\\.[0-9]{1,25})?([eE][+-]?[0-9]{1,3})?",
    ]
}

fn tree() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        number().prop_map(|spelling| Value::Number(spelling.into())),
        any::<String>().prop_map(|text| Value::Text(text.into())),
        "[a-z\\x00-\\x1f\"\\\\/é😀]{0,12}".prop_map(|text| Value::Text(text.into())),
    ]
    .prop_map(Node::made);
    leaf.prop_recursive(5, 60, 20, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::List),
            prop::collection::btree_map("[a-zA-Z\\x{7f}-\\x{ffff}]{0,3}", inner, 0..18).prop_map(|members| {
                let entry =
                    |(key, node): (String, Node)| Entry { key: key.into(), key_span: Span::UNKNOWN, node };
                Value::Map(members.into_iter().map(entry).collect())
            }),
        ]
        .prop_map(Node::made)
    })
}

/// JSON with faults: pieces that stand where they should and where they should not.
fn almost_json() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\"a\"",
        "\"b\":1",
        "\"\\ud83d\\ude00\"",
        "\"\\ud83d\"",
        "\\",
        "\"\\u00",
        "\"\t\"",
        "0",
        "-",
        "1.5",
        "01",
        "1e",
        "1e+2",
        ".5",
        "true",
        "nul",
        "null",
        " ",
        "\n",
        "//",
        "'",
        "\u{feff}",
        "é",
    ]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// A document with one stretch of it cut out, doubled or replaced.
fn damaged() -> impl Strategy<Value = String> {
    (tree(), any::<prop::sample::Index>(), 0..4_usize, "[\\x00-\\x7f]{0,2}").prop_map(
        |(node, at, length, text)| {
            let mut characters: Vec<char> = json::write(&node).chars().collect();
            let start = at.index(characters.len());
            let end = (start + length).min(characters.len());
            characters.splice(start..end, text.chars());
            characters.into_iter().collect()
        },
    )
}

/// That reader rounds by up to a few units in the last place.
fn close(one: f64, other: f64) -> bool {
    (one - other).abs() <= one.abs() * 1e-15 || one.abs() < f64::MIN_POSITIVE
}

fn agrees(node: &Node, value: &serde_json::Value) -> bool {
    match (&node.value, value) {
        (Value::Null, serde_json::Value::Null) => true,
        (Value::Bool(one), serde_json::Value::Bool(other)) => one == other,
        (Value::Number(one), serde_json::Value::Number(other)) => {
            close(one.parse().unwrap(), other.as_f64().unwrap())
        }
        (Value::Text(one), serde_json::Value::String(other)) => **one == **other,
        (Value::List(one), serde_json::Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| agrees(one, other))
        }
        (Value::Map(one), serde_json::Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|entry| other.get(&*entry.key).is_some_and(|value| agrees(&entry.node, value)))
        }
        _ => false,
    }
}

/// The same verdict and the same value as another reader, but for what only we refuse and what only it refuses.
fn compare(text: &str) {
    match (read(text, Dialect::Strict), serde_json::from_str::<serde_json::Value>(text)) {
        (Ok(node), Ok(value)) => assert!(agrees(&node, &value), "{text:?}"),
        (Ok(_), Err(error)) => {
            assert!(error.to_string().contains("number out of range"), "{text:?}: {error}");
        }
        (Err(fault), Ok(_)) => assert!(fault.message.contains("appears twice"), "{text:?}: {fault}"),
        (Err(fault), Err(_)) => {
            assert!(fault.span.start <= fault.span.end && fault.span.end <= text.len(), "{text:?}");
        }
    }
}

fn spans_hold(node: &Node, text: &str) {
    let spelt = text.get(node.span.start..node.span.end).expect("a span lies on character boundaries");
    let again = read(spelt, Dialect::Strict).expect("a span holds a whole value");
    assert_eq!(json::write(&again), json::write(node));
    node.items().iter().for_each(|item| spans_hold(item, text));
    node.entries().iter().for_each(|entry| spans_hold(&entry.node, text));
}

proptest! {
    #[test]
    fn what_was_written_is_read_back(node in tree()) {
        let text = json::write(&node);
        let again = read(&text, Dialect::Strict).unwrap();
        prop_assert_eq!(json::write(&again), text.as_str());
        spans_hold(&again, &text);
        for dialect in [Dialect::Jsonc, Dialect::Json5] {
            prop_assert_eq!(&read(&text, dialect).unwrap(), &again);
        }
    }

    #[test]
    fn the_canonical_form_is_its_own_canonical_form(node in tree()) {
        let text = canonical::write(&node);
        let again = read(&text, Dialect::Strict).unwrap();
        prop_assert_eq!(canonical::write(&again), text);
        prop_assert_eq!(canonical::digest(&again), canonical::digest(&node));
    }

    #[test]
    fn canonical_numbers_are_the_same_doubles(spelling in number()) {
        let canonical = canonical::write(&Node::made(Value::Number(spelling.as_str().into())));
        prop_assert_eq!(canonical.parse::<f64>().unwrap(), spelling.parse::<f64>().unwrap());
    }

    #[test]
    fn strict_agrees_with_serde_json_about_documents(node in tree()) {
        compare(&json::write(&node));
    }

    #[test]
    fn strict_agrees_with_serde_json_about_damaged_documents(text in damaged()) {
        compare(&text);
    }

    #[test]
    fn strict_agrees_with_serde_json_about_pieces(text in almost_json()) {
        compare(&text);
    }

    #[test]
    fn the_lenient_dialects_read_whatever_strict_reads(text in almost_json()) {
        if let Ok(node) = read(&text, Dialect::Strict) {
            prop_assert_eq!(&read(&text, Dialect::Jsonc).unwrap(), &node);
            prop_assert_eq!(&read(&text, Dialect::Json5).unwrap(), &node);
        }
    }

    #[test]
    fn a_surface_keeps_every_text_of_its_document(tools in tree(), more in tree()) {
        let root = portcullis_wire::request::object([("server", Node::made_text("s")), ("tools", tools), ("more", more)]);
        let surface = surface::read(root.clone(), "fallback").unwrap().surface;
        let mut wanted = texts([root.get("tools").unwrap(), root.get("more").unwrap()]);
        let mut kept = texts(surface.items.iter().map(|item| &item.node).chain(surface.rest.iter().map(|entry| &entry.node)));
        wanted.sort_unstable();
        kept.sort_unstable();
        prop_assert_eq!(kept, wanted);
    }

    #[test]
    fn an_event_stream_means_the_same_however_it_arrives(
        stream in "((data|id|event|retry|x)?[: ]{0,2}[a-z0-9é\r\n]{0,6}(\r|\n|\r\n){0,3}){1,8}", size in 1..9_usize,
    ) {
        prop_assert_eq!(decoded(&stream, size), decoded(&stream, stream.len().max(1)));
    }

    #[test]
    fn lines_are_the_same_however_they_arrive(stream in "[a-c \r\n]{0,60}", size in 1..9_usize) {
        prop_assert_eq!(framed(&stream, size), framed(&stream, stream.len().max(1)));
    }
}

fn texts<'a>(nodes: impl IntoIterator<Item = &'a Node>) -> Vec<String> {
    let mut texts = Vec::new();
    for node in nodes {
        node.visit_texts(&mut portcullis_model::Pointer::root(), &mut |at, _| texts.push(at.text.to_owned()));
    }
    texts
}

fn framed(stream: &str, size: usize) -> Vec<Result<Vec<u8>, String>> {
    let mut framer = Framer::new(10);
    let mut lines = Vec::new();
    for mut part in stream.as_bytes().chunks(size) {
        loop {
            match framer.next_line(&mut part) {
                Ok(Some(line)) => lines.push(Ok(line)),
                Ok(None) => break,
                Err(fault) => lines.push(Err(fault.message)),
            }
        }
    }
    lines
}

fn decoded(stream: &str, size: usize) -> (Vec<Signal>, bool) {
    let mut decoder = Decoder::new(30);
    let mut signals = Vec::new();
    let broke = stream.as_bytes().chunks(size).any(|part| decoder.push(part, &mut signals).is_err());
    (signals, broke)
}
