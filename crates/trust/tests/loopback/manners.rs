//! How the client behaves, and what it makes of hosts that do not.

use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use portcullis_trust::{Manners, Recording, Reply, Request};

use crate::server::{Web, client, quick, run, send};

fn ask(web: &Web, manners: Manners) -> Reply {
    let client = client(manners, None);
    run(client.get(&Request::service(format!("{}/x", web.base))))
}

#[test]
fn a_host_that_is_asked_too_often_is_left_alone_for_as_long_as_it_wants() {
    let web = Web::new(|number, _, stream| match number {
        1 => send(stream, 429, "Retry-After: 1\r\n", b"slow down"),
        _ => send(stream, 200, "", b"{}"),
    });
    let began = Instant::now();
    assert!(ask(&web, quick()).is(200));
    assert!(began.elapsed() >= Duration::from_secs(1), "{:?}", began.elapsed());
    assert_eq!(web.requests().len(), 2);
}

#[test]
fn a_rest_that_is_too_long_ends_the_questions_to_that_host() {
    let web = Web::new(|_, _, stream| send(stream, 429, "Retry-After: 3600\r\n", b""));
    let client = client(quick(), None);
    run(async {
        for _ in 0..3 {
            let reply = client.get(&Request::service(format!("{}/x", web.base))).await;
            assert!(reply.trouble.is_some(), "{reply:?}");
        }
    });
    assert_eq!(web.requests().len(), 1, "it was asked again during its rest");
}

#[test]
fn a_limit_without_a_time_and_an_outage_are_tried_again_and_then_given_up() {
    for status in [429, 503, 500] {
        let web = Web::new(move |_, _, stream| send(stream, status, "", b""));
        let reply = ask(&web, quick());
        assert_eq!(web.requests().len(), 3, "{status}");
        assert!(!reply.is(200) && !reply.is(404));
    }
    let web = Web::new(|number, _, stream| send(stream, if number < 3 { 502 } else { 200 }, "", b"{}"));
    assert!(ask(&web, quick()).is(200));
}

#[test]
fn a_used_up_limit_of_a_forge_counts_as_a_limit() {
    let headers = "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 99999999999\r\n";
    let web = Web::new(move |_, _, stream| send(stream, 403, headers, b"{}"));
    let reply = ask(&web, quick());
    assert!(reply.trouble.unwrap().contains("too often"));
    assert_eq!(web.requests().len(), 1);
}

#[test]
fn bodies_that_are_cut_slow_or_too_large_are_no_answers() {
    let cut = Web::new(|_, _, stream| {
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"));
    });
    let slow = Web::new(|_, _, stream| {
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"));
        for _ in 0..100 {
            thread::sleep(Duration::from_millis(100));
            drop(stream.write_all(b"x"));
        }
    });
    let large = Web::new(|_, _, stream| {
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"));
        while stream.write_all(&[b'x'; 65536]).is_ok() {}
    });
    let silent = Web::new(|_, _, _| thread::sleep(Duration::from_secs(20)));
    let gone = Web::new(|_, _, _| {});
    let began = Instant::now();
    for (web, name) in
        [(&cut, "cut"), (&slow, "slow"), (&large, "large"), (&silent, "silent"), (&gone, "gone")]
    {
        let client = client(quick(), None);
        let request = Request::service(format!("{}/x", web.base)).at_most(1 << 20);
        let reply = run(client.get(&request));
        assert!(reply.trouble.is_some() && !reply.is(200), "{name}: {:?}", reply.status);
        assert!(reply.body.is_empty());
    }
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
}

#[test]
fn redirects_end_and_credentials_stay_with_their_host() {
    let other = Web::new(|_, _, stream| send(stream, 200, "", b"{}"));
    let target = format!("Location: {}/there\r\n", other.base);
    let web = Web::new(move |_, request, stream| {
        let path = request.split(' ').nth(1).unwrap_or_default();
        match path {
            "/here" => send(stream, 301, "Location: /end\r\n", b""),
            "/end" => send(stream, 200, "", b"{}"),
            "/away" => send(stream, 302, &target, b""),
            _ => send(stream, 302, "Location: /round\r\n", b""),
        }
    });
    let client = client(quick(), None);
    let token = portcullis_model::Secret::new("Bearer canary");
    let ask = |path: &str| {
        let request = Request::service(format!("{}{path}", web.base)).known_as(Some(token.clone()));
        run(client.follow(&request))
    };
    assert!(ask("/here").is(200));
    assert!(ask("/round").trouble.unwrap().contains("five times"));
    // A stranger on this machine is not followed to.
    assert!(ask("/away").trouble.unwrap().contains("public network"));
    assert!(other.requests().is_empty());
    assert!(web.requests().iter().all(|request| request.contains("authorization: Bearer canary")));
}

#[test]
fn the_pace_the_budget_and_the_name_are_kept() {
    let web = Web::new(|_, _, stream| send(stream, 200, "", b"{}"));
    let manners = Manners {
        pause: Duration::from_millis(120),
        budget: 4,
        contact: Some(String::from("https://a.example/contact")),
        ..quick()
    };
    let client = client(manners, None);
    let began = Instant::now();
    let replies = run(async {
        let mut replies = Vec::new();
        for _ in 0..6 {
            replies.push(client.get(&Request::service(format!("{}/x", web.base))).await);
        }
        replies
    });
    assert!(began.elapsed() >= Duration::from_millis(360), "{:?}", began.elapsed());
    assert_eq!(web.requests().len(), 4);
    assert!(replies[5].trouble.as_ref().unwrap().contains("budget"));
    assert!(
        web.requests()[0]
            .contains(&format!("portcullis/{} (+https://a.example/contact)", env!("CARGO_PKG_VERSION")))
    );
}

#[test]
fn pages_obey_robots_and_an_unreachable_robots_closes_the_host() {
    let web = Web::new(|_, request, stream| match request.split(' ').nth(1).unwrap_or_default() {
        "/robots.txt" => send(stream, 200, "", b"User-agent: *\nDisallow: /private\n"),
        _ => send(stream, 200, "", b"page"),
    });
    let down = Web::new(|_, _, stream| send(stream, 503, "", b""));
    let client = client(quick(), None);
    let page =
        |web: &Web, path: &str| run(client.get(&Request::service(format!("{}{path}", web.base)).page()));
    assert!(page(&web, "/open").is(200));
    assert!(page(&web, "/private/x").trouble.unwrap().contains("robots.txt"));
    assert_eq!(web.requests().iter().filter(|request| request.contains("/robots.txt")).count(), 1);
    assert!(page(&down, "/open").trouble.unwrap().contains("robots.txt"));
}

#[test]
fn what_did_not_change_is_not_sent_again_and_a_recording_answers_without_the_network() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("heard.jsonl");
    let web = Web::new(|_, request, stream| match request.contains("if-none-match: \"v1\"") {
        true => send(stream, 304, "", b""),
        false => send(stream, 200, "ETag: \"v1\"\r\n", b"{\"a\":1}"),
    });
    let request = Request::service(format!("{}/x", web.base))
        .known_as(Some(portcullis_model::Secret::new("Bearer canary")));
    for is_unchanged in [false, true] {
        let client = client(quick(), Some(Recording::append(&path).unwrap()));
        let reply = run(client.get(&request));
        assert!(reply.is(200));
        assert_eq!((reply.body.as_slice(), reply.is_unchanged), (b"{\"a\":1}".as_slice(), is_unchanged));
    }
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count(), 2);
    assert!(!text.contains("canary") && text.contains("sha256:"));

    let replay = client(quick(), Some(Recording::replay(&path).unwrap()));
    assert_eq!(run(replay.get(&request)).body, b"{\"a\":1}");
    assert_eq!(web.requests().len(), 2, "a replay asked");
    let other = run(replay.get(&Request::service("https://a.example/")));
    assert!(other.trouble.unwrap().contains("recording"));
}

#[test]
fn a_recording_that_was_cut_or_changed_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("heard.jsonl");
    let web = Web::new(|_, _, stream| send(stream, 200, "", b"body"));
    let request = Request::service(format!("{}/x", web.base));
    run(client(quick(), Some(Recording::append(&path).unwrap())).get(&request));
    let mut text = std::fs::read_to_string(&path).unwrap();
    text.push_str("{\"request\":\"GET https://a.exa");
    std::fs::write(&path, text).unwrap();
    let recording = Recording::replay(&path).unwrap();
    assert_eq!(recording.unread.len(), 1);
    assert_eq!(recording.unread[0].0, 2);
    for folder in std::fs::read_dir(folder.path().join("heard.jsonl.bodies")).unwrap().flatten() {
        for body in std::fs::read_dir(folder.path()).unwrap().flatten() {
            std::fs::write(body.path(), b"another").unwrap();
        }
    }
    let reply = run(client(quick(), Some(recording)).get(&request));
    assert_eq!(reply.trouble.as_deref(), Some("the recorded body was changed"));
}
