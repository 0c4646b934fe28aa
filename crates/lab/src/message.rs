//! Answers, as JSON-RPC spells them.

use portcullis_model::{Node, Value};
use portcullis_wire::envelope::Id;
use portcullis_wire::json;

use crate::node::{number, object, text, with};

/// The message is no JSON.
pub const PARSE_ERROR: i32 = -32700;
/// The message is no message.
pub const INVALID_REQUEST: i32 = -32600;
/// Nobody knows the method.
pub const METHOD_NOT_FOUND: i32 = -32601;
/// The parameters are not those of the method.
pub const INVALID_PARAMS: i32 = -32602;
/// Something went wrong inside.
pub const INTERNAL_ERROR: i32 = -32603;
/// A header says something else than the body (2026-07-28).
pub const HEADER_MISMATCH: i32 = -32020;
/// The client did not declare what is needed (2026-07-28).
pub const MISSING_CAPABILITY: i32 = -32021;
/// The revision is not spoken here (2026-07-28).
pub const UNSUPPORTED_VERSION: i32 = -32022;

/// Why a request gets an error instead of a result.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// The code of JSON-RPC or MCP.
    pub code: i32,
    /// In words.
    pub message: String,
    /// What else a client may want to know.
    pub data: Option<Node>,
    /// The status over HTTP.
    pub status: u16,
}

impl Refusal {
    /// A refusal with the status that 2026-07-28 gives to its code.
    pub fn new(code: i32, message: impl Into<String>) -> Self {
        let status = match code {
            PARSE_ERROR | INVALID_REQUEST | HEADER_MISMATCH | MISSING_CAPABILITY | UNSUPPORTED_VERSION => 400,
            METHOD_NOT_FOUND => 404,
            _ => 200,
        };
        Self { code, message: message.into(), data: None, status }
    }

    /// The same with another status.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// The same with data.
    #[must_use]
    pub fn data(mut self, data: Node) -> Self {
        self.data = Some(data);
        self
    }

    /// The refusal as the `error` member.
    #[must_use]
    pub fn node(&self) -> Node {
        let error = object([("code", number(self.code)), ("message", text(&self.message))]);
        match &self.data {
            Some(data) => with(error, "data", data.clone()),
            None => error,
        }
    }
}

/// The id as a node.
#[must_use]
pub fn id_node(id: &Id) -> Node {
    match id {
        Id::Text(id) => text(id),
        Id::Integer(id) => number(id),
    }
}

/// A result, in compact JSON.
#[must_use]
pub fn response(id: &Id, result: Node) -> Vec<u8> {
    let message = object([("jsonrpc", text("2.0")), ("id", id_node(id)), ("result", result)]);
    json::write(&message).into_bytes()
}

/// An error, in compact JSON; the id is null when the request's could not be read.
#[must_use]
pub fn error(id: Option<&Id>, refusal: &Refusal) -> Vec<u8> {
    let id = id.map_or(Node::made(Value::Null), id_node);
    let message = object([("jsonrpc", text("2.0")), ("id", id), ("error", refusal.node())]);
    json::write(&message).into_bytes()
}
