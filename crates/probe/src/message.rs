//! JSON-RPC messages of ours, and the shape of those that came.

use portcullis_model::{Entry, Node, Span, Value};
use portcullis_wire::json::{self, Dialect, Limits};
pub(crate) use portcullis_wire::request::{notification, object, request};
use portcullis_wire::revision::{Era, Revision};

use crate::identity::ClientIdentity;

/// Values and brackets in one message; far above what a list of tools needs, low enough to be held several times.
const NODES: usize = 1_000_000;

/// Something that the server sent.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// The answer to request number `id`: its result, or its error.
    Answer { id: Option<u64>, result: Result<Node, Node> },
    /// A request of the server; its id goes back as it came.
    Request { id: Node, method: String, params: Node },
    /// A notification.
    Notification { method: String, params: Node },
    /// No message at all, in words.
    Garbage(String),
}

/// What one line, body or event held.
#[derive(Debug)]
pub(crate) struct Reading {
    /// One message, or those of a batch, which revision 2025-03-26 allowed.
    pub(crate) messages: Vec<Incoming>,
    /// What strict readers would have refused, in words.
    pub(crate) oddity: Option<String>,
    /// How many values it holds.
    pub(crate) values: usize,
}

/// Reads what came.
pub(crate) fn read(bytes: &[u8]) -> Reading {
    let limits = Limits { bytes: bytes.len(), nodes: NODES, ..Limits::default() };
    let (root, oddity) = match json::read(bytes, Dialect::Strict, &limits) {
        Ok(document) => (document.root, None),
        // Hosts read with lenient parsers: what they would show to a model is looked at, and the oddity is told.
        Err(fault) => match json::read(bytes, Dialect::Jsonc, &limits) {
            Ok(document) => (document.root, Some(fault.to_string())),
            Err(_) => {
                let messages = vec![Incoming::Garbage(fault.to_string())];
                return Reading { messages, oddity: None, values: 0 };
            }
        },
    };
    let (mut root, mut values) = (root, 0);
    forget_places(&mut root, &mut values);
    let messages = match root.value {
        Value::List(items) if !items.is_empty() => items.into_iter().map(classify).collect(),
        value => vec![classify(Node::made(value))],
    };
    Reading { messages, oddity, values }
}

fn classify(message: Node) -> Incoming {
    let Value::Map(entries) = message.value else {
        return Incoming::Garbage(format!("{} instead of a message", message.kind()));
    };
    let mut members = Members(entries);
    let (id, method) = (members.take("id"), members.take("method"));
    match (id, method.as_ref().and_then(Node::text)) {
        (Some(id), Some(method)) => {
            Incoming::Request { id, method: method.to_owned(), params: members.params() }
        }
        (None, Some(method)) => {
            Incoming::Notification { method: method.to_owned(), params: members.params() }
        }
        (id, None) => match (members.take("result"), members.take("error")) {
            (_, Some(error)) => Incoming::Answer { id: number(id), result: Err(error) },
            (Some(result), None) => Incoming::Answer { id: number(id), result: Ok(result) },
            (None, None) => Incoming::Garbage("an object that is no message".to_owned()),
        },
    }
}

struct Members(Vec<Entry>);

impl Members {
    fn take(&mut self, key: &str) -> Option<Node> {
        let at = self.0.iter().position(|entry| &*entry.key == key)?;
        Some(self.0.swap_remove(at).node)
    }

    fn params(&mut self) -> Node {
        self.take("params").unwrap_or_else(|| object([]))
    }
}

/// Some servers answer with the number as a text.
fn number(id: Option<Node>) -> Option<u64> {
    match id?.value {
        Value::Number(spelling) | Value::Text(spelling) => spelling.parse().ok(),
        _ => None,
    }
}

/// Forgets places, since the bytes that they point into are gone, and counts values.
fn forget_places(node: &mut Node, values: &mut usize) {
    *values += 1;
    node.span = Span::UNKNOWN;
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| forget_places(item, values)),
        Value::Map(entries) => {
            for entry in entries {
                entry.key_span = Span::UNKNOWN;
                forget_places(&mut entry.node, values);
            }
        }
        _ => {}
    }
}

/// A made member of an object.
pub(crate) fn member(key: &str, node: Node) -> Entry {
    Entry { key: key.into(), key_span: Span::UNKNOWN, node }
}

/// Adds a member to an object.
pub(crate) fn add(object: &mut Node, key: &str, node: Node) {
    if let Value::Map(entries) = &mut object.value {
        entries.push(member(key, node));
    }
}

pub(crate) fn text(text: &str) -> Node {
    Node::made_text(text)
}

fn integer(number: i64) -> Node {
    Node::made(Value::Number(number.to_string().into()))
}

/// Our answer to a request of the server.
pub(crate) fn answer(id: Node, result: Result<Node, (i64, &str)>) -> Vec<u8> {
    let (key, outcome) = match result {
        Ok(result) => ("result", result),
        Err((code, message)) => ("error", object([("code", integer(code)), ("message", text(message))])),
    };
    json::write(&object([("jsonrpc", text("2.0")), ("id", id), (key, outcome)])).into_bytes()
}

/// The parameters of `initialize`.
pub(crate) fn initialize(identity: &ClientIdentity, revision: Revision) -> Vec<Entry> {
    vec![
        member("protocolVersion", text(revision.as_str())),
        member("capabilities", capabilities(revision)),
        member("clientInfo", client_info(identity)),
    ]
}

/// The `_meta` that every request carries from revision 2026-07-28 on.
pub(crate) fn meta(identity: &ClientIdentity, revision: Revision) -> Node {
    object([
        ("io.modelcontextprotocol/protocolVersion", text(revision.as_str())),
        ("io.modelcontextprotocol/clientInfo", client_info(identity)),
        ("io.modelcontextprotocol/clientCapabilities", capabilities(revision)),
    ])
}

fn client_info(identity: &ClientIdentity) -> Node {
    object([("name", text(&identity.name)), ("version", text(&identity.version))])
}

/// What the well-known hosts can do: some servers offer tools only to clients that can, and those are looked at too.
/// Requests that follow from it are refused and kept as evidence.
fn capabilities(revision: Revision) -> Node {
    let empty = || object([]);
    let announces = object([("listChanged", Node::made(Value::Bool(true)))]);
    let roots = if revision.era() == Era::Modern { empty() } else { announces };
    let mut capabilities = object([("roots", roots), ("sampling", empty())]);
    if revision >= Revision::R2025_06_18 {
        add(&mut capabilities, "elicitation", object([("form", empty()), ("url", empty())]));
    }
    capabilities
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(bytes: &str) -> Incoming {
        let mut messages = read(bytes.as_bytes()).messages;
        assert_eq!(messages.len(), 1);
        messages.remove(0)
    }

    #[test]
    fn messages_are_told_apart_by_their_members() {
        assert!(matches!(
            one(r#"{"jsonrpc":"2.0","id":7,"result":{}}"#),
            Incoming::Answer { id: Some(7), result: Ok(_) }
        ));
        assert!(matches!(
            one(r#"{"id":"7","error":{"code":1}}"#),
            Incoming::Answer { id: Some(7), result: Err(_) }
        ));
        assert!(matches!(one(r#"{"id":{},"result":{}}"#), Incoming::Answer { id: None, .. }));
        assert!(matches!(one(r#"{"id":1,"method":"ping"}"#), Incoming::Request { .. }));
        assert!(matches!(one(r#"{"method":"x"}"#), Incoming::Notification { .. }));
        assert!(matches!(one("17"), Incoming::Garbage(_)));
        assert!(matches!(one("[]"), Incoming::Garbage(_)));
        assert!(matches!(one("Server is listening"), Incoming::Garbage(_)));
    }

    #[test]
    fn a_batch_is_its_messages() {
        assert_eq!(read(br#"[{"id":1,"result":{}},{"method":"x"}]"#).messages.len(), 2);
    }

    #[test]
    fn what_lenient_readers_take_is_read_and_told() {
        let reading = read(br#"{"id":1,"result":{"a":1,"a":2}}"#);
        assert!(matches!(reading.messages.first(), Some(Incoming::Answer { result: Ok(_), .. })));
        assert!(reading.oddity.unwrap().contains('a'));
    }

    #[test]
    fn a_request_says_who_asks_in_every_revision() {
        let identity = ClientIdentity::new("claude-ai", "0.1.0");
        let legacy = json::write(&Node::made(Value::Map(initialize(&identity, Revision::R2025_11_25))));
        assert!(legacy.contains(r#""clientInfo":{"name":"claude-ai","version":"0.1.0"}"#), "{legacy}");
        let modern = json::write(&meta(&identity, Revision::R2026_07_28));
        assert!(modern.contains(r#""io.modelcontextprotocol/clientInfo":{"name":"claude-ai""#), "{modern}");
    }
}
