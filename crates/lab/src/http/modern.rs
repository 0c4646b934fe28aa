//! Requests that stand alone (2026-07-28): what the headers say is compared with the body before anything is done.

use bytes::Bytes;
use hyper::{HeaderMap, Response};
use portcullis_model::{Node, Value};
use portcullis_wire::envelope::{Envelope, Kind};
use portcullis_wire::revision::{Revision, Sender};
use tokio::sync::mpsc;

use super::body::Work;
use super::{Body, Front, accepted, event_stream, header, json, refused};
use crate::everything::{Call, Emission};
use crate::headers;
use crate::message::{
    HEADER_MISMATCH, INVALID_PARAMS, INVALID_REQUEST, METHOD_NOT_FOUND, Refusal, UNSUPPORTED_VERSION,
};
use crate::node::{at, list, object, text};

pub(super) async fn post(
    front: &Front,
    headers: &HeaderMap,
    envelope: &Envelope<'_>,
    prefers_stream: bool,
) -> Response<Body> {
    let refuse = |refusal: Refusal| refused(envelope.id.as_ref(), &refusal);
    match envelope.kind {
        Kind::Request => {}
        Kind::Notification => return accepted(),
        Kind::Response | Kind::Error => {
            return refuse(Refusal::new(INVALID_REQUEST, "no answer is due here"));
        }
    }
    if let Err(refusal) = check(&front.server.tools(), headers, envelope) {
        return refuse(refusal);
    }
    let (outlet, mut emissions) = mpsc::unbounded_channel();
    let call = match Call::alone(&front.server, envelope, &outlet) {
        Ok(Some(call)) => call,
        Ok(None) => return refuse(Refusal::new(INVALID_REQUEST, "a request has an id")),
        Err(refusal) => return refuse(refusal),
    };
    // Whoever closes the stream cancels the request.
    let work = Work(tokio::spawn(std::sync::Arc::clone(&front.server).answer(call, outlet)).abort_handle());
    let first = match emissions.recv().await {
        Some(Emission::Answer { bytes, status }) if status != 200 || !prefers_stream => {
            return json(status, bytes);
        }
        Some(first) => first,
        None => {
            return refuse(
                Refusal::new(crate::message::INTERNAL_ERROR, "the call ended without an answer").status(500),
            );
        }
    };
    let (parts, body) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut next = Some(first);
        while let Some(emission) = next {
            let is_last = matches!(emission, Emission::Answer { .. });
            let part = match emission {
                Emission::Message(bytes) | Emission::Answer { bytes, .. } => event(&bytes),
                Emission::KeepAlive => Bytes::from_static(b": still here\n\n"),
                Emission::Disconnect => break,
            };
            if parts.send(part).is_err() || is_last {
                break;
            }
            next = emissions.recv().await;
        }
    });
    event_stream(Body::Parts(body, Some(work)))
}

fn event(message: &[u8]) -> Bytes {
    let mut event = b"event: message\ndata: ".to_vec();
    event.extend_from_slice(message);
    event.extend_from_slice(b"\n\n");
    Bytes::from(event)
}

/// The metadata and the headers.
fn check(tools: &[Node], headers: &HeaderMap, envelope: &Envelope<'_>) -> Result<(), Refusal> {
    let mismatch = |message: String| Refusal::new(HEADER_MISMATCH, message);
    let method = envelope.method.as_deref().unwrap_or_default();
    let version = header(headers, headers::VERSION)
        .ok_or_else(|| mismatch(String::from("`MCP-Protocol-Version` is missing or given twice")))?;
    check_metadata(envelope.params(), version)?;
    let named = header(headers, headers::METHOD);
    if named.map(str::trim) != Some(method) {
        return Err(mismatch(format!("`Mcp-Method` is missing or not `{method}`")));
    }
    if !Revision::NEWEST.knows_request(Sender::Client, method) {
        return Err(Refusal::new(METHOD_NOT_FOUND, format!("there is no method `{method}`")));
    }
    let Some(params) = envelope.params() else { return Ok(()) };
    if let Some(member) = headers::named_member(method) {
        let value = params.get_text(member).ok_or_else(|| {
            Refusal::new(INVALID_PARAMS, format!("`params.{member}` is missing")).status(400)
        })?;
        let named = header(headers, headers::NAME).and_then(headers::decode);
        if named.as_deref() != Some(value) {
            return Err(mismatch(format!("`Mcp-Name` is missing or not `params.{member}`")));
        }
    }
    if method == "tools/call" { check_parameters(tools, headers, params) } else { Ok(()) }
}

fn check_metadata(params: Option<&Node>, version: &str) -> Result<(), Refusal> {
    let invalid = |what: &str| {
        Refusal::new(INVALID_PARAMS, format!("`_meta` has no `io.modelcontextprotocol/{what}`")).status(400)
    };
    let meta = |what: &str| {
        params
            .and_then(|params| at(params, &["_meta"]))
            .and_then(|meta| meta.get(&format!("io.modelcontextprotocol/{what}")))
    };
    let stated = meta("protocolVersion").and_then(Node::text).ok_or_else(|| invalid("protocolVersion"))?;
    if !meta("clientCapabilities").is_some_and(Node::is_map) {
        return Err(invalid("clientCapabilities"));
    }
    if stated != version {
        let message = format!("`MCP-Protocol-Version` is `{version}`, the body says `{stated}`");
        return Err(Refusal::new(HEADER_MISMATCH, message));
    }
    if stated != Revision::NEWEST.as_str() {
        let supported = list(vec![text(Revision::NEWEST.as_str())]);
        return Err(Refusal::new(UNSUPPORTED_VERSION, "this revision is not spoken here")
            .data(object([("supported", supported), ("requested", text(stated))])));
    }
    Ok(())
}

/// The headers that repeat arguments of the tool.
fn check_parameters(tools: &[Node], headers: &HeaderMap, params: &Node) -> Result<(), Refusal> {
    let Some(tool) = tools.iter().find(|tool| tool.get_text("name") == params.get_text("name")) else {
        return Ok(());
    };
    let mirrors = tool.get("inputSchema").map(headers::mirrors).and_then(Result::ok).unwrap_or_default();
    for mirror in mirrors {
        let value = at(params, &["arguments", &mirror.parameter]).filter(|value| value.value != Value::Null);
        let agrees = match (value, headers.contains_key(&mirror.header)) {
            (Some(value), _) => {
                header(headers, &mirror.header).is_some_and(|header| headers::agrees(header, value))
            }
            (None, given) => !given,
        };
        if !agrees {
            let message = format!("`{}` is not what `arguments.{}` says", mirror.header, mirror.parameter);
            return Err(Refusal::new(HEADER_MISMATCH, message));
        }
    }
    Ok(())
}
