//! Packages, archives and source folders: fetched, unpacked and looked at without running anything, and whatever could
//! not be read is named and never called clean.

use std::io::Write;
use std::net::TcpStream;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha512};

use crate::desk::{Desk, FORMATS, Run};
use crate::peers::Web;

/// A gzipped tar of these files and their contents.
pub(crate) fn tarball(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    for (name, content) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        // The builder refuses what an attacker would write.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        builder.append(&header, *content).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

fn honest_package() -> Vec<u8> {
    tarball(&[
        ("package/package.json", br#"{"name": "some-mcp", "version": "1.2.3"}"#),
        ("package/index.js", b"1;\n"),
    ])
}

pub(crate) fn integrity(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::from("sha512-");
    for chunk in Sha512::digest(bytes).chunks(3) {
        let bits =
            chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for index in 0..4 {
            let letter = char::from(LETTERS[(bits >> (18 - 6 * index) & 63) as usize]);
            out.push(if index > chunk.len() { '=' } else { letter });
        }
    }
    out
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn answer(stream: &mut TcpStream, status: &str, headers: &str, body: &[u8]) {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n");
    drop(stream.write_all(&[head.as_bytes(), body].concat()));
}

/// A registry on this machine that answers each path as told; other paths are not found.
pub(crate) fn registry(
    answers: impl Fn(&str) -> Option<(&'static str, String, Vec<u8>)> + Send + Sync + 'static,
) -> Web {
    Web::new(move |request, stream| {
        let path = request.split(' ').nth(1).unwrap_or_default();
        match answers(path) {
            Some((status, headers, body)) => answer(stream, status, &headers, &body),
            None => answer(stream, "404 Not Found", "", b"{}"),
        }
    })
}

/// What an npm registry says of one version of `some-mcp`, whose archive is `bytes` unless `stated` says otherwise.
fn packument(path: &str, bytes: &[u8], stated: &str) -> Option<(&'static str, String, Vec<u8>)> {
    let described = json!({
        "name": "some-mcp",
        "dist-tags": {"latest": "1.2.3"},
        "versions": {"1.2.3": {"dist": {"tarball": "/some-mcp/-/some-mcp-1.2.3.tgz", "integrity": stated}}}
    });
    match path {
        "/some-mcp" => {
            Some(("200 OK", String::from("Content-Type: application/json\r\n"), described.to_string().into()))
        }
        "/some-mcp/-/some-mcp-1.2.3.tgz" => Some(("200 OK", String::new(), bytes.to_vec())),
        _ => None,
    }
}

fn honest_registry() -> Web {
    let bytes = honest_package();
    let stated = integrity(&bytes);
    registry(move |path| packument(path, &bytes, &stated))
}

/// A desk whose npm asks this registry.
pub(crate) fn desk(web: &Web) -> Desk {
    Desk::new().variable("NPM_CONFIG_REGISTRY", &address(web))
}

fn address(web: &Web) -> String {
    format!("http://127.0.0.1:{}/", web.port)
}

pub(crate) fn notes(run: &Run) -> String {
    run.json()["notes"].to_string()
}

#[test]
fn real_packages_are_fetched_from_where_the_installed_clients_would_fetch_them() {
    let desk = Desk::new();
    let pinned = [
        (
            "npm:@modelcontextprotocol/server-memory@2025.11.25",
            "sha512:c282f6d9cf14fbd6efa7e5505710dab73836a4cafde234a9e59fb51b24cebc699f648363ca9932035203f08ff81e047f79c0134711739d22bce40112695fb530",
        ),
        (
            "pypi:mcp-server-time==0.6.2",
            "sha256:6b67640eb9df3df834b3de5001e37ca8b0c997ce700b014882b585964094d116",
        ),
    ];
    for (name, digest) in pinned {
        let run = desk.scan(&[name, "--fail-on", "never"]);
        run.exits(0);
        assert_eq!(run.targets(), [format!("{name}: scanned")]);
        assert!(notes(&run).contains(digest), "{}", notes(&run));
        assert!(!run.json()["asked_hosts"].as_array().unwrap().is_empty());
    }
}

#[test]
fn a_package_is_looked_at_whole_and_the_report_says_who_was_asked() {
    let web = honest_registry();
    let desk = desk(&web);
    for named in ["npm:some-mcp", "npm:some-mcp@1.2.3", "npm:some-mcp@^1", "npm:some-mcp@latest"] {
        let run = desk.scan(&[named]);
        run.exits(0);
        assert_eq!(run.targets(), ["npm:some-mcp@1.2.3: scanned"]);
        assert_eq!(run.json()["asked_hosts"], json!([format!("127.0.0.1:{}", web.port)]));
    }
    assert!(web.requests().iter().all(|request| !request.to_lowercase().contains("authorization")));
    for format in FORMATS {
        let run = desk.run(&["scan", "--format", format, "npm:some-mcp"]);
        run.exits(0);
        // SARIF names only what was found or failed, and Markdown spells signs in its own way.
        let is_named = run.stdout.contains("npm:some-mcp@1.2.3");
        assert!(is_named || matches!(format, "sarif" | "markdown"), "{format}: {}", run.stdout);
    }
}

#[test]
fn a_package_with_a_wrong_digest_is_refused_and_nothing_of_it_is_looked_at() {
    let bytes = honest_package();
    let web = registry(move |path| packument(path, &bytes, &integrity(b"something else")));
    let run = desk(&web).scan(&["npm:some-mcp@1.2.3"]);
    run.exits(3).could_not_look_at(
        "npm:some-mcp@1.2.3",
        &["is not what the registry says it is", "it states sha512:"],
    );
    assert_eq!(run.json()["findings"], json!([]));
    // None at all proves as little.
    let bytes = honest_package();
    let web = registry(move |path| packument(path, &bytes, ""));
    desk(&web).scan(&["npm:some-mcp"]).exits(3).could_not_look_at("npm:some-mcp", &["states no digest"]);
}

#[test]
fn a_package_that_is_another_inside_is_found_at_its_place() {
    let bytes =
        tarball(&[("package/package.json", b"{\n  \"name\": \"other-mcp\",\n  \"version\": \"1.2.3\"\n}")]);
    let stated = integrity(&bytes);
    let web = registry(move |path| packument(path, &bytes, &stated));
    let desk = desk(&web);
    let run = desk.scan(&["npm:some-mcp"]);
    let location = &run.exits(1).finding("manifest-mismatch")["location"];
    assert_eq!(location["file"], "npm:some-mcp@1.2.3/package.json");
    assert_eq!((&location["line"], &location["column"]), (&json!(2), &json!(11)));
    // Where no rule looks, nothing is called clean.
    let run = desk.scan(&["npm:some-mcp", "--select", "unpinned-package"]);
    assert!(run.targets()[0].contains("skipped: none of the selected rules"), "{:?}", run.targets());
}

#[test]
fn a_package_or_version_that_is_not_there_is_named_and_everything_else_is_still_looked_at() {
    let web = honest_registry();
    let desk = desk(&web);
    let run = desk.scan(&["npm:some-mcp@9.9.9", "npm:other-mcp", "npm:../etc", "npm:some-mcp"]);
    run.exits(3);
    run.could_not_look_at("npm:some-mcp@9.9.9", &["no version `9.9.9`", "`1.2.3`"]);
    run.could_not_look_at("npm:other-mcp", &["knows no package `other-mcp`"]);
    run.could_not_look_at("npm:../etc", &["is no name of an npm package"]);
    assert!(run.targets().contains(&String::from("npm:some-mcp@1.2.3: scanned")), "{:#?}", run.targets());
}

#[test]
fn a_registry_that_is_down_or_refuses_is_named_with_the_remedy() {
    let gone = Desk::new().variable("NPM_CONFIG_REGISTRY", "http://127.0.0.1:9/");
    gone.scan(&["npm:some-mcp"])
        .exits(3)
        .could_not_look_at("npm:some-mcp", &["could not be reached", "check the network"]);
    for (status, word) in [
        ("401 Unauthorized", "log in"),
        ("403 Forbidden", "check the credentials"),
        ("429 Too Many Requests", "try again later"),
        ("503 Service Unavailable", "try again later"),
    ] {
        let web = registry(move |_| Some((status, String::from("Retry-After: 0\r\n"), Vec::new())));
        let run = desk(&web).scan(&["npm:some-mcp"]);
        run.exits(3).could_not_look_at("npm:some-mcp", &[word, &status[..3]]);
        let attempts = if status.starts_with('4') && !status.starts_with("429") { 1 } else { 3 };
        assert_eq!(web.requests().len(), attempts, "{status}");
    }
    let web = registry(|_| Some(("200 OK", String::new(), b"<html>log in first</html>".to_vec())));
    desk(&web)
        .scan(&["npm:some-mcp"])
        .exits(3)
        .could_not_look_at("npm:some-mcp", &["does not answer as a registry does"]);
}

#[test]
fn a_registry_that_recovers_is_asked_again() {
    let bytes = honest_package();
    let stated = integrity(&bytes);
    let count = std::sync::atomic::AtomicUsize::new(0);
    let web = registry(move |path| match count.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
        0 => Some(("500 Internal Server Error", String::new(), Vec::new())),
        _ => packument(path, &bytes, &stated),
    });
    desk(&web).scan(&["npm:some-mcp"]).exits(0);
}

#[test]
fn redirects_are_followed_only_where_a_download_may_go() {
    let away =
        registry(|_| Some(("302 Found", String::from("Location: http://example.com/x\r\n"), Vec::new())));
    let run = desk(&away).scan(&["npm:some-mcp"]);
    run.exits(3).could_not_look_at("npm:some-mcp", &["redirects to `http://example.com/x`", "only https"]);
    let circle = registry(|_| Some(("302 Found", String::from("Location: /again\r\n"), Vec::new())));
    desk(&circle)
        .scan(&["npm:some-mcp"])
        .exits(3)
        .could_not_look_at("npm:some-mcp", &["more than 5 redirects"]);
    let bytes = honest_package();
    let stated = integrity(&bytes);
    let moved = registry(move |path| match path.strip_prefix("/moved") {
        Some(path) => packument(path, &bytes, &stated),
        None if path == "/some-mcp" => {
            Some(("301 Moved Permanently", String::from("Location: /moved/some-mcp\r\n"), Vec::new()))
        }
        None => packument(path, &bytes, &stated),
    });
    desk(&moved).scan(&["npm:some-mcp"]).exits(0);
}

#[test]
fn a_registry_that_lies_about_sizes_is_refused() {
    // It announces more than is read, or more than it sends.
    let huge = Web::new(|_, stream| {
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{"));
    });
    desk(&huge)
        .scan(&["npm:some-mcp"])
        .exits(3)
        .could_not_look_at("npm:some-mcp", &["is larger than 32 MiB"]);
    let cut =
        Web::new(|_, stream| drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{")));
    desk(&cut).scan(&["npm:some-mcp"]).exits(3).could_not_look_at("npm:some-mcp", &["could not be reached"]);
    // It sends without an end.
    let endless = Web::new(|_, stream| {
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n"));
        while stream.write_all(&[b' '; 65536]).is_ok() {}
    });
    let run = desk(&endless).scan(&["npm:some-mcp"]);
    run.exits(3).could_not_look_at("npm:some-mcp", &["is larger than 32 MiB"]);
    assert!(run.peak_megabytes < 300, "{} MB", run.peak_megabytes);
}

#[test]
fn credentials_go_to_their_registry_and_into_no_report() {
    let web = honest_registry();
    let text = format!("registry={0}\n//127.0.0.1:{1}/:_authToken=${{THE_TOKEN}}\n", address(&web), web.port);
    let desk = Desk::new().file("~/.npmrc", text).variable("THE_TOKEN", "canary-of-the-registry");
    let run = desk.scan(&["npm:some-mcp"]);
    run.exits(0);
    let authorised = |request: &String| {
        request.contains("Bearer canary-of-the-registry") || request.contains("bearer canary")
    };
    assert!(web.requests().iter().all(authorised), "{:?}", web.requests());
    assert!(!run.everything().contains("canary-of-the-registry"));
}

#[test]
fn a_projects_npmrc_cannot_send_a_variable_away() {
    let web = honest_registry();
    let text = format!("registry={0}\n//127.0.0.1:{1}/:_authToken=${{THE_TOKEN}}\n", address(&web), web.port);
    let desk = Desk::new().file(".npmrc", text).variable("THE_TOKEN", "canary-of-the-registry");
    let run = desk.scan(&["npm:some-mcp"]);
    run.exits(0);
    assert!(
        !web.requests().concat().contains("canary") && notes(&run).contains("were not used"),
        "{}",
        notes(&run)
    );
}

#[test]
fn settings_go_before_the_clients_own_and_a_client_that_is_not_there_is_said() {
    let web = honest_registry();
    let settings = format!("[registries]\nnpm = \"{}\"\n", address(&web));
    let desk =
        Desk::new().file("portcullis.toml", settings).variable("NPM_CONFIG_REGISTRY", "http://127.0.0.1:9/");
    desk.scan(&["npm:some-mcp"]).exits(0);
    let bare = Desk::new().variable("PATH", "/nonexistent");
    let run = bare.scan(&["npm:some-mcp", "pypi:some-mcp"]);
    run.exits(3);
    run.could_not_look_at("npm:some-mcp", &["[registries]", "portcullis.toml", "~/.npmrc"]);
    run.could_not_look_at("pypi:some-mcp", &["[registries]", "portcullis.toml", "PIP_INDEX_URL"]);
}

#[test]
fn a_python_package_is_fetched_from_an_index_of_either_kind() {
    let sources = tarball(&[("some_mcp-1.0/pyproject.toml", b""), ("some_mcp-1.0/some_mcp.py", b"x = 1\n")]);
    let sum = hex(&sources);
    let file = |sum: &str| json!({"filename": "some_mcp-1.0.tar.gz", "url": "/files/a.tar.gz", "hashes": {"sha256": sum}});
    let as_json = json!({"files": [file(&sum)]}).to_string();
    let as_page = format!("<a href=\"/files/a.tar.gz#sha256={sum}\">some_mcp-1.0.tar.gz</a>");
    for (kind, body) in [("application/vnd.pypi.simple.v1+json", as_json), ("text/html", as_page)] {
        let bytes = sources.clone();
        let web = registry(move |path| match path {
            "/simple/some-mcp/" => Some(("200 OK", format!("Content-Type: {kind}\r\n"), body.clone().into())),
            "/files/a.tar.gz" => Some(("200 OK", String::new(), bytes.clone())),
            _ => None,
        });
        let desk = Desk::new().variable("PIP_INDEX_URL", &format!("{}simple", address(&web)));
        let run = desk.scan(&["pypi:Some_MCP==1.0"]);
        run.exits(0);
        assert_eq!(run.targets(), ["pypi:some-mcp==1.0: scanned"]);
        desk.scan(&["pypi:some-mcp==2.0"])
            .exits(3)
            .could_not_look_at("pypi:some-mcp==2.0", &["no version `==2.0`", "`1.0`"]);
    }
}

#[test]
fn an_archive_on_the_disk_is_looked_at_and_what_would_land_outside_is_named() {
    let desk = Desk::new()
        .file("good.tgz", honest_package())
        .file("traversal.tgz", tarball(&[("package/ok.js", b"1"), ("../../evil.js", b"2")]))
        .file("bomb.tgz", tarball(&[("package/ok.js", b"1"), ("package/zeros", &vec![0; 30 << 20])]))
        .file("none.mcpb", "not an archive")
        .file("empty.whl", "");
    let run = desk.scan(&["good.tgz", "traversal.tgz", "bomb.tgz", "none.mcpb", "empty.whl", "missing.zip"]);
    run.exits(3);
    assert!(run.targets().contains(&String::from("good.tgz: scanned")), "{:#?}", run.targets());
    run.could_not_look_at("traversal.tgz", &["`../../evil.js`", "outside the package"]);
    run.could_not_look_at("bomb.tgz", &["unpacks to more than 16 MiB", "bomb"]);
    run.could_not_look_at("none.mcpb", &["neither a zip nor a tar", "scan the folder"]);
    run.could_not_look_at("empty.whl", &["neither a zip nor a tar"]);
    run.could_not_look_at("missing.zip", &["could not be read"]);
    assert!(run.peak_megabytes < 200, "{} MB", run.peak_megabytes);
    assert!(run.json()["asked_hosts"].as_array().is_none_or(Vec::is_empty));
}

#[test]
fn a_folder_with_source_is_a_second_target_and_what_is_left_out_is_said() {
    let desk = Desk::new()
        .file("server/package.json", r#"{"name": "some-mcp"}"#)
        .file("server/index.js", "1;\n")
        .file("server/node_modules/a/index.js", "1;\n")
        .file("server/.git/config", "");
    let run = desk.scan(&["server"]);
    run.exits(0);
    assert_eq!(run.targets(), ["server: scanned"]);
    let kinds: Vec<Value> =
        run.json()["targets"].as_array().unwrap().iter().map(|it| it["kind"].clone()).collect();
    assert_eq!(kinds, ["source"]);
    assert!(notes(&run).contains("`node_modules/` is left out"), "{}", notes(&run));
}

#[cfg(unix)]
#[test]
fn a_link_out_of_a_folder_is_not_followed_and_not_clean() {
    let desk = Desk::new().file("server/index.js", "1;\n").file("~/secret", "canary");
    std::os::unix::fs::symlink(desk.path("~/secret"), desk.path("server/data")).unwrap();
    let run = desk.scan(&["server"]);
    run.exits(3).could_not_look_at("server", &["`data`", "leads out of the folder"]);
    assert!(!run.everything().contains("canary"));
}
