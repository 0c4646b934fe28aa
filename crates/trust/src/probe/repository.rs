//! H2 and H12: a repository of the forge, what it says of itself, and what it makes an editor run.

use portcullis_model::{Node, ObservedStatus};
use portcullis_supply::ownership::Forge;

use super::Found;
use super::account::number;
use crate::client::Client;
use crate::names::encoded;
use crate::services::Services;

/// Files that an editor or agent acts on when it opens the folder, and a word without which they run nothing.
const RUNNING: &[(&str, &str, &[&str])] = &[
    (".claude", "settings.json", &["\"hooks\""]),
    (".vscode", "tasks.json", &["folderOpen"]),
    (
        ".vscode",
        "settings.json",
        &["terminal.integrated", "python.defaultInterpreterPath", "chat.mcp", "allowAutomaticTasks"],
    ),
    (".devcontainer", "devcontainer.json", &["Command\""]),
    (".cursor", "mcp.json", &["\"command\""]),
    (".cursor", "hooks.json", &["\"command\""]),
];

/// What a README says when it shows how a client is set up.
const CONFIGURATION: &[&str] = &[
    "mcpServers",
    "\"mcp\"",
    "\"servers\"",
    "claude mcp add",
    "\"command\":",
    "npx ",
    "uvx ",
    "docker run",
    "pipx run",
    "mcp_servers",
    "code --add-mcp",
    "\"url\":",
];

/// Asks for the repository, its README and its first folder.
pub(super) async fn probe(forge: &Forge, client: &Client, services: &Services) -> Found {
    let (owner, name) = (&forge.owner, forge.repository.as_deref().unwrap_or_default());
    let path = format!("/repos/{}/{}", encoded(owner), encoded(name));
    let reply = client.follow(&services.forge(&path)).await;
    if !reply.is(200) {
        return Found::of(&reply);
    }
    let root = reply.json();
    let Some((root, id, now)) = root.and_then(|root| {
        let (id, now) = (number(&root, "id")?, root.get_text("full_name")?.to_owned());
        Some((root, id, now))
    }) else {
        return Found::odd(&reply);
    };
    let is_same = now.eq_ignore_ascii_case(&format!("{owner}/{name}"));
    let is_hollow = number(&root, "size").as_deref() == Some("0");
    let status = if is_same { ObservedStatus::Present } else { ObservedStatus::Moved };
    let mut found = Found::is(&reply, status);
    found.put("id", id);
    found.put("full-name", now.clone());
    if !is_same {
        found.put("moved-to", now.clone());
    }
    found.put_some("owner", root.get("owner").and_then(|owner| owner.get_text("login")));
    found.put_some("owner-id", root.get("owner").and_then(|owner| number(owner, "id")));
    found.put_some("created", root.get_text("created_at"));
    found.put_some("pushed", root.get_text("pushed_at"));
    for (fact, member) in [("archived", "archived"), ("fork", "fork")] {
        found.put_some(fact, root.get(member).and_then(Node::bool).map(|is| if is { "yes" } else { "no" }));
    }
    found.put_some("parent", root.get("parent").and_then(|parent| parent.get_text("full_name")));
    let path = format!("/repos/{}", crate::names::encoded_path(&now));
    let entries = contents(&mut found, &path, is_hollow, client, services).await;
    readme(&mut found, &path, client, services).await;
    running(&mut found, &path, &entries, client, services).await;
    found
}

/// The names of the first folder. A repository that holds nothing has none to tell.
async fn contents(
    found: &mut Found,
    path: &str,
    is_hollow: bool,
    client: &Client,
    services: &Services,
) -> Vec<String> {
    let reply = client.get(&services.forge(&format!("{path}/contents/"))).await;
    if reply.is_nothing() && is_hollow && found.status == ObservedStatus::Present {
        found.status = ObservedStatus::Empty;
    }
    let root = reply.json().filter(|_| reply.is(200));
    let names = root.iter().flat_map(Node::items).filter_map(|item| item.get_text("name"));
    names.map(str::to_owned).take(2000).collect()
}

async fn readme(found: &mut Found, path: &str, client: &Client, services: &Services) {
    if found.status == ObservedStatus::Empty {
        return;
    }
    let request = services
        .forge(&format!("{path}/readme"))
        .accepting("application/vnd.github.raw+json")
        .at_most(4 << 20);
    let reply = client.get(&request).await;
    if reply.is_nothing() {
        found.put("readme", "no");
    } else if reply.is(200) {
        let text = reply.text();
        found.put("readme", if text.trim().is_empty() { "no" } else { "yes" });
        let shows = CONFIGURATION.iter().any(|word| text.contains(word));
        found.put("configuration", if shows { "yes" } else { "no" });
    }
}

async fn running(found: &mut Found, path: &str, entries: &[String], client: &Client, services: &Services) {
    let mut files = Vec::new();
    for (folder, file, words) in RUNNING {
        if !entries.iter().any(|entry| entry == folder) {
            continue;
        }
        let request = services.forge(&format!("{path}/contents/{folder}/{file}"));
        let reply = client.get(&request.accepting("application/vnd.github.raw+json").at_most(1 << 20)).await;
        if reply.is(200) && words.iter().any(|word| reply.text().contains(word)) {
            files.push(format!("{folder}/{file}"));
        }
    }
    if !files.is_empty() {
        found.put("runs", files.join(","));
    }
}
