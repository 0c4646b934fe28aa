//! The real servers that `.ci/install-test-servers` installs, scanned as a user does it: from a configuration and by
//! their command, over standard streams, and by address. None of them is a danger, and none is called one.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use crate::desk::{Desk, Run};
use crate::peers::entry;
use crate::test_servers;

/// CI machines are slow and busy.
const PATIENT: [&str; 2] = ["--timeout", "30"];

/// Each server, the words that start it, and how many tools, prompts, resources and templates it offers.
fn servers(folder: &Path) -> Vec<(&'static str, Vec<String>, [usize; 4])> {
    let node = |package: &str, argument: &str| {
        let file = folder.join("npm/node_modules/@modelcontextprotocol").join(package).join("dist/index.js");
        let words = ["node", &file.display().to_string(), argument].map(str::to_owned);
        words.into_iter().filter(|word| !word.is_empty()).collect()
    };
    let python = |program: &str| vec![folder.join("python/bin").join(program).display().to_string()];
    let shared = folder.join("npm").display().to_string();
    vec![
        // It offers more to clients that can sample, elicit and list roots, as ours claims to.
        ("everything", node("server-everything", "stdio"), [17, 4, 7, 2]),
        ("filesystem", node("server-filesystem", &shared), [14, 0, 0, 0]),
        ("memory", node("server-memory", ""), [9, 0, 0, 0]),
        ("time", python("mcp-server-time"), [2, 0, 0, 0]),
        ("git", python("mcp-server-git"), [12, 0, 0, 0]),
        ("fetch", python("mcp-server-fetch"), [1, 1, 0, 0]),
    ]
}

/// A desk whose project's settings leave out what comes from where the servers lie in a test: a temporary folder, a
/// plain address of this machine.
fn desk() -> Desk {
    Desk::new().file("portcullis.toml", "[scan]\nignore = [\"volatile-program\", \"plain-http\"]\n")
}

/// The server was read whole, and nothing at or above high is said of anything.
#[track_caller]
fn is_whole_and_no_danger(run: &Run, locator: &str, counts: [usize; 4]) {
    run.exits(0);
    let scanned = format!("{locator}: scanned");
    assert!(run.targets().contains(&scanned), "{scanned} is not among {:#?}", run.targets());
    let report = run.json();
    assert_eq!(report["summary"]["complete"], true);
    let servers = report["servers"].as_array().unwrap();
    let target = format!("server:{locator}");
    let server = servers.iter().find(|server| server["target"] == target.as_str()).unwrap();
    assert_eq!(server["tools"].as_array().unwrap().len(), counts[0], "{server}");
    let read = server["coverage"]["read"].to_string();
    for (part, count) in ["tools", "prompts", "resources", "resource templates"].iter().zip(counts) {
        assert!(count == 0 || read.contains(&format!("{part}: {count} ")), "no {count} {part} in {read}");
    }
}

#[test]
fn real_servers_of_a_configuration_are_looked_at_whole_and_none_is_called_a_danger() {
    let Some(folder) = test_servers::folder() else { return };
    let all = servers(&folder);
    let configured: Map<String, Value> =
        all.iter().map(|(name, words, _)| ((*name).to_owned(), entry(words))).collect();
    let desk = desk().file(".cursor/mcp.json", json!({"mcpServers": configured}).to_string());
    let run = desk.scan(&[&["--live", "--yes"], &PATIENT[..]].concat());
    for (name, _, counts) in all {
        is_whole_and_no_danger(&run, &format!(".cursor/mcp.json#{name}"), counts);
    }
    for finding in run.findings() {
        assert!(!["high", "critical"].contains(&finding["severity"].as_str().unwrap()), "{finding}");
    }
}

#[test]
fn real_servers_named_by_their_command_are_looked_at_whole() {
    let Some(folder) = test_servers::folder() else { return };
    for (name, words, counts) in servers(&folder) {
        if !["memory", "time"].contains(&name) {
            continue;
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let run = desk().scan(&[&PATIENT[..], &["--"], &words].concat());
        is_whole_and_no_danger(&run, &words.join(" "), counts);
    }
}

/// A server that listens on a port of this machine, ended with the test.
pub(crate) struct Listening {
    process: Child,
    pub(crate) port: u16,
}

impl Listening {
    pub(crate) fn start(folder: &Path, transport: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let script = folder.join("npm/node_modules/@modelcontextprotocol/server-everything/dist/index.js");
        let mut command = Command::new("node");
        command.arg(script).arg(transport).env("PORT", port.to_string());
        let process =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
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

#[test]
fn a_real_server_is_looked_at_whole_over_streamable_http_and_the_older_event_stream() {
    let Some(folder) = test_servers::folder() else { return };
    for (transport, path) in [("streamableHttp", "mcp"), ("sse", "sse")] {
        let server = Listening::start(&folder, transport);
        let url = format!("http://127.0.0.1:{}/{path}", server.port);
        let run = desk().scan(&[&[url.as_str()], &PATIENT[..]].concat());
        is_whole_and_no_danger(&run, &url, [17, 4, 7, 2]);
    }
}

#[test]
fn pins_of_real_servers_hold_from_one_scan_to_the_next() {
    let Some(folder) = test_servers::folder() else { return };
    let all = servers(&folder);
    let configured: Map<String, Value> = all
        .iter()
        .filter(|(name, ..)| ["memory", "time"].contains(name))
        .map(|(name, words, _)| ((*name).to_owned(), entry(words)))
        .collect();
    let desk = desk().file(".cursor/mcp.json", json!({"mcpServers": configured}).to_string());
    desk.run(&[&["lock", "--live", "--yes"], &PATIENT[..]].concat()).exits(0);
    let diff = desk.run(&[&["lock", "--diff", "--live", "--yes"], &PATIENT[..]].concat());
    diff.exits(0);
    assert_eq!(diff.stdout, "nothing changed\n");
}
