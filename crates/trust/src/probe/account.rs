//! H1: an account of the forge.

use portcullis_model::{Node, ObservedStatus};

use super::{Found, Known};
use crate::client::Client;
use crate::names::encoded;
use crate::request::Reply;
use crate::services::Services;

/// Asks by login and, when that is gone, by the id that was recorded: it proves a rename.
pub(super) async fn probe(login: &str, known: &Known, client: &Client, services: &Services) -> Found {
    let reply = client.follow(&services.forge(&format!("/users/{}", encoded(login)))).await;
    if reply.is(200) {
        let Some((id, now, root)) = read(&reply) else { return Found::odd(&reply) };
        let is_same = now.eq_ignore_ascii_case(login);
        let mut found =
            Found::is(&reply, if is_same { ObservedStatus::Present } else { ObservedStatus::Moved });
        found.put("id", id);
        found.put("login", now.clone());
        found.put_some("created", root.get_text("created_at"));
        found.put_some("type", root.get_text("type"));
        if !is_same {
            found.put("moved-to", now);
        }
        return found;
    }
    let mut found = Found::of(&reply);
    if reply.is_nothing()
        && let Some(id) = known.id.as_deref().filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()))
    {
        let reply = client.get(&services.forge(&format!("/user/{id}"))).await;
        if let Some((same, now, _)) = read(&reply).filter(|_| reply.is(200))
            && same == id
            && !now.eq_ignore_ascii_case(login)
        {
            found.put("renamed-to", now);
        }
    }
    found
}

fn read(reply: &Reply) -> Option<(String, String, Node)> {
    let root = reply.json()?;
    let login = root.get_text("login")?.to_owned();
    Some((number(&root, "id")?, login, root))
}

/// A number as it is spelt.
pub(super) fn number(node: &Node, name: &str) -> Option<String> {
    match &node.get(name)?.value {
        portcullis_model::Value::Number(text) => Some(text.to_string()),
        _ => None,
    }
}
