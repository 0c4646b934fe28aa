//! H3: names and scopes of npm, asked where the user's own client asks.

use portcullis_model::{Node, ObservedStatus};
use portcullis_supply::ownership::moment_of;

use super::Found;
use crate::client::Client;
use crate::names::{encoded, mail_domains};
use crate::request::Request;
use crate::services::Services;

/// A name that was given up can be taken again after that long at the latest.
const COOLING: i64 = 28 * 86_400;

fn request(path: &str, services: &Services) -> Option<Request> {
    let npm = services.npm.as_ref()?;
    let url = format!("{}{path}", npm.base());
    let authorization = npm.authorization(&url);
    Some(Request::service(url).known_as(authorization))
}

/// Asks for a package.
pub(super) async fn probe(name: &str, client: &Client, services: &Services) -> Found {
    // The scope's sign stays as it is: registries know it so.
    let path = match name.strip_prefix('@') {
        Some(rest) => format!("@{}", encoded(rest).replace("%2F", "%2f")),
        None => encoded(name),
    };
    let Some(request) = request(&path, services) else {
        return Found::unknown(client.now(), "no npm registry is configured");
    };
    let reply = client.follow(&request).await;
    if !reply.is(200) {
        return Found::of(&reply);
    }
    let Some(root) =
        reply.json().filter(|root| root.get_text("name").is_some_and(|said| said.eq_ignore_ascii_case(name)))
    else {
        return Found::odd(&reply);
    };
    let time = root.get("time");
    if let Some(given_up) = time.and_then(|time| time.get("unpublished")) {
        let when = given_up.get_text("time");
        let is_free = when.and_then(moment_of).is_some_and(|when| reply.seen.since(when) > COOLING);
        let status = if is_free { ObservedStatus::Absent } else { ObservedStatus::Withheld };
        let mut found = Found::is(&reply, status);
        found.put_some("unpublished", when);
        return found;
    }
    let versions = root.get("versions").map(Node::entries).unwrap_or_default();
    let latest = root.get("dist-tags").and_then(|tags| tags.get_text("latest"));
    let is_held = latest.is_some_and(|latest| latest.ends_with("-security"));
    let status = match versions {
        _ if is_held => ObservedStatus::Withheld,
        [] => ObservedStatus::Empty,
        _ => ObservedStatus::Present,
    };
    let mut found = Found::is(&reply, status);
    found.put_some("latest", latest);
    if is_held {
        found.put("security-holding", "yes");
    }
    found.put_some("created", time.and_then(|time| time.get_text("created")));
    found.put_some("modified", time.and_then(|time| time.get_text("modified")));
    let described = versions.iter().find(|entry| Some(&*entry.key) == latest).map(|entry| &entry.node);
    let integrity = described.and_then(|node| node.get("dist")).and_then(|dist| dist.get_text("integrity"));
    found.put_some("integrity", integrity);
    let repository = root.get("repository").or_else(|| described?.get("repository"));
    found.put_some("repository", repository.and_then(|node| node.get_text("url").or_else(|| node.text())));
    let maintainers = root.get("maintainers").map(Node::items).unwrap_or_default();
    let mut names: Vec<&str> = maintainers.iter().filter_map(|one| one.get_text("name")).collect();
    names.sort_unstable();
    found.put("maintainers", names.join(","));
    found.put_some("mail-domains", mail_domains(maintainers.iter().filter_map(|one| one.get_text("email"))));
    found
}

/// Asks for a scope: an organisation, or a user of that name.
pub(super) async fn probe_scope(scope: &str, client: &Client, services: &Services) -> Found {
    let questions =
        [format!("-/org/{}/package", encoded(scope)), format!("-/user/org.couchdb.user:{}", encoded(scope))];
    let mut last = None;
    for question in questions {
        let Some(request) = request(&question, services) else { break };
        let reply = client.follow(&request).await;
        if reply.is(200) && reply.json().is_some_and(|root| root.is_map()) {
            return Found::is(&reply, ObservedStatus::Present);
        }
        if !reply.is_nothing() {
            return if reply.is(200) { Found::odd(&reply) } else { Found::of(&reply) };
        }
        last = Some(Found::of(&reply));
    }
    last.unwrap_or_else(|| Found::unknown(client.now(), "no npm registry is configured"))
}
