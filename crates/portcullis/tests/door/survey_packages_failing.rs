//! Packages that a survey cannot have, or that end it: they are told with their reasons, and the others are looked at.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;

use crate::packages::{integrity, registry};
use crate::peers::Web;
use crate::survey_packages::{Offer, analyse, asked, desk, listings, npm, offer, report};

/// What can be wrong with a package, one of each.
fn bad() -> (Vec<Offer>, String) {
    let mut offers = vec![
        offer("good-mcp", "1.0.0", 0),
        Offer { stated: integrity(b"something else"), ..offer("swapped-mcp", "1.0.0", 0) },
        offer("old-mcp", "1.0.0", 0),
        offer("unproved-mcp", "1.0.0", 0),
        Offer { archive: b"<html>".to_vec(), stated: integrity(b"<html>"), ..offer("page-mcp", "1.0.0", 0) },
    ];
    offers[3].stated.clear();
    let packages = [
        ("good-mcp", 9, None),
        ("swapped-mcp", 8, None),
        ("old-mcp", 7, Some("7.7.7")),
        ("free-mcp", 6, None),
        ("unproved-mcp", 5, None),
        ("page-mcp", 4, None),
        ("not/a/name", 3, None),
    ];
    (offers, listings(&packages))
}

#[test]
fn what_could_not_be_had_is_told_with_its_reason_and_a_name_that_may_be_free_is_not() {
    let (offers, listings) = bad();
    let web = npm(offers, Duration::ZERO);
    let desk = desk(web.port, &listings);
    let run = analyse(&desk, &[]);
    assert!(run.exits(3).stderr.contains("1 packages looked at"), "{}", run.stderr);
    for words in [
        "is not what the registry says it is",
        "no version `7.7.7`",
        "states no digest",
        "neither a zip nor a tar",
    ] {
        assert!(run.stderr.contains(words), "no `{words}` in {}", run.stderr);
    }
    let figures = report(&desk);
    let failed = figures["inspected"]["failed"].as_array().unwrap();
    let count = |why: &str| {
        failed.iter().find(|one| one["what"] == why).map_or(0, |one| one["count"].as_i64().unwrap())
    };
    for (why, packages) in
        [("wrong-digest", 2), ("no-version", 1), ("unknown", 1), ("unreadable", 1), ("name", 1)]
    {
        assert_eq!(count(why), packages, "{why}: {failed:?}");
    }
    for format in ["html", "markdown", "json"] {
        let words = ["survey", "report", "--store", "s.db", "--format", format];
        let text = desk.run(&words).exits(0).stdout.clone();
        assert!(
            text.contains("swapped") && !text.contains("npm:free-mcp") && !text.contains("`free-mcp`"),
            "{text}"
        );
    }
    let named =
        desk.run(&["survey", "report", "--store", "s.db", "--name-live-cases"]).exits(0).stdout.clone();
    assert!(named.contains("free") && named.contains("7.7.7"), "{named}");
    let output = crate::survey_recount::count(&desk, &figures);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // None of them is asked for again on the same day.
    let before = web.requests().len();
    let again = analyse(&desk, &[]);
    assert!(again.exits(3).stderr.contains("6 could not be had earlier"), "{}", again.stderr);
    assert_eq!(web.requests().len(), before);
}

#[test]
fn a_registry_that_is_down_is_asked_three_times_and_everything_goes_on_when_it_is_back() {
    let names = ["one-mcp", "two-mcp", "three-mcp", "four-mcp", "five-mcp"];
    let down =
        registry(|_| Some(("503 Service Unavailable", String::from("Retry-After: 0\r\n"), Vec::new())));
    let packages: Vec<_> = (1..).zip(names).map(|(reach, name)| (name, reach, None)).collect();
    let desk = desk(down.port, &listings(&packages));
    let run = analyse(&desk, &[]);
    assert!(run.exits(3).stderr.contains("2 packages are left: a registry did not answer"), "{}", run.stderr);
    // Each of the three is tried three times.
    assert_eq!(down.requests().len(), 9, "{:?}", asked(&down));
    assert_eq!(report(&desk)["inspected"]["failed"], json!([{"what": "unreachable", "count": 3}]));
    let up = npm(names.map(|name| offer(name, "1.0.0", 0)).into(), Duration::ZERO);
    desk.write("portcullis.toml", format!("[registries]\nnpm = \"http://127.0.0.1:{}/\"\n", up.port));
    let run = analyse(&desk, &[]);
    assert!(run.exits(0).stderr.contains("5 packages looked at"), "{}", run.stderr);
    let inspected = &report(&desk)["inspected"];
    assert_eq!((&inspected["packages"], &inspected["failed"]), (&json!(5), &json!([])));
}

#[test]
fn an_archive_that_is_too_large_is_not_fetched_and_the_others_are() {
    let huge = Offer { stated: integrity(b"x"), ..offer("huge-mcp", "1.0.0", 0) };
    let honest = npm(vec![huge, offer("small-mcp", "1.0.0", 0)], Duration::ZERO);
    let port = honest.port;
    let web = Web::new(move |request, stream| {
        if request.contains("huge-mcp-1.0.0.tgz") {
            drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"));
            return;
        }
        hand_on(request, port, stream);
    });
    let desk = desk(web.port, &listings(&[("huge-mcp", 9, None), ("small-mcp", 1, None)]));
    let run = analyse(&desk, &[]);
    assert!(run.exits(3).stderr.contains("is larger than 96 MiB"), "{}", run.stderr);
    assert!(run.stderr.contains("1 packages looked at"), "{}", run.stderr);
    assert_eq!(report(&desk)["inspected"]["failed"], json!([{"what": "too-large", "count": 1}]));
}

#[test]
fn a_package_that_ends_every_run_comes_last_and_is_then_left_for_another_day() {
    let names = ["poison-mcp", "one-mcp", "two-mcp"];
    let honest = npm(names.map(|name| offer(name, "1.0.0", 0)).into(), Duration::ZERO);
    let (running, port) = (Arc::new(Mutex::new(0_u32)), honest.port);
    let victim = Arc::clone(&running);
    let web = Web::new(move |request, stream| {
        if request.contains("poison-mcp-1.0.0.tgz") {
            let process = victim.lock().unwrap().to_string();
            assert!(Command::new("kill").args(["-9", &process]).status().unwrap().success());
            return;
        }
        hand_on(request, port, stream);
    });
    let desk =
        desk(web.port, &listings(&[("poison-mcp", 9, None), ("one-mcp", 5, None), ("two-mcp", 1, None)]));
    let run = || {
        let mut command = desk.command(&["survey", "analyse", "--store", "s.db", "--sources"]);
        let mut victim = running.lock().unwrap();
        let child =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        *victim = child.id();
        drop(victim);
        let output = child.wait_with_output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(run().0, None);
    assert_eq!(run().0, None);
    let (code, told) = run();
    assert!(code == Some(3) && told.contains("1 could not be had earlier"), "{told}");
    let archives: Vec<String> = asked(&web).into_iter().filter(|path| path.ends_with(".tgz")).collect();
    let expected =
        ["poison", "one", "two", "poison"].map(|name| format!("/{name}-mcp/-/{name}-mcp-1.0.0.tgz"));
    assert_eq!(archives, expected);
    let inspected = &report(&desk)["inspected"];
    assert_eq!(
        (&inspected["packages"], &inspected["failed"]),
        (&json!(2), &json!([{"what": "died", "count": 1}]))
    );
}

/// Lets another server of this machine answer.
fn hand_on(request: &str, port: u16, stream: &mut TcpStream) {
    let mut to = TcpStream::connect(("127.0.0.1", port)).unwrap();
    to.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    drop(to.read_to_end(&mut answer));
    drop(stream.write_all(&answer));
}
