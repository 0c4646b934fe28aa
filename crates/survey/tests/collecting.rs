//! Registries that answer as documented, and registries that do not: what is kept, and what is said of the rest.
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
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use portcullis_fetch::{Clients, KnownRegistry, ProxySettings, Registry};
use portcullis_model::Moment;
use portcullis_store::Store;
use portcullis_survey::collect::{Collected, Extent, collect};
use portcullis_survey::connector::{Choice, connector};
use portcullis_survey::table;
use portcullis_trust::{Client, Manners, Recording};

/// A registry's word, files for parts of addresses, and the names that come of them.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a [&'a str]);
type Answer = (u16, &'static str, Vec<u8>);

/// A registry on this machine; it remembers the addresses that it was asked.
struct Web {
    base: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Web {
    /// Answers by the number and the path of a request.
    fn new(answer: impl Fn(usize, &str) -> Answer + Send + Sync + 'static) -> Self {
        let number = std::sync::atomic::AtomicUsize::new(0);
        Self::conditional(move |request| {
            let number = number.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1;
            answer(number, request.split(' ').nth(1).unwrap_or_default())
        })
    }

    /// Answers by the whole head of a request.
    fn conditional(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let heard = Arc::clone(&asked);
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let request = head(&mut stream);
                heard.lock().unwrap().push(request.clone());
                let (status, headers, body) = answer(&request);
                let length = body.len();
                let head = format!(
                    "HTTP/1.1 {status} Status\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
                );
                drop(stream.write_all(&[head.as_bytes(), body.as_slice()].concat()));
            }
        });
        Self { base, asked }
    }

    fn asked(&self) -> Vec<String> {
        let heard = self.asked.lock().unwrap();
        heard.iter().map(|request| request.split(' ').nth(1).unwrap_or_default().to_owned()).collect()
    }
}

fn head(stream: &mut TcpStream) -> String {
    let mut head = [0; 8192];
    let count = stream.read(&mut head).unwrap_or(0);
    String::from_utf8_lossy(&head[..count]).into_owned()
}

fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/registries").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn ok(body: impl Into<Vec<u8>>) -> Answer {
    (200, "", body.into())
}

fn nothing() -> Answer {
    (404, "", b"{}".to_vec())
}

/// A token that nobody has, put together so that no scanner of this file finds one.
fn token() -> String {
    ["gh", "p_q7Zr2Lk9vTn4Xw8Bs1Yd6Hf3Jm5Pc0AeGuIo"].concat()
}

/// Every file below a folder as one text.
fn everything(folder: &Path) -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        all += &match entry.path().is_dir() {
            true => everything(&entry.path()),
            // SQLite takes its log away when the last connection is closed.
            false => String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap_or_default()).into_owned(),
        };
    }
    all
}

/// A store in a folder, and crawls into it.
struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn store(&self) -> String {
        self.folder.path().join("survey.db").display().to_string()
    }

    fn crawl_some(&self, word: &str, web: &Web, answers: u64, names: Option<&str>) -> Collected {
        run(async {
            let manners = Manners {
                pause: Duration::from_millis(1),
                first_wait: Duration::from_millis(2),
                longest_wait: Duration::from_millis(100),
                ..Manners::default()
            };
            let recording = Recording::append(&self.folder.path().join("heard.jsonl")).unwrap();
            let client = Client::new(manners, &ProxySettings::default(), Some(recording)).unwrap();
            let file = names.map(|names| {
                let path = self.folder.path().join("names.txt");
                std::fs::write(&path, names).unwrap();
                path
            });
            let index = format!("{}/simple/", web.base);
            let nowhere = Path::new("/nonexistent");
            let npm = format!("{}/npm/", web.base);
            let clients = Clients {
                home: nowhere,
                root: nowhere,
                folder: None,
                variable: &|_| None,
                npm: Some(&npm),
                pypi: Some(&index),
            };
            let registry = if word == "npm" { Registry::Npm } else { Registry::Pypi };
            let known = KnownRegistry::find(registry, &clients).await.unwrap();
            let address =
                if word == "awesome" { format!("{}/README.md", web.base) } else { web.base.clone() };
            let key = (word == "smithery").then(|| portcullis_model::Secret::new("canary"));
            let connector =
                connector(word, Choice { address: Some(address), key, file }, Some(known)).unwrap();
            let store = table::open(&self.store()).await.unwrap();
            let extent = Extent { answers, whole: false };
            collect(connector.as_ref(), &client, &store, extent, Moment(1_790_000_000)).await.unwrap()
        })
    }

    fn crawl(&self, word: &str, web: &Web) -> Collected {
        self.crawl_some(word, web, 100, None)
    }

    /// Rows as texts.
    fn rows(&self, sql: &'static str) -> Vec<String> {
        run(async {
            let store = Store::open(&self.store()).await.unwrap();
            let rows = store.query(sql, &[]).await.unwrap();
            rows.iter().map(|row| row.text(0).to_owned()).collect()
        })
    }

    fn names(&self) -> Vec<String> {
        self.rows("SELECT name FROM listing ORDER BY name")
    }

    fn reasons(&self) -> Vec<String> {
        self.rows("SELECT reason FROM rejected ORDER BY reason")
    }
}

fn run<F: Future>(work: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

fn official(number: usize, path: &str) -> Answer {
    let _ = number;
    if path.contains("updated_since") {
        return ok(r#"{"servers":[],"metadata":{"count":0}}"#);
    }
    if path.contains("cursor") { ok(fixture("official-2.json")) } else { ok(fixture("official-1.json")) }
}

#[test]
fn the_official_registry_is_followed_by_its_cursor_and_then_asked_for_changes() {
    let web = Web::new(official);
    let bench = Bench::new();
    let collected = bench.crawl("official", &web);
    assert_eq!((collected.records, collected.new, collected.rejected), (4, 3, 1), "{collected:?}");
    assert!(collected.is_complete && collected.problems.is_empty());
    assert_eq!(bench.names(), ["com.example/remote", "io.github.ann/tool", "io.github.bob/image"]);
    assert_eq!(bench.reasons(), ["it has no `name`"]);
    assert!(web.asked()[1].contains("cursor=io.github.ann%2Ftool%3A1.2.0"), "{:?}", web.asked());
    let packages = bench.rows("SELECT kind || ' ' || name FROM package ORDER BY name");
    assert_eq!(packages, ["oci ghcr.io/bob/image:2", "npm some-mcp"]);

    let again = bench.crawl("official", &web);
    assert_eq!((again.records, again.answers), (0, 1));
    assert!(web.asked()[2].contains("updated_since=2026-"), "{:?}", web.asked());
}

#[test]
fn a_crawl_that_was_ended_goes_on_where_it_was() {
    let web = Web::new(official);
    let bench = Bench::new();
    let first = bench.crawl_some("official", &web, 1, None);
    assert!(!first.is_complete);
    let second = bench.crawl("official", &web);
    assert!(second.is_complete);
    assert_eq!(web.asked().len(), 2, "{:?}", web.asked());
    assert_eq!(bench.names().len(), 3);
}

#[test]
fn every_registry_with_an_api_is_read_as_documented() {
    let cases: &[Case<'_>] = &[
        ("npm", &[("from=0", "npm.json")], &["@corp/some-mcp", "other-mcp"]),
        (
            "smithery",
            &[("page=1", "smithery-1.json"), ("page=2", "smithery-2.json")],
            &["@ann/tool", "@bob/other"],
        ),
        (
            "pulsemcp",
            &[("offset=0", "pulsemcp-1.json"), ("offset=2", "pulsemcp-2.json")],
            &["one", "three", "two"],
        ),
        ("glama", &[("after=c1", "glama-2.json"), ("first=100", "glama-1.json")], &["ann/tool", "bob/other"]),
        ("docker", &[("/mcp/catalog/v3/catalog.json", "docker.json")], &["notes", "weather"]),
        ("awesome", &[("README.md", "awesome.md")], &["github.com/ann/tool", "tool.example.com"]),
    ];
    for (word, answers, expected) in cases {
        let answers: Vec<(String, Vec<u8>)> =
            answers.iter().map(|(part, file)| ((*part).to_owned(), fixture(file))).collect();
        let web = Web::new(move |_, path| {
            let found = answers.iter().find(|(part, _)| path.contains(part));
            found.map_or_else(nothing, |(_, body)| ok(body.clone()))
        });
        let bench = Bench::new();
        let collected = bench.crawl(word, &web);
        assert_eq!(bench.names(), *expected, "{word}: {collected:?}");
        let seen = bench.rows("SELECT registry FROM listing");
        assert!(seen.iter().all(|registry| registry == word));
    }
}

#[test]
fn dockers_catalogue_says_of_each_server_what_it_is_started_from() {
    let web = Web::new(|_, _| ok(fixture("docker.json")));
    let bench = Bench::new();
    let collected = bench.crawl("docker", &web);
    assert_eq!((collected.records, collected.new, collected.rejected), (3, 2, 1), "{collected:?}");
    assert!(collected.is_complete);
    assert!(bench.reasons()[0].contains("a server is an object"), "{:?}", bench.reasons());
    let shown = "SELECT name || ' ' || COALESCE(repository, '-') || ' ' || COALESCE(version, '-') || ' ' || COALESCE(publisher, '-')
        || ' ' || reach FROM listing ORDER BY name";
    let expected = [
        "notes - - notes 4",
        "weather https://github.com/ann/weather 0123456789abcdef0123456789abcdef01234567 ann 55668",
    ];
    assert_eq!(bench.rows(shown), expected);
    let image = "mcp/weather sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    assert_eq!(bench.rows("SELECT name || ' ' || digest FROM package"), [image]);
    assert_eq!(bench.rows("SELECT address FROM remote"), ["https://mcp.notes.example/mcp"]);
    assert_eq!(bench.rows("SELECT name FROM tool ORDER BY name"), ["alerts", "forecast"]);
    let bench = Bench::new();
    let collected = bench.crawl("docker", &Web::new(|_, _| ok(r#"{"registry":[]}"#)));
    assert!(collected.problems[0].contains("no object `registry`"), "{collected:?}");
}

#[test]
fn a_registry_whose_answer_did_not_change_does_not_send_it_again() {
    let bodies = Arc::new(Mutex::new(0));
    let sent = Arc::clone(&bodies);
    let web = Web::conditional(move |request| {
        if request.to_ascii_lowercase().contains("if-none-match: \"one\"") {
            return (304, "ETag: \"one\"\r\n", Vec::new());
        }
        *sent.lock().unwrap() += 1;
        (200, "ETag: \"one\"\r\n", fixture("docker.json"))
    });
    let bench = Bench::new();
    bench.crawl("docker", &web);
    let again = bench.crawl("docker", &web);
    assert_eq!((again.same, again.new, again.changed), (2, 0, 0), "{again:?}");
    assert_eq!((*bodies.lock().unwrap(), web.asked().len()), (1, 2));
}

#[test]
fn a_key_is_sent_and_never_kept() {
    let web = Web::new(|_, _| ok(fixture("smithery-2.json")));
    let bench = Bench::new();
    bench.crawl("smithery", &web);
    assert!(web.asked.lock().unwrap()[0].contains("authorization: Bearer canary"));
    let kept = std::fs::read_to_string(bench.folder.path().join("heard.jsonl")).unwrap();
    assert!(!kept.contains("canary"));
}

#[test]
fn python_packages_are_found_by_their_names_or_by_a_list() {
    let web = Web::new(|_, path| match path {
        "/simple/" => ok(r#"{"projects":[{"name":"some-mcp"},{"name":"other"},{"name":"mcp-lost"}]}"#),
        "/pypi/some-mcp/json" => ok(fixture("pypi.json")),
        "/pypi/other/json" => ok(r#"{"info":{"name":"other","version":"1"}}"#),
        _ => nothing(),
    });
    let bench = Bench::new();
    let collected = bench.crawl("pypi", &web);
    assert_eq!(bench.names(), ["some-mcp"]);
    assert!(collected.is_complete);
    assert_eq!(bench.reasons(), ["status 404"]);
    let bench = Bench::new();
    bench.crawl_some("pypi", &web, 100, Some("# mine\nother\n"));
    assert_eq!(bench.names(), ["other"]);
}

#[test]
fn sites_are_read_by_their_maps_and_pages_as_far_as_robots_lets() {
    for word in ["mcp.so", "mcpmarket", "mcpstore"] {
        site(word);
    }
}

fn site(word: &'static str) {
    let web = Web::new(move |_, path| match path {
        "/robots.txt" => ok("User-agent: *\nDisallow: /server/secret\n"),
        "/sitemap.xml" => ok(
            "<urlset><url><loc>/server/tool/ann</loc></url><url><loc>/server/secret/x</loc></url></urlset>",
        ),
        "/servers" => {
            ok("<a href='/server/tool/ann'>A</a><a href='/servers?page=2'>2</a><a href='/about'>x</a>")
        }
        "/servers?page=2" => ok("<a href='/server/other/bob'>B</a>"),
        "/server/tool/ann" => ok(String::from_utf8(fixture("site.html"))
            .unwrap()
            .replace("{TOKEN}", &token())
            .replace("mcpso", &word.replace('.', ""))),
        "/server/other/bob" => ok("<html></html>"),
        _ => nothing(),
    });
    let bench = Bench::new();
    let collected = bench.crawl(word, &web);
    assert_eq!(bench.names(), ["tool/ann"], "{collected:?}");
    assert_eq!(bench.rows("SELECT repository FROM listing"), ["https://github.com/ann/tool"]);
    assert_eq!(bench.rows("SELECT name FROM package"), ["some-mcp"]);
    let reasons = bench.reasons();
    assert!(reasons.iter().any(|reason| reason.contains("robots.txt")), "{reasons:?}");
    assert!(reasons.iter().any(|reason| reason.contains("shows no server")), "{reasons:?}");
    assert!(!web.asked().iter().any(|path| path == "/about" || path.contains("secret")));
    let configs = bench.rows("SELECT config FROM listing");
    assert!(!configs[0].contains(&token()) && configs[0].contains("GITHUB_TOKEN"), "{configs:?}");
    assert!(!everything(bench.folder.path()).contains(&token()), "a secret was kept");
}

#[test]
fn whatever_a_registry_does_is_said_and_ends() {
    let page = |cursor: &str| {
        format!(
            r#"{{"servers":[{{"server":{{"name":"a/{cursor}"}}}}],"metadata":{{"nextCursor":"{cursor}"}}}}"#
        )
    };
    // It goes round.
    let bench = Bench::new();
    let collected = bench.crawl("official", &Web::new(move |_, _| ok(page("same"))));
    assert!(collected.problems[0].contains("repeats the cursor"), "{collected:?}");
    assert_eq!(collected.answers, 2);
    // It names ever new answers that hold nothing.
    let bench = Bench::new();
    let empty =
        |number: usize, _: &str| ok(format!(r#"{{"servers":[],"metadata":{{"nextCursor":"{number}"}}}}"#));
    let collected = bench.crawl("official", &Web::new(empty));
    assert!(collected.problems[0].contains("hold nothing"), "{collected:?}");
    // It lies about its count.
    let bench = Bench::new();
    let collected = bench.crawl(
        "pulsemcp",
        &Web::new(|_, _| {
            ok(r#"{"servers":[{"name":"a","url":"https://x.example/servers/a"}],"total_count":500}"#)
        }),
    );
    assert!(collected.problems[0].contains("says that it has 500 records and gave 1"), "{collected:?}");
    assert_eq!(bench.reasons().len(), 1);
}

#[test]
fn answers_that_are_none_are_kept_with_their_reason_and_asked_again() {
    let cases: [(&str, Answer); 6] = [
        ("not JSON", (200, "", b"<html>Sorry!</html>".to_vec())),
        ("no list `servers`", (200, "", b"{\"error\":\"down\"}".to_vec())),
        ("too often", (429, "Retry-After: 99999\r\n", Vec::new())),
        ("status 451", (451, "", Vec::new())),
        ("status 500", (500, "", Vec::new())),
        ("not JSON", (200, "", b"{\"servers\":[".to_vec())),
    ];
    for (reason, answer) in cases {
        let bench = Bench::new();
        let bad = Web::new(move |_, _| answer.clone());
        let collected = bench.crawl("official", &bad);
        assert!(!collected.is_complete, "{reason}");
        assert!(collected.problems[0].contains(reason), "{reason}: {collected:?}");
        assert!(bench.reasons()[0].contains(reason), "{:?}", bench.reasons());
        let good = Web::new(official);
        assert!(bench.crawl("official", &good).is_complete);
        assert_eq!(bench.names().len(), 3, "{reason}");
    }
}

#[test]
fn hostile_records_do_not_take_the_others_with_them() {
    let megabyte = "x".repeat(1 << 20);
    let mut body = format!(
        "{{\"servers\":[{{\"server\":{{\"name\":\"a/{megabyte}\"}}}},{{\"server\":{{\"name\":\"a/good\",\"description\":\"\u{1b}[31m<script>\"}}}},\
         7,{{\"server\":{{\"name\":\"a/twice\"}}}},{{\"server\":{{\"name\":\"a/twice\",\"version\":\"2\"}}}},{{\"server\":{{\"name\":\"a/"
    )
    .into_bytes();
    body.extend([0xff, 0xfe]);
    body.extend(b"\"}}]}");
    let bench = Bench::new();
    let collected = bench.crawl("official", &Web::new(move |_, _| ok(body.clone())));
    let names = bench.names();
    assert!(
        names.contains(&String::from("a/good")) && names.contains(&String::from("a/twice")),
        "{}",
        names.len()
    );
    assert!(names.iter().all(|name| name.len() < 10_000));
    let reasons = bench.reasons();
    for part in ["UTF-8", "has no `name`", "stands here twice"] {
        assert!(reasons.iter().any(|reason| reason.contains(part)), "{part}: {reasons:?}");
    }
    assert_eq!(collected.records, 6);
}
