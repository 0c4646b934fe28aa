//! The detectors of listings that others could take over: one line for each case.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use portcullis_model::listing::DAY;
use portcullis_model::{
    ListedPackage, ListedRepository, Listing, Moment, Observation, ObservedStatus, Subject,
};
use portcullis_supply::ownership::{DETECTORS, History, verdicts};

/// `SUBJECT | DAY | STATUS | name=value | …`, one observation each.
fn history(lines: &[&str]) -> History {
    let read = |line: &&str| {
        let mut parts = line.split(" | ");
        let subject = Subject::read(parts.next().unwrap());
        let seen = Moment(parts.next().unwrap().parse::<i64>().unwrap() * DAY);
        let status = ObservedStatus::read(parts.next().unwrap()).unwrap();
        let facts =
            parts.map(|fact| fact.split_once('=').unwrap()).map(|(a, b)| (a.to_owned(), b.to_owned()));
        Observation { subject, seen, status, facts: facts.collect() }
    };
    lines.iter().map(read).collect()
}

fn package(kind: &str, name: &str, digest: Option<&str>) -> ListedPackage {
    let digest = digest.map(str::to_owned);
    ListedPackage { kind: kind.to_owned(), name: name.to_owned(), version: None, digest }
}

/// A listing of the official registry, published on the tenth day.
fn listing() -> Listing {
    Listing {
        registry: String::from("official"),
        name: String::from("io.github.ann/tool"),
        repository: Some(ListedRepository {
            url: String::from("https://github.com/Ann/tool"),
            id: Some(String::from("7")),
            subfolder: None,
        }),
        packages: vec![
            package("npm", "some-mcp", None),
            package("npm", "@corp/some-mcp", None),
            package("pypi", "Some_MCP", None),
            package("cargo", "some-mcp", None),
            package("oci", "ghcr.io/ann/tool:1", Some("sha256:aa")),
            package("mcpb", "https://github.com/ann/tool/releases/download/1/t.mcpb", Some("bb")),
        ],
        remotes: vec![
            String::from("https://mcp.example.com/mcp"),
            String::from("https://some-app.vercel.app/mcp"),
            String::from("https://abc.trycloudflare.com/mcp"),
        ],
        published: Some(Moment(10 * DAY)),
        ..Listing::default()
    }
}

fn found(listing: &Listing, lines: &[&str]) -> Vec<String> {
    let all = verdicts(listing, &history(lines)).into_iter();
    all.map(|verdict| {
        let (number, severity) = (verdict.detector.number(), verdict.severity.as_str());
        format!("{number} {severity} {} {}", verdict.confidence.as_str(), verdict.subject)
    })
    // Behind a tunnel it always is.
    .filter(|line| !line.contains("trycloudflare"))
    .collect()
}

#[test]
fn every_detector_finds_its_case_and_only_that() {
    let cases: &[(&[&str], &[&str])] = &[
        (&[], &[]),
        (&["github-account:ann | 11 | present | id=1"], &[]),
        (&["github-account:ann | 11 | absent"], &["H1 high medium github-account:ann"]),
        (
            &["github-account:ann | 11 | absent", "github-account:ann | 12 | absent | renamed-to=anna"],
            &["H1 critical high github-account:ann"],
        ),
        (
            &[
                "github-account:ann | 11 | absent | http=429",
                "github-account:ann | 12 | absent | control=failed",
            ],
            &[],
        ),
        (
            &["github-account:ann | 11 | present | id=1", "github-account:ann | 12 | present | id=2"],
            &["H1 critical certain github-account:ann"],
        ),
        (
            &[
                "https://github.com/ann/tool | 11 | moved | id=7 | moved-to=Bob/tool",
                "github-account:ann | 11 | present | id=1",
            ],
            &["H2 low certain https://github.com/ann/tool"],
        ),
        (
            &["https://github.com/ann/tool | 11 | moved | id=7 | moved-to=Ann/other"],
            &["H2 info certain https://github.com/ann/tool"],
        ),
        (
            &["https://github.com/ann/tool | 11 | present | id=8"],
            &["H2 critical certain https://github.com/ann/tool"],
        ),
        (
            &["https://github.com/ann/tool | 11 | present | id=7 | runs=.claude/settings.json"],
            &["H12 high medium https://github.com/ann/tool"],
        ),
        (&["npm:some-mcp | 11 | absent"], &["H3 high medium npm:some-mcp"]),
        (&["npm:some-mcp | 11 | absent", "npm:some-mcp | 12 | absent"], &["H3 critical high npm:some-mcp"]),
        (
            &["npm:@corp/some-mcp | 11 | absent", "npm-scope:corp | 11 | present"],
            &["H3 medium high npm:@corp/some-mcp"],
        ),
        (
            &[
                "npm:some-mcp | 11 | present | maintainers=ann",
                "npm:some-mcp | 12 | present | maintainers=eve",
            ],
            &["H3 high high npm:some-mcp"],
        ),
        (
            &["npm:some-mcp | 11 | present | repository=https://github.com/eve/tool"],
            &["H3 medium medium npm:some-mcp"],
        ),
        (&["npm:some-mcp | 11 | withheld | security-holding=yes"], &["H3 high certain npm:some-mcp"]),
        (
            &[
                "npm:some-mcp | 11 | present | mail-domains=gone.example.org",
                "domain:example.org | 11 | absent",
                "domain:example.org | 13 | absent",
            ],
            &["H11 critical high domain:example.org"],
        ),
        (
            &["pypi:some-mcp | 11 | absent", "pypi:some-mcp | 13 | absent"],
            &["H4 critical high pypi:some-mcp"],
        ),
        (&["pypi:some-mcp | 11 | present | quarantined=yes"], &["H4 high certain pypi:some-mcp"]),
        (&["pypi:some-mcp | 30 | present | created=1036800"], &["H4 high medium pypi:some-mcp"]),
        (
            &["cargo:some-mcp | 11 | absent", "cargo:some-mcp | 13 | absent"],
            &["H5 high medium cargo:some-mcp"],
        ),
        (&["oci:ghcr.io/ann/tool:1 | 11 | present | digest=sha256:aa"], &[]),
        (
            &["oci:ghcr.io/ann/tool:1 | 11 | present | digest=sha256:cc"],
            &["H6 high certain oci:ghcr.io/ann/tool:1"],
        ),
        (
            &["mcpb:https://github.com/ann/tool/releases/download/1/t.mcpb | 11 | present | sha256=cc"],
            &["H7 critical certain mcpb:https://github.com/ann/tool/releases/download/1/t.mcpb"],
        ),
        (
            &["domain:example.com | 11 | absent", "domain:example.com | 13 | absent"],
            &["H8 critical high domain:example.com"],
        ),
        (
            &["domain:example.com | 11 | present | registration=redemption period"],
            &["H8 high high domain:example.com"],
        ),
        (
            &["domain:example.com | 20 | present | registered=1970-01-15T00:00:00Z"],
            &["H8 high high domain:example.com"],
        ),
        (&["domain:example.com | 20 | present | expires=1970-02-01"], &["H8 medium high domain:example.com"]),
        (
            &["domain:some-app.vercel.app | 11 | absent", "domain:some-app.vercel.app | 13 | absent"],
            &["H9 critical high domain:some-app.vercel.app"],
        ),
    ];
    for (lines, expected) in cases {
        assert_eq!(found(&listing(), lines), *expected, "{lines:?}");
    }
}

#[test]
fn a_proof_counts_as_lost_after_three_looks_and_as_changed_with_its_key() {
    let listing = Listing { name: String::from("com.example/tool"), ..listing() };
    let proof = |lines: &[&str]| found(&listing, lines);
    assert!(proof(&["proof:example.com | 1 | absent", "proof:example.com | 2 | absent"]).is_empty());
    let thrice = [
        "proof:example.com | 1 | absent",
        "proof:example.com | 2 | absent",
        "proof:example.com | 3 | absent",
    ];
    assert_eq!(proof(&thrice), ["H10 low high proof:example.com"]);
    let changed = ["proof:example.com | 1 | present | key=a", "proof:example.com | 2 | present | key=b"];
    assert_eq!(proof(&changed), ["H10 high high proof:example.com"]);
}

#[test]
fn every_detector_has_a_number_and_a_name_of_its_own() {
    for (position, (detector, number, name)) in DETECTORS.iter().enumerate() {
        assert_eq!(*number, format!("H{}", position + 1));
        assert_eq!(detector.number(), *number);
        assert!(DETECTORS.iter().filter(|(_, _, other)| other == name).count() == 1);
    }
}
