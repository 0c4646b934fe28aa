//! A survey through the front door: registries and owners on this machine, asked once and replayed without them.

use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::desk::Desk;
use crate::peers::Web;

fn listing() -> Value {
    let meta = json!({"io.modelcontextprotocol.registry/official": {"status": "active", "publishedAt": "2026-01-01T00:00:00Z"}});
    json!({"servers": [{"server": {"name": "io.github.ann/tool", "version": "1.0.0", "description": "Counts.",
        "repository": {"url": "https://github.com/ann/tool", "source": "github", "id": "7"},
        "packages": [{"registryType": "npm", "identifier": "some-mcp", "version": "1.0.0"},
                     {"registryType": "pypi", "identifier": "lost-mcp", "version": "1.0.0"}]}, "_meta": meta}],
        "metadata": {"count": 1}})
}

fn body(path: &str) -> Option<Value> {
    Some(match path.split('?').next().unwrap_or_default() {
        "/official/v0.1/servers" => listing(),
        "/forge/users/github" => json!({"login": "github", "id": 1}),
        "/forge/repos/github/docs" => json!({"id": 2, "full_name": "github/docs", "size": 1}),
        "/forge/repos/ann/tool" => json!({"id": 7, "full_name": "bob/tool", "size": 1}),
        "/npm/semver" => json!({"name": "semver", "versions": {"1.0.0": {}}}),
        "/npm/some-mcp" => {
            json!({"name": "some-mcp", "versions": {"1.0.0": {}}, "dist-tags": {"latest": "1.0.0"}})
        }
        "/simple/pip/" => json!({"name": "pip", "files": [{"filename": "pip-1.tar.gz"}]}),
        _ => return None,
    })
}

/// Everything a survey asks, on one port, until it is switched off.
fn world() -> (Web, Arc<AtomicBool>) {
    let is_up = Arc::new(AtomicBool::new(true));
    let up = Arc::clone(&is_up);
    let web = Web::new(move |request, stream: &mut TcpStream| {
        let path = request.split(' ').nth(1).unwrap_or_default();
        let (status, body) = match (up.load(Ordering::SeqCst), body(path)) {
            (false, _) => ("500 Down", String::new()),
            (true, None) => ("404 Not Found", String::from("{}")),
            (true, Some(body)) => ("200 OK", body.to_string()),
        };
        let head =
            format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
        drop(std::io::Write::write_all(stream, format!("{head}{body}").as_bytes()));
    });
    (web, is_up)
}

fn desk(web: &Web) -> Desk {
    let base = format!("http://127.0.0.1:{}", web.port);
    Desk::new().file(
        "portcullis.toml",
        format!(
            "[registries]\nnpm = \"{base}/npm/\"\npypi = \"{base}/simple/\"\n\n[survey]\npause = 1\nforge = \"{base}/forge\"\n\
             forge-token = \"env:FORGE\"\nrdap = \"{base}/rdap\"\ndns = \"127.0.0.1:9\"\n\n\
             [survey.registries.official]\naddress = \"{base}/official\"\n"
        ),
    )
    .variable("FORGE", "canary-token")
}

#[test]
fn listings_are_collected_and_what_they_rely_on_is_probed_and_replayed() {
    let (web, is_up) = world();
    let desk = desk(&web);
    let collected = desk.run(&[
        "survey",
        "collect",
        "official",
        "--store",
        "a.db",
        "--record",
        "listed.jsonl",
        "--format",
        "json",
    ]);
    collected.exits(0);
    assert_eq!(collected.json()["new"], 1, "{}", collected.stdout);

    let words = ["survey", "probe", "--format", "json", "--store", "a.db", "--record", "heard.jsonl"];
    let probed = desk.run(&words);
    probed.exits(0);
    let probed = probed.json();
    assert_eq!(probed["statuses"]["moved"], 1, "{probed}");
    assert_eq!(probed["statuses"]["present"], 1, "{probed}");
    // The account and the Python package, with controls that were found.
    assert_eq!(probed["statuses"]["absent"], 2, "{probed}");
    let heard = desk.read("heard.jsonl");
    assert!(heard.contains("/users/ann") && heard.contains("sha256:") && !heard.contains("canary"));
    // What was looked at today is not asked for again.
    assert_eq!(desk.run(&words).exits(0).json()["subjects"], 0);

    is_up.store(false, Ordering::SeqCst);
    desk.run(&["survey", "collect", "official", "--store", "b.db", "--replay", "listed.jsonl"]).exits(0);
    let replayed =
        desk.run(&["survey", "probe", "--format", "json", "--store", "b.db", "--replay", "heard.jsonl"]);
    replayed.exits(0);
    assert_eq!(replayed.json()["statuses"], probed["statuses"]);
    assert_eq!(replayed.json()["requests"], 0);
}

#[test]
fn an_outage_is_never_absence_and_says_so_with_its_code() {
    let (web, is_up) = world();
    let desk = desk(&web);
    desk.run(&["survey", "collect", "official", "--store", "a.db"]).exits(0);
    is_up.store(false, Ordering::SeqCst);
    let probed = desk.run(&["survey", "probe", "--format", "json", "--store", "a.db"]);
    probed.exits(3);
    assert_eq!(probed.json()["statuses"]["absent"], 0);
    let collected = desk.run(&["survey", "collect", "official", "--whole", "--store", "a.db"]);
    collected.exits(3);
    assert!(collected.stdout.contains("status 500"), "{}", collected.stdout);
}

#[test]
fn what_cannot_be_meant_is_refused_with_a_remedy() {
    let (web, _) = world();
    let desk = desk(&web);
    let unknown = desk.run(&["survey", "collect", "nowhere", "--store", "a.db"]);
    unknown.exits(2);
    assert!(unknown.stderr.contains("known are official, npm"), "{}", unknown.stderr);
    desk.write("portcullis.toml", "[survey]\nforge-token = \"ghp_0000000000000000000000000000000000a1\"\n");
    let literal = desk.run(&["survey", "probe", "--store", "a.db"]);
    literal.exits(2);
    assert!(
        literal.stderr.contains("env:NAME") && !literal.everything().contains("ghp_"),
        "{}",
        literal.stderr
    );
}
