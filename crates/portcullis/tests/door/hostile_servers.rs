//! Live servers that misbehave: each is named with what it did, none is called clean, none holds the others up, and none
//! outlives the scan.

use std::io::Write;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use crate::desk::{Desk, Run};
use crate::peers::{Web, entry, honest, misbehaving, send};

/// A desk whose project configures these servers.
fn desk(servers: impl IntoIterator<Item = (String, Value)>) -> Desk {
    let servers: Map<String, Value> = servers.into_iter().collect();
    Desk::new()
        .file("portcullis.toml", "[scan]\nignore = [\"volatile-program\", \"plain-http\"]\n")
        .file(".mcp.json", json!({"mcpServers": servers}).to_string())
}

fn live(desk: &Desk) -> Run {
    desk.scan(&["--live", "--yes", "--timeout", "1"])
}

#[test]
fn programs_that_misbehave_are_named_and_the_honest_one_is_looked_at() {
    // What each does, and what is said of it.
    let modes = [
        ("exits", &["ended (exit status: 3)", "it said last: fatal: \\u{1b}[31mTOKEN is not set"][..]),
        ("silent", &["no answer in time"]),
        ("only-garbage", &["10000 messages that nobody asked for"]),
        ("floods", &["10000 messages that nobody asked for"]),
        ("different-id", &["no answer in time"]),
        ("endless-pages", &["more than 1000 pages"]),
        ("repeated-cursor", &["repeats a cursor"]),
        ("second-page-fails", &["page 2"]),
        ("dies-mid-answer", &["bytes into a message and ended"]),
        ("closes-output", &["closed its output but goes on running"]),
        ("hundred-megabytes", &["tools"]),
        ("deep", &["tools"]),
        ("wrong-types", &["tools"]),
        ("modern-wants-input", &["wants input"]),
    ];
    let all = modes.iter().map(|(mode, _)| *mode).chain(["honest"]);
    let desk = desk(all.map(|mode| (mode.to_owned(), entry(&misbehaving(mode)))));
    let run = live(&desk);
    run.exits(3);
    for (mode, words) in modes {
        run.could_not_look_at(&format!(".mcp.json#{mode}"), words);
    }
    assert!(run.targets().contains(&".mcp.json#honest: scanned".to_owned()), "{:#?}", run.targets());
    assert!(run.elapsed < Duration::from_secs(40), "{:?}", run.elapsed);
    assert!(run.peak_megabytes < 300, "{} MB", run.peak_megabytes);
    assert!(!run.everything().contains('\u{1b}'));
}

#[test]
fn garbage_beside_the_protocol_is_told_and_does_not_keep_the_tools_from_being_read() {
    let desk = desk([("noisy".to_owned(), entry(&misbehaving("garbage")))]);
    let run = live(&desk);
    run.exits(0);
    assert!(run.json()["notes"].to_string().contains("no message"), "{}", run.stdout);
    assert_eq!(run.json()["servers"][0]["tools"].as_array().unwrap().len(), 1);
}

#[test]
fn what_a_server_lists_before_it_fails_is_looked_at() {
    let run = live(&desk([("pages".to_owned(), entry(&misbehaving("endless-pages")))]));
    run.exits(3);
    assert_eq!(run.json()["servers"][0]["tools"].as_array().unwrap().len(), 1000);
}

/// The processes whose numbers the peer wrote into the file, as far as they still run.
fn left_over(desk: &Desk) -> Vec<String> {
    let numbers = desk.read("numbers");
    assert_eq!(numbers.split(' ').count(), 3, "{numbers}");
    let runs = |number: &&str| {
        let stat = std::fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
        // Who ended and was not reaped by whoever adopted it does not run.
        stat.rsplit(") ").next().is_some_and(|state| !state.is_empty() && !state.starts_with('Z'))
    };
    let began = Instant::now();
    loop {
        let left: Vec<String> = numbers.split(' ').filter(runs).map(str::to_owned).collect();
        if left.is_empty() || began.elapsed() > Duration::from_secs(3) {
            return left;
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// A desk whose server starts children of its own, one of them in a session of its own.
fn with_family(mode: &str) -> Desk {
    let desk = desk([]);
    let mut words = misbehaving(mode);
    words.push(desk.path("numbers").display().to_string());
    desk.write(".mcp.json", json!({"mcpServers": {"family": entry(&words)}}).to_string());
    desk
}

#[cfg(target_os = "linux")]
#[test]
fn no_server_and_none_of_its_children_outlives_the_scan() {
    for mode in ["family", "stubborn"] {
        let desk = with_family(mode);
        live(&desk).exits(0);
        assert_eq!(left_over(&desk), [""; 0], "{mode}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_scan_that_is_interrupted_ends_its_servers() {
    for signal in ["-INT", "-TERM", "-HUP"] {
        let desk = with_family("stubborn");
        let mut command = desk.command(&["scan", "--live", "--yes", "--timeout", "30"]);
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let began = Instant::now();
        while !std::fs::read_to_string(desk.path("numbers")).is_ok_and(|text| text.split(' ').count() == 3) {
            assert!(began.elapsed() < Duration::from_secs(20), "the server did not start");
            thread::sleep(Duration::from_millis(2));
        }
        Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        let status = child.wait().unwrap();
        // It may have been done already.
        assert_ne!(status.code(), Some(4), "{signal}");
        assert_eq!(left_over(&desk), [""; 0], "{signal}");
    }
}

/// Scans one web server by its URL.
fn contact(web: &Web) -> Run {
    Desk::new().scan(&[&web.url(), "--timeout", "1"])
}

#[test]
fn a_server_that_wants_credentials_is_named_with_how_to_get_them() {
    let web = Web::new(|request, stream| {
        if request.starts_with("GET /.well-known/oauth-protected-resource") {
            let body = r#"{"resource": "https://a.example/mcp", "authorization_servers": ["https://login.a.example"], "scopes_supported": ["tools.read"]}"#;
            send(stream, "200 OK", "Content-Type: application/json\r\n", body);
        } else {
            send(stream, "401 Unauthorized", "WWW-Authenticate: Bearer\r\n", "");
        }
    });
    let run = contact(&web);
    run.exits(3).could_not_look_at(&web.url(), &["https://login.a.example", "tools.read"]);
}

#[test]
fn redirects_into_private_networks_are_refused() {
    for target in [
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
        "http://[::1]:1/",
        "file:///etc/passwd",
    ] {
        let web = Web::new(move |_, stream| {
            send(stream, "307 Temporary Redirect", &format!("Location: {target}\r\n"), "");
        });
        let run = contact(&web);
        run.exits(3).could_not_look_at(&web.url(), &["points to", "where a scan does not go"]);
    }
}

#[test]
fn a_server_that_drips_its_answer_is_given_up() {
    let web = Web::new(|_, stream| {
        drop(stream.write_all(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n",
        ));
        while stream.write_all(b" ").is_ok() {
            thread::sleep(Duration::from_millis(50));
        }
    });
    let run = contact(&web);
    run.exits(3).could_not_look_at(&web.url(), &["time"]);
    assert!(run.elapsed < Duration::from_secs(20), "{:?}", run.elapsed);
}

#[test]
fn answers_over_http_that_are_no_protocol_are_named() {
    let answers = [
        ("200 OK", "Content-Type: application/json\r\n", "{\"jsonrpc\":"),
        ("200 OK", "Content-Type: application/json\r\n", "[]"),
        ("200 OK", "Content-Type: text/html\r\n", "<html>\u{1b}[31m</html>"),
        ("200 OK", "Content-Type: text/event-stream\r\n", "data: nonsense\n\n"),
        ("200 OK", "", ""),
        ("204 No Content", "", ""),
        ("403 Forbidden", "", "\u{1b}[31mno"),
        ("404 Not Found", "", ""),
        ("500 Internal Server Error", "", "<script>alert(1)</script>"),
        ("999 \u{1b}[31m", "", ""),
    ];
    for (status, headers, body) in answers {
        let web = Web::always(status, headers, body);
        let run = contact(&web);
        run.exits(3).could_not_look_at(&web.url(), &[]);
        assert!(!run.everything().contains('\u{1b}'), "{status}");
    }
}

#[test]
fn a_body_without_end_is_cut_off_in_bounded_memory() {
    let web = Web::new(|_, stream| {
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"x\":\""));
        while stream.write_all(&[b'a'; 1 << 16]).is_ok() {}
    });
    let run = contact(&web);
    run.exits(3).could_not_look_at(&web.url(), &[]);
    assert!(run.peak_megabytes < 200, "{} MB", run.peak_megabytes);
    assert!(run.elapsed < Duration::from_secs(30), "{:?}", run.elapsed);
}

#[test]
fn addresses_that_cannot_be_reached_or_meant_are_named_and_no_password_of_theirs_is_shown() {
    let web = Web::new(honest);
    let port = web.port;
    let desk = Desk::new();
    let run = desk.scan(&["http://127.0.0.1:1/mcp", "--timeout", "1"]);
    run.exits(3).could_not_look_at("http://127.0.0.1:1/mcp", &[]);
    let address = format!("http://ann:zX9-canary-Qw7@127.0.0.1:{port}/mcp");
    let run = desk.scan(&[&address, "--timeout", "1"]);
    run.exits(3);
    assert!(run.stdout.contains("user name or password"), "{}", run.stdout);
    assert!(!run.everything().contains("canary-Qw7"), "{}", run.everything());
    let run = desk.scan(&["http://no-such-host.invalid/mcp", "--timeout", "2"]);
    run.exits(3);
    let token = concat!("ghp", "_k7QmVt3RzX9sLwBn4HcYpD2fGjU8aE3CtjI5");
    let run = desk.scan(&[&format!("{}?token={token}", web.url()), "--timeout", "1"]);
    assert!(!run.everything().contains(&token[4..30]), "{}", run.everything());
    let run = desk.scan(&["--", "no-such-program-4711", "--token", token]);
    assert!(!run.everything().contains(&token[4..30]), "{}", run.everything());
}

#[test]
fn one_server_that_hangs_does_not_keep_a_remote_one_from_being_looked_at() {
    let web = Web::new(honest);
    let desk = desk([
        ("silent".to_owned(), entry(&misbehaving("silent"))),
        ("far".to_owned(), json!({"url": web.url()})),
    ]);
    let run = live(&desk);
    run.exits(3).could_not_look_at(".mcp.json#silent", &["no answer in time"]);
    assert!(run.targets().contains(&".mcp.json#far: scanned".to_owned()), "{:#?}", run.targets());
}
