//! Real servers, started and asked as a scan does it. `.ci/install-test-servers` installs them.

#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::unwrap_used)] // a test may panic and print

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use portcullis_model::{ItemKind, Secret, TargetStatus};
use portcullis_probe::{Consent, LaunchPlan, Options, Outcome, Transport, probe};

/// The folder that holds the servers. Without it the tests are skipped, except where CI promised to install them.
fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("PORTCULLIS_TEST_SERVERS").map(PathBuf::from);
    let usual = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/test-servers");
    let folder = named.unwrap_or(usual);
    if folder.join("installed").is_file() {
        return Some(folder.canonicalize().unwrap());
    }
    let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(!is_ci, "no servers in {}; run .ci/install-test-servers first", folder.display());
    println!("skipped: no servers in {}; run .ci/install-test-servers", folder.display());
    None
}

fn base_environment() -> Vec<(String, Secret)> {
    ["PATH", "HOME", "LANG"]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), Secret::new(std::env::var(name).ok()?))))
        .collect()
}

fn start(name: &str, command: &str, arguments: &[&str]) -> LaunchPlan {
    let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    LaunchPlan::start(name, command, arguments, base_environment(), Vec::new(), None).unwrap()
}

async fn ask(plan: LaunchPlan) -> Outcome {
    let mut options = Options::default();
    // CI machines are slow and busy; what is asked does not change.
    options.deadlines.phase = Duration::from_secs(30);
    options.deadlines.discovery = Duration::from_secs(10);
    options.deadlines.overall = Duration::from_secs(180);
    let outcome = probe(&plan.consent(Consent::given_by("a test")), &options).await;
    let coverage = outcome.surface.as_ref().map(|surface| surface.coverage.read.join("; "));
    println!(
        "{}: {:?} {:?} in {:?}: {}",
        outcome.server,
        outcome.transport,
        outcome.revision,
        outcome.elapsed,
        coverage.unwrap_or_default()
    );
    outcome
}

fn count(outcome: &Outcome, kind: ItemKind) -> usize {
    outcome.surface.as_ref().map_or(0, |surface| surface.of_kind(kind).count())
}

fn assert_whole(outcome: &Outcome) {
    assert_eq!(outcome.status(), TargetStatus::Scanned, "{outcome:#?}");
    assert!(outcome.problems.is_empty(), "{:#?}", outcome.problems);
    assert!(outcome.differences.is_empty(), "{:#?}", outcome.differences);
}

fn npm(folder: &Path, package: &str) -> String {
    folder
        .join("npm/node_modules/@modelcontextprotocol")
        .join(package)
        .join("dist/index.js")
        .display()
        .to_string()
}

fn python(folder: &Path, program: &str) -> String {
    folder.join("python/bin").join(program).display().to_string()
}

/// A server that listens on a port of this machine, ended with the test.
struct Listening {
    process: Child,
    port: u16,
}

impl Listening {
    fn start(folder: &Path, transport: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = Command::new("node")
            .args([npm(folder, "server-everything").as_str(), transport])
            .env("PORT", port.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < Duration::from_secs(60), "the server never listened");
            std::thread::sleep(Duration::from_millis(50));
        }
        Self { process, port }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn assert_everything(outcome: &Outcome) {
    assert_whole(outcome);
    let counts = [ItemKind::Tool, ItemKind::Prompt, ItemKind::Resource, ItemKind::Template]
        .map(|kind| count(outcome, kind));
    // It offers more tools to clients that can sample, elicit and list roots, as ours claims to.
    assert_eq!(counts, [17, 4, 7, 2]);
    let surface = outcome.surface.as_ref().unwrap();
    assert!(surface.instructions.is_some());
    assert!(surface.version.is_some());
    let with =
        |kind, member: &str| surface.of_kind(kind).filter(|item| item.node.get(member).is_some()).count();
    assert_eq!((with(ItemKind::Prompt, "messages"), with(ItemKind::Resource, "contents")), (4, 7));
    assert!(surface.coverage.unread.is_empty(), "{:?}", surface.coverage.unread);
}

#[tokio::test]
async fn the_everything_server_is_read_whole_over_stdio() {
    let Some(folder) = folder() else { return };
    let outcome = ask(start("everything", "node", &[&npm(&folder, "server-everything"), "stdio"])).await;
    assert_everything(&outcome);
    assert_eq!(
        (outcome.transport, outcome.revision.as_deref()),
        (Some(Transport::Stdio), Some("2025-11-25"))
    );
}

#[tokio::test]
async fn the_everything_server_is_read_whole_over_streamable_http() {
    let Some(folder) = folder() else { return };
    let server = Listening::start(&folder, "streamableHttp");
    let url = format!("http://127.0.0.1:{}/mcp", server.port);
    let outcome = ask(LaunchPlan::contact("everything", &url, Vec::new(), false).unwrap()).await;
    assert_everything(&outcome);
    assert_eq!(outcome.transport, Some(Transport::StreamableHttp));
}

#[tokio::test]
async fn the_everything_server_is_read_whole_over_the_older_event_stream() {
    let Some(folder) = folder() else { return };
    let server = Listening::start(&folder, "sse");
    let url = format!("http://127.0.0.1:{}/sse", server.port);
    for prefers_sse in [false, true] {
        let outcome = ask(LaunchPlan::contact("everything", &url, Vec::new(), prefers_sse).unwrap()).await;
        assert_everything(&outcome);
        assert_eq!(outcome.transport, Some(Transport::HttpSse));
    }
}

#[tokio::test]
async fn the_filesystem_server_is_read_whole() {
    let Some(folder) = folder() else { return };
    let shared = tempfile::tempdir().unwrap();
    let root = shared.path().display().to_string();
    let outcome = ask(start("filesystem", "node", &[&npm(&folder, "server-filesystem"), &root])).await;
    assert_whole(&outcome);
    assert_eq!(count(&outcome, ItemKind::Tool), 14);
}

#[tokio::test]
async fn the_memory_server_is_read_whole() {
    let Some(folder) = folder() else { return };
    let outcome = ask(start("memory", "node", &[&npm(&folder, "server-memory")])).await;
    assert_whole(&outcome);
    assert_eq!(count(&outcome, ItemKind::Tool), 9);
}

#[tokio::test]
async fn the_python_servers_are_read_whole() {
    let Some(folder) = folder() else { return };
    for (name, tools, prompts) in
        [("mcp-server-time", 2, 0), ("mcp-server-git", 12, 0), ("mcp-server-fetch", 1, 1)]
    {
        let outcome = ask(start(name, &python(&folder, name), &[])).await;
        assert_whole(&outcome);
        let counts = (count(&outcome, ItemKind::Tool), count(&outcome, ItemKind::Prompt));
        assert_eq!(counts, (tools, prompts), "{name}");
    }
}
