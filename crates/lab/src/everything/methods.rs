//! Which method is answered by what.

use std::sync::Arc;

use portcullis_model::Node;
use portcullis_wire::revision::{Era, Revision, Sender};

use super::call::{Asking, Call, Stop, missing, server_info};
use super::session::Session;
use super::tasks::EXTENSION;
use super::{NAME, listen, lock, prompts, resources, tools};
use crate::message::{INTERNAL_ERROR, INVALID_PARAMS, METHOD_NOT_FOUND, Refusal};
use crate::node::{at, list, map, number, object, text, truth, with};

/// How long a client may keep a list, in milliseconds.
const FRESH: u32 = 60_000;

/// Begins a conversation: the session, and the result of `initialize`.
///
/// # Errors
/// Parameters without a revision.
pub fn initialize(params: Option<&Node>) -> Result<(Arc<Session>, Node), Refusal> {
    let asked = params.and_then(|params| params.get_text("protocolVersion"));
    let asked = asked.ok_or_else(|| Refusal::new(INVALID_PARAMS, "`params.protocolVersion` is missing"))?;
    let known = asked.parse().ok().filter(|revision: &Revision| revision.era() == Era::Legacy);
    let revision = known.unwrap_or(Revision::NEWEST_LEGACY);
    let capabilities = params.and_then(|params| params.get("capabilities")).cloned();
    let session = Session::new(revision, capabilities.unwrap_or_else(|| object([])));
    let offered = with(capabilities_offered(), "logging", object([]));
    let result = object([
        ("protocolVersion", text(revision.as_str())),
        ("capabilities", offered),
        ("serverInfo", server_info()),
        ("instructions", text(INSTRUCTIONS)),
    ]);
    Ok((Arc::new(session), result))
}

const INSTRUCTIONS: &str = "A server that offers one of everything, for tests.";

fn capabilities_offered() -> Node {
    let changing = || object([("listChanged", truth(true))]);
    object([
        ("tools", changing()),
        ("prompts", changing()),
        ("resources", object([("subscribe", truth(true))])),
        ("completions", object([])),
    ])
}

pub(super) async fn dispatch(call: &Call) -> Result<Node, Stop> {
    if !call.revision.knows_request(Sender::Client, &call.method) {
        return Err(unknown(call).into());
    }
    let modern = call.era() == Era::Modern;
    match &*call.method {
        "server/discover" => Ok(discover()),
        "ping" => Ok(object([])),
        "logging/setLevel" => set_level(call),
        "tools/list" => Ok(listed(call, "tools", call.server.tools())),
        "tools/call" => tools::call(call).await,
        "prompts/list" => Ok(listed(call, "prompts", call.server.prompts())),
        "prompts/get" => prompts::get(call).await,
        "resources/list" => Ok(listed(call, "resources", resources::all(call))),
        "resources/templates/list" => Ok(listed(call, "resourceTemplates", resources::templates(call))),
        "resources/read" => Ok(fresh(call, resources::read(call)?)),
        "resources/subscribe" => subscribe(call, true),
        "resources/unsubscribe" => subscribe(call, false),
        "completion/complete" => complete(call),
        "subscriptions/listen" => listen::listen(call).await,
        "tasks/get" if modern => Ok(task(call)?.detailed()),
        "tasks/update" if modern => update(call),
        "tasks/cancel" if modern => {
            task(call)?.cancel();
            Ok(object([]))
        }
        _ => Err(unknown(call).into()),
    }
}

fn unknown(call: &Call) -> Refusal {
    Refusal::new(METHOD_NOT_FOUND, format!("there is no method `{}` in {}", call.method, call.revision))
}

fn discover() -> Node {
    let extensions = map([(EXTENSION.to_owned(), object([]))]);
    let capabilities = with(with(capabilities_offered(), "extensions", extensions), "logging", object([]));
    object([
        ("supportedVersions", list(vec![text(Revision::NEWEST.as_str())])),
        ("capabilities", capabilities),
        ("instructions", text(INSTRUCTIONS)),
        ("ttlMs", number(FRESH)),
        ("cacheScope", text("public")),
    ])
}

fn listed(call: &Call, kind: &str, items: Vec<Node>) -> Node {
    fresh(call, map([(kind.to_owned(), list(items))]))
}

/// The result with how long it may be kept, where the revision has a place for that.
fn fresh(call: &Call, result: Node) -> Node {
    match call.era() {
        Era::Legacy => result,
        Era::Modern => with(with(result, "ttlMs", number(FRESH)), "cacheScope", text("public")),
    }
}

fn session(call: &Call) -> Result<&Session, Refusal> {
    match &call.asking {
        Asking::Session(session) => Ok(session),
        Asking::Rounds(_) | Asking::Task(_) => Err(Refusal::new(INTERNAL_ERROR, "there is no session")),
    }
}

fn set_level(call: &Call) -> Result<Node, Stop> {
    let level = call.param("level")?.parse()?;
    *lock(&session(call)?.level) = level;
    Ok(object([]))
}

fn subscribe(call: &Call, wanted: bool) -> Result<Node, Stop> {
    /// How many resources one conversation may watch.
    const MOST: usize = 1000;
    let uri = call.param("uri")?.to_owned();
    let mut subscriptions = lock(&session(call)?.subscriptions);
    if !wanted {
        subscriptions.remove(&uri);
    } else if subscriptions.len() < MOST {
        subscriptions.insert(uri);
    } else {
        return Err(Refusal::new(INVALID_PARAMS, format!("{NAME} watches at most {MOST} resources")).into());
    }
    Ok(object([]))
}

/// Completes every argument with the same few words.
fn complete(call: &Call) -> Result<Node, Stop> {
    let begun = at(&call.params, &["argument", "value"]).and_then(Node::text);
    let begun = begun.ok_or_else(|| Refusal::new(INVALID_PARAMS, "`params.argument.value` is missing"))?;
    if !at(&call.params, &["ref"]).is_some_and(Node::is_map) {
        return Err(Refusal::new(INVALID_PARAMS, "`params.ref` is missing").into());
    }
    let words = ["paris", "park", "party", "test", "testing"];
    let values: Vec<Node> =
        words.iter().filter(|word| word.starts_with(begun)).map(|word| text(word)).collect();
    let total = number(values.len());
    Ok(object([(
        "completion",
        object([("values", list(values)), ("total", total), ("hasMore", truth(false))]),
    )]))
}

fn task(call: &Call) -> Result<Arc<super::tasks::Task>, Refusal> {
    if !call.client_has(&["extensions", EXTENSION]) {
        return Err(missing(&["extensions", EXTENSION]));
    }
    call.server.tasks.get(call.param("taskId")?)
}

fn update(call: &Call) -> Result<Node, Stop> {
    let task = task(call)?;
    let responses = call.params.get("inputResponses");
    task.give(responses.ok_or_else(|| Refusal::new(INVALID_PARAMS, "`params.inputResponses` is missing"))?);
    Ok(object([]))
}
