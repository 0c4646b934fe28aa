//! From one era to the other, and from their ids to ours. Bytes that need not change stay as they are.

use bytes::Bytes;
use portcullis_model::Node;
use portcullis_wire::envelope::{self, Envelope};
use portcullis_wire::json::Limits;
use portcullis_wire::revision::{Era, Revision};
use portcullis_wire::splice::Splice;
use portcullis_wire::{mirror, outline};

use super::conversation::{Conversation, Peer};
use super::link::Head;
use super::message::{self, Outside, at, code};

/// Members of `_meta` that only the newer era has.
const MODERN_KEYS: [&str; 4] = [
    mirror::VERSION_KEY,
    "io.modelcontextprotocol/clientInfo",
    "io.modelcontextprotocol/clientCapabilities",
    "io.modelcontextprotocol/logLevel",
];

/// The name under which we introduce ourselves.
const OURSELVES: &str = concat!(r#"{"name":"portcullis","version":""#, env!("CARGO_PKG_VERSION"), r#""}"#);

/// The parameters of an `initialize` of our own: a client that can do nothing.
pub(super) fn own_greeting() -> String {
    let revision = Revision::NEWEST_LEGACY;
    format!(r#"{{"protocolVersion":"{revision}","capabilities":{{}},"clientInfo":{OURSELVES}}}"#)
}

/// Who we are, as JSON.
pub(super) const fn ourselves() -> &'static str {
    OURSELVES
}

/// A request of ours; `params` is JSON.
pub(super) fn request(id: u64, method: &str, params: &[u8]) -> Bytes {
    let head = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":"#);
    [head.as_bytes(), params, b"}"].concat().into()
}

/// A request of ours in the newer era.
pub(super) fn modern_request(conversation: &Conversation, id: u64, method: &str) -> Bytes {
    request(id, method, format!(r#"{{"_meta":{{{}}}}}"#, metadata(conversation)).as_bytes())
}

/// The metadata of a client of the older era, as members of `_meta`. It offers nothing that needs questions to the
/// client: those have no way back.
fn metadata(conversation: &Conversation) -> String {
    let greeting = conversation.greeting.as_ref();
    let info = greeting.and_then(|greeting| {
        let span = outline::member(&greeting.params, outline::whole(&greeting.params), "clientInfo")?;
        std::str::from_utf8(at(&greeting.params, span)).ok()
    });
    let [version, who, can, _] = MODERN_KEYS;
    let (revision, info) = (Revision::NEWEST, info.unwrap_or(OURSELVES));
    format!(r#""{version}":"{revision}","{who}":{info},"{can}":{{}}"#)
}

/// The message with the id that the client gave its request.
pub(super) fn readdressed(message: &Bytes, theirs: &[u8]) -> Bytes {
    let Some(id) = Outside::of(message).id else {
        return message::error(theirs, code::INTERNAL, "the server's answer has no id");
    };
    let mut splice = Splice::new();
    splice.replace(id, theirs.to_vec());
    splice.apply(message).into()
}

/// Tells the server that nobody waits for the request `id`.
pub(super) fn cancelled(peer: &Peer, id: u64) -> Bytes {
    let meta = match peer.era {
        Era::Legacy => String::new(),
        Era::Modern => format!(r#","_meta":{{"{}":"{}"}}"#, mirror::VERSION_KEY, Revision::NEWEST),
    };
    format!(
        r#"{{"jsonrpc":"2.0","method":"notifications/cancelled","params":{{"requestId":{id},"reason":"the client left"{meta}}}}}"#
    )
    .into()
}

/// The client's message as the server's era has it.
pub(super) fn to_server(conversation: &Conversation, peer: &Peer, message: &Bytes) -> Bytes {
    if conversation.era == peer.era {
        return message.clone();
    }
    let Ok(request) = envelope::read(message, &Limits::default()) else { return message.clone() };
    let splice = match peer.era {
        Era::Modern => with_metadata(conversation, &request),
        Era::Legacy => without_metadata(&request),
    };
    splice.apply(message).into()
}

fn with_metadata(conversation: &Conversation, request: &Envelope<'_>) -> Splice {
    let mut splice = Splice::new();
    let members = metadata(conversation);
    match request.params() {
        None => splice.insert_member(request.root(), "params", &format!(r#"{{"_meta":{{{members}}}}}"#)),
        Some(params) => match params.get("_meta") {
            None => splice.insert_member(params, "_meta", &format!("{{{members}}}")),
            Some(meta) => {
                let kept = kept(request, meta);
                let all: Vec<&str> = std::iter::once(members.as_str()).chain(kept).collect();
                splice.replace(meta.span, format!("{{{}}}", all.join(",")));
            }
        },
    }
    splice
}

fn without_metadata(request: &Envelope<'_>) -> Splice {
    let mut splice = Splice::new();
    if let Some(meta) = request.params().and_then(|params| params.get("_meta")) {
        let kept: Vec<&str> = kept(request, meta).collect();
        splice.replace(meta.span, format!("{{{}}}", kept.join(",")));
    }
    splice
}

/// The members of `_meta` that both eras have, as they were spelt.
fn kept<'a>(request: &Envelope<'a>, meta: &'a Node) -> impl Iterator<Item = &'a str> {
    let bytes = request.bytes();
    meta.entries().iter().filter(|entry| !MODERN_KEYS.contains(&&*entry.key)).filter_map(move |entry| {
        std::str::from_utf8(bytes.get(entry.key_span.start..entry.node.span.end)?).ok()
    })
}

/// A judged answer as the client's era has it.
pub(super) fn to_client(conversation: &Conversation, peer: &Peer, message: Bytes, method: &str) -> Bytes {
    if conversation.era == peer.era {
        return message;
    }
    let outside = Outside::of(&message);
    let Some(result) = outside.result else { return message };
    let kind = outline::member(&message, result, "resultType");
    match conversation.era {
        Era::Legacy => {
            let complete = kind.is_none_or(|kind| at(&message, kind) == br#""complete""#);
            let id = outside.id.map(|id| at(&message, id)).unwrap_or(b"null");
            if complete { message } else { message::error(id, code::SERVER, NO_INPUT) }
        }
        Era::Modern if kind.is_none() => {
            let is_list = method.ends_with("/list") || method == "resources/read";
            let hints = if is_list { r#","ttlMs":0,"cacheScope":"private""# } else { "" };
            let empty = outline::members(&message, result).is_none_or(|members| members.is_empty());
            let comma = if empty { "" } else { "," };
            let mut splice = Splice::new();
            let front = portcullis_model::Span::new(result.start + 1, result.start + 1);
            splice.replace(front, format!(r#""resultType":"complete"{hints}{comma}"#));
            splice.apply(&message).into()
        }
        Era::Modern => message,
    }
}

const NO_INPUT: &str = "the server asks for more input, which clients of this revision cannot be asked for; \
    use a client that speaks 2026-07-28";

/// The mirrored headers of a request of ours.
pub(super) fn head(peer: &Peer, message: &[u8]) -> Head {
    match (peer.era, envelope::read(message, &Limits::default())) {
        (Era::Modern, Ok(request)) => Head { headers: mirror::headers(&request, &[]) },
        _ => Head::default(),
    }
}

/// The tool that is called.
pub(super) fn tool<'a>(request: &'a Envelope<'_>) -> Option<&'a str> {
    (request.method.as_deref() == Some("tools/call")).then(|| request.params()?.get_text("name")).flatten()
}

/// A JSON text without escapes.
pub(super) fn plain_text(spelt: &[u8]) -> Option<&str> {
    let inner = spelt.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    std::str::from_utf8(inner).ok().filter(|text| !text.contains('\\'))
}
