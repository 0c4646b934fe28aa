//! What is planted in a store is found by the analysis, and nothing else.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use std::collections::BTreeSet;

use portcullis_model::{Audience, Confidence, Moment};
use portcullis_rules::{Engine, Selection};
use portcullis_store::Store;
use portcullis_survey::record::{self, Record};
use portcullis_survey::report::{self, Format, Shown};
use portcullis_survey::table::{self, Spoken, Writer};
use portcullis_survey::{analyse, identity};

/// 1 July 2026.
const NOW: i64 = 1_782_864_000;

const LISTINGS: &str = r#"
{"registry":"mcp.so","name":"ann/gone","repository":"https://github.com/ann/gone","publisher":"ann","seen":"2026-06-01T00:00:00Z"}
{"registry":"mcp.so","name":"bob/moved","repository":"https://github.com/bob/moved","publisher":"bob","seen":"2026-06-01T00:00:00Z"}
{"registry":"mcp.so","name":"cat/fine","repository":"https://github.com/cat/fine","publisher":"cat","seen":"2026-06-01T00:00:00Z"}
{"registry":"mcp.so","name":"dan/outage","repository":"https://github.com/dan/outage","publisher":"dan","seen":"2026-06-01T00:00:00Z"}
{"registry":"mcp.so","name":"eve/once","repository":"https://github.com/eve/once","publisher":"eve","seen":"2026-06-01T00:00:00Z"}
{"registry":"npm","name":"weatherly-mcp","packages":[{"type":"npm","name":"weatherly-mcp"}],"publisher":"fay","seen":"2026-05-01T00:00:00Z"}
{"registry":"npm","name":"mcp-weatherly","packages":[{"type":"npm","name":"mcp-weatherly"}],"publisher":"gus","seen":"2026-06-01T00:00:00Z"}
{"registry":"npm","name":"server-weatherly-mcp","packages":[{"type":"npm","name":"server-weatherly-mcp"}],"publisher":"fay","seen":"2026-07-01T00:00:00Z"}
"#;

const PROBES: &str = r#"
{"subject":"https://github.com/ann/gone","seen":"2026-06-01T00:00:00Z","status":"absent","facts":{}}
{"subject":"https://github.com/ann/gone","seen":"2026-06-03T00:00:00Z","status":"absent","facts":{}}
{"subject":"github-account:ann","seen":"2026-06-01T00:00:00Z","status":"absent","facts":{}}
{"subject":"github-account:ann","seen":"2026-06-03T00:00:00Z","status":"absent","facts":{}}
{"subject":"https://github.com/bob/moved","seen":"2026-06-01T00:00:00Z","status":"moved","facts":{"moved-to":"https://github.com/robert/moved"}}
{"subject":"github-account:bob","seen":"2026-06-01T00:00:00Z","status":"absent","facts":{}}
{"subject":"github-account:bob","seen":"2026-06-03T00:00:00Z","status":"absent","facts":{}}
{"subject":"https://github.com/cat/fine","seen":"2026-06-01T00:00:00Z","status":"present","facts":{"readme":"yes"}}
{"subject":"https://github.com/dan/outage","seen":"2026-06-01T00:00:00Z","status":"unknown","facts":{}}
{"subject":"https://github.com/dan/outage","seen":"2026-06-03T00:00:00Z","status":"unknown","facts":{}}
{"subject":"https://github.com/eve/once","seen":"2026-06-03T00:00:00Z","status":"absent","facts":{}}
"#;

async fn filled(folder: &std::path::Path) -> Store {
    filled_with(folder, &format!("{LISTINGS}{PROBES}")).await
}

async fn filled_with(folder: &std::path::Path, lines: &str) -> Store {
    let store = table::open(folder.join("survey.db").to_str().unwrap()).await.unwrap();
    let mut writer = Writer::new(&store, 1, Spoken::ALL);
    let mut seen = Vec::new();
    for (position, line) in lines.lines().filter(|line| !line.is_empty()).enumerate() {
        match record::read(line.as_bytes()).unwrap() {
            Record::Listing(listing) => {
                assert_eq!(writer.take(*listing, position as u64).await.unwrap(), None);
            }
            Record::Observation(observation) => seen.push(observation),
        }
    }
    writer.finish().await.unwrap();
    let mut transaction = store.begin().await.unwrap();
    table::write_observations(&mut transaction, &seen).await.unwrap();
    transaction.commit().await.unwrap();
    identity::resolve(&store).await.unwrap();
    store
}

async fn findings(store: &Store) -> BTreeSet<String> {
    let sql = "SELECT l.name, f.rule, f.severity FROM finding AS f JOIN listing AS l ON l.id = f.listing";
    let rows = store.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| format!("{} {} {}", row.text(0), row.text(1), row.text(2))).collect()
}

#[tokio::test]
async fn what_is_planted_is_found_and_an_outage_is_not_absence() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path()).await;
    let selection = Selection::new(&[], &[], Confidence::Low, Audience::Regular).unwrap();
    let engine = Engine::new(selection);
    let analysed = analyse::analyse(&store, &engine, Moment(NOW), &|_| ()).await.unwrap();
    assert_eq!(analysed.listings, 8);
    let expected = [
        "ann/gone hijackable-link critical",
        "bob/moved hijackable-redirect critical",
        "eve/once hijackable-link medium",
        "mcp-weatherly look-alike-listing medium",
    ];
    let found = findings(&store).await;
    // The latest name differs from the others in affixes only, which honest names do every day: it is for pedants.
    assert_eq!(found, expected.map(String::from).into());
    analyse::analyse(&store, &engine, Moment(NOW), &|_| ()).await.unwrap();
    assert_eq!(findings(&store).await, found, "a second analysis finds the same");
}

#[tokio::test]
async fn a_maintainers_mail_domain_that_anybody_can_register_is_found_behind_the_package() {
    let folder = tempfile::tempdir().unwrap();
    let lines = r#"
{"registry":"npm","name":"mailed-mcp","packages":[{"type":"npm","name":"mailed-mcp"}],"publisher":"fay","seen":"2026-06-01T00:00:00Z"}
{"subject":"npm:mailed-mcp","seen":"2026-06-01T00:00:00Z","status":"present","facts":{"mail-domains":"fine.example.com,lapsed-mail.dev"}}
{"subject":"domain:example.com","seen":"2026-06-01T00:00:00Z","status":"present","facts":{}}
{"subject":"domain:lapsed-mail.dev","seen":"2026-06-01T00:00:00Z","status":"absent","facts":{}}
{"subject":"domain:lapsed-mail.dev","seen":"2026-06-03T00:00:00Z","status":"absent","facts":{}}
"#;
    let store = filled_with(folder.path(), lines).await;
    let selection = Selection::new(&[], &[], Confidence::Low, Audience::Regular).unwrap();
    analyse::analyse(&store, &Engine::new(selection), Moment(NOW), &|_| ()).await.unwrap();
    assert_eq!(findings(&store).await, [String::from("mailed-mcp expired-domain critical")].into());
}

#[tokio::test]
async fn a_report_counts_what_was_found_and_names_no_live_case() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path()).await;
    let selection = Selection::new(&[], &[], Confidence::Low, Audience::Regular).unwrap();
    analyse::analyse(&store, &Engine::new(selection), Moment(NOW), &|_| ()).await.unwrap();
    let figures = report::figures(&store, Shown::default()).await.unwrap();
    assert_eq!(figures.cases_in_all, 2);
    let registry = figures.registries.iter().find(|registry| registry.registry == "mcp.so").unwrap();
    assert_eq!((registry.listings, registry.invalid(), registry.looked_at()), (5, 2, 5));
    assert_eq!((registry.maintainer_hijackable, registry.redirection_hijackable), (1, 1));
    let npm = figures.groups.iter().find(|groups| groups.registry == "npm").unwrap();
    assert_eq!((npm.groups, npm.members, npm.different_maintainers), (1, 3, 1));
    for format in [Format::Html, Format::Markdown, Format::Json] {
        let mut out = Vec::new();
        report::write(&figures, format, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(!text.contains("ann/gone") && !text.contains("bob/moved"), "{format:?} names a live case");
        assert!(text.contains("C-"), "{format:?} has no case numbers");
        assert!(!text.contains("<script"));
    }
    let named = report::figures(&store, Shown { names: true, ..Shown::default() }).await.unwrap();
    assert!(named.cases.iter().any(|case| case.name.as_deref() == Some("ann/gone")));
    let told = report::disclosures(&store).await.unwrap();
    let owners: Vec<(&str, &str)> =
        told.iter().map(|told| (told.owner.as_str(), told.name.as_str())).collect();
    assert_eq!(owners, [("ann", "ann/gone"), ("bob", "bob/moved")]);
}
