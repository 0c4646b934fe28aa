//! What becomes of a client's message: which server it is for, and what is answered here.

use std::sync::Arc;

use bytes::Bytes;
use portcullis_model::Node;
use portcullis_wire::envelope::{Envelope, Id};
use portcullis_wire::revision::{Era, Revision, Sender};
use portcullis_wire::splice::Splice;

use super::conversation::{Conversation, Greeting, Judged, Peer};
use super::exchange::{self, Outgoing, Reply, Source};
use super::house::Scope;
use super::link::LinkFault;
use super::message::{self, code};
use super::opening::OpenFault;
use super::routes::Owner;
use super::{introduction, listen, merge, names, translate};

/// The extension that tasks are in the newer era.
const TASKS: &str = "io.modelcontextprotocol/tasks";

/// What the client says when it begins.
pub(super) fn greeting(message: &Envelope<'_>) -> Option<Greeting> {
    let params = message.params()?;
    let asked = params.get_text("protocolVersion").and_then(|asked| asked.parse::<Revision>().ok());
    let revision = asked.filter(|revision| revision.era() == Era::Legacy).unwrap_or(Revision::NEWEST_LEGACY);
    Some(Greeting { params: Bytes::copy_from_slice(message.bytes_of(params)), revision })
}

/// Begins with the servers of the conversation; the answer to `initialize`, and whether the conversation has begun.
pub(super) async fn begin(conversation: &Arc<Conversation>, message: &Envelope<'_>) -> (Bytes, bool) {
    let id = message.root().get("id").map(|id| message.bytes_of(id)).unwrap_or(b"null");
    match introduction::initialize(conversation).await {
        Ok((result, revision)) => {
            // It is agreed on once.
            let _ = conversation.revision.set(revision);
            (message::result(id, &result), true)
        }
        Err(OpenFault::Refused(error)) => (translate::readdressed(&error, id), false),
        Err(OpenFault::Link(why)) => {
            let server = match conversation.scope {
                Scope::One(index) => format!("server `{}` failed: ", conversation.server(index)),
                Scope::All => String::new(),
            };
            (message::error(id, code::SERVER, &format!("{server}{why}")), false)
        }
    }
}

/// Answers a request. `params` are the headers of arguments that it came with.
pub(super) async fn request(
    conversation: &Arc<Conversation>,
    message: &Envelope<'_>,
    params: Vec<(Box<str>, String)>,
) -> Reply {
    let id =
        message.root().get("id").map(|id| Bytes::copy_from_slice(message.bytes_of(id))).unwrap_or_default();
    let method = message.method.as_deref().unwrap_or_default();
    if !is_known(conversation.era, method) {
        return Reply::One(message::error(&id, code::METHOD, "there is no such method"));
    }
    if method == "server/discover" {
        return Reply::One(match introduction::discover(conversation).await {
            Ok(result) => message::result(&id, &result),
            Err(OpenFault::Refused(error)) => translate::readdressed(&error, &id),
            Err(OpenFault::Link(why)) => message::error(&id, code::SERVER, &why.to_string()),
        });
    }
    if let Some(member) = unnamed(message, method) {
        return Reply::One(message::error(&id, code::PARAMS, &format!("`{method}` needs `params.{member}`")));
    }
    if let Some(task) = foreign_task(conversation, message, method) {
        if conversation.era == Era::Modern && !knows_tasks(message) {
            return Reply::One(unheard_of_tasks(&id));
        }
        return Reply::One(message::error(
            &id,
            code::PARAMS,
            &format!("there is no task `{}`", task.escape_debug()),
        ));
    }
    if method == "subscriptions/listen" && listens_here(conversation).await {
        return match listen::listen(conversation, message, &id).await {
            Some((acknowledged, listening)) => {
                Reply::Many(acknowledged, Box::new(Source::Listening(listening)))
            }
            None => {
                Reply::One(message::error(&id, code::SERVER, "too many listen; end another subscription"))
            }
        };
    }
    let route = match conversation.scope {
        Scope::One(index) => Ok(Route::Server(index, Splice::new())),
        Scope::All => route(conversation, message, method).await,
    };
    match route {
        Ok(Route::Server(index, splice)) => {
            if let Some(result) = bridged(conversation, index, method).await {
                return Reply::One(result.map_or_else(
                    |why| message::error(&id, code::METHOD, why),
                    |result| message::result(&id, result),
                ));
            }
            match Outgoing::of(message, splice) {
                Some(outgoing) => exchange::ask(conversation, index, Outgoing { params, ..outgoing }).await,
                None => Reply::One(message::error(&id, code::REQUEST, "the request has no id")),
            }
        }
        Ok(Route::Here(result)) => Reply::One(message::result(&id, &result)),
        Err((code, why)) => Reply::One(message::error(&id, code, &why)),
    }
}

/// The member that a request lacks, without which nobody knows what it is about.
fn unnamed(message: &Envelope<'_>, method: &str) -> Option<&'static str> {
    let member = match method {
        "tools/call" | "prompts/get" => "name",
        "resources/read" | "resources/subscribe" | "resources/unsubscribe" => "uri",
        _ => return None,
    };
    let named = message.params().and_then(|params| params.get_text(member));
    named.is_none_or(str::is_empty).then_some(member)
}

fn is_known(era: Era, method: &str) -> bool {
    of(era).any(|revision| revision.knows_request(Sender::Client, method))
}

fn is_known_notification(era: Era, method: &str) -> bool {
    of(era).any(|revision| revision.knows_notification(Sender::Client, method))
}

fn of(era: Era) -> impl Iterator<Item = &'static Revision> {
    Revision::ALL.iter().filter(move |revision| revision.era() == era)
}

/// Where a request goes.
pub(super) enum Route {
    /// To a server, with its own names.
    Server(usize, Splice),
    /// It is answered here, with this result.
    Here(Bytes),
}

type Unroutable = (i32, String);

/// Where a request to all servers goes.
async fn route(
    conversation: &Arc<Conversation>,
    message: &Envelope<'_>,
    method: &str,
) -> Result<Route, Unroutable> {
    let missing = |what: &str| (code::PARAMS, format!("`{method}` needs `{what}`"));
    let params = message.params();
    match method {
        "tools/list" | "prompts/list" | "resources/list" | "resources/templates/list" => {
            merge::lists(conversation, message, method).await.map(Route::Here)
        }
        "tools/call" | "prompts/get" => {
            let name = params.and_then(|params| params.get("name")).ok_or_else(|| missing("params.name"))?;
            let unknown = || (code::PARAMS, String::from("there is nothing of this name; ask for the list"));
            let (index, own) =
                names::split(&conversation.house, name.text().unwrap_or_default()).ok_or_else(unknown)?;
            let mut splice = Splice::new();
            splice.replace_text(name, own);
            Ok(Route::Server(index, splice))
        }
        "resources/read" | "resources/subscribe" | "resources/unsubscribe" => {
            let uri =
                params.and_then(|params| params.get_text("uri")).ok_or_else(|| missing("params.uri"))?;
            owner(conversation, message, uri).await.map(|index| Route::Server(index, Splice::new()))
        }
        "tasks/get" | "tasks/update" | "tasks/cancel" | "tasks/result" => {
            let task = params
                .and_then(|params| params.get_text("taskId"))
                .ok_or_else(|| missing("params.taskId"))?;
            let server = conversation.routes.task(task);
            server.map(|index| Route::Server(index, Splice::new())).ok_or_else(|| missing("params.taskId"))
        }
        "completion/complete" => {
            let reference =
                params.and_then(|params| params.get("ref")).ok_or_else(|| missing("params.ref"))?;
            if let Some(name) = reference.get("name") {
                let unknown =
                    || (code::PARAMS, String::from("there is no prompt of this name; ask for the list"));
                let (index, own) =
                    names::split(&conversation.house, name.text().unwrap_or_default()).ok_or_else(unknown)?;
                let mut splice = Splice::new();
                splice.replace_text(name, own);
                return Ok(Route::Server(index, splice));
            }
            let uri = reference.get_text("uri").ok_or_else(|| missing("params.ref.uri"))?;
            owner(conversation, message, uri).await.map(|index| Route::Server(index, Splice::new()))
        }
        "ping" if conversation.era == Era::Legacy => Ok(Route::Here(Bytes::from_static(b"{}"))),
        "logging/setLevel" if conversation.era == Era::Legacy => {
            merge::tell_all(conversation, message).await;
            Ok(Route::Here(Bytes::from_static(b"{}")))
        }
        _ => Err((
            code::METHOD,
            String::from("this method is not served for all servers at once; use `/mcp/SERVER`"),
        )),
    }
}

/// The one server that has a resource.
async fn owner(
    conversation: &Arc<Conversation>,
    message: &Envelope<'_>,
    uri: &str,
) -> Result<usize, Unroutable> {
    if conversation.routes.owner(uri).is_none() {
        for method in ["resources/list", "resources/templates/list"] {
            // A server that cannot be asked has nothing that could be meant.
            let _ = merge::ask_all(conversation, message, method).await;
        }
    }
    match conversation.routes.owner(uri) {
        Some(Owner::One(index)) => Ok(index),
        Some(Owner::Several) => {
            Err((code::PARAMS, String::from("several servers have this resource; use `/mcp/SERVER`")))
        }
        None => Err((code::PARAMS, String::from("no server has this resource; ask for the list"))),
    }
}

/// Whether no server can answer `subscriptions/listen` by itself.
async fn listens_here(conversation: &Arc<Conversation>) -> bool {
    match conversation.scope {
        Scope::All => true,
        Scope::One(index) => conversation.peer(index).await.is_ok_and(|peer| peer.era == Era::Legacy),
    }
}

/// The task that a request is about, when this client did not begin it. Servers of the newer era keep the tasks of all
/// our clients together.
fn foreign_task<'a>(conversation: &Conversation, message: &'a Envelope<'_>, method: &str) -> Option<&'a str> {
    let params = message.params()?;
    if method == "subscriptions/listen" {
        let lists =
            [params.get("taskIds"), params.get("notifications").and_then(|wanted| wanted.get("taskIds"))];
        let mut tasks = lists.into_iter().flatten().flat_map(Node::items).filter_map(Node::text);
        return tasks.find(|task| conversation.routes.task(task).is_none());
    }
    let task = params.get_text("taskId").filter(|_| method.starts_with("tasks/"))?;
    conversation.routes.task(task).is_none().then_some(task)
}

/// Whether the client says that it knows tasks, as it has to with every request.
fn knows_tasks(message: &Envelope<'_>) -> bool {
    let path = ["_meta", "io.modelcontextprotocol/clientCapabilities", "extensions", TASKS];
    let declared =
        message.params().and_then(|params| path.iter().try_fold(params, |node, key| node.get(key)));
    declared.is_some()
}

/// The answer to who asks for a task and does not say that it knows tasks.
fn unheard_of_tasks(id: &[u8]) -> Bytes {
    let error = format!(
        r#","error":{{"code":{},"message":"declare `{TASKS}` to ask for tasks","data":{{"requiredCapabilities":{{"extensions":{{"{TASKS}":{{}}}}}}}}}}}}"#,
        code::MISSING
    );
    [br#"{"jsonrpc":"2.0","id":"#, id, error.as_bytes()].concat().into()
}

/// What the other era has no words for: answered here, or refused.
async fn bridged(
    conversation: &Arc<Conversation>,
    index: usize,
    method: &str,
) -> Option<Result<&'static [u8], &'static str>> {
    let peer = conversation.peer(index).await.ok().filter(|peer| peer.era != conversation.era)?;
    match (peer.era, method) {
        (Era::Modern, "ping" | "logging/setLevel") => Some(Ok(b"{}")),
        (Era::Modern, "resources/subscribe" | "resources/unsubscribe") => {
            Some(Err("the server speaks 2026-07-28 only, where this method is gone"))
        }
        _ => None,
    }
}

/// Hands on a notification of the client.
pub(super) async fn notification(conversation: &Arc<Conversation>, message: &Envelope<'_>) {
    match message.method.as_deref() {
        // We said it when we began.
        Some("notifications/initialized") => {}
        Some("notifications/cancelled") => {
            let Some(cancelled) = message.params().and_then(|params| params.get("requestId")) else { return };
            let Some((peer, ours)) = id(cancelled).and_then(|id| conversation.cancel(&id)) else { return };
            let mut splice = Splice::new();
            splice.replace(cancelled.span, ours.to_string());
            send(conversation, &peer, splice.apply(message.bytes()).into()).await;
        }
        Some(method) if is_known_notification(conversation.era, method) => {
            for peer in conversation.open_peers().await {
                send(conversation, &peer, Bytes::copy_from_slice(message.bytes())).await;
            }
        }
        // What the specification does not know goes nowhere.
        _ => {}
    }
}

fn id(node: &portcullis_model::Node) -> Option<Id> {
    match &node.value {
        portcullis_model::Value::Text(text) => Some(Id::Text(text.clone())),
        portcullis_model::Value::Number(spelling) => spelling.parse().ok().map(Id::Integer),
        _ => None,
    }
}

/// Hands on the client's answer to a request of a server; false when there is no such request.
pub(super) async fn answer(conversation: &Arc<Conversation>, message: &Envelope<'_>) -> bool {
    let Some(Id::Integer(ours)) = message.id else { return false };
    let bytes = Bytes::copy_from_slice(message.bytes());
    let found = u64::try_from(ours).ok().and_then(|ours| conversation.answered(ours, &bytes));
    let Some((peer, answer)) = found else { return false };
    send(conversation, &peer, answer).await;
    true
}

/// Judges and sends what has no answer. Where it cannot be sent, the next request will say so.
async fn send(conversation: &Arc<Conversation>, peer: &Arc<Peer>, message: Bytes) {
    let message = translate::to_server(conversation, peer, &message);
    if let Judged::Pass(permitted) = conversation.judge_out(peer.index, message).await {
        let permitted = permitted.into_bytes();
        let head = translate::head(peer, &permitted);
        let sent = peer.link.send(permitted, &head).await;
        if sent == Err(LinkFault::SessionLost) {
            conversation.lost(peer).await;
        }
    }
}
