//! Registries that do something else: it is said, it ends, and what was good of it is kept.

use super::{Answer, Bench, Web, official, ok};

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
    let cases: [(&str, Answer); 7] = [
        ("not JSON", (200, "", b"<html>Sorry!</html>".to_vec())),
        ("no list `servers`", (200, "", b"{\"error\":\"down\"}".to_vec())),
        ("too often", (429, "Retry-After: 99999\r\n", Vec::new())),
        ("too often", (429, "", Vec::new())),
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

#[test]
fn a_list_that_moves_while_it_is_read_is_kept_once_and_its_count_is_told() {
    let server = |name: &str| format!(r#"{{"name":"{name}","url":"https://x.example/servers/{name}"}}"#);
    let web = Web::new(move |_, path| {
        let (servers, next) = if path.contains("offset=0") {
            ([server("one"), server("two")], r#","next":"https://x.example/v0beta/servers?offset=2""#)
        } else {
            // Somebody put one in front meanwhile.
            ([server("two"), server("three")], "")
        };
        ok(format!(r#"{{"servers":[{}],"total_count":3{next}}}"#, servers.join(",")))
    });
    let bench = Bench::new();
    let collected = bench.crawl("pulsemcp", &web);
    assert_eq!(bench.names(), ["one", "three", "two"]);
    assert!(collected.problems[0].contains("says that it has 3 records and gave 4"), "{collected:?}");
    assert!(collected.is_complete);
}

#[test]
fn a_record_that_is_too_much_in_every_field_is_cut_and_kept() {
    let much = "x".repeat(2 << 20);
    let packages: Vec<String> = (0..20_000)
        .map(|number| format!(r#"{{"registryType":"npm","identifier":"pkg-{number}"}}"#))
        .collect();
    let remotes: Vec<String> =
        (0..20_000).map(|number| format!(r#"{{"type":"sse","url":"https://h{number}.example/"}}"#)).collect();
    let body = format!(
        r#"{{"servers":[{{"server":{{"name":"a/much","title":"{much}","description":"{much}","version":"{much}","websiteUrl":"https://{much}",
        "repository":{{"url":"https://github.com/ann/{much}","id":"{much}","subfolder":"{much}"}},
        "packages":[{}],"remotes":[{}]}}}},{{"server":{{"name":"a/next"}}}}]}}"#,
        packages.join(","),
        remotes.join(",")
    );
    let bench = Bench::new();
    let collected = bench.crawl("official", &Web::new(move |_, _| ok(body.clone())));
    assert_eq!(bench.names(), ["a/much", "a/next"], "{:?}", bench.reasons());
    assert!(collected.is_complete);
    assert_eq!(
        bench.reasons(),
        ["it names 20000 packages, of which 64 are kept; 20000 remotes, of which 64 are kept"]
    );
    let cut = bench.rows("SELECT description FROM listing WHERE description LIKE '%…'");
    assert!(cut.len() == 1 && cut[0].len() < 1 << 20, "{}", cut.len());
    for table in ["SELECT CAST(COUNT(*) AS TEXT) FROM package", "SELECT CAST(COUNT(*) AS TEXT) FROM remote"] {
        let count: usize = bench.rows(table)[0].parse().unwrap();
        assert_eq!(count, 64, "{table}");
    }
    let size = std::fs::metadata(bench.store()).unwrap().len();
    assert!(size < 16 << 20, "{size}");
}
