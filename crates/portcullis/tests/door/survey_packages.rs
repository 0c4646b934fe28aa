//! Packages of the most used servers, fetched from a registry on this machine: within a budget, once, and looked at.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::desk::{Desk, Run};
use crate::packages::{hex, integrity, registry, tarball};
use crate::peers::Web;
use crate::server::Server;

/// A package as the registry has it.
pub(crate) struct Offer {
    pub(crate) name: String,
    pub(crate) version: &'static str,
    pub(crate) archive: Vec<u8>,
    /// The digest that the registry states.
    pub(crate) stated: String,
}

const SERVER: &str = r#"import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { exec } from "node:child_process";
import { z } from "zod";

const server = new McpServer({ name: "ping", version: "1.0.0" });
server.tool("ping", "Asks whether a host answers.", { host: z.string() }, async ({ host }) => {
  exec(`ping -c 1 ${host}`);
  return { content: [] };
});
"#;

/// A package that lets an argument reach a shell; `padding` bytes of it pack badly.
pub(crate) fn offer(name: &str, version: &'static str, padding: usize) -> Offer {
    let manifest =
        json!({"name": name, "version": version, "type": "module", "main": "index.js"}).to_string();
    let mut state = 1_u32;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
    .take(padding)
    .collect();
    let archive = tarball(&[
        ("package/package.json", manifest.as_bytes()),
        ("package/index.js", SERVER.as_bytes()),
        ("package/noise.bin", &noise),
    ]);
    let stated = integrity(&archive);
    Offer { name: name.to_owned(), version, archive, stated }
}

/// An npm registry that offers these packages; an archive takes `pause` to come.
pub(crate) fn npm(offers: Vec<Offer>, pause: Duration) -> Web {
    registry(move |path| {
        let path = path.replace("%2f", "/");
        let (name, is_archive) = match path.strip_prefix('/')?.split_once("/-/") {
            Some((name, _)) => (name, true),
            None => (path.strip_prefix('/')?, false),
        };
        let offer = offers.iter().find(|offer| offer.name == name)?;
        if is_archive {
            std::thread::sleep(pause);
            return Some(("200 OK", String::new(), offer.archive.clone()));
        }
        let described = json!({"name": name, "dist-tags": {"latest": offer.version}, "versions": {offer.version: {"dist":
            {"tarball": format!("/{name}/-/{name}-{}.tgz", offer.version), "integrity": offer.stated}}}});
        Some(("200 OK", String::from("Content-Type: application/json\r\n"), described.to_string().into()))
    })
}

/// Listings of these packages, each used as often as is said, in a version or none.
pub(crate) fn listings(packages: &[(&str, u64, Option<&str>)]) -> String {
    let line = |(name, reach, version): &(&str, u64, Option<&str>)| {
        let package = json!({"type": "npm", "name": name, "version": version});
        let mut line = json!({"registry": "npm", "name": name, "packages": [package], "reach": reach, "seen": "2026-06-01"});
        if version.is_none() {
            line["packages"][0].as_object_mut().unwrap().remove("version");
        }
        line.to_string() + "\n"
    };
    packages.iter().map(line).collect()
}

/// A desk with a store of these listings, whose npm asks this registry.
pub(crate) fn desk(port: u16, listings: &str) -> Desk {
    let settings = format!("[registries]\nnpm = \"http://127.0.0.1:{port}/\"\n\n[survey]\npause = 1\n");
    let desk = Desk::new().file("portcullis.toml", settings).file("listings.jsonl", listings);
    desk.run(&["survey", "collect", "--from", "listings.jsonl", "--store", "s.db"]).exits(0);
    desk
}

pub(crate) fn analyse(desk: &Desk, words: &[&str]) -> Run {
    desk.run(&[&["survey", "analyse", "--store", "s.db", "--sources"], words].concat())
}

pub(crate) fn report(desk: &Desk) -> Value {
    desk.run(&["survey", "report", "--store", "s.db", "--format", "json"]).exits(0).json()
}

/// The paths that were asked for, in their order.
pub(crate) fn asked(web: &Web) -> Vec<String> {
    let path = |request: &String| request.split(' ').nth(1).unwrap_or_default().to_owned();
    web.requests().iter().map(path).collect()
}

#[test]
fn packages_of_the_most_used_servers_are_fetched_first_and_none_is_fetched_twice() {
    let web = npm(
        ["rare-mcp", "@big/tool", "middle-mcp"].map(|name| offer(name, "1.0.0", 0)).into(),
        Duration::ZERO,
    );
    let packages = [("rare-mcp", 5, None), ("@big/tool", 900, Some("1.0.0")), ("middle-mcp", 50, None)];
    let desk = desk(web.port, &listings(&packages));
    let first = analyse(&desk, &["--sources-packages", "2"]);
    assert!(first.exits(0).stderr.contains("2 packages looked at"), "{}", first.stderr);
    assert!(first.stderr.contains("1 packages are left: as many were asked for"), "{}", first.stderr);
    assert!(first.stderr.contains(&format!("127.0.0.1:{}", web.port)), "{}", first.stderr);
    assert_eq!(
        asked(&web),
        [
            "/@big%2ftool",
            "/@big/tool/-/@big/tool-1.0.0.tgz",
            "/middle-mcp",
            "/middle-mcp/-/middle-mcp-1.0.0.tgz"
        ]
    );
    let figures = report(&desk);
    let rules = figures["rules"].as_array().unwrap();
    assert!(
        rules.iter().any(|rule| rule["rule"] == "command-injection" && rule["listings"] == 2),
        "{rules:?}"
    );
    let fetched = &figures["inspected"]["fetched"];
    for (member, count) in
        [("packages", 2), ("megabytes", 500), ("minutes", 30), ("looked_at", 2), ("left_out", 1)]
    {
        assert_eq!(fetched[member], count, "{member}: {fetched}");
    }
    assert_eq!(fetched["ended"], "packages");
    let text =
        desk.run(&["survey", "report", "--store", "s.db", "--format", "markdown"]).exits(0).stdout.clone();
    assert!(text.contains("at most 2 packages, 500 megabytes and 30 minutes"), "{text}");
    // The next one goes on there, and the one after has nothing to ask.
    analyse(&desk, &[]).exits(0);
    assert_eq!(asked(&web)[4..], ["/rare-mcp", "/rare-mcp/-/rare-mcp-1.0.0.tgz"]);
    let third = analyse(&desk, &[]);
    assert!(third.exits(0).stderr.contains("0 packages looked at"), "{}", third.stderr);
    assert_eq!(asked(&web).len(), 6);
    assert_eq!(report(&desk)["inspected"]["fetched"]["ended"], "done");
}

#[test]
fn a_day_later_only_what_has_a_newer_version_is_fetched_again() {
    let old = npm(vec![offer("same-mcp", "1.0.0", 0), offer("newer-mcp", "1.0.0", 0)], Duration::ZERO);
    let packages = [("same-mcp", 5, None), ("newer-mcp", 4, None), ("pinned-mcp", 3, Some("9.9.9"))];
    let desk = desk(old.port, &listings(&packages));
    analyse(&desk, &[]).exits(3);
    execute(&desk, "UPDATE inspected SET at = at - 90000");
    execute(&desk, "UPDATE uninspected SET at = at - 90000");
    let new = npm(
        vec![offer("same-mcp", "1.0.0", 0), offer("newer-mcp", "1.1.0", 0), offer("pinned-mcp", "9.9.9", 0)],
        Duration::ZERO,
    );
    desk.write("portcullis.toml", format!("[registries]\nnpm = \"http://127.0.0.1:{}/\"\n", new.port));
    let run = analyse(&desk, &[]);
    assert!(run.exits(0).stderr.contains("2 packages looked at"), "{}", run.stderr);
    assert!(run.stderr.contains("1 were known"), "{}", run.stderr);
    let archives: Vec<String> = asked(&new).into_iter().filter(|path| path.ends_with(".tgz")).collect();
    assert_eq!(archives.len(), 2, "{archives:?}");
    assert!(archives.contains(&String::from("/newer-mcp/-/newer-mcp-1.1.0.tgz")), "{archives:?}");
    assert_eq!(report(&desk)["inspected"]["failed"], json!([]));
}

fn execute(desk: &Desk, sql: &'static str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = portcullis_store::Store::open(desk.path("s.db").to_str().unwrap()).await.unwrap();
        store.execute(sql, &[]).await.unwrap();
        store.close().await;
    });
}

#[test]
fn a_python_package_is_fetched_in_the_version_that_its_listing_names() {
    let source = b"import subprocess\nfrom mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP(\"ping\")\n\n\n@mcp.tool()\n\
        def ping(host: str) -> str:\n    return subprocess.check_output(f\"ping {host}\", shell=True, text=True)\n";
    let archive = tarball(&[
        ("ping_mcp-1.0/PKG-INFO", b"Metadata-Version: 2.1\nName: ping-mcp\nVersion: 1.0\n"),
        ("ping_mcp-1.0/server.py", source),
    ]);
    let sum = hex(&archive);
    let file = |version: &str| {
        json!({"filename": format!("ping_mcp-{version}.tar.gz"), "url": format!("/files/{version}.tar.gz"),
        "hashes": {"sha256": sum}})
    };
    let index = json!({"files": [file("1.0"), file("2.0")]}).to_string();
    let web = registry(move |path| match path {
        "/simple/ping-mcp/" => {
            let kind = "Content-Type: application/vnd.pypi.simple.v1+json\r\n";
            Some(("200 OK", kind.into(), index.clone().into()))
        }
        "/files/1.0.tar.gz" => Some(("200 OK", String::new(), archive.clone())),
        _ => None,
    });
    let line = json!({"registry": "official", "name": "io.example/ping", "packages": [{"type": "pypi", "name": "Ping_MCP", "version": "1.0"}],
        "seen": "2026-06-01"});
    let desk = desk(web.port, &line.to_string());
    desk.write(
        "portcullis.toml",
        format!("[registries]\npypi = \"http://127.0.0.1:{}/simple/\"\n", web.port),
    );
    analyse(&desk, &[]).exits(0);
    let rules = report(&desk)["rules"].clone();
    assert!(rules.as_array().unwrap().iter().any(|rule| rule["rule"] == "command-injection"), "{rules}");
}

#[test]
fn a_budget_ends_the_run_and_the_next_one_goes_on_there() {
    let names = ["one-mcp", "two-mcp", "three-mcp"];
    let web = npm(names.map(|name| offer(name, "1.0.0", 600_000)).into(), Duration::ZERO);
    let packages: Vec<_> = names.iter().rev().zip(1..).map(|(name, reach)| (*name, reach, None)).collect();
    let desk = desk(web.port, &listings(&packages));
    for (words, why) in [
        (vec!["--offline"], "3 packages are left: nobody is asked with `--offline`"),
        (vec!["--sources-minutes", "0"], "3 packages are left: the time is over"),
    ] {
        let run = analyse(&desk, &words);
        assert!(run.exits(3).stderr.contains(why), "{}", run.stderr);
        assert!(run.stderr.contains("from nobody"), "{}", run.stderr);
    }
    assert!(web.requests().is_empty(), "{:?}", asked(&web));
    for left in ["2 packages are left: as much was fetched", "1 packages are left: as much was fetched"] {
        let run = analyse(&desk, &["--sources-megabytes", "1"]);
        assert!(run.exits(3).stderr.contains("1 packages looked at"), "{}", run.stderr);
        assert!(run.stderr.contains(left), "{}", run.stderr);
    }
    let fetched = &report(&desk)["inspected"]["fetched"];
    assert_eq!((&fetched["ended"], &fetched["left_out"]), (&json!("megabytes"), &json!(1)));
    assert!(fetched["bytes"].as_u64().unwrap() <= 1_100_000, "{fetched}");
    let last = analyse(&desk, &["--sources-megabytes", "1"]);
    assert!(!last.exits(0).stderr.contains("are left"), "{}", last.stderr);
}

#[test]
fn a_run_that_is_killed_goes_on_where_it_was() {
    let names: Vec<String> = (0..12).map(|number| format!("pkg-{number:02}-mcp")).collect();
    let offers = || names.iter().map(|name| offer(name, "1.0.0", 0)).collect::<Vec<_>>();
    let packages: Vec<_> = names.iter().map(|name| (name.as_str(), 1, None)).collect();
    let web = npm(offers(), Duration::from_millis(60));
    let desk = desk(web.port, &listings(&packages));
    let mut command = desk.command(&["survey", "analyse", "--store", "s.db", "--sources"]);
    let mut first = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let began = Instant::now();
    while web.requests().len() < 10 {
        assert!(began.elapsed() < Duration::from_secs(60), "{:?}", asked(&web));
        std::thread::sleep(Duration::from_millis(2));
    }
    first.kill().unwrap();
    first.wait().unwrap();
    analyse(&desk, &[]).exits(0);
    let asked = asked(&web);
    let archives = asked.iter().filter(|path| path.ends_with(".tgz")).count();
    assert!((12..=13).contains(&archives), "{archives}: {asked:?}");
    let figures = report(&desk);
    assert_eq!(figures["inspected"]["packages"], 12);
    let rules = figures["rules"].as_array().unwrap();
    assert!(
        rules.iter().any(|rule| rule["rule"] == "command-injection" && rule["listings"] == 12),
        "{rules:?}"
    );
}

#[test]
fn a_shared_store_keeps_what_was_fetched_as_the_built_in_one_does() {
    let web = npm(["one-mcp", "two-mcp"].map(|name| offer(name, "1.0.0", 0)).into(), Duration::ZERO);
    let packages = [("one-mcp", 5, None), ("two-mcp", 4, Some("1.0.0")), ("free-mcp", 3, None)];
    let desk = desk(web.port, &listings(&packages));
    let server = Server::start();
    let mut stores = vec![String::from("again.db")];
    stores.extend(server.as_ref().map(|server| server.address("packages")));
    let reports: Vec<Value> = stores
        .iter()
        .map(|store| {
            desk.run(&["survey", "collect", "--from", "listings.jsonl", "--store", store]).exits(0);
            for (most, code) in [("1", 0), ("9", 3), ("9", 3)] {
                let words = ["survey", "analyse", "--store", store, "--sources", "--sources-packages", most];
                desk.run(&words).exits(code);
            }
            let run = desk.run(&["survey", "report", "--store", store, "--format", "json"]);
            let mut report = run.exits(0).json();
            report["inspected"]["fetched"]["at"].take();
            report
        })
        .collect();
    assert_eq!(reports[0]["inspected"]["failed"], json!([{"what": "unknown", "count": 1}]));
    assert_eq!(reports[0]["inspected"]["packages"], 2);
    for report in &reports[1..] {
        assert_eq!(
            (&report["inspected"], &report["rules"]),
            (&reports[0]["inspected"], &reports[0]["rules"])
        );
    }
}

#[test]
fn fetched_packages_are_looked_up_in_the_advisory_database_and_without_one_that_is_said() {
    let web = npm(vec![offer("some-mcp", "1.2.3", 0)], Duration::ZERO);
    let sample = include_str!("../../../../fixtures/advisories/sample.jsonl");
    for has_database in [false, true] {
        let mut desk = desk(web.port, &listings(&[("some-mcp", 1, None)]));
        let state = desk.path("~/state").display().to_string();
        desk = desk.variable("PORTCULLIS_STATE", &state);
        if has_database {
            desk.write("sample.jsonl", sample);
            desk.run(&["advisories", "update", "sample.jsonl"]).exits(0);
        }
        let run = analyse(&desk, &[]);
        let said = run.exits(0).stderr.contains("there is no advisory database");
        assert_eq!(said, !has_database, "{}", run.stderr);
        let figures = report(&desk);
        assert_eq!(figures["inspected"]["unadvised"], i64::from(!has_database));
        let rules = figures["rules"].as_array().unwrap();
        let is_known = rules.iter().any(|rule| rule["rule"] == "known-vulnerable-package");
        assert_eq!(is_known, has_database, "{rules:?}");
    }
}
