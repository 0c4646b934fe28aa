//! Registries that answer as documented: what is kept of it.

use std::sync::{Arc, Mutex};

use super::{Bench, Web, everything, fixture, nothing, official, ok, token};

/// A registry's word, files for parts of addresses, and the names that come of them.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a [&'a str]);

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
