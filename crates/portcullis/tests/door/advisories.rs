//! The local advisory database: made from records, asked by people, and used by every scan.

use crate::desk::Desk;

const SAMPLE: &str = include_str!("../../../../fixtures/advisories/sample.jsonl");
const SIGNATURE: &str = include_str!("../../../../fixtures/advisories/sample.jsonl.sig");
const KEY: &str = include_str!("../../../../fixtures/advisories/sample.pub");

/// A desk with the sample beside it and a state folder of its own.
fn desk() -> Desk {
    let desk =
        Desk::new().file("sample.jsonl", SAMPLE).file("sample.jsonl.sig", SIGNATURE).file("sample.pub", KEY);
    let state = desk.path("~/state");
    desk.variable("PORTCULLIS_STATE", state.to_str().unwrap())
}

fn updated() -> Desk {
    let desk = desk();
    desk.run(&["advisories", "update", "sample.jsonl", "--key", "sample.pub"]).exits(0);
    desk
}

#[test]
fn an_update_says_what_it_took_in_and_what_it_left_out() {
    let run = desk().run(&["advisories", "update", "sample.jsonl"]);
    run.exits(0);
    assert!(run.stdout.contains("4 advisories about 4 packages, 1 of them malicious"), "{}", run.stdout);
    assert!(run.stdout.contains("1 withdrawn, 1 about other ecosystems, 0 unreadable"), "{}", run.stdout);
}

#[test]
fn a_database_that_its_key_did_not_sign_is_refused_and_replaces_nothing() {
    let desk = updated();
    desk.write("sample.jsonl", SAMPLE.replace("1.2.4", "9.9.9"));
    let run = desk.run(&["advisories", "update", "sample.jsonl", "--key", "sample.pub"]);
    run.exits(3);
    assert!(run.stderr.contains("is not signed by this key"), "{}", run.stderr);
    let shown = desk.run(&["advisories", "show", "npm:some-mcp@1.2.3"]);
    assert!(shown.stdout.contains("1.2.4") && !shown.stdout.contains("9.9.9"), "{}", shown.stdout);
    std::fs::remove_file(desk.path("sample.jsonl.sig")).unwrap();
    desk.run(&["advisories", "update", "sample.jsonl", "--key", "sample.pub"]).exits(3);
}

#[test]
fn show_names_the_advisories_of_a_version_and_the_one_that_is_without_them() {
    let desk = updated();
    let run = desk.run(&["advisories", "show", "npm:some-mcp@1.2.3"]);
    run.exits(1);
    assert!(run.stdout.contains("SAMPLE-2026-0001 (SAMPLE-ALIAS-1): high"), "{}", run.stdout);
    assert!(run.stdout.contains("lowest later version without them: 1.2.4"), "{}", run.stdout);
    desk.run(&["advisories", "show", "npm:some-mcp@1.2.4"]).exits(0);
    desk.run(&["advisories", "show", "pypi:some.mcp==1.0-rc.1"]).exits(1);
    desk.run(&["advisories", "show", "pypi:some-mcp==1.0"]).exits(0);
    desk.run(&["advisories", "show", "some-mcp"]).exits(2);
}

#[test]
fn a_configured_server_of_a_vulnerable_or_malicious_package_is_found() {
    let servers = r#""old": {"command": "npx", "args": ["-y", "some-mcp@1.2.3"]},
        "bad": {"command": "npx", "args": ["-y", "some-stealer@0.0.1"]},
        "good": {"command": "npx", "args": ["-y", "some-mcp@1.2.4"]},
        "snake": {"command": "uvx", "args": ["some-mcp==0.9.1"]}"#;
    let desk = updated();
    desk.write(".cursor/mcp.json", format!("{{\"mcpServers\": {{{servers}}}}}\n"));
    let run = desk.scan(&[".cursor/mcp.json"]);
    run.exits(1);
    let vulnerable: Vec<_> =
        run.findings().into_iter().filter(|finding| finding["rule"] == "known-vulnerable-package").collect();
    assert_eq!(vulnerable.len(), 2, "{vulnerable:#?}");
    assert!(vulnerable.iter().any(|finding| finding["fix"]["title"].as_str().unwrap().contains("1.2.4")));
    assert_eq!(run.finding("known-malicious-package")["severity"], "critical");
}

#[test]
fn a_folder_is_looked_up_with_what_it_locks_and_without_a_database_the_report_says_so() {
    let manifest = r#"{"name": "app", "version": "1.0.0"}"#;
    let lock = r#"{"name": "app", "lockfileVersion": 3, "packages": {"node_modules/some-library":
        {"version": "2.0.1", "resolved": "https://registry.example/some-library/-/some-library-2.0.1.tgz", "integrity": "sha512-AAAA"}}}"#;
    let without = desk().file("server/package.json", manifest).file("server/package-lock.json", lock);
    let run = without.scan(&["server"]);
    run.exits(0).finds_no("known-vulnerable-package");
    assert!(run.json()["notes"].to_string().contains("there is no advisory database"), "{}", run.stdout);
    let with = updated().file("server/package.json", manifest).file("server/package-lock.json", lock);
    let run = with.scan(&["server"]);
    run.finds("known-vulnerable-package");
    assert_eq!(run.finding("known-vulnerable-package")["severity"], "medium");
    assert!(!run.json()["notes"].to_string().contains("advisory database"));
}

#[test]
fn a_range_that_admits_no_version_without_an_advisory_is_found_with_the_lowest_that_has_none() {
    let manifest = |range: &str| {
        format!(r#"{{"name": "app", "version": "1.0.0", "dependencies": {{"some-library": "{range}"}}}}"#)
    };
    let desk = updated();
    desk.write("server/package.json", manifest("~2.0.1"));
    let finding = desk.scan(&["server"]).finding("known-vulnerable-package");
    let message = finding["message"].as_str().unwrap();
    assert!(message.contains("~2.0.1 (every version that it admits)"), "{message}");
    assert!(finding["fix"]["title"].as_str().unwrap().contains("2.1.0"), "{finding:#}");
    for range in ["^2.0.1", "^1.0.0", "*"] {
        desk.write("server/package.json", manifest(range));
        desk.scan(&["server"]).exits(0).finds_no("known-vulnerable-package");
    }
}

#[test]
fn a_broken_database_is_said_and_never_taken_for_a_clean_answer() {
    let desk = updated();
    desk.write("~/state/advisories/advisories.db", "portcullis-adv1\nbroken");
    desk.write("server/package.json", r#"{"name": "some-mcp", "version": "1.0.0"}"#);
    let run = desk.scan(&["server"]);
    assert!(run.json()["notes"].to_string().contains("the advisory database is broken"), "{}", run.stdout);
    desk.run(&["advisories", "show", "npm:some-mcp"]).exits(3);
    desk.write("nothing.jsonl", "not json\n");
    desk.run(&["advisories", "update", "nothing.jsonl"]).exits(3);
}
