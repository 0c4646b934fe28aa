//! Advisories: which versions they affect, and what a database answers, whole or broken.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use std::io::Cursor;
use std::time::Instant;

use portcullis_supply::Ecosystem;
use portcullis_supply::advisory::{Advisory, Broken, Builder, Database, Unusable, read, secure_version};

fn record(id: &str, ecosystem: &str, name: &str, events: &str) -> Advisory {
    let text = format!(
        r#"{{"id": "{id}", "summary": "Made up.", "database_specific": {{"severity": "HIGH"}}, "affected": [{{
            "package": {{"ecosystem": "{ecosystem}", "name": "{name}"}},
            "ranges": [{{"type": "ECOSYSTEM", "events": [{events}]}}]}}]}}"#
    );
    read(text.as_bytes()).unwrap().remove(0)
}

fn database(advisories: &[Advisory]) -> Vec<u8> {
    let mut builder = Builder::default();
    advisories.iter().for_each(|advisory| builder.add(advisory));
    let mut bytes = Vec::new();
    assert_eq!(builder.write(&mut bytes).unwrap(), bytes.len() as u64);
    bytes
}

#[test]
fn events_say_which_versions_are_affected() {
    let affected = |ecosystem: &str, events: &str, versions: &[&str]| -> String {
        let advisory = record("X-1", ecosystem, "a", events);
        versions.iter().map(|version| if advisory.affects(version) { '+' } else { '-' }).collect()
    };
    let fixed = r#"{"introduced": "0"}, {"fixed": "1.2.0"}"#;
    assert_eq!(affected("npm", fixed, &["0.0.1", "1.1.9", "1.2.0-rc.1", "1.2.0", "2.0.0", "odd"]), "+++---");
    let twice = r#"{"fixed": "2.1.0"}, {"introduced": "2.0.0"}, {"introduced": "1.0.0"}, {"fixed": "1.0.5"}"#;
    assert_eq!(affected("npm", twice, &["0.9.0", "1.0.0", "1.0.5", "1.9.0", "2.0.0", "2.1.0"]), "-+--+-");
    let last = r#"{"introduced": "1.0"}, {"last_affected": "1.4"}"#;
    assert_eq!(affected("PyPI", last, &["0.9", "1.0", "1.4", "1.4.0", "1.4.post1", "1.5"]), "-+++--");
    assert_eq!(affected("PyPI", r#"{"introduced": "0"}"#, &["0.0a1", "99"]), "++");
    let early = r#"{"introduced": "0"}, {"fixed": "1.0rc2"}"#;
    assert_eq!(affected("PyPI", early, &["1.0rc1", "1.0rc2", "1.0"]), "+--");
    assert_eq!(
        affected("npm", r#"{"introduced": "10.0.0"}, {"fixed": "9.0.0"}"#, &["9.5.0", "10.0.0"]),
        "-+"
    );
}

#[test]
fn versions_that_are_listed_are_affected_however_they_are_spelt() {
    let text = br#"{"id": "MAL-2026-1", "affected": [{"package": {"ecosystem": "PyPI", "name": "Some_Thing"},
        "versions": ["1.0", "2.0rc1"]}]}"#;
    let advisory = read(text).unwrap().remove(0);
    assert!(advisory.is_malicious() && advisory.package == "some-thing");
    assert!(["1.0", "1.0.0", "2.0-rc.1"].iter().all(|version| advisory.affects(version)));
    assert!(!advisory.affects("1.1"));
}

#[test]
fn the_secure_version_is_the_lowest_that_no_advisory_affects() {
    let first = record(
        "X-1",
        "npm",
        "a",
        r#"{"introduced": "0"}, {"fixed": "1.2.0"}, {"introduced": "2.0.0"}, {"fixed": "2.1.0"}"#,
    );
    let second = record("X-2", "npm", "a", r#"{"introduced": "1.1.0"}, {"fixed": "1.3.1"}"#);
    let third = record("X-3", "npm", "a", r#"{"introduced": "3.0.0"}"#);
    let all = [first, second, third];
    assert_eq!(secure_version(&all, "1.0.0").as_deref(), Some("1.3.1"));
    assert_eq!(secure_version(&all, "2.0.5").as_deref(), Some("2.1.0"));
    assert_eq!(secure_version(&all, "1.5.0").as_deref(), Some("1.5.0"));
    assert_eq!(secure_version(&all, "3.1.0"), None);
}

#[test]
fn what_is_no_record_is_told_from_what_was_withdrawn_or_is_about_something_else() {
    assert!(matches!(read(b"[]"), Err(Unusable::Unreadable(_))));
    assert!(matches!(read(b"\xff{"), Err(Unusable::Unreadable(_))));
    assert!(matches!(read(br#"{"id": "a b", "affected": []}"#), Err(Unusable::Unreadable(_))));
    assert_eq!(read(br#"{"id": "X-1", "withdrawn": "2026-01-01T00:00:00Z"}"#), Err(Unusable::Withdrawn));
    let other = br#"{"id": "X-1", "affected": [{"package": {"ecosystem": "Go", "name": "a"}}]}"#;
    assert_eq!(read(other), Err(Unusable::Elsewhere));
}

#[test]
fn a_database_answers_for_a_package_and_for_no_other() {
    let npm = record("X-1", "npm", "a", r#"{"introduced": "0"}"#);
    let python = record("X-2", "PyPI", "a", r#"{"introduced": "0"}, {"fixed": "2"}"#);
    let bytes = database(&[npm.clone(), python.clone(), record("MAL-1", "npm", "b", "")]);
    let mut database = Database::open(Cursor::new(bytes)).unwrap();
    assert_eq!(database.of(Ecosystem::Npm, "a").unwrap(), [npm]);
    assert_eq!(database.of(Ecosystem::Pypi, "A").unwrap(), [python]);
    assert!(database.of(Ecosystem::Npm, "c").unwrap().is_empty());
    let counts = database.counts();
    assert_eq!((counts.packages, counts.advisories, counts.malicious), (3, 3, 1));
}

#[test]
fn a_database_that_is_cut_or_changed_is_an_error_and_never_an_empty_answer() {
    let advisory = record("X-1", "npm", "a", r#"{"introduced": "0"}"#);
    let sound = database(std::slice::from_ref(&advisory));
    for length in [0, 10, 16, 40, 60, sound.len() - 1] {
        assert!(Database::open(Cursor::new(&sound[..length])).is_err(), "{length}");
    }
    let block_ends = sound.windows(2).position(|pair| pair == b"}]").unwrap();
    for at in 0..block_ends {
        let mut changed = sound.clone();
        changed[at] ^= 1;
        let answer = Database::open(Cursor::new(changed)).and_then(|mut one| one.of(Ecosystem::Npm, "a"));
        // Counts of advisories are for people alone.
        let is_count = (24..40).contains(&at);
        assert!(is_count || matches!(answer, Err(Broken::Content(_))), "{at}: {answer:?}");
    }
}

#[test]
fn a_large_database_answers_in_microseconds() {
    let events = r#"{"introduced": "0"}, {"fixed": "1.2.0"}"#;
    let records: Vec<Advisory> = (0..20_000)
        .map(|number| record(&format!("X-{number}"), "npm", &format!("package-{number}"), events))
        .collect();
    let mut file = tempfile::tempfile().unwrap();
    std::io::Write::write_all(&mut file, &database(&records)).unwrap();
    let mut database = Database::open(file).unwrap();
    let began = Instant::now();
    for number in (0..20_000).step_by(20) {
        assert_eq!(database.of(Ecosystem::Npm, &format!("package-{number}")).unwrap().len(), 1);
    }
    let each = began.elapsed() / 1000;
    println!("{each:?} for each package");
    // Unoptimised and on a busy machine; a database that is read whole needs far longer.
    assert!(each.as_millis() < 5, "{each:?}");
}
