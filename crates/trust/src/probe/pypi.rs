//! H4: names of Python packages, asked where the user's own client asks.

use portcullis_model::{Node, ObservedStatus};

use super::Found;
use crate::client::Client;
use crate::names::{encoded, mail_domains};
use crate::request::{Reply, Request};
use crate::services::Services;

const SIMPLE: &str = "application/vnd.pypi.simple.v1+json, text/html; q=0.1";

/// Asks the index and, where there is one, for the project's document: two witnesses of the same absence.
pub(super) async fn probe(name: &str, client: &Client, services: &Services) -> Found {
    let Some(pypi) = &services.pypi else {
        return Found::unknown(client.now(), "no Python index is configured");
    };
    let request = |url: String| {
        let authorization = pypi.authorization(&url);
        Request::service(url).known_as(authorization)
    };
    let simple =
        client.follow(&request(format!("{}{}/", pypi.base(), encoded(name))).accepting(SIMPLE)).await;
    let document = match pypi.base().strip_suffix("simple/") {
        Some(root) => Some(client.follow(&request(format!("{root}pypi/{}/json", encoded(name)))).await),
        None => None,
    };
    if simple.is_nothing() {
        let mut found = Found::of(&simple);
        if document.as_ref().is_some_and(Reply::is_nothing) {
            found.put("witnesses", "2");
        }
        return found;
    }
    if !simple.is(200) {
        return Found::of(&simple);
    }
    let Some(mut found) = read(name, &simple) else { return Found::odd(&simple) };
    if let Some(info) = document.filter(|reply| reply.is(200)).and_then(|reply| reply.json()) {
        describe(&mut found, &info);
    }
    found
}

/// What the index says, in JSON or as a page of links.
fn read(name: &str, reply: &Reply) -> Option<Found> {
    if let Some(root) = reply.json() {
        if root.get_text("name").is_some_and(|said| !is_same(said, name)) {
            return None;
        }
        let files = root.get("files")?.items();
        let status = if files.is_empty() { ObservedStatus::Empty } else { ObservedStatus::Present };
        let mut found = Found::is(reply, status);
        found.put_some("created", files.iter().filter_map(|file| file.get_text("upload-time")).min());
        let project =
            root.get("project-status").and_then(|status| status.get_text("status").or_else(|| status.text()));
        found.put_some("status", project);
        if project == Some("quarantined") {
            found.put("quarantined", "yes");
        }
        return Some(found);
    }
    let text = reply.text();
    // An index that knows no JSON links to files of the project; a page of anything else does not.
    let stem = name.replace('-', "_");
    let links = text.matches("<a ").count();
    let fits = text.to_ascii_lowercase().replace(['-', '.'], "_").contains(&format!("{stem}_"));
    let is_index = text.contains("<a ") && fits || text.to_ascii_lowercase().contains("links for");
    is_index
        .then(|| Found::is(reply, if links == 0 { ObservedStatus::Empty } else { ObservedStatus::Present }))
}

fn is_same(said: &str, name: &str) -> bool {
    let plain = |text: &str| text.to_ascii_lowercase().replace(['-', '_', '.'], "-");
    plain(said) == plain(name)
}

/// What the project's document adds.
fn describe(found: &mut Found, root: &Node) {
    let Some(info) = root.get("info") else { return };
    found.put_some("latest", info.get_text("version"));
    let links = info.get("project_urls").map(Node::entries).unwrap_or_default();
    let named = |wanted: &[&str]| {
        let fits = |key: &str| wanted.iter().any(|word| key.to_ascii_lowercase().contains(word));
        links.iter().find(|entry| fits(&entry.key)).and_then(|entry| entry.node.text())
    };
    found.put_some(
        "repository",
        named(&["repository", "source", "github", "code"]).or_else(|| named(&["homepage"])),
    );
    let people = ["author_email", "maintainer_email"].into_iter().filter_map(|name| info.get_text(name));
    found.put_some("mail-domains", mail_domains(people));
    let roles = root
        .get("ownership")
        .and_then(|ownership| ownership.get("roles"))
        .map(Node::items)
        .unwrap_or_default();
    let mut users: Vec<&str> = roles.iter().filter_map(|role| role.get_text("user")).collect();
    users.sort_unstable();
    found.put("maintainers", users.join(","));
}
