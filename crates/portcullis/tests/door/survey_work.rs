//! Many workers over one queue through the front door: killed, told to end, with the shared store gone in between, they leave
//! what one process leaves that nobody disturbs.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portcullis_store::Store;
use serde_json::json;

use crate::desk::{Desk, Run};
use crate::peers::{Web, send};
use crate::server::Server;

/// Listings; each relies on an npm package, a Python package, a repository and its account.
const LISTINGS: usize = 90;

fn listings() -> String {
    let line = |number| {
        let repository = format!("https://github.com/own-{number}/tool-{number}");
        json!({"registry": "mcp.so", "name": format!("own-{number}/tool-{number}"), "repository": repository,
            "packages": [{"type": "npm", "name": format!("pkg-{number}")}, {"type": "pypi", "name": format!("lib-{number}")}],
            "seen": "2026-06-01T00:00:00Z"})
        .to_string()
    };
    (0..LISTINGS).map(|number| line(number) + "\n").collect()
}

/// Of everything that has a number some is there.
fn body(path: &str) -> Option<String> {
    let path = path.split('?').next().unwrap_or_default();
    let number = |end: &str| end.trim_end_matches('/').parse::<usize>().ok();
    let some = |number: Option<usize>, of: usize| number.filter(|number| number % of > 0);
    Some(match path {
        "/forge/users/github" => json!({"login": "github", "id": 1}).to_string(),
        "/forge/repos/github/docs" => json!({"id": 2, "full_name": "github/docs", "size": 1}).to_string(),
        "/npm/semver" => json!({"name": "semver", "versions": {"1.0.0": {}}}).to_string(),
        "/simple/pip/" => json!({"name": "pip", "files": [{"filename": "pip-1.tar.gz"}]}).to_string(),
        _ => {
            if let Some(end) = path.strip_prefix("/npm/pkg-") {
                let number = some(number(end), 3)?;
                json!({"name": format!("pkg-{number}"), "versions": {"1.0.0": {}}, "dist-tags": {"latest": "1.0.0"}})
            } else if let Some(end) = path.strip_prefix("/simple/lib-") {
                let number = some(number(end), 4)?;
                json!({"name": format!("lib-{number}"), "files": [{"filename": "lib-1.tar.gz"}]})
            } else if let Some(end) = path.strip_prefix("/forge/users/own-") {
                let number = some(number(end), 5)?;
                json!({"login": format!("own-{number}"), "id": 100 + number})
            } else {
                let (owner, name) = path.strip_prefix("/forge/repos/")?.split_once('/')?;
                let number = some(number(name.strip_prefix("tool-")?), 6)?;
                json!({"id": 1000 + number, "full_name": format!("{owner}/{name}"), "size": 3})
            }
            .to_string()
        }
    })
}

fn world() -> Web {
    Web::new(|request, stream| {
        // Long enough that a run can be met in its middle.
        std::thread::sleep(Duration::from_millis(4));
        match body(request.split(' ').nth(1).unwrap_or_default()) {
            Some(body) => send(stream, "200 OK", "", &body),
            None => send(stream, "404 Not Found", "", "{}"),
        }
    })
}

/// A desk with listings and a store of this address, which commands know as a reference.
fn desk(web: &Web, store: &str) -> Desk {
    let base = format!("http://127.0.0.1:{}", web.port);
    let settings = format!(
        "[registries]\nnpm = \"{base}/npm/\"\npypi = \"{base}/simple/\"\n\n[survey]\npause = 1\nforge = \"{base}/forge\"\n\
         rdap = \"{base}/rdap\"\ndns = \"127.0.0.1:9\"\n"
    );
    let desk = Desk::new().file("portcullis.toml", settings).file("listings.jsonl", listings());
    desk.write("store", store);
    let desk = desk.variable("SURVEY", store);
    desk.run(&["survey", "collect", "--from", "listings.jsonl", "--store", store]).exits(0);
    desk
}

const WORDS: [&str; 5] = ["--format", "json", "--lease", "2", "--store"];

fn spawn(desk: &Desk, action: &[&str], store: &str) -> Child {
    let mut command = desk.command(&[&["survey"], action, &WORDS, &[store]].concat());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// What every subject was seen as, which is once.
fn seen(store: &str) -> BTreeMap<String, String> {
    let held = "SELECT COUNT(*) FROM job WHERE state <> 'done'";
    assert_eq!(number(store, held), 0, "jobs are left");
    observed(store)
}

fn number(store: &str, sql: &'static str) -> i64 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(store).await.unwrap();
        let number = store.number(sql, &[]).await.unwrap();
        store.close().await;
        number
    })
}

/// As [`seen`], whatever became of the jobs.
fn observed(store: &str) -> BTreeMap<String, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(store).await.unwrap();
        let sql =
            "SELECT s.text, o.status, o.facts FROM observation AS o JOIN subject AS s ON s.id = o.subject";
        let mut seen = BTreeMap::new();
        for row in store.query(sql, &[]).await.unwrap() {
            let earlier = seen.insert(row.text(0).to_owned(), format!("{} {}", row.text(1), row.text(2)));
            assert_eq!(earlier, None, "`{}` was written twice", row.text(0));
        }
        store.close().await;
        seen
    })
}

/// The run that nobody disturbs.
fn undisturbed() -> BTreeMap<String, String> {
    let web = world();
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("alone.db").display().to_string();
    let desk = desk(&web, &store);
    let run = desk.run(&[&["survey", "probe"], &WORDS[..], &[&store]].concat());
    assert_eq!(run.exits(0).json()["planned"], 4 * LISTINGS);
    assert_eq!(run.json()["subjects"], 4 * LISTINGS);
    let seen = seen(&store);
    assert_eq!(seen.len(), 4 * LISTINGS);
    assert!(seen["npm:pkg-0"].starts_with("absent") && seen["npm:pkg-1"].starts_with("present"), "{seen:?}");
    seen
}

/// Waits until this many requests were made.
fn until(web: &Web, requests: usize) {
    let began = Instant::now();
    while web.requests().len() < requests {
        assert!(began.elapsed() < Duration::from_secs(60), "only {} requests", web.requests().len());
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn end(child: Child) -> Run {
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run {
        code: output.status.code(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
        peak_megabytes: 0,
        elapsed: Duration::ZERO,
    }
}

/// How often each thing was asked for, controls left out.
fn asked(web: &Web) -> BTreeMap<String, usize> {
    let mut asked = BTreeMap::new();
    for request in web.requests() {
        let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
        if ["/pkg-", "/lib-", "/own-"].iter().any(|mark| path.contains(mark)) {
            *asked.entry(path).or_default() += 1;
        }
    }
    asked
}

#[test]
fn a_killed_worker_loses_nothing_and_writes_nothing_twice() {
    let expected = undisturbed();
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start();
    let mut stores = vec![folder.path().join("shared.db").display().to_string()];
    stores.extend(server.as_ref().map(|server| server.address("killed")));
    for store in stores {
        let web = world();
        let desk = desk(&web, &store);
        let mut first = spawn(&desk, &["probe"], &store);
        until(&web, 40);
        let second = spawn(&desk, &["work"], &store);
        until(&web, 150);
        first.kill().unwrap();
        first.wait().unwrap();
        let second = end(second);
        assert_eq!(second.exits(0).json()["left"], 0);
        assert!(second.json()["subjects"].as_u64() > Some(0), "{}", second.stdout);
        assert_eq!(seen(&store), expected);
        // Only what the first one held was asked for again.
        let again = asked(&web).values().filter(|count| **count > 1).count();
        assert!(again <= 4 * 50 * 3, "{again}");
    }
}

/// A world in which whoever asks for `pkg-13` dies of it, and how often that was so. Workers are named to it as they start.
fn poisoned() -> (Web, Arc<Mutex<u32>>, Arc<AtomicUsize>) {
    let (running, deaths) = (Arc::new(Mutex::new(0)), Arc::new(AtomicUsize::new(0)));
    let (victim, died) = (Arc::clone(&running), Arc::clone(&deaths));
    let web = Web::new(move |request, stream| {
        std::thread::sleep(Duration::from_millis(4));
        let path = request.split(' ').nth(1).unwrap_or_default();
        if path == "/npm/pkg-13" {
            let process = victim.lock().unwrap().to_string();
            assert!(Command::new("kill").args(["-9", &process]).status().unwrap().success());
            died.fetch_add(1, Ordering::SeqCst);
            return;
        }
        match body(path) {
            Some(body) => send(stream, "200 OK", "", &body),
            None => send(stream, "404 Not Found", "", "{}"),
        }
    });
    (web, running, deaths)
}

#[test]
fn a_subject_that_kills_its_workers_is_given_up_alone_and_told_with_its_reason() {
    let mut expected = undisturbed();
    expected.remove("npm:pkg-13").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start();
    let mut stores = vec![folder.path().join("poisoned.db").display().to_string()];
    stores.extend(server.as_ref().map(|server| server.address("poisoned")));
    for store in stores {
        let (web, running, deaths) = poisoned();
        let desk = desk(&web, &store);
        desk.run(&["survey", "probe", "--plan", "--store", &store]).exits(0);
        let last = loop {
            // Whoever asks may only be told its name when it is known.
            let mut victim = running.lock().unwrap();
            let child = spawn(&desk, &["work"], &store);
            *victim = child.id();
            drop(victim);
            let run = end(child);
            if run.code.is_some() {
                break run;
            }
            assert!(deaths.load(Ordering::SeqCst) <= 5, "more workers died than may");
        };
        assert_eq!(deaths.load(Ordering::SeqCst), 5);
        let told = last.exits(3).json();
        assert_eq!((&told["given_up"], &told["left"]), (&json!(1), &json!(0)), "{told}");
        assert_eq!(observed(&store), expected);
        desk.run(&["survey", "analyse", "--store", &store]).exits(0);
        let report = desk.run(&["survey", "report", "--store", &store, "--format", "json"]).exits(0).json();
        let given_up = json!({"subjects": 1, "listed": [{"subject": "npm:pkg-13", "reason": "its workers died", "attempts": 5}]});
        assert_eq!(report["given_up"], given_up);
        for format in ["html", "markdown"] {
            let words = ["survey", "report", "--store", &store, "--format", format];
            let text = desk.run(&words).exits(0).stdout.clone();
            assert!(text.contains("Given up") && text.contains("its workers died"), "{text}");
        }
    }
}

#[test]
fn a_shared_store_that_goes_and_comes_back_loses_nothing() {
    let Some(server) = Server::start() else { return };
    let expected = undisturbed();
    let web = world();
    let store = server.address("crashed");
    let desk = desk(&web, &store);
    let first = spawn(&desk, &["probe"], "env:SURVEY");
    until(&web, 40);
    let second = spawn(&desk, &["work"], "file:store");
    until(&web, 150);
    // Every process of the server at once, with the signal that none hears.
    server.kill();
    std::thread::sleep(Duration::from_millis(500));
    server.begin();
    // And once more while they take up again what they had in hand.
    until(&web, 220);
    server.kill();
    std::thread::sleep(Duration::from_millis(500));
    server.begin();
    let (first, second) = (end(first), end(second));
    assert_eq!(first.exits(0).json()["left"], 0);
    assert_eq!(second.exits(0).json()["given_up"], 0);
    for run in [first, second] {
        assert!(!run.everything().contains("hunter2"), "{}", run.everything());
    }
    assert_eq!(seen(&store), expected);
}

#[test]
fn a_worker_that_is_told_to_end_puts_back_what_it_has_not_begun_and_asks_for_nothing_twice() {
    let web = world();
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("told.db").display().to_string();
    let desk = desk(&web, &store);
    let told = spawn(&desk, &["probe"], &store);
    until(&web, 60);
    let process = told.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &process]).status().unwrap().success());
    let told = end(told);
    let left = told.exits(3).json()["left"].as_u64().unwrap();
    let done = told.json()["subjects"].as_u64().unwrap();
    assert_eq!((left > 0, left + done), (true, 4 * LISTINGS as u64), "{}", told.stdout);
    let rest = end(spawn(&desk, &["work"], &store));
    assert_eq!(rest.exits(0).json()["subjects"], left);
    assert_eq!(seen(&store).len(), 4 * LISTINGS);
    let asked = asked(&web);
    assert!(asked.values().all(|count| *count == 1), "{asked:?}");
}

#[test]
fn a_reference_to_the_store_that_leads_nowhere_is_told_without_what_it_holds() {
    let desk = Desk::new()
        .variable("GARBLED", "host=db.example password=hunter2")
        .variable("AWAY", "postgres://me:hunter2@127.0.0.1:9/survey")
        .variable("EMPTY", " ");
    desk.write("garbled", "hunter2\n");
    for (store, code, words) in [
        ("env:NOWHERE", 2, "refers to the variable `NOWHERE`, which is not set"),
        ("env:GARBLED", 2, "is no address of a server"),
        ("file:garbled", 2, "is no address of a server"),
        ("file:missing", 2, "cannot be read"),
        ("env:EMPTY", 2, "is empty"),
        ("keyring:survey", 2, "no keyring is read yet"),
    ] {
        for step in ["analyse", "report", "probe", "work"] {
            let run = desk.run(&["survey", step, "--store", store]);
            assert!(run.exits(code).stderr.contains(words), "{step} {store}: {}", run.stderr);
            assert!(!run.everything().contains("hunter2"), "{}", run.everything());
        }
    }
    assert!(!desk.path("hunter2").exists());
    let away = desk.run(&["survey", "report", "--store", "env:AWAY"]);
    assert!(away.exits(3).stderr.contains("`postgres://me@127.0.0.1:9/survey` can not be opened"));
    assert!(!away.everything().contains("hunter2"), "{}", away.everything());
    let literal = desk.run(&["survey", "report", "--store", "postgres://me:hunter2@127.0.0.1:9/survey"]);
    assert!(literal.exits(3).stderr.contains("`--store env:NAME` keeps it out"), "{}", literal.stderr);
    assert!(!literal.everything().contains("hunter2"), "{}", literal.everything());
}
