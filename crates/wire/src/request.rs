//! The messages that a client of ours sends.

use portcullis_model::{Entry, Node, Span, Value};

use crate::json;
use crate::revision::{Era, Revision};

/// What a client says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its version.
    pub version: &'a str,
}

/// A request in compact JSON, without a line end.
#[must_use]
pub fn request(id: u64, method: &str, params: &Node) -> Vec<u8> {
    message(Some(id), method, params)
}

/// A notification in compact JSON, without a line end.
#[must_use]
pub fn notification(method: &str, params: &Node) -> Vec<u8> {
    message(None, method, params)
}

/// The parameters of `initialize`: the revision asked for, and a client that offers nothing.
#[must_use]
pub fn initialize_params(revision: Revision, client: Client<'_>) -> Node {
    object([
        ("protocolVersion", Node::made_text(revision.as_str())),
        ("capabilities", object([])),
        ("clientInfo", client_info(client)),
    ])
}

/// The parameters with the metadata that `revision` wants in every request, in place of a `_meta` of their own;
/// unchanged before 2026-07-28.
#[must_use]
pub fn with_metadata(revision: Revision, client: Client<'_>, params: Node) -> Node {
    match (revision.era(), params.value) {
        (Era::Modern, Value::Map(mut entries)) => {
            let metadata = object([
                ("io.modelcontextprotocol/protocolVersion", Node::made_text(revision.as_str())),
                ("io.modelcontextprotocol/clientInfo", client_info(client)),
                ("io.modelcontextprotocol/clientCapabilities", object([])),
            ]);
            entries.retain(|entry| &*entry.key != "_meta");
            entries.push(entry("_meta", metadata));
            Node { value: Value::Map(entries), span: params.span }
        }
        (_, value) => Node { value, span: params.span },
    }
}

/// An object of these members.
#[must_use]
pub fn object<const N: usize>(members: [(&str, Node); N]) -> Node {
    Node::made(Value::Map(members.into_iter().map(|(key, node)| entry(key, node)).collect()))
}

fn entry(key: &str, node: Node) -> Entry {
    Entry { key: key.into(), key_span: Span::UNKNOWN, node }
}

fn client_info(client: Client<'_>) -> Node {
    object([("name", Node::made_text(client.name)), ("version", Node::made_text(client.version))])
}

fn message(id: Option<u64>, method: &str, params: &Node) -> Vec<u8> {
    let mut out = String::from(r#"{"jsonrpc":"2.0","#);
    if let Some(id) = id {
        out.push_str("\"id\":");
        out.push_str(&id.to_string());
        out.push(',');
    }
    out.push_str("\"method\":");
    json::write_string(method, &mut out);
    out.push_str(",\"params\":");
    out.push_str(&json::write(params));
    out.push('}');
    out.into_bytes()
}
