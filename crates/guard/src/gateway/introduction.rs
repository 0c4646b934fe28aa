//! What a client is told about the servers when it begins: what they said themselves, judged, or all of it as one.

use std::sync::Arc;

use bytes::Bytes;
use portcullis_model::{Node, Value};
use portcullis_wire::json::{self, Dialect, Limits};
use portcullis_wire::revision::{Era, Revision};
use portcullis_wire::{outline, splice};

use super::conversation::{Conversation, Peer};
use super::house::Scope;
use super::message::at;
use super::opening::{self, OpenFault};
use super::translate;

/// The result of `initialize`, and the revision that was agreed on.
pub(super) async fn initialize(conversation: &Arc<Conversation>) -> Result<(Bytes, Revision), OpenFault> {
    let asked = conversation.greeting.as_ref().map_or(Revision::NEWEST_LEGACY, |greeting| greeting.revision);
    match conversation.scope {
        Scope::One(index) => {
            let peer = conversation.peer(index).await?;
            if peer.era == Era::Legacy {
                let revision = revision(&peer.opened).unwrap_or(asked);
                return Ok((peer.opened.clone(), revision));
            }
            let opened = opening::discover(conversation, &peer).await?;
            Ok((legacy(asked, &[(String::new(), opened)]), asked))
        }
        Scope::All => {
            let opened = everybody(conversation).await?;
            let revisions = opened.iter().filter_map(|(_, result)| revision(result));
            let agreed = revisions.chain([asked]).min().unwrap_or(asked);
            Ok((legacy(agreed, &opened), agreed))
        }
    }
}

/// The result of `server/discover`.
pub(super) async fn discover(conversation: &Arc<Conversation>) -> Result<Bytes, OpenFault> {
    match conversation.scope {
        Scope::One(index) => {
            let peer = conversation.peer(index).await?;
            match peer.era {
                Era::Modern => opening::discover(conversation, &peer).await,
                Era::Legacy => Ok(modern(&[(String::new(), peer.opened.clone())])),
            }
        }
        Scope::All => everybody(conversation).await.map(|opened| modern(&opened)),
    }
}

/// What each server says about itself, by its name. One that cannot be reached is left out; all of them cannot.
async fn everybody(conversation: &Arc<Conversation>) -> Result<Vec<(String, Bytes)>, OpenFault> {
    let mut tasks = tokio::task::JoinSet::new();
    for index in conversation.house.servers(conversation.scope) {
        let conversation = Arc::clone(conversation);
        tasks.spawn(async move { (index, one(&conversation, index).await) });
    }
    let mut answered = tasks.join_all().await;
    answered.sort_by_key(|(index, _)| *index);
    let mut opened = Vec::new();
    let mut failed = None;
    for (index, result) in answered {
        match result {
            Ok(result) => opened.push((conversation.server(index).to_owned(), result)),
            Err(why) => failed = Some(why),
        }
    }
    match failed {
        Some(why) if opened.is_empty() => Err(why),
        _ => Ok(opened),
    }
}

async fn one(conversation: &Arc<Conversation>, index: usize) -> Result<Bytes, OpenFault> {
    let peer: Arc<Peer> = conversation.peer(index).await?;
    match peer.era {
        Era::Legacy => Ok(peer.opened.clone()),
        Era::Modern => opening::discover(conversation, &peer).await,
    }
}

fn revision(result: &[u8]) -> Option<Revision> {
    let span = outline::member(result, outline::whole(result), "protocolVersion")?;
    translate::plain_text(at(result, span))?.parse().ok()
}

fn legacy(revision: Revision, opened: &[(String, Bytes)]) -> Bytes {
    let Whole { capabilities, instructions, info } = Whole::of(opened);
    format!(r#"{{"protocolVersion":"{revision}","capabilities":{capabilities},"serverInfo":{info}{instructions}}}"#)
        .into()
}

fn modern(opened: &[(String, Bytes)]) -> Bytes {
    let Whole { capabilities, instructions, info } = Whole::of(opened);
    let revision = Revision::NEWEST;
    format!(
        r#"{{"resultType":"complete","supportedVersions":["{revision}"],"capabilities":{capabilities}{instructions},"ttlMs":0,"cacheScope":"private","_meta":{{"io.modelcontextprotocol/serverInfo":{info}}}}}"#
    )
    .into()
}

/// Several servers as one, as JSON.
struct Whole {
    capabilities: String,
    instructions: String,
    info: String,
}

/// Capabilities that a gateway can pass on, and what may stand in them.
const CAPABILITIES: [(&str, &[&str]); 5] = [
    ("completions", &[]),
    ("logging", &[]),
    ("prompts", &["listChanged"]),
    ("resources", &["listChanged", "subscribe"]),
    ("tools", &["listChanged"]),
];

impl Whole {
    fn of(opened: &[(String, Bytes)]) -> Self {
        let read = |bytes: &Bytes| json::read(bytes, Dialect::Strict, &Limits::default()).ok();
        let trees: Vec<(&str, Node)> =
            opened.iter().filter_map(|(name, bytes)| Some((name.as_str(), read(bytes)?.root))).collect();
        let mut capabilities = Vec::new();
        for (capability, members) in CAPABILITIES {
            let having: Vec<&Node> = trees
                .iter()
                .filter_map(|(_, tree)| tree.get("capabilities")?.get(capability))
                .filter(|node| node.is_map())
                .collect();
            if having.is_empty() {
                continue;
            }
            let set = members.iter().filter(|member| {
                having.iter().any(|node| node.get(member).is_some_and(|node| node.value == Value::Bool(true)))
            });
            let set: Vec<String> = set.map(|member| format!("\"{member}\":true")).collect();
            capabilities.push(format!("\"{capability}\":{{{}}}", set.join(",")));
        }
        let said: Vec<String> = trees
            .iter()
            .filter_map(|(name, tree)| {
                let text = tree.get_text("instructions").filter(|text| !text.trim().is_empty())?;
                Some(if name.is_empty() { text.to_owned() } else { format!("# {name}\n\n{text}") })
            })
            .collect();
        let instructions = if said.is_empty() {
            String::new()
        } else {
            format!(",\"instructions\":{}", splice::quoted(&said.join("\n\n")))
        };
        Self {
            capabilities: format!("{{{}}}", capabilities.join(",")),
            instructions,
            info: translate::ourselves().to_owned(),
        }
    }
}
