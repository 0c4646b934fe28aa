//! The readers of the three JSON dialects, through the front door.

#![allow(clippy::expect_used, clippy::unwrap_used)] // a test may panic

use portcullis_model::{Span, Value};
use portcullis_wire::json::{self, Dialect, Document, Limits};

fn read(text: &str, dialect: Dialect) -> Result<Document, portcullis_wire::Fault> {
    json::read(text.as_bytes(), dialect, &Limits::default())
}

fn refusal(text: &str) -> String {
    read(text, Dialect::Strict).expect_err(text).message
}

fn at(text: &str, span: Span) -> &str {
    text.get(span.start..span.end).unwrap()
}

#[test]
fn every_value_knows_its_bytes() {
    let text = r#" { "a" : [ 1.10, "é\n" , null ] , "b":true } "#;
    let root = read(text, Dialect::Strict).unwrap().root;
    assert_eq!(at(text, root.span), text.trim());
    let entry = root.entry("a").unwrap();
    assert_eq!(at(text, entry.key_span), r#""a""#);
    let items = entry.node.items();
    assert_eq!(items[0].value, Value::Number("1.10".into()));
    assert_eq!(items[1].text(), Some("é\n"));
    assert_eq!(at(text, items[1].span), r#""é\n""#);
    assert_eq!(root.get("b").unwrap().bool(), Some(true));
}

#[test]
fn equal_keys_are_refused_by_strict_whatever_their_spelling_and_depth() {
    assert!(refusal(r#"{"method":1,"method":2}"#).contains("key `method` appears twice"));
    assert!(refusal(r#"[{"p":{"name":1,"n\u0061me":2}}]"#).contains("key `name` appears twice"));
    let many: String = (0..40).map(|n| format!(r#""k{n}":{n},"#)).collect();
    assert!(refusal(&format!(r#"{{{many}"k7":0}}"#)).contains("key `k7`"));
}

#[test]
fn equal_keys_are_a_problem_for_jsonc_and_the_last_one_counts() {
    let text = r#"{"a":1,"b":2,"a":3}"#;
    let document = read(text, Dialect::Jsonc).unwrap();
    assert_eq!(document.root.entries().len(), 2);
    assert_eq!(document.root.get("a").unwrap().value, Value::Number("3".into()));
    let problem = &document.problems[0];
    assert_eq!((problem.span, problem.other), (Span::new(13, 16), Some(Span::new(1, 4))));
}

#[test]
fn lone_surrogates_are_refused_by_strict_and_replaced_elsewhere() {
    for text in [r#""\ud800""#, r#""\udc00\ud800""#, r#""\ud800\u0041""#, r#""\ud800x""#] {
        assert!(refusal(text).contains("half of a surrogate pair"), "{text}");
        let document = read(text, Dialect::Jsonc).unwrap();
        assert!(document.root.text().unwrap().contains('\u{fffd}'), "{text}");
        assert!(!document.problems.is_empty(), "{text}");
    }
    assert_eq!(read(r#""\ud83d\ude00""#, Dialect::Strict).unwrap().root.text(), Some("😀"));
    assert_eq!(read(r#""\ud800\u0041""#, Dialect::Jsonc).unwrap().root.text(), Some("\u{fffd}A"));
}

#[test]
fn control_characters_are_refused_by_strict_and_a_problem_elsewhere() {
    assert!(refusal("\"a\tb\"").contains("control character 0x09"));
    let document = read("\"a\tb\"", Dialect::Jsonc).unwrap();
    assert_eq!((document.root.text(), document.problems.len()), (Some("a\tb"), 1));
}

#[test]
fn bytes_that_are_not_utf_8_are_refused_with_their_place() {
    let fault = json::read(b"{\"a\":\"x\xff\"}", Dialect::Jsonc, &Limits::default()).unwrap_err();
    assert_eq!(fault.span, Span::new(7, 8));
}

#[test]
fn a_byte_order_mark_is_refused_by_strict_and_skipped_elsewhere() {
    assert!(refusal("\u{feff}1").contains("byte order mark"));
    assert_eq!(read("\u{feff}1", Dialect::Jsonc).unwrap().root.span, Span::new(3, 4));
}

#[test]
fn comments_and_trailing_commas_are_jsonc() {
    let text = "// first\n{\"a\": [1, 2,], /* second */ \"b\": 2,} // third";
    let document = read(text, Dialect::Jsonc).unwrap();
    let comments: Vec<_> = document.comments.iter().map(|span| at(text, *span)).collect();
    assert_eq!(comments, ["// first", "/* second */", "// third"]);
    assert_eq!(json::write(&document.root), r#"{"a":[1,2],"b":2}"#);
    assert!(refusal(text).contains("remove the comment"));
    assert!(refusal("[1,]").contains("remove the comma"));
    for never in ["[,]", "[1,,]", "{,}", "{'a':1}", "{a:1}", "[0x1]", "/* x", "/ 1"] {
        assert!(read(never, Dialect::Jsonc).is_err(), "{never}");
    }
}

#[test]
fn json5_reads_its_spellings() {
    let text = "{ key: 'it\\'s', $b_1: +0xFf, c: [.5, 5., -Infinity, NaN, +1], 'd': \"a\\\nb\\x41\\v\\0\", ключ: 1, }";
    let root = read(text, Dialect::Json5).unwrap().root;
    assert_eq!(root.get_text("key"), Some("it's"));
    assert_eq!(root.get("$b_1").unwrap().value, Value::Number("+0xFf".into()));
    let numbers: Vec<_> = root.get("c").unwrap().items().iter().map(|item| item.value.clone()).collect();
    assert_eq!(numbers, [".5", "5.", "-Infinity", "NaN", "+1"].map(|text| Value::Number(text.into())));
    assert_eq!(root.get_text("d"), Some("abA\u{b}\0"));
    assert!(root.get("ключ").is_some());
    for never in ["{1a:1}", "[01]", "[.]", "[0x]", "['\\1']", "[1e]", "[+]", "['a\nb']"] {
        assert!(read(never, Dialect::Json5).is_err(), "{never}");
    }
}

#[test]
fn what_is_missing_is_said_at_the_place_where_it_is_missing() {
    for (text, message, start) in [
        ("", "document ends where a value should be", 0),
        ("{\"a\":1", "this bracket is never closed; add the missing `}`", 0),
        ("[[1]", "this bracket is never closed; add the missing `]`", 0),
        ("[\"abc", "this text is never closed; add the missing `\"`", 1),
        ("{\"a\" 1}", "expected `:` after the key, found `1`", 5),
        ("[1 2]", "expected `,` or `]`, found `2`", 3),
        ("{'a':1}", "expected a key in double quotes, found `\\'`; write texts in straight double quotes", 1),
        ("{} {}", "something follows the value; a document holds one value", 3),
        ("[1.]", "`1.` is not a number; write digits as in `-12.5e3`, or a text", 1),
        ("[\"\\q\"]", "`\\\\q` does not begin an escape; write a backslash as `\\\\`", 2),
    ] {
        let fault = read(text, Dialect::Strict).expect_err(text);
        assert_eq!((fault.message.as_str(), fault.span.start), (message, start), "{text}");
    }
    let fault = read("{\n  \"a\": x}", Dialect::Strict).unwrap_err();
    let place = fault.place("{\n  \"a\": x}");
    assert_eq!((place.line, place.column), (2, 8));
}

#[test]
fn every_limit_refuses() {
    let limits = Limits { bytes: 20, depth: 3, nodes: 5, string_bytes: 4 };
    for (text, reason) in [
        ("                     1", "larger than 20 bytes"),
        ("[[[[1]]]]", "nested deeper than 3"),
        ("[1,2,3,4,5]", "more than 5 values"),
        ("//\n//\n//\n//\n//\n1", "more than 5 values"),
        ("\"abcde\"", "longer than 4 bytes"),
        ("\"abc\\nde\"", "longer than 4 bytes"),
        ("12345", "longer than 4 bytes"),
    ] {
        let fault = json::read(text.as_bytes(), Dialect::Jsonc, &limits).expect_err(text);
        assert!(fault.message.contains(reason), "{text}: {fault}");
    }
    let boundless = Limits { depth: usize::MAX, ..Limits::default() };
    let deep = "[".repeat(100_000);
    assert!(json::read(deep.as_bytes(), Dialect::Strict, &boundless).is_err());
}

#[test]
fn problems_are_listed_up_to_a_bound() {
    let text = format!("\"{}\"", r"\ud800".repeat(10_000));
    assert_eq!(read(&text, Dialect::Jsonc).unwrap().problems.len(), 257);
}

#[test]
fn keys_that_differ_in_case_only_are_found_at_any_depth() {
    let text = "{\"params\":[{\"name\":1,\"NAME\":2}],\"k\":1,\"\u{212a}\":2,\"s\":1,\"ſ\":2,\"x\":0}";
    let root = read(text, Dialect::Strict).unwrap().root;
    let messages: Vec<_> = json::case_variants(&root).into_iter().map(|problem| problem.message).collect();
    assert_eq!(messages.len(), 3);
    assert!(messages[2].contains("`name` and `NAME`"), "{messages:?}");
}

#[test]
fn writing_keeps_spelling_and_escapes_what_must_be() {
    let text = r#"{"b":1.10,"a":["\"\\ \/ \b\f\n\r\t\u0001é😀",-0.0,1E5,true,false,null,{},[]]}"#;
    let root = read(text, Dialect::Strict).unwrap().root;
    assert_eq!(json::write(&root), text.replace(" \\/ ", " / "));
    let root = read("[NaN, 0xff, .5]", Dialect::Json5).unwrap().root;
    assert_eq!(json::write(&root), r#"["NaN","0xff",".5"]"#);
}

#[test]
fn of_equal_keys_the_last_or_the_first_holds_at_every_depth() {
    let text = br#"{"a": {"b": 1, "b": 2, "b": 3}, "a": {"c": 4, "c": 5}, "d": 6}"#;
    let holding = |holds| json::read_holding(text, Dialect::Jsonc, &Limits::default(), holds).unwrap();
    let (last, first) = (holding(json::Holds::Last), holding(json::Holds::First));
    assert_eq!(json::write(&last.root), r#"{"a":{"c":5},"d":6}"#);
    assert_eq!(json::write(&first.root), r#"{"a":{"b":1},"d":6}"#);
    assert!(last.has_equal_keys && first.has_equal_keys);
    assert!(!json::read(b"{\"a\": 1}", Dialect::Jsonc, &Limits::default()).unwrap().has_equal_keys);
}
