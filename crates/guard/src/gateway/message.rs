//! Messages as the gateway addresses them: ids of ours for ids of theirs, errors of our own, one line each.

use bytes::Bytes;
use memchr::memchr2;
use portcullis_model::Span;
use portcullis_wire::{outline, splice};

/// Codes of errors that we answer with.
pub(super) mod code {
    pub(in crate::gateway) const PARSE: i32 = -32700;
    pub(in crate::gateway) const REQUEST: i32 = -32600;
    pub(in crate::gateway) const METHOD: i32 = -32601;
    pub(in crate::gateway) const PARAMS: i32 = -32602;
    pub(in crate::gateway) const INTERNAL: i32 = -32603;
    /// Reserved for servers: the session, or the server behind us.
    pub(in crate::gateway) const SERVER: i32 = -32000;
    /// Head and body of a request disagree.
    pub(in crate::gateway) const HEADER: i32 = -32020;
    /// The client lacks a capability that the request needs.
    pub(in crate::gateway) const MISSING: i32 = -32021;
    /// A revision that is not spoken.
    pub(in crate::gateway) const REVISION: i32 = -32022;
}

/// The bytes as they are, with line breaks turned into spaces. Strict JSON has them between values only, and each byte
/// stays where it was; every transport can carry the result.
pub(super) fn on_one_line(bytes: Bytes) -> Bytes {
    if memchr2(b'\n', b'\r', &bytes).is_none() {
        return bytes;
    }
    let space = |byte: u8| if matches!(byte, b'\n' | b'\r') { b' ' } else { byte };
    bytes.iter().copied().map(space).collect()
}

/// An error of ours. `id` is JSON; `null` where none can be known.
pub(super) fn error(id: &[u8], code: i32, message: &str) -> Bytes {
    let mut out = Vec::with_capacity(96 + message.len());
    out.extend_from_slice(br#"{"jsonrpc":"2.0","id":"#);
    out.extend_from_slice(id);
    out.extend_from_slice(
        format!(r#","error":{{"code":{code},"message":{}}}}}"#, splice::quoted(message)).as_bytes(),
    );
    out.into()
}

/// A result of ours; `result` is JSON.
pub(super) fn result(id: &[u8], result: &[u8]) -> Bytes {
    [br#"{"jsonrpc":"2.0","id":"#, id, br#","result":"#, result, b"}"].concat().into()
}

/// The bytes of a span.
pub(super) fn at(bytes: &[u8], span: Span) -> &[u8] {
    bytes.get(span.start..span.end).unwrap_or_default()
}

/// The outside of a message that was judged.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Outside {
    pub(super) id: Option<Span>,
    pub(super) method: Option<Span>,
    pub(super) params: Option<Span>,
    pub(super) result: Option<Span>,
    pub(super) error: Option<Span>,
}

impl Outside {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut outside = Self::default();
        for member in outline::members(bytes, outline::whole(bytes)).unwrap_or_default() {
            let place = match at(bytes, member.key) {
                b"\"id\"" => &mut outside.id,
                b"\"method\"" => &mut outside.method,
                b"\"params\"" => &mut outside.params,
                b"\"result\"" => &mut outside.result,
                b"\"error\"" => &mut outside.error,
                _ => continue,
            };
            *place = Some(member.value);
        }
        outside
    }

    /// The method, when it is spelt without escapes.
    pub(super) fn method<'a>(&self, bytes: &'a [u8]) -> Option<&'a str> {
        let spelt = at(bytes, self.method?);
        std::str::from_utf8(spelt.strip_prefix(b"\"")?.strip_suffix(b"\"")?).ok()
    }

    /// The number that is its id.
    pub(super) fn number(&self, bytes: &[u8]) -> Option<u64> {
        std::str::from_utf8(at(bytes, self.id?)).ok()?.parse().ok()
    }

    /// The code of its error.
    pub(super) fn code(&self, bytes: &[u8]) -> Option<i32> {
        let span = outline::member(bytes, self.error?, "code")?;
        std::str::from_utf8(at(bytes, span)).ok()?.parse().ok()
    }

    /// What stands below `params`.
    pub(super) fn below_params(&self, bytes: &[u8], keys: &[&str]) -> Option<Span> {
        outline::below(bytes, self.params?, keys)
    }
}
