//! One JSON-RPC 2.0 message, read strictly: what two readers could take for two messages is refused.
//!
//! The envelope keeps the bytes it was read from. Whoever forwards a message sends those bytes on; the tree is for
//! judging, and its spans say which bytes a member is.

use std::borrow::Cow;

use portcullis_model::{Entry, Node, Span, Value};

use crate::fault::{Fault, quoted};
use crate::json::{self, Dialect, Limits};

/// The largest integer that every reader takes for the same number.
const EXACT: u64 = (1 << 53) - 1;

/// Members of the envelope.
const ENVELOPE: [&str; 6] = ["jsonrpc", "id", "method", "params", "result", "error"];

/// Members by which a gate decides; another spelling of one is refused, since some readers ignore case.
const PARAMS: [&str; 12] = [
    "_meta",
    "name",
    "arguments",
    "uri",
    "cursor",
    "ref",
    "argument",
    "requestState",
    "inputResponses",
    "notifications",
    "protocolVersion",
    "capabilities",
];
const RESULT: [&str; 15] = [
    "_meta",
    "tools",
    "prompts",
    "resources",
    "resourceTemplates",
    "content",
    "structuredContent",
    "isError",
    "contents",
    "messages",
    "instructions",
    "resultType",
    "inputRequests",
    "requestState",
    "nextCursor",
];

/// What kind of message it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Has a method and an id: an answer is due.
    Request,
    /// Has a method and no id.
    Notification,
    /// Has a result.
    Response,
    /// Has an error.
    Error,
}

/// A request's identity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Id {
    /// A text.
    Text(Box<str>),
    /// An integer of at most 53 bits.
    Integer(i64),
}

/// A message: its tree, and the bytes it was read from.
#[derive(Debug, Clone)]
pub struct Envelope<'a> {
    /// What kind of message it is.
    pub kind: Kind,
    /// Its id. Only an error may lack one, or have null: the answer to a message that could not be read.
    pub id: Option<Id>,
    /// The method of a request or a notification.
    pub method: Option<Cow<'a, str>>,
    bytes: &'a [u8],
    root: Node,
}

/// Reads one message.
///
/// # Errors
/// Bytes that are not strict JSON within `limits`, keys that differ in case only, a batch, and whatever is no
/// message of JSON-RPC 2.0 as MCP uses it.
pub fn read<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Envelope<'a>, Fault> {
    let root = json::read(bytes, Dialect::Strict, limits)?.root;
    if root.is_list() {
        return Err(Fault::new(root.span, "message is a batch; send one message at a time"));
    }
    if !root.is_map() {
        return Err(Fault::new(root.span, format!("message is {}; send an object", root.kind())));
    }
    if let Some(problem) = json::case_variants(&root).into_iter().next() {
        return Err(Fault::new(problem.span, problem.message));
    }
    refuse_other_case(&root, &ENVELOPE)?;
    for (member, names) in [("params", PARAMS.as_slice()), ("result", RESULT.as_slice())] {
        if let Some(node) = root.get(member) {
            refuse_other_case(node, names)?;
        }
    }
    if root.get_text("jsonrpc") != Some("2.0") {
        let span = root.get("jsonrpc").map_or(root.span, |node| node.span);
        return Err(Fault::new(span, "message is not JSON-RPC 2.0; write `\"jsonrpc\":\"2.0\"`"));
    }
    let (kind, body) = kind(&root)?;
    let id = id(&root, kind)?;
    let method = method(bytes, &root, body, kind)?;
    Ok(Envelope { kind, id, method, bytes, root })
}

impl<'a> Envelope<'a> {
    /// The whole message.
    #[must_use]
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// The parameters of a request or a notification: an object.
    #[must_use]
    pub fn params(&self) -> Option<&Node> {
        self.root.get("params")
    }

    /// The result of a response: an object.
    #[must_use]
    pub fn result(&self) -> Option<&Node> {
        self.root.get("result")
    }

    /// The error: an object.
    #[must_use]
    pub fn error(&self) -> Option<&Node> {
        self.root.get("error")
    }

    /// The bytes as they were received.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The received bytes of one of its nodes; empty for a node of another tree that lies outside.
    #[must_use]
    pub fn bytes_of(&self, node: &Node) -> &'a [u8] {
        slice(self.bytes, node.span)
    }

    /// The tree alone.
    #[must_use]
    pub fn into_root(self) -> Node {
        self.root
    }
}

fn slice(bytes: &[u8], span: Span) -> &[u8] {
    bytes.get(span.start..span.end).unwrap_or_default()
}

fn refuse_other_case(node: &Node, names: &[&str]) -> Result<(), Fault> {
    for Entry { key, key_span, .. } in node.entries() {
        if names.contains(&&**key) {
            continue;
        }
        let folded = json::fold(key);
        if let Some(name) = names.iter().find(|name| folded.eq_ignore_ascii_case(name)) {
            let message = format!("key {} is `{name}` in another case; write `{name}`", quoted(key));
            return Err(Fault::new(*key_span, message));
        }
    }
    Ok(())
}

/// The kind, and the member that makes it that kind.
fn kind(root: &Node) -> Result<(Kind, &Node), Fault> {
    let bodies = [root.get("method"), root.get("result"), root.get("error")];
    match bodies {
        [Some(method), None, None] if root.get("id").is_some() => Ok((Kind::Request, method)),
        [Some(method), None, None] => Ok((Kind::Notification, method)),
        [None, Some(result), None] if root.get("params").is_none() => Ok((Kind::Response, result)),
        [None, None, Some(error)] if root.get("params").is_none() => Ok((Kind::Error, error)),
        _ => Err(Fault::new(
            root.span,
            "message is neither call nor answer; write `method` (and `params`), or `result`, or `error`",
        )),
    }
}

fn id(root: &Node, kind: Kind) -> Result<Option<Id>, Fault> {
    let Some(node) = root.get("id") else {
        return match kind {
            Kind::Response => Err(Fault::new(root.span, "response has no `id`; write that of its request")),
            Kind::Request | Kind::Notification | Kind::Error => Ok(None),
        };
    };
    match &node.value {
        Value::Text(text) => Ok(Some(Id::Text(text.clone()))),
        Value::Number(spelling) => match spelling.parse::<i64>() {
            Ok(integer) if integer.unsigned_abs() <= EXACT && &**spelling != "-0" => {
                Ok(Some(Id::Integer(integer)))
            }
            _ => Err(Fault::new(
                node.span,
                format!("id {} is no integer of 53 bits; write a text or such an integer", quoted(spelling)),
            )),
        },
        Value::Null if kind == Kind::Error => Ok(None),
        _ => {
            let message = format!("id is {}; write a text or an integer", node.kind());
            Err(Fault::new(node.span, message))
        }
    }
}

/// The method of a call; checks the type of the body of every kind.
fn method<'a>(bytes: &'a [u8], root: &Node, body: &Node, kind: Kind) -> Result<Option<Cow<'a, str>>, Fault> {
    let must_be = |name: &str, expected: &str, node: &Node| {
        Fault::new(node.span, format!("`{name}` is {}; write {expected}", node.kind()))
    };
    match kind {
        Kind::Request | Kind::Notification => {
            if let Some(params) = root.get("params").filter(|params| !params.is_map()) {
                return Err(must_be("params", "an object", params));
            }
            let method = body.text().ok_or_else(|| must_be("method", "a text", body))?;
            let spelt = slice(bytes, Span::new(body.span.start + 1, body.span.end.saturating_sub(1)));
            Ok(Some(match std::str::from_utf8(spelt) {
                Ok(spelt) if spelt == method => Cow::Borrowed(spelt),
                _ => Cow::Owned(method.to_owned()),
            }))
        }
        Kind::Response if !body.is_map() => Err(must_be("result", "an object", body)),
        Kind::Error if !body.is_map() => Err(must_be("error", "an object", body)),
        Kind::Response | Kind::Error => Ok(None),
    }
}
