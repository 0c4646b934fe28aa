//! The message reader against what gateways let through elsewhere.

#![allow(clippy::expect_used, clippy::unwrap_used)] // a test may panic

use std::borrow::Cow;

use portcullis_wire::envelope::{self, Id, Kind};
use portcullis_wire::json::Limits;
use portcullis_wire::request::{self, Client};
use portcullis_wire::revision::Revision;

fn refusal(text: &str) -> String {
    envelope::read(text.as_bytes(), &Limits::default()).expect_err(text).message
}

#[test]
fn the_four_kinds_of_message_are_told_apart() {
    for (text, kind, id) in [
        (r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#, Kind::Request, Some(Id::Integer(1))),
        (r#"{"jsonrpc":"2.0","id":"a","method":"m","params":{}}"#, Kind::Request, Some(Id::Text("a".into()))),
        (r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#, Kind::Notification, None),
        (r#"{"jsonrpc":"2.0","id":-7,"result":{}}"#, Kind::Response, Some(Id::Integer(-7))),
        (
            r#"{"jsonrpc":"2.0","id":"","error":{"code":1,"message":""}}"#,
            Kind::Error,
            Some(Id::Text("".into())),
        ),
        (r#"{"jsonrpc":"2.0","id":null,"error":{}}"#, Kind::Error, None),
        (r#"{"jsonrpc":"2.0","error":{}}"#, Kind::Error, None),
    ] {
        let envelope = envelope::read(text.as_bytes(), &Limits::default()).unwrap();
        assert_eq!((envelope.kind, envelope.id), (kind, id), "{text}");
    }
}

#[test]
fn members_are_the_bytes_that_were_received() {
    let text = r#" {"jsonrpc" : "2.0","vendor":[1.0],"id":9007199254740991,"method":"tools/call",
        "params": {"name":"a","arguments":{"n": 1.10}} } "#;
    let envelope = envelope::read(text.as_bytes(), &Limits::default()).unwrap();
    assert_eq!(envelope.bytes_of(envelope.params().unwrap()), br#"{"name":"a","arguments":{"n": 1.10}}"#);
    assert_eq!(envelope.bytes(), text.as_bytes());
    assert!(matches!(envelope.method, Some(Cow::Borrowed("tools/call"))));
    let escaped = br#"{"jsonrpc":"2.0","method":"tools\/call"}"#;
    let envelope = envelope::read(escaped, &Limits::default()).unwrap();
    assert!(matches!(envelope.method, Some(Cow::Owned(method)) if method == "tools/call"));
}

#[test]
fn what_two_readers_could_read_differently_is_refused() {
    for (text, reason) in [
        (r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","method":"tools/call"}"#, "appears twice"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"m","params":{"name":"a","n\u0061me":"b"}}"#, "appears twice"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"m","Method":"n"}"#, "differ in case only"),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"m","params":{"arguments":{"a":{"x":1,"X":2}}}}"#,
            "differ in case only",
        ),
        (r#"{"jsonrpc":"2.0","id":1,"METHOD":"m"}"#, "in another case; write `method`"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"Name":"x"}}"#, "write `name`"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"argumentſ":{}}}"#, "write `arguments`"),
        (r#"{"jsonrpc":"2.0","id":1,"result":{"Tools":[]}}"#, "write `tools`"),
        (r#"[{"jsonrpc":"2.0","id":1,"method":"m"}]"#, "is a batch"),
        (r#"{"jsonrpc":"2.0","method":"m"}{"jsonrpc":"2.0","method":"n"}"#, "something follows"),
        (r#"{"jsonrpc":"2.0","method":"\ud800"}"#, "surrogate"),
        ("\u{feff}{\"jsonrpc\":\"2.0\",\"method\":\"m\"}", "byte order mark"),
        ("\"text\"", "message is a text; send an object"),
        ("{\"jsonrpc\":\"2.0\",\"method\":\"m\"}\0", "something follows"),
    ] {
        let message = refusal(text);
        assert!(message.contains(reason), "{text}: {message}");
    }
}

#[test]
fn what_is_no_message_is_refused_with_the_reason() {
    for (text, reason) in [
        ("{}", "is not JSON-RPC 2.0"),
        (r#"{"jsonrpc":2.0,"method":"m"}"#, "is not JSON-RPC 2.0"),
        (r#"{"jsonrpc":"2.0"}"#, "neither call nor answer"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"m","result":{}}"#, "neither call nor answer"),
        (r#"{"jsonrpc":"2.0","id":1,"error":{},"result":{}}"#, "neither call nor answer"),
        (r#"{"jsonrpc":"2.0","id":1,"params":{},"result":{}}"#, "neither call nor answer"),
        (r#"{"jsonrpc":"2.0","result":{}}"#, "response has no `id`"),
        (r#"{"jsonrpc":"2.0","id":1,"method":7}"#, "`method` is a number; write a text"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"m","params":[]}"#, "`params` is a list; write an object"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"m","params":null}"#, "`params` is null"),
        (r#"{"jsonrpc":"2.0","id":1,"result":[]}"#, "`result` is a list"),
        (r#"{"jsonrpc":"2.0","id":1,"error":"no"}"#, "`error` is a text"),
        (r#"{"jsonrpc":"2.0","id":null,"method":"m"}"#, "id is null"),
        (r#"{"jsonrpc":"2.0","id":null,"result":{}}"#, "id is null"),
        (r#"{"jsonrpc":"2.0","id":{"a":1},"method":"m"}"#, "id is an object"),
        (r#"{"jsonrpc":"2.0","id":true,"method":"m"}"#, "id is a truth value"),
        (r#"{"jsonrpc":"2.0","id":1.0,"method":"m"}"#, "id `1.0` is no integer"),
        (r#"{"jsonrpc":"2.0","id":1e2,"method":"m"}"#, "id `1e2` is no integer"),
        (r#"{"jsonrpc":"2.0","id":-0,"method":"m"}"#, "id `-0` is no integer"),
        (r#"{"jsonrpc":"2.0","id":9007199254740992,"method":"m"}"#, "is no integer of 53 bits"),
        (r#"{"jsonrpc":"2.0","id":99999999999999999999,"method":"m"}"#, "is no integer of 53 bits"),
    ] {
        let message = refusal(text);
        assert!(message.contains(reason), "{text}: {message}");
    }
}

#[test]
fn our_own_messages_are_read_back() {
    let client = Client { name: "portcullis \"x\"", version: "1" };
    let initialize = request::initialize_params(Revision::NEWEST_LEGACY, client);
    let bytes = request::request(7, "initialize", &initialize);
    let envelope = envelope::read(&bytes, &Limits::default()).unwrap();
    assert_eq!((envelope.kind, envelope.id.clone()), (Kind::Request, Some(Id::Integer(7))));
    assert_eq!(envelope.params().unwrap().get_text("protocolVersion"), Some("2025-11-25"));

    let params = request::object([("cursor", portcullis_model::Node::made_text("2"))]);
    assert_eq!(request::with_metadata(Revision::NEWEST_LEGACY, client, params.clone()), params);
    let modern = request::with_metadata(Revision::NEWEST, client, params);
    let meta = modern.get("_meta").unwrap();
    assert_eq!(meta.get_text("io.modelcontextprotocol/protocolVersion"), Some("2026-07-28"));
    assert!(meta.get("io.modelcontextprotocol/clientCapabilities").unwrap().is_map());

    let bytes = request::notification("notifications/initialized", &request::object([]));
    assert_eq!(bytes, br#"{"jsonrpc":"2.0","method":"notifications/initialized","params":{}}"#);
}
