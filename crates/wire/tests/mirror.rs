//! Mirrored headers against bodies: every row of the specification's table, and what lies between the rows.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use portcullis_wire::envelope;
use portcullis_wire::json::{self, Dialect, Limits};
use portcullis_wire::mirror::{Annotated, annotated, check, decode, encode, headers};
use proptest::prelude::*;

const META: &str = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}"#;

const SCHEMA: &str = r#"{"type":"object","properties":{
    "region":{"type":"string","x-mcp-header":"Region"},
    "count":{"type":"integer","x-mcp-header":"Count"},
    "dry":{"type":"boolean","x-mcp-header":"Dry-Run"},
    "where":{"type":"object","properties":{"zone":{"type":"string","x-mcp-header":"Zone"}}},
    "query":{"type":"string"}}}"#;

fn wanted() -> Vec<Annotated> {
    annotated(&json::read(SCHEMA.as_bytes(), Dialect::Strict, &Limits::default()).unwrap().root).unwrap()
}

fn call(arguments: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"run","arguments":{arguments},{META}}}}}"#
    )
}

const BASE: [(&str, &str); 3] =
    [("mcp-protocol-version", "2026-07-28"), ("mcp-method", "tools/call"), ("mcp-name", "run")];

/// Whether head and body agree, the three standard headers given.
fn agrees(arguments: &str, params: &[(&str, &[u8])]) -> bool {
    let body = call(arguments);
    let message = envelope::read(body.as_bytes(), &Limits::default()).unwrap();
    let mut head: Vec<(&str, &[u8])> = BASE.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    head.extend_from_slice(params);
    check(&head, &message, &wanted()).is_ok()
}

#[test]
fn g33_every_row_of_the_table_is_decided_as_the_specification_says() {
    // A value is there: the header has to say it.
    assert!(agrees(r#"{"region":"us-west1"}"#, &[("mcp-param-region", b"us-west1")]));
    assert!(!agrees(r#"{"region":"us-west1"}"#, &[("mcp-param-region", b"us-west2")]));
    assert!(!agrees(r#"{"region":"us-west1"}"#, &[]));
    // Null, or nothing: no header.
    for none in [r#"{"region":null}"#, "{}"] {
        assert!(agrees(none, &[]), "{none}");
        for said in [b"".as_slice(), b"null", b"us-west1"] {
            assert!(!agrees(none, &[("mcp-param-region", said)]), "{none}");
        }
    }
    // The empty text is a value.
    assert!(agrees(r#"{"region":""}"#, &[("mcp-param-region", b"")]));
    assert!(agrees(r#"{"region":""}"#, &[("mcp-param-region", b"=?base64??=")]));
    assert!(!agrees(r#"{"region":""}"#, &[]));
    // Integers are compared as numbers, truth values as words.
    assert!(agrees(r#"{"count":42}"#, &[("mcp-param-count", b"42")]));
    assert!(agrees(r#"{"count":42}"#, &[("mcp-param-count", b"42.0")]));
    assert!(!agrees(r#"{"count":42}"#, &[("mcp-param-count", b"43")]));
    assert!(!agrees(r#"{"count":9007199254740993}"#, &[("mcp-param-count", b"9007199254740992")]));
    assert!(agrees(r#"{"dry":true}"#, &[("mcp-param-dry-run", b"true")]));
    assert!(!agrees(r#"{"dry":true}"#, &[("mcp-param-dry-run", b"True")]));
    // Deeper arguments are read along their path.
    assert!(agrees(r#"{"where":{"zone":"b"}}"#, &[("mcp-param-zone", b"b")]));
    assert!(!agrees(r#"{"where":{"zone":"b"},"zone":"c"}"#, &[("mcp-param-zone", b"c")]));
    // A value that is no primitive has no header.
    assert!(!agrees(r#"{"region":["us-west1"]}"#, &[("mcp-param-region", b"us-west1")]));
    // A header that nobody asked for is not looked at.
    assert!(agrees(r#"{"query":"x"}"#, &[("mcp-param-other", b"y")]));
}

#[test]
fn g33_a_header_twice_or_with_odd_characters_is_refused() {
    let region = r#"{"region":"a"}"#;
    assert!(!agrees(region, &[("mcp-param-region", b"a"), ("mcp-param-region", b"a")]));
    for odd in [b"a\r".as_slice(), b"a\n", b"a\x00", b"\xc3\xa4", b"a\x7f"] {
        assert!(!agrees(r#"{"region":"a"}"#, &[("mcp-param-region", odd)]), "{odd:?}");
    }
    for odd in [
        "=?base64?YQ?=",
        "=?base64?YQ===?=",
        "=?base64?Y Q=?=",
        "=?base64?YR==?=",
        "=?base64?_w==?=",
        "=?base64?/w==?=",
    ] {
        assert!(!agrees(region, &[("mcp-param-region", odd.as_bytes())]), "{odd}");
    }
    assert!(agrees(region, &[("mcp-param-region", b"=?base64?YQ==?=")]));
    assert!(!agrees(region, &[("mcp-param-region", b"=?BASE64?YQ==?=")]));
}

#[test]
fn g33_the_standard_headers_have_to_be_there_and_to_agree() {
    let body = call("{}");
    let message = envelope::read(body.as_bytes(), &Limits::default()).unwrap();
    let head = |left_out: &str, instead: Option<&'static str>| {
        let mut head: Vec<(&str, &[u8])> = Vec::new();
        for (name, value) in BASE {
            match (name == left_out, instead) {
                (true, None) => {}
                (true, Some(instead)) => head.push((name, instead.as_bytes())),
                (false, _) => head.push((name, value.as_bytes())),
            }
        }
        check(&head, &message, &[]).is_ok()
    };
    assert!(head("", None));
    for (name, _) in BASE {
        assert!(!head(name, None), "without {name}");
        assert!(!head(name, Some("else")) && !head(name, Some("")), "another {name}");
    }
    assert!(!head("mcp-name", Some("Run")) && !head("mcp-method", Some("Tools/Call")));
    assert!(head("mcp-name", Some("=?base64?cnVu?=")));
    let list = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{{{META}}}}}"#);
    let list = envelope::read(list.as_bytes(), &Limits::default()).unwrap();
    let base: [(&str, &[u8]); 2] = [("mcp-protocol-version", b"2026-07-28"), ("mcp-method", b"tools/list")];
    assert!(check(&base, &list, &[]).is_ok());
    let named = [base[0], base[1], ("mcp-name", b"run".as_slice())];
    assert!(check(&named, &list, &[]).is_err(), "a name for a method that has none");
}

#[test]
fn g33_values_are_encoded_as_the_specification_shows() {
    for (value, encoded) in [
        ("us-west1", "us-west1"),
        ("Hello, 世界", "=?base64?SGVsbG8sIOS4lueVjA==?="),
        (" padded ", "=?base64?IHBhZGRlZCA=?="),
        ("line1\nline2", "=?base64?bGluZTEKbGluZTI=?="),
        ("=?base64?literal?=", "=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?="),
        ("", ""),
    ] {
        assert_eq!(encode(value), encoded);
        assert_eq!(decode(encoded.as_bytes()).unwrap(), value);
    }
}

#[test]
fn an_annotation_that_cannot_be_read_makes_the_tool_invalid() {
    let fails = |properties: &str| {
        let schema = format!(r#"{{"type":"object","properties":{{{properties}}}}}"#);
        annotated(&json::read(schema.as_bytes(), Dialect::Strict, &Limits::default()).unwrap().root).is_err()
    };
    assert!(!fails(r#""x-mcp-header":{"type":"string"}"#), "a property of that name is none");
    for bad in [
        r#""a":{"type":"string","x-mcp-header":""}"#,
        r#""a":{"type":"string","x-mcp-header":"a b"}"#,
        r#""a":{"type":"string","x-mcp-header":"a\r\nb"}"#,
        r#""a":{"type":"string","x-mcp-header":7}"#,
        r#""a":{"type":"number","x-mcp-header":"A"}"#,
        r#""a":{"type":"object","x-mcp-header":"A"}"#,
        r#""a":{"type":"string","x-mcp-header":"A"},"b":{"type":"string","x-mcp-header":"a"}"#,
        r#""a":{"type":"array","items":{"type":"string","x-mcp-header":"A"}}"#,
        r#""a":{"anyOf":[{"type":"string","x-mcp-header":"A"}]}"#,
        r#""a":{"if":{"properties":{"b":{"type":"string","x-mcp-header":"A"}}}}"#,
    ] {
        assert!(fails(bad), "{bad}");
    }
}

#[test]
fn headers_that_are_written_agree_with_their_body() {
    let body =
        call(r#"{"region":" ü\n","count":-7,"dry":false,"where":{"zone":"=?base64?x?="},"query":"q"}"#);
    let message = envelope::read(body.as_bytes(), &Limits::default()).unwrap();
    let written = headers(&message, &wanted());
    let head: Vec<(&str, &[u8])> = written.iter().map(|(name, value)| (&**name, value.as_bytes())).collect();
    assert_eq!(head.len(), 7);
    check(&head, &message, &wanted()).unwrap();
}

proptest! {
    #[test]
    fn any_text_goes_through_a_header_and_back(text in ".*") {
        let encoded = encode(&text).into_owned();
        prop_assert!(encoded.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~')));
        prop_assert_eq!(decode(encoded.as_bytes()).unwrap(), text);
    }

    #[test]
    fn bytes_of_any_kind_are_decoded_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        let _ = decode(&bytes);
    }
}
