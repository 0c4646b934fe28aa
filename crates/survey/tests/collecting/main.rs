//! Registries that answer as documented, and registries that do not: what is kept, and what is said of the rest.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod documented;
mod misbehaving;

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
