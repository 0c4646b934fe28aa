//! Lists of all servers as one: each page judged on its own, in the order of the servers' names.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use portcullis_wire::envelope::Envelope;
use portcullis_wire::outline;
use portcullis_wire::revision::Era;
use portcullis_wire::splice::{self, Splice};

use super::conversation::Conversation;
use super::exchange::{self, Outgoing};
use super::message::{Outside, at, code};
use super::names;

/// Pages of one server that are asked for.
const PAGES: usize = 64;

/// Things of all servers in one list.
const MOST: usize = 10_000;

/// One thing of a list, as its server spelt it.
pub(super) struct Item {
    server: usize,
    bytes: Bytes,
}

/// The result of a list of all servers.
pub(super) async fn lists(
    conversation: &Arc<Conversation>,
    message: &Envelope<'_>,
    method: &str,
) -> Result<Bytes, (i32, String)> {
    if message.params().is_some_and(|params| params.get("cursor").is_some()) {
        return Err((code::PARAMS, String::from("there is no such page: all servers are listed on one")));
    }
    let items = ask_all(conversation, message, method).await;
    let (list, key) = key(method);
    let named = matches!(method, "tools/list" | "prompts/list");
    let names: Vec<Option<String>> = items
        .iter()
        .map(|item| {
            let span = outline::member(&item.bytes, outline::whole(&item.bytes), key)?;
            let own = text(at(&item.bytes, span))?;
            Some(if named { names::qualified(&conversation.house, item.server, &own) } else { own })
        })
        .collect();
    let mut times: HashMap<&str, usize> = HashMap::new();
    for name in names.iter().flatten() {
        *times.entry(name.as_str()).or_default() += 1;
    }
    let mut out = Vec::with_capacity(items.iter().map(|item| item.bytes.len() + 32).sum());
    out.extend_from_slice(format!("{{\"{list}\":[").as_bytes());
    let mut first = true;
    for (item, name) in items.iter().zip(&names) {
        // Two things of one name: nobody could say which is meant, so neither is there.
        let Some(name) = name.as_deref().filter(|name| times.get(name) == Some(&1)) else { continue };
        if !std::mem::take(&mut first) {
            out.push(b',');
        }
        let mut splice = Splice::new();
        if named && let Some(span) = outline::member(&item.bytes, outline::whole(&item.bytes), key) {
            splice.replace(span, splice::quoted(name));
        }
        out.extend_from_slice(&splice.apply(&item.bytes));
    }
    out.push(b']');
    if conversation.era == Era::Modern {
        out.extend_from_slice(br#","resultType":"complete","ttlMs":0,"cacheScope":"private""#);
    }
    out.push(b'}');
    Ok(out.into())
}

/// The member that holds the list, and the one that names each thing.
fn key(method: &str) -> (&'static str, &'static str) {
    match method {
        "tools/list" => ("tools", "name"),
        "prompts/list" => ("prompts", "name"),
        "resources/list" => ("resources", "uri"),
        _ => ("resourceTemplates", "uriTemplate"),
    }
}

/// Everything of one kind that servers list, in the order of their names. A server that does not answer has nothing.
pub(super) async fn ask_all(
    conversation: &Arc<Conversation>,
    message: &Envelope<'_>,
    method: &str,
) -> Vec<Item> {
    let servers = conversation.house.servers(conversation.scope);
    let mut tasks = tokio::task::JoinSet::new();
    for server in servers {
        let (conversation, message) = (Arc::clone(conversation), pages(message, method));
        let method = method.to_owned();
        tasks.spawn(async move { (server, ask_one(&conversation, server, message, &method).await) });
    }
    let mut answered = tasks.join_all().await;
    answered.sort_by_key(|(server, _)| *server);
    answered.into_iter().flat_map(|(_, items)| items).take(MOST).collect()
}

/// The client's request for a list as a request of ours: the same metadata, and nothing else of it.
fn pages(message: &Envelope<'_>, method: &str) -> Bytes {
    let meta = message.params().and_then(|params| params.get("_meta")).map(|meta| message.bytes_of(meta));
    let meta = meta.unwrap_or(b"{}");
    [br#"{"jsonrpc":"2.0","id":0,"method":""#, method.as_bytes(), br#"","params":{"_meta":"#, meta, b"}}"]
        .concat()
        .into()
}

async fn ask_one(conversation: &Arc<Conversation>, server: usize, message: Bytes, method: &str) -> Vec<Item> {
    let (list, _) = key(method);
    let mut items = Vec::new();
    let mut cursor: Option<Bytes> = None;
    for _ in 0..PAGES {
        let Some(outgoing) = page(&message, cursor.as_deref()) else { break };
        let answer = exchange::answer(conversation, server, outgoing).await;
        let Some(result) = Outside::of(&answer).result else { break };
        let place = outline::member(&answer, result, list);
        for span in place.and_then(|place| outline::items(&answer, place)).unwrap_or_default() {
            items.push(Item { server, bytes: answer.slice(span.start..span.end) });
        }
        let next =
            outline::member(&answer, result, "nextCursor").map(|span| answer.slice(span.start..span.end));
        match next {
            Some(next) if next.first() == Some(&b'"') && cursor.as_ref() != Some(&next) => {
                cursor = Some(next);
            }
            _ => break,
        }
    }
    items
}

/// The request for one page.
fn page(message: &Bytes, cursor: Option<&[u8]>) -> Option<Outgoing> {
    let limits = portcullis_wire::json::Limits::default();
    let request = portcullis_wire::envelope::read(message, &limits).ok()?;
    let mut splice = Splice::new();
    if let (Some(cursor), Some(params)) = (cursor, request.params()) {
        splice.insert_member(params, "cursor", std::str::from_utf8(cursor).ok()?);
    }
    Outgoing::of(&request, splice).map(|outgoing| Outgoing { id: None, ..outgoing })
}

/// Sends a request to every server that is connected, and waits for all answers.
pub(super) async fn tell_all(conversation: &Arc<Conversation>, message: &Envelope<'_>) {
    for peer in conversation.open_peers().await {
        if let Some(outgoing) = Outgoing::of(message, Splice::new()) {
            exchange::answer(conversation, peer.index, Outgoing { id: None, ..outgoing }).await;
        }
    }
}

/// A JSON text with its escapes resolved.
fn text(spelt: &[u8]) -> Option<String> {
    use portcullis_wire::json::{self, Dialect, Limits};
    let document = json::read(spelt, Dialect::Strict, &Limits::default()).ok()?;
    document.root.text().map(str::to_owned)
}
