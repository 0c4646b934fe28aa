//! Answers without work: what stands in front of it can be measured.
//!
//! One tool, `payload`, returns as many bytes of plain prose as its argument `size` asks for. Nothing is kept of a
//! client and nothing of what it says is checked but that it is a message.

use std::sync::LazyLock;

use bytes::{BufMut, Bytes, BytesMut};
use portcullis_model::Value;
use portcullis_wire::envelope::{self, Envelope, Kind};
use portcullis_wire::json::Limits;
use portcullis_wire::revision::Revision;

use crate::node::at;

/// The most bytes that one answer holds.
pub const MOST: usize = 4 << 20;

/// Prose that needs no escape in JSON, so that any part of it is a text.
const PROSE: &str = "The ferry to the northern islands leaves at seven in the morning and comes back before the shops \
    close. Tickets are sold on board, bicycles travel free of charge, and dogs are welcome on the lower deck. In winter \
    the second crossing is left out when the wind is above eight; the harbour office answers the telephone from six. ";

static PAYLOAD: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(PROSE.repeat(MOST / PROSE.len() + 1)));

const TOOLS: &str = r#""tools":[{"name":"payload","description":"Returns as many bytes of prose as asked for","inputSchema":{"type":"object","properties":{"size":{"type":"integer","minimum":0},"text":{"type":"string"}}},"annotations":{"readOnlyHint":true}}]"#;
const OFFERED: &str = r#""capabilities":{"tools":{}}"#;
const SERVER: &str = r#"{"name":"mock-server","version":"1"}"#;

/// The answer to one message; nothing when none is due.
#[must_use]
pub fn answer(message: &[u8]) -> Option<Bytes> {
    let Ok(envelope) = envelope::read(message, &Limits::default()) else {
        return Some(Bytes::from_static(
            br#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"this is no message"}}"#,
        ));
    };
    if envelope.kind != Kind::Request {
        return None;
    }
    let id = envelope.root().get("id").map(|id| envelope.bytes_of(id)).unwrap_or_default();
    let params = envelope.params();
    let meta = params.and_then(|params| at(params, &["_meta", "io.modelcontextprotocol/protocolVersion"]));
    let modern = meta.is_some();
    let size = payload_size(&envelope);
    let mut out = BytesMut::with_capacity(size.unwrap_or(0) + 512);
    out.put_slice(br#"{"jsonrpc":"2.0","id":"#);
    out.put_slice(id);
    let known = result(&envelope, size, &mut out);
    if !known {
        out.put_slice(br#","error":{"code":-32601,"message":"there is no such method"}}"#);
    } else if modern {
        out.put_slice(br#","resultType":"complete"}}"#);
    } else {
        out.put_slice(b"}}");
    }
    Some(out.freeze())
}

/// How many bytes a call asks for.
fn payload_size(envelope: &Envelope<'_>) -> Option<usize> {
    if envelope.method.as_deref() != Some("tools/call") {
        return None;
    }
    let size = envelope.params().and_then(|params| at(params, &["arguments", "size"]));
    Some(match size.map(|size| &size.value) {
        Some(Value::Number(size)) => size.parse().unwrap_or(0).min(MOST),
        _ => 0,
    })
}

/// Writes the members of the result, its end left open; false when there is no such method.
fn result(envelope: &Envelope<'_>, size: Option<usize>, out: &mut BytesMut) -> bool {
    let mut put = |parts: &[&str]| {
        out.put_slice(br#","result":{"#);
        parts.iter().for_each(|part| out.put_slice(part.as_bytes()));
        true
    };
    match envelope.method.as_deref().unwrap_or_default() {
        "initialize" => {
            let asked = envelope.params().and_then(|params| params.get_text("protocolVersion"));
            let revision = asked.filter(|asked| asked.parse::<Revision>().is_ok());
            let revision = revision.unwrap_or(Revision::NEWEST_LEGACY.as_str());
            put(&[r#""protocolVersion":""#, revision, "\",", OFFERED, r#","serverInfo":"#, SERVER])
        }
        "server/discover" => {
            let newest = Revision::NEWEST.as_str();
            let hints = r#","ttlMs":60000,"cacheScope":"public""#;
            put(&[r#""supportedVersions":[""#, newest, "\"],", OFFERED, hints])
        }
        "tools/list" => put(&[TOOLS, r#","ttlMs":60000,"cacheScope":"public""#]),
        "tools/call" => {
            out.put_slice(br#","result":{"content":[{"type":"text","text":""#);
            out.put_slice(PAYLOAD.get(..size.unwrap_or(0)).unwrap_or_default());
            out.put_slice(br#""}]"#);
            true
        }
        "ping" => put(&[]),
        _ => false,
    }
}

/// Keeps the payload ready, so that the first call is as fast as the others.
pub fn warm_up() {
    LazyLock::force(&PAYLOAD);
}

#[cfg(test)]
mod tests {
    use portcullis_model::Node;

    use super::*;

    fn ask(message: &str) -> Node {
        let answer = answer(message.as_bytes()).unwrap();
        envelope::read(&answer, &Limits::default()).unwrap().into_root()
    }

    #[test]
    fn a_call_returns_as_much_as_it_asks_for() {
        for size in [0, 1, 100, 1 << 20, MOST] {
            let answer = ask(&format!(
                r#"{{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{{"name":"payload","arguments":{{"size":{size}}}}}}}"#
            ));
            let block = at(&answer, &["result", "content"]).unwrap().items().first().unwrap().clone();
            assert_eq!(block.get_text("text").unwrap().len(), size);
        }
    }

    #[test]
    fn both_eras_are_answered_in_their_way() {
        let legacy = ask(
            r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18"}}"#,
        );
        assert_eq!(at(&legacy, &["result", "protocolVersion"]).unwrap().text(), Some("2025-06-18"));
        let modern = ask(
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}"#,
        );
        assert_eq!(at(&modern, &["result", "resultType"]).unwrap().text(), Some("complete"));
        assert!(ask(r#"{"jsonrpc":"2.0","id":1,"method":"x"}"#).get("error").is_some());
        assert_eq!(answer(br#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#), None);
        assert!(answer(b"[]").is_some());
    }
}
