//! `subscriptions/listen` where no single server can answer it: for all servers at once, and for servers of the older
//! era, which say by themselves what has changed.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use bytes::Bytes;
use portcullis_model::Node;
use portcullis_wire::envelope::{self, Envelope, Id};
use portcullis_wire::json::Limits;
use portcullis_wire::revision::Era;
use portcullis_wire::splice::{self, Splice};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;

use super::conversation::{Busy, Call, Conversation};
use super::exchange::{self, Outgoing, Turn};
use super::house::Scope;
use super::message::{Outside, at};
use super::routes::Owner;

/// Changes that a slow client may have waiting; later ones are lost.
const WAITING: usize = 64;

/// Listeners of one conversation.
const MOST: usize = 64;

/// What a client wants to hear of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Filter {
    lists: BTreeSet<&'static str>,
    resources: BTreeSet<Box<str>>,
}

/// Each kind of change: its member in a filter, and the notification.
const LISTS: [(&str, &str); 3] = [
    ("toolsListChanged", "notifications/tools/list_changed"),
    ("promptsListChanged", "notifications/prompts/list_changed"),
    ("resourcesListChanged", "notifications/resources/list_changed"),
];

const UPDATED: &str = "notifications/resources/updated";

/// Whether a notification tells of a change, and belongs to listeners rather than to a call.
pub(super) fn is_change(method: &str) -> bool {
    method == UPDATED || LISTS.iter().any(|(_, notification)| *notification == method)
}

impl Filter {
    fn of(message: &Envelope<'_>) -> Self {
        let wanted = message.params().and_then(|params| params.get("notifications"));
        let is_wanted = |member: &str| wanted.and_then(|wanted| wanted.get(member)?.bool()) == Some(true);
        let resources = wanted.and_then(|wanted| wanted.get("resourceSubscriptions")).map(Node::items);
        Self {
            lists: LISTS.iter().map(|(member, _)| *member).filter(|member| is_wanted(member)).collect(),
            resources: resources
                .unwrap_or_default()
                .iter()
                .filter_map(|uri| Some(uri.text()?.into()))
                .collect(),
        }
    }

    fn fits(&self, method: &str, uri: Option<&str>) -> bool {
        match LISTS.iter().find(|(_, notification)| *notification == method) {
            Some((member, _)) => self.lists.contains(member),
            None => method == UPDATED && uri.is_some_and(|uri| self.resources.contains(uri)),
        }
    }

    /// The filter as JSON.
    fn write(&self) -> String {
        let mut members: Vec<String> = self.lists.iter().map(|member| format!("\"{member}\":true")).collect();
        if !self.resources.is_empty() {
            let uris: Vec<String> = self.resources.iter().map(|uri| splice::quoted(uri)).collect();
            members.push(format!("\"resourceSubscriptions\":[{}]", uris.join(",")));
        }
        format!("{{{}}}", members.join(","))
    }
}

/// Who listens in one conversation.
#[derive(Debug, Default)]
pub(super) struct Listeners {
    all: Mutex<Vec<Listener>>,
}

#[derive(Debug)]
struct Listener {
    filter: Filter,
    /// The id of its request, as JSON.
    id: Bytes,
    client: mpsc::Sender<Bytes>,
}

impl Listeners {
    /// Tells everybody who wants to know of a judged change.
    pub(super) fn tell(&self, message: &Bytes) {
        let Ok(change) = envelope::read(message, &Limits::default()) else { return };
        let method = change.method.as_deref().unwrap_or_default();
        let uri = change.params().and_then(|params| params.get_text("uri"));
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|listener| !listener.client.is_closed());
        for listener in all.iter().filter(|listener| listener.filter.fits(method, uri)) {
            // A listener that does not keep up loses the change; it hears of the next one.
            drop(listener.client.try_send(addressed(&change, &listener.id)));
        }
    }

    fn add(&self, listener: Listener) -> bool {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|listener| !listener.client.is_closed());
        let has_room = all.len() < MOST;
        if has_room {
            all.push(listener);
        }
        has_room
    }
}

/// The change with the id of the subscription that it belongs to.
fn addressed(change: &Envelope<'_>, id: &[u8]) -> Bytes {
    let key = "io.modelcontextprotocol/subscriptionId";
    let id = String::from_utf8_lossy(id);
    let mut splice = Splice::new();
    let meta = change.params().and_then(|params| params.get("_meta")).filter(|meta| meta.is_map());
    match (change.params(), meta) {
        (_, Some(meta)) => match meta.get(key) {
            Some(place) => splice.replace(place.span, id.as_bytes()),
            None => splice.insert_member(meta, key, &id),
        },
        (Some(params), None) => splice.insert_member(params, "_meta", &format!("{{\"{key}\":{id}}}")),
        (None, None) => {
            splice.insert_member(change.root(), "params", &format!("{{\"_meta\":{{\"{key}\":{id}}}}}"));
        }
    }
    splice.apply(change.bytes()).into()
}

/// A client that listens.
pub(super) struct Listening {
    changes: mpsc::Receiver<Bytes>,
    cancelled: Arc<Notify>,
    conversation: Arc<Conversation>,
    /// Its request, where its id is known to be nobody else's.
    id: Option<Id>,
    _servers: JoinSet<()>,
    _busy: Busy,
}

impl Drop for Listening {
    fn drop(&mut self) {
        if let Some(id) = &self.id {
            self.conversation.end(id);
        }
    }
}

impl Listening {
    /// The next change.
    pub(super) async fn next(&mut self) -> Turn {
        tokio::select! {
            change = self.changes.recv() => change.map_or(Turn::Cancelled, Turn::Interim),
            () = self.cancelled.notified() => Turn::Cancelled,
        }
    }
}

/// Listens to all servers of the conversation; the acknowledgement comes first. None when too many listen.
pub(super) async fn listen(
    conversation: &Arc<Conversation>,
    message: &Envelope<'_>,
    id: &Bytes,
) -> Option<(Turn, Listening)> {
    let filter = Filter::of(message);
    let (client, changes) = mpsc::channel(WAITING);
    let listener = Listener { filter: filter.clone(), id: id.clone(), client };
    if !conversation.listeners.add(listener) {
        return None;
    }
    let mut servers = JoinSet::new();
    for index in conversation.house.servers(conversation.scope) {
        let (conversation, theirs) = (Arc::clone(conversation), filter.of_server(conversation, index));
        let message = Bytes::copy_from_slice(message.bytes());
        servers.spawn(async move { hear(&conversation, index, &theirs, &message).await });
    }
    let key = "io.modelcontextprotocol/subscriptionId";
    let acknowledged = format!(
        r#"{{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{{"_meta":{{"{key}":{}}},"notifications":{}}}}}"#,
        String::from_utf8_lossy(id),
        filter.write()
    );
    let cancelled = Arc::new(Notify::new());
    let call = Call { ours: 0, peer: Weak::new(), cancelled: Arc::clone(&cancelled) };
    let own = message.id.clone().filter(|_| conversation.is_one_clients);
    let listening = Listening {
        changes,
        cancelled,
        conversation: Arc::clone(conversation),
        id: own.filter(|id| conversation.begin(id, call)),
        _servers: servers,
        _busy: conversation.busy(),
    };
    Some((Turn::Interim(acknowledged.into()), listening))
}

impl Filter {
    /// What one server is asked for: lists, and the resources that are its own.
    fn of_server(&self, conversation: &Conversation, index: usize) -> Self {
        let is_its = |uri: &str| {
            conversation.scope == Scope::One(index)
                || conversation.routes.owner(uri) == Some(Owner::One(index))
        };
        let resources = self.resources.iter().filter(|uri| is_its(uri)).cloned().collect();
        Self { lists: self.lists.clone(), resources }
    }
}

/// Asks one server to tell of changes, and hands on what it tells.
async fn hear(conversation: &Arc<Conversation>, index: usize, filter: &Filter, message: &[u8]) {
    let Ok(peer) = conversation.peer(index).await else { return };
    let Ok(request) = envelope::read(message, &Limits::default()) else { return };
    match peer.era {
        Era::Legacy => {
            peer.link.listen();
            for uri in &filter.resources {
                let params = format!(r#"{{"uri":{}}}"#, splice::quoted(uri));
                let subscribe = super::translate::request(0, "resources/subscribe", params.as_bytes());
                let Ok(subscribe) = envelope::read(&subscribe, &Limits::default()) else { continue };
                if let Some(outgoing) = Outgoing::of(&subscribe, Splice::new()) {
                    exchange::answer(conversation, index, Outgoing { id: None, ..outgoing }).await;
                }
            }
        }
        Era::Modern => {
            let mut splice = Splice::new();
            if let Some(wanted) = request.params().and_then(|params| params.get("notifications")) {
                splice.replace(wanted.span, filter.write());
            }
            let Some(outgoing) = Outgoing::of(&request, splice) else { return };
            let Ok(mut exchange) =
                exchange::begin(conversation, index, Outgoing { id: None, ..outgoing }).await
            else {
                return;
            };
            loop {
                match exchange.next().await {
                    Turn::Interim(message) => conversation.listeners.tell(&message),
                    Turn::Comment => {}
                    Turn::Final(_) | Turn::Cancelled => return,
                }
            }
        }
    }
}

/// Whether a judged message tells of a change.
pub(super) fn tells(message: &Bytes) -> bool {
    let outside = Outside::of(message);
    outside.id.is_none()
        && outside.method.is_some_and(|method| {
            let spelt = at(message, method);
            spelt
                .strip_prefix(b"\"")
                .and_then(|rest| rest.strip_suffix(b"\""))
                .is_some_and(|method| std::str::from_utf8(method).is_ok_and(is_change))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_hears_what_it_asked_for_under_its_own_id() {
        let listeners = Listeners::default();
        let (client, mut changes) = mpsc::channel(4);
        let wanted = br#"{"jsonrpc":"2.0","id":"s","method":"subscriptions/listen","params":{"notifications":
            {"toolsListChanged":true,"promptsListChanged":false,"resourceSubscriptions":["file:///a"]}}}"#;
        let message = envelope::read(wanted, &Limits::default()).expect("a message");
        let filter = Filter::of(&message);
        assert_eq!(filter.write(), r#"{"toolsListChanged":true,"resourceSubscriptions":["file:///a"]}"#);
        assert!(listeners.add(Listener { filter, id: Bytes::from_static(b"\"s\""), client }));
        for unwanted in [
            r#"{"jsonrpc":"2.0","method":"notifications/prompts/list_changed"}"#,
            r#"{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"file:///b"}}"#,
            r#"{"jsonrpc":"2.0","method":"notifications/message","params":{}}"#,
        ] {
            listeners.tell(&Bytes::from_static(unwanted.as_bytes()));
        }
        assert!(changes.try_recv().is_err());
        for (told, heard) in [
            (
                r#"{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"#,
                r#"{"params":{"_meta":{"io.modelcontextprotocol/subscriptionId":"s"}},"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"#,
            ),
            (
                r#"{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"file:///a"}}"#,
                r#"{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":"s"},"uri":"file:///a"}}"#,
            ),
        ] {
            listeners.tell(&Bytes::from_static(told.as_bytes()));
            assert_eq!(changes.try_recv().expect("a change"), heard.as_bytes());
        }
    }
}
