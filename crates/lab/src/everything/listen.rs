//! `subscriptions/listen` (2026-07-28): tells of the changes that were asked for, until the client leaves.

use portcullis_model::Node;
use tokio::sync::broadcast::error::RecvError;

use super::Change;
use super::call::{Call, Stop};
use crate::message::{INVALID_PARAMS, Refusal, id_node};
use crate::node::{list, map, object, text, truth, with};

/// The mark by which a client knows which of its subscriptions a notification belongs to.
const SUBSCRIPTION: &str = "io.modelcontextprotocol/subscriptionId";

/// What was asked for.
struct Filter {
    tools: bool,
    prompts: bool,
    resources: Vec<String>,
}

impl Filter {
    fn read(params: &Node) -> Result<Self, Refusal> {
        let wanted = params.get("notifications").filter(|wanted| wanted.is_map());
        let wanted =
            wanted.ok_or_else(|| Refusal::new(INVALID_PARAMS, "`params.notifications` is missing"))?;
        let flag = |name: &str| wanted.get(name).and_then(Node::bool) == Some(true);
        let resources = wanted.get("resourceSubscriptions").map_or(&[][..], Node::items);
        Ok(Self {
            tools: flag("toolsListChanged"),
            prompts: flag("promptsListChanged"),
            resources: resources.iter().filter_map(Node::text).map(str::to_owned).collect(),
        })
    }

    /// What will be told: what was asked for and can happen here.
    fn granted(&self) -> Node {
        let mut granted = Vec::new();
        if self.tools {
            granted.push((String::from("toolsListChanged"), truth(true)));
        }
        if self.prompts {
            granted.push((String::from("promptsListChanged"), truth(true)));
        }
        if !self.resources.is_empty() {
            let uris = self.resources.iter().map(|uri| text(uri)).collect();
            granted.push((String::from("resourceSubscriptions"), list(uris)));
        }
        map(granted)
    }

    fn notification(&self, change: &Change) -> Option<(&'static str, Node)> {
        match change {
            Change::Tools if self.tools => Some(("notifications/tools/list_changed", object([]))),
            Change::Prompts if self.prompts => Some(("notifications/prompts/list_changed", object([]))),
            Change::Resource(uri) if self.resources.contains(uri) => {
                Some(("notifications/resources/updated", object([("uri", text(uri))])))
            }
            Change::Tools | Change::Prompts | Change::Resource(_) => None,
        }
    }
}

pub(super) async fn listen(call: &Call) -> Result<Node, Stop> {
    let filter = Filter::read(&call.params)?;
    let mut changes = call.server.changes();
    let meta = map([(SUBSCRIPTION.to_owned(), id_node(&call.id))]);
    let acknowledged = object([("notifications", filter.granted()), ("_meta", meta.clone())]);
    call.notify("notifications/subscriptions/acknowledged", &acknowledged);
    loop {
        match changes.recv().await {
            Ok(change) => {
                if let Some((method, params)) = filter.notification(&change) {
                    call.notify(method, &with(params, "_meta", meta.clone()));
                }
            }
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return Ok(object([])),
        }
    }
}
