//! Registries that answer late, half or in odd ways, and how long that is put up with.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portcullis_fetch::{Attempt, Clients, FetchErrorKind, Options, fetch};

/// A server that hands every request to `answer`; it ends with the test's process.
fn server(answer: impl Fn(&str, &mut TcpStream) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            thread::spawn(move || {
                let mut head = [0; 2048];
                let count = stream.read(&mut head).unwrap_or(0);
                let request = String::from_utf8_lossy(&head[..count]).into_owned();
                answer(request.split(' ').nth(1).unwrap_or_default(), &mut stream);
            });
        }
    });
    address
}

fn send(stream: &mut TcpStream, body: &[u8]) {
    let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    drop(stream.write_all(&[head.as_bytes(), body].concat()));
}

fn quick() -> Options {
    let short = Duration::from_millis(300);
    Options {
        first_wait: Duration::from_millis(10),
        connect: short,
        idle: short,
        whole: short * 3,
        ..Options::default()
    }
}

fn fetched(wanted: &str, registry: &str, options: &Options, received: &AtomicU64) -> Attempt {
    let clients = Clients {
        home: Path::new("/nonexistent"),
        root: Path::new("/nonexistent"),
        folder: None,
        variable: &|_| None,
        npm: Some(registry),
        pypi: Some(registry),
    };
    let heard =
        |progress: portcullis_fetch::Progress<'_>| received.store(progress.received, Ordering::SeqCst);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(fetch(&wanted.parse().unwrap(), &clients, options, &heard))
}

#[test]
fn a_registry_that_never_answers_is_left_in_time() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let silent = server(move |_, _| {
        count.fetch_add(1, Ordering::SeqCst);
        thread::sleep(Duration::from_secs(30));
    });
    let began = Instant::now();
    let attempt = fetched("npm:some-mcp", &silent, &quick(), &AtomicU64::new(0));
    let error = attempt.outcome.unwrap_err();
    assert_eq!(error.kind, FetchErrorKind::Unreachable);
    assert!(error.to_string().contains("it took too long to answer"), "{error}");
    assert_eq!((asked.load(Ordering::SeqCst), attempt.hosts.len()), (3, 1));
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[test]
fn a_registry_that_trickles_is_left_in_time() {
    let trickling = server(|_, stream| {
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"));
        while stream.write_all(b" ").is_ok() {
            thread::sleep(Duration::from_millis(50));
        }
    });
    let began = Instant::now();
    let options = Options { patience: Duration::from_millis(100), ..quick() };
    let received = AtomicU64::new(0);
    let attempt = fetched("pypi:some-mcp", &trickling, &options, &received);
    assert_eq!(attempt.outcome.unwrap_err().kind, FetchErrorKind::Unreachable);
    assert!(received.load(Ordering::SeqCst) > 5);
    // It was asked once: after the first time there was no patience left.
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[test]
fn a_mirror_is_asked_for_the_file_before_the_host_that_it_names() {
    let paths = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&paths);
    let mirror = server(move |path, stream| {
        log.lock().unwrap().push(path.to_owned());
        let described = r#"{"dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": {"dist": {
            "tarball": "https://elsewhere.example/@s/some-mcp/-/some-mcp-1.0.0.tgz", "shasum": "da39a3ee5e6b4b0d3255bfef95601890afd80709"}}}}"#;
        send(stream, if path.ends_with(".tgz") { b"" } else { described.as_bytes() });
    });
    let attempt = fetched("npm:@s/some-mcp", &format!("{mirror}npm"), &quick(), &AtomicU64::new(0));
    // What it sends has the right digest and is no archive.
    let error = attempt.outcome.unwrap_err();
    assert!(
        error.kind == FetchErrorKind::Refused && error.to_string().contains("neither a zip nor a tar"),
        "{error}"
    );
    assert_eq!(*paths.lock().unwrap(), ["/npm/@s%2fsome-mcp", "/npm/@s/some-mcp/-/some-mcp-1.0.0.tgz"]);
    assert_eq!(attempt.hosts.len(), 1);
}

#[test]
fn a_registry_that_sends_plain_downloads_elsewhere_is_refused() {
    let astray = server(|_, stream| {
        let described = r#"{"versions": {"1.0.0": {"dist": {"tarball": "http://elsewhere.example/a.tgz", "shasum": "da39a3ee5e6b4b0d3255bfef95601890afd80709"}}}}"#;
        send(stream, described.as_bytes());
    });
    let error = fetched("npm:a", &astray, &quick(), &AtomicU64::new(0)).outcome.unwrap_err();
    assert!(error.kind == FetchErrorKind::Refused && error.to_string().contains("only https"), "{error}");
}
