//! The front in the newer era: every request stands alone, its headers mirror it, and there are no sessions.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper::StatusCode;
use hyper::header::HeaderName;
use portcullis_wire::envelope::{Envelope, Kind};
use portcullis_wire::mirror;
use portcullis_wire::revision::{Era, Revision, Sender};

use super::conversation::Conversation;
use super::desk;
use super::house::{House, Scope};
use super::http::{Admitted, Front};
use super::message::{self, Outside, code};
use super::names;
use super::reply::{self, Answer};
use crate::session::Principal;

pub(super) const VERSION: HeaderName = HeaderName::from_static(mirror::VERSION);

/// The member of `_meta` that says what the client can do.
const CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";

/// Headers of arguments that one request may have.
const PARAMS: usize = 64;

/// One conversation for each principal and path: the newer era knows no sessions.
#[derive(Debug, Default)]
pub(super) struct Conversations {
    held: Mutex<HashMap<(Principal, Scope), Arc<Conversation>>>,
}

impl Conversations {
    pub(super) fn of(&self, house: &Arc<House>, principal: &Principal, scope: Scope) -> Arc<Conversation> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let conversation = held
            .entry((principal.clone(), scope))
            .or_insert_with(|| Conversation::of_all(house, principal.clone(), scope));
        Arc::clone(conversation)
    }

    /// Takes out what nobody used for so long; everything for no time.
    pub(super) fn idle(&self, patience: Duration) -> Vec<Arc<Conversation>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let is_idle = |conversation: &Conversation| {
            patience.is_zero() || conversation.idle().is_some_and(|idle| idle >= patience)
        };
        let keys: Vec<_> = held
            .iter()
            .filter(|(_, conversation)| is_idle(conversation))
            .map(|(key, _)| key.clone())
            .collect();
        keys.iter().filter_map(|key| held.remove(key)).collect()
    }
}

/// A message of the client.
pub(super) async fn post(front: &Arc<Front>, admitted: &Admitted<'_>, message: &Envelope<'_>) -> Answer {
    let id = message.root().get("id").map(|id| message.bytes_of(id)).unwrap_or(b"null");
    let bad = |code: i32, why: &str| reply::json(StatusCode::BAD_REQUEST, message::error(id, code, why));
    if matches!(message.kind, Kind::Response | Kind::Error) {
        return bad(code::REQUEST, "nobody asked for this answer");
    }
    let conversation = front.modern.of(&front.house, &admitted.principal, admitted.scope);
    conversation.touch();
    if message.kind == Kind::Notification {
        return if mirror::version(message) == Some(Revision::NEWEST.as_str()) {
            desk::notification(&conversation, message).await;
            reply::status(StatusCode::ACCEPTED)
        } else {
            bad(code::PARAMS, "`_meta` names no revision that is spoken here")
        };
    }
    let Some(version) = mirror::version(message) else {
        return bad(code::PARAMS, "`_meta` names no protocol version");
    };
    let headers = headers(admitted);
    let annotated = annotated(&conversation, message);
    if let Err(mismatch) = mirror::check(&headers, message, &annotated) {
        return bad(code::HEADER, &mismatch.message);
    }
    if version.parse::<Revision>().is_ok_and(|revision| revision.era() == Era::Modern) {
        let meta = message.params().and_then(|params| params.get("_meta"));
        if !meta.and_then(|meta| meta.get(CAPABILITIES)).is_some_and(portcullis_model::Node::is_map) {
            return bad(code::PARAMS, "`_meta` does not say what the client can do");
        }
    } else {
        return reply::json(StatusCode::BAD_REQUEST, unsupported(id, version));
    }
    let method = message.method.as_deref().unwrap_or_default();
    if !Revision::NEWEST.knows_request(Sender::Client, method) {
        return reply::json(
            StatusCode::NOT_FOUND,
            message::error(id, code::METHOD, "there is no such method"),
        );
    }
    let params = headers
        .iter()
        .filter(|(name, _)| name.starts_with(mirror::PARAM))
        .filter_map(|(name, value)| Some((Box::from(*name), std::str::from_utf8(value).ok()?.to_owned())))
        .take(PARAMS)
        .collect();
    reply::to_request(desk::request(&conversation, message, params).await, status)
}

/// The headers that may mirror something, each value as it came.
fn headers<'a>(admitted: &Admitted<'a>) -> Vec<(&'a str, &'a [u8])> {
    let mirrored = admitted.headers.iter().filter(|(name, _)| name.as_str().starts_with("mcp-"));
    mirrored.map(|(name, value)| (name.as_str(), value.as_bytes())).collect()
}

/// The mirrored arguments of the tool that is called, as far as its schema was seen.
fn annotated(conversation: &Conversation, message: &Envelope<'_>) -> Vec<mirror::Annotated> {
    let found = super::translate::tool(message).and_then(|tool| {
        let (index, own) = match conversation.scope {
            Scope::One(index) => (index, tool),
            Scope::All => names::split(&conversation.house, tool)?,
        };
        conversation.routes.annotated(index, own)
    });
    found.map(|found| found.to_vec()).unwrap_or_default()
}

fn unsupported(id: &[u8], requested: &str) -> bytes::Bytes {
    let data = format!(
        r#","error":{{"code":{},"message":"this revision is not spoken here","data":{{"supported":["{}"],"requested":{}}}}}}}"#,
        code::REVISION,
        Revision::NEWEST,
        portcullis_wire::splice::quoted(requested)
    );
    [br#"{"jsonrpc":"2.0","id":"#, id, data.as_bytes()].concat().into()
}

/// The status that goes with an answer that stands alone.
fn status(answer: &[u8]) -> StatusCode {
    match Outside::of(answer).code(answer) {
        Some(code::METHOD) => StatusCode::NOT_FOUND,
        Some(code::HEADER | code::MISSING | code::REVISION) => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    }
}
