//! The front in the older era: sessions that begin with `initialize`, answers of the client, a stream of what servers
//! say on their own.

use std::sync::Arc;

use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{HeaderName, HeaderValue};
use portcullis_wire::envelope::{Envelope, Kind};
use portcullis_wire::revision::{Era, Revision};
use tokio::sync::mpsc;

use super::conversation::Conversation;
use super::door::{Refusal, only};
use super::http::{Admitted, Front, accepts};
use super::mailbox::Numbered;
use super::message::code;
use super::reply::{self, Answer};
use super::{desk, modern};

const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
const LAST_EVENT: HeaderName = HeaderName::from_static("last-event-id");

/// A message of the client.
pub(super) async fn post(front: &Arc<Front>, admitted: &Admitted<'_>, message: &Envelope<'_>) -> Answer {
    if message.method.as_deref() == Some("initialize") {
        return initialize(front, admitted, message).await;
    }
    let conversation = match session(front, admitted) {
        Ok(conversation) => conversation,
        Err(refusal) => return reply::refusal(refusal),
    };
    conversation.touch();
    match message.kind {
        Kind::Request => {
            reply::to_request(desk::request(&conversation, message, Vec::new()).await, |_| StatusCode::OK)
        }
        Kind::Notification => {
            desk::notification(&conversation, message).await;
            reply::status(StatusCode::ACCEPTED)
        }
        Kind::Response | Kind::Error => {
            if desk::answer(&conversation, message).await {
                reply::status(StatusCode::ACCEPTED)
            } else {
                reply::refused(StatusCode::BAD_REQUEST, code::REQUEST, "nobody asked for this answer")
            }
        }
    }
}

/// A new conversation. An id that the client brings along is not looked at.
async fn initialize(front: &Arc<Front>, admitted: &Admitted<'_>, message: &Envelope<'_>) -> Answer {
    if message.kind != Kind::Request {
        return reply::refused(
            StatusCode::BAD_REQUEST,
            code::REQUEST,
            "`initialize` is a request; give it an id",
        );
    }
    if !front.sessions.has_room() {
        let why = "there are too many sessions; end one, or try later";
        return reply::refused(StatusCode::SERVICE_UNAVAILABLE, code::SERVER, why);
    }
    let Some(greeting) = desk::greeting(message) else {
        return reply::refused(StatusCode::BAD_REQUEST, code::PARAMS, "`initialize` needs `params`");
    };
    let conversation = Conversation::of_one(
        &front.house,
        admitted.principal.clone(),
        Era::Legacy,
        admitted.scope,
        Some(greeting),
    );
    conversation.touch();
    let (answer, begun) = desk::begin(&conversation, message).await;
    if !begun {
        conversation.close().await;
        return reply::json(StatusCode::OK, answer);
    }
    let Some(id) = front.sessions.mint(&conversation) else {
        conversation.close().await;
        return reply::refused(
            StatusCode::SERVICE_UNAVAILABLE,
            code::SERVER,
            "no session can be made; try later",
        );
    };
    let mut answer = reply::json(StatusCode::OK, answer);
    if let Ok(id) = HeaderValue::try_from(id) {
        answer.headers_mut().insert(SESSION, id);
    }
    answer
}

/// The session that the client names: ours, its own, on this path, in the revision that was agreed on.
fn session(front: &Front, admitted: &Admitted<'_>) -> Result<Arc<Conversation>, Refusal> {
    let refuse = |status, message| Refusal { status, code: code::SERVER, message };
    if !admitted.headers.contains_key(SESSION) {
        let why =
            "no session is named; begin with `initialize`, and send the `Mcp-Session-Id` that it returns";
        return Err(refuse(StatusCode::BAD_REQUEST, why));
    }
    let found = only(admitted.headers, SESSION).and_then(|id| front.sessions.find(id, &admitted.principal));
    let found = found
        .filter(|conversation| conversation.scope == admitted.scope)
        .ok_or(refuse(StatusCode::NOT_FOUND, "there is no such session; begin with `initialize`"))?;
    if admitted.headers.contains_key(modern::VERSION) {
        let named = only(admitted.headers, modern::VERSION).and_then(|named| named.parse::<Revision>().ok());
        if named.is_none() || named != found.revision.get().copied() {
            let why = "`MCP-Protocol-Version` is not the revision that was agreed on";
            return Err(refuse(StatusCode::BAD_REQUEST, why));
        }
    }
    Ok(found)
}

/// The stream of what servers say on their own.
pub(super) async fn get(front: &Arc<Front>, admitted: &Admitted<'_>) -> Answer {
    if !admitted.headers.contains_key(SESSION) {
        return reply::status(StatusCode::METHOD_NOT_ALLOWED);
    }
    let conversation = match session(front, admitted) {
        Ok(conversation) => conversation,
        Err(refusal) => return reply::refusal(refusal),
    };
    if !accepts(admitted.headers, &["text/event-stream", "text/*", "*/*"]) {
        return reply::refused(StatusCode::NOT_ACCEPTABLE, code::REQUEST, "accept `text/event-stream`");
    }
    let last = only(admitted.headers, LAST_EVENT).and_then(|last| last.parse().ok());
    let Some(messages) = conversation.mailbox.open(last) else {
        return reply::refused(StatusCode::CONFLICT, code::SERVER, "another stream of this session is open");
    };
    for peer in conversation.open_peers().await {
        peer.link.listen();
    }
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(pump(messages, sender));
    reply::events(receiver)
}

async fn pump(mut messages: mpsc::Receiver<Numbered>, client: mpsc::Sender<Bytes>) {
    loop {
        let message = tokio::select! {
            message = messages.recv() => message,
            () = client.closed() => return,
        };
        let Some((number, message)) = message else { return };
        if client.send(reply::event(Some(number), &message)).await.is_err() {
            return;
        }
    }
}

/// The end of a session.
pub(super) async fn delete(front: &Arc<Front>, admitted: &Admitted<'_>) -> Answer {
    if !admitted.headers.contains_key(SESSION) {
        return reply::status(StatusCode::METHOD_NOT_ALLOWED);
    }
    if let Err(refusal) = session(front, admitted) {
        return reply::refusal(refusal);
    }
    let ended = only(admitted.headers, SESSION).and_then(|id| front.sessions.end(id, &admitted.principal));
    if let Some(conversation) = ended {
        tokio::spawn(async move { conversation.close().await });
    }
    reply::status(StatusCode::NO_CONTENT)
}
