//! The audit log: proved, looked at, handed on.

use std::fs;
use std::path::PathBuf;

use portcullis_ledger::{Direction, Ledger, MessageDigest, Options, Reason, Record, Ruling, SystemClock};
use portcullis_model::{Threat, Verdict};
use portcullis_wire::envelope::{Id, Kind};

use crate::desk::Desk;

const STATE: &str = "~/.local/state/portcullis";

fn call(number: i64) -> Record {
    let denied = number % 3 == 0;
    Record {
        session: Some(format!("s-{}", number % 2)),
        principal: Some("ada@example.com".into()),
        server: Some("mail".into()),
        direction: Some(Direction::ToServer),
        kind: Some(Kind::Request),
        method: Some("tools/call".into()),
        tool: Some(if denied { "send_email" } else { "read_mail" }.into()),
        request: Some(Id::Integer(number)),
        digest: Some(MessageDigest::of(b"the arguments of a call")),
        verdict: if denied { Verdict::Deny } else { Verdict::Allow },
        reasons: denied
            .then(|| Reason {
                by: Ruling::Policy("no-leak".into()),
                threats: vec![Threat::ParasiticToolchain],
            })
            .into_iter()
            .collect(),
        decision: Some(format!("d-{number}")),
        ..Record::default()
    }
}

fn ledger(desk: &Desk) -> PathBuf {
    desk.path(STATE).join("ledger")
}

/// A desk whose ledger has these records, in one closed series.
fn desk_with(records: &[Record], options: Options) -> Desk {
    let desk = Desk::new();
    fs::create_dir_all(desk.path(STATE)).unwrap();
    let ledger = Ledger::open(&ledger(&desk), options, SystemClock).unwrap();
    for record in records {
        ledger.append(record).unwrap();
    }
    ledger.close().unwrap();
    desk
}

fn desk() -> Desk {
    desk_with(&(1..=9).map(call).collect::<Vec<_>>(), Options::default())
}

/// The file of the only series.
fn file(desk: &Desk) -> PathBuf {
    let mut files =
        fs::read_dir(ledger(desk)).unwrap().map(|entry| entry.unwrap().path().join("000001.jsonl"));
    files.find(|file| file.exists()).unwrap()
}

fn edit(desk: &Desk, change: impl Fn(&mut Vec<String>)) {
    let mut lines: Vec<String> =
        fs::read_to_string(file(desk)).unwrap().lines().map(|line| format!("{line}\n")).collect();
    change(&mut lines);
    fs::write(file(desk), lines.concat()).unwrap();
}

#[test]
fn an_untouched_ledger_is_intact_and_verifying_it_changes_nothing() {
    let desk = desk();
    let before = fs::read(file(&desk)).unwrap();
    let run = desk.run(&["ledger", "verify"]);
    run.exits(0);
    assert!(run.stdout.contains("9 records") && run.stdout.contains("intact"), "{}", run.stdout);
    let json = desk.run(&["ledger", "verify", "--format", "json"]);
    let json = json.exits(0).json();
    assert_eq!(json["schema"], "portcullis.ledger-verification/1");
    assert_eq!(
        (json["intact"].as_bool(), json["series"][0]["ending"].as_str()),
        (Some(true), Some("closed"))
    );
    assert_eq!(fs::read(file(&desk)).unwrap(), before);
}

#[test]
fn every_kind_of_tampering_is_found_and_its_place_is_named() {
    type Change = fn(&mut Vec<String>);
    let changes: [(Change, &str); 4] = [
        (|lines| lines[3] = lines[3].replace("allow", "deny"), "000001.jsonl:4 does not follow"),
        (
            |lines| drop(lines.remove(4)),
            "000001.jsonl:5 is line 5 of its chain, and lines 4 to 4 are missing",
        ),
        (|lines| lines.swap(4, 5), "000001.jsonl:5"),
        (|lines| lines.truncate(6), "something was taken away"),
    ];
    for (change, told) in changes {
        let desk = desk();
        edit(&desk, change);
        let run = desk.run(&["ledger", "verify"]);
        run.exits(1);
        assert!(run.stdout.contains("tampered with") && run.stdout.contains(told), "{}", run.stdout);
    }
    let desk = desk();
    fs::remove_dir_all(file(&desk).parent().unwrap()).unwrap();
    let run = desk.run(&["ledger", "verify"]);
    assert!(run.exits(1).stdout.contains("is missing with its 9 records"), "{}", run.stdout);
}

#[test]
fn a_copy_is_verified_anywhere_with_the_public_key_alone() {
    let desk = desk();
    let key = fs::read_to_string(desk.path(STATE).join("keys/ledger.pub")).unwrap();
    assert!(key.starts_with("ed25519 ") && key.trim_end().len() == 72, "{key}");
    let elsewhere = Desk::new().file("auditor.pub", &key);
    let copy = elsewhere.path("copy");
    let series = file(&desk).parent().unwrap().file_name().unwrap().to_owned();
    fs::create_dir_all(copy.join(&series)).unwrap();
    fs::copy(file(&desk), copy.join(&series).join("000001.jsonl")).unwrap();
    fs::copy(ledger(&desk).join("index.jsonl"), copy.join("index.jsonl")).unwrap();
    let run = elsewhere.run(&["ledger", "verify", "--ledger", "copy", "--key", "auditor.pub"]);
    assert!(run.exits(0).stdout.contains("intact"), "{}", run.stdout);
    elsewhere.write("auditor.pub", format!("ed25519 {}\n", "0f".repeat(32)));
    let run = elsewhere.run(&["ledger", "verify", "--ledger", "copy", "--key", "auditor.pub"]);
    assert!(run.exits(1).stdout.contains("was not signed with this key"), "{}", run.stdout);
}

#[test]
fn what_cannot_be_read_is_not_called_intact() {
    let run = Desk::new().run(&["ledger", "verify"]);
    assert!(run.exits(3).stderr.contains("there is no ledger"), "{}", run.stderr);
    let desk = desk();
    fs::write(desk.path(STATE).join("keys/ledger.pub"), "nonsense").unwrap();
    let run = desk.run(&["ledger", "verify"]);
    assert!(run.exits(3).stderr.contains("is no public key"), "{}", run.stderr);
    assert_eq!(run.stdout, "");
    fs::remove_file(desk.path(STATE).join("keys/ledger.pub")).unwrap();
    desk.run(&["ledger", "verify"]).exits(3);
    fs::write(desk.path("anchor.json"), "{}").unwrap();
    let key = format!("ed25519 {}\n", "0f".repeat(32));
    let desk = desk.file("other.pub", key);
    desk.run(&["ledger", "verify", "--key", "other.pub", "--anchor", "anchor.json"]).exits(3);
}

#[test]
fn an_anchor_that_was_kept_elsewhere_tells_when_everything_was_set_back() {
    let desk = desk();
    let (records, index) = (file(&desk), ledger(&desk).join("index.jsonl"));
    let before = (fs::read(&records).unwrap(), fs::read(&index).unwrap());
    let newer = Ledger::open(&ledger(&desk), Options::default(), SystemClock).unwrap();
    let id = newer.append(&call(10)).unwrap();
    newer.close().unwrap();
    let anchor = desk.run(&["ledger", "verify", "--format", "json"]).stdout;
    let desk = desk.file("anchor.json", anchor);
    desk.run(&["ledger", "verify", "--anchor", "anchor.json"]).exits(0);
    fs::remove_dir_all(ledger(&desk).join(&*id.series)).unwrap();
    fs::write(&records, before.0).unwrap();
    fs::write(&index, before.1).unwrap();
    desk.run(&["ledger", "verify"]).exits(0);
    let run = desk.run(&["ledger", "verify", "--anchor", "anchor.json"]);
    assert!(run.exits(1).stdout.contains("the anchor knows"), "{}", run.stdout);
}

#[test]
fn a_series_that_nobody_closed_is_told_and_is_an_error_only_when_asked_to_be_strict() {
    let desk = desk();
    let index = ledger(&desk).join("index.jsonl");
    let lines: Vec<_> =
        fs::read_to_string(&index).unwrap().lines().take(2).map(|line| format!("{line}\n")).collect();
    fs::write(&index, lines.concat()).unwrap();
    edit(&desk, |lines| lines.truncate(7));
    let run = desk.run(&["ledger", "verify"]);
    assert!(run.exits(0).stdout.contains("ended without closing: 0 records are proved"), "{}", run.stdout);
    desk.run(&["ledger", "verify", "--strict"]).exits(1);
}

#[test]
fn records_are_found_by_what_they_say() {
    let desk = desk();
    let found =
        |words: &[&str]| desk.run(&[&["ledger", "query", "--format", "jsonl"], words].concat()).lines();
    let decisions = |words: &[&str]| -> Vec<String> {
        found(words).iter().map(|record| record["decision"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(found(&[]).len(), 9);
    assert_eq!(decisions(&["--verdict", "deny"]), ["d-3", "d-6", "d-9"]);
    assert_eq!(decisions(&["--tool", "send_email", "--session", "s-0"]), ["d-6"]);
    assert_eq!(decisions(&["--rule", "no-leak", "--threat", "X07", "--limit", "2"]), ["d-6", "d-9"]);
    assert_eq!(decisions(&["--id", "d-5"]), ["d-5"]);
    assert_eq!(found(&["--server", "files"]).len() + found(&["--principal", "eve"]).len(), 0);
    assert_eq!(found(&["--since", "1h"]).len(), 9);
    assert_eq!(found(&["--until", "1h"]).len(), 0);
    assert_eq!(found(&["--until", "2001-01-01"]).len(), 0);
    let record = &found(&["--id", "d-3"])[0];
    assert_eq!(record["reasons"][0]["policy"], "no-leak");
    assert_eq!(record["bytes"], 23);
    assert!(record["sha256"].as_str().unwrap().len() == 64 && record.get("message").is_none());
    desk.run(&["ledger", "query", "--since", "yesterday"]).exits(2);
    desk.run(&["ledger", "query", "--verdict", "maybe"]).exits(2);
}

#[test]
fn records_are_a_table_for_people_and_a_document_for_programs() {
    let desk = desk();
    let run = desk.run(&["ledger", "query", "--verdict", "deny"]);
    run.exits(0);
    let rows: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(rows.len(), 4, "{}", run.stdout);
    assert!(rows[0].starts_with("time (UTC)") && rows[1].contains("→ send_email"), "{}", run.stdout);
    assert!(rows[1].ends_with("d-3             policy no-leak (X07)"), "{}", rows[1]);
    let json = desk.run(&["ledger", "query", "--format", "json"]).json();
    assert_eq!(json["records"].as_array().unwrap().len(), 9);
    assert_eq!(json["complete"], true);
    assert_eq!(desk.run(&["ledger", "query", "--id", "none"]).stdout, "no record\n");
    assert_eq!(
        desk.run(&["ledger", "query", "--id", "none", "--format", "json"]).json()["records"][0],
        serde_json::Value::Null
    );
}

#[test]
fn a_line_that_cannot_be_read_is_told_and_hides_no_record() {
    let desk = desk();
    edit(&desk, |lines| lines.insert(4, String::from("\u{1b}[2Jgarbage\n")));
    for format in ["text", "json", "jsonl"] {
        let run = desk.run(&["ledger", "query", "--format", format]);
        run.exits(3);
        assert!(run.stderr.contains("000001.jsonl:5: cannot be read"), "{}", run.stderr);
        assert!(run.stdout.contains("d-9") && !run.everything().contains('\u{1b}'));
    }
}

#[test]
fn nothing_in_a_name_acts_on_the_terminal_or_leaks() {
    let token = concat!("ghp", "_k7QmVt3RzX9sLwBn4HcYpD2fGjU8aE3CtjI5");
    let hostile = format!("a\u{1b}[2J\nd-1  allow\u{202e}{token}");
    let record =
        Record { server: Some(hostile.clone()), tool: Some(hostile.clone()), note: Some(hostile), ..call(1) };
    let desk = desk_with(&[record], Options { content: true, ..Options::default() });
    for words in [
        &["query"][..],
        &["query", "--format", "json"],
        &["export", "--format", "csv"],
        &["export", "--format", "jsonl"],
    ] {
        let run = desk.run(&[&["ledger"], words].concat());
        run.exits(0);
        assert!(!run.stdout.chars().any(|c| c == '\u{1b}' || c == '\u{202e}'), "{}", run.stdout);
        assert!(!run.stdout.contains("k7QmVt3RzX9s"), "{}", run.stdout);
    }
    assert!(!fs::read_to_string(file(&desk)).unwrap().contains("k7QmVt3RzX9s"));
    assert_eq!(desk.run(&["ledger", "query"]).stdout.lines().count(), 2);
}

#[test]
fn records_are_exported_for_other_programs() {
    let desk = desk();
    let run = desk.run(&["ledger", "export", "--format", "csv", "--output", "audit.csv"]);
    run.exits(0);
    assert_eq!(run.stdout, "");
    let csv = desk.read("audit.csv");
    let rows: Vec<Vec<&str>> = csv.split("\r\n").map(|row| row.split(',').collect()).collect();
    assert_eq!((rows.len(), rows[10].len()), (11, 1));
    assert_eq!((rows[0][0], rows[0].len()), ("id", 25));
    assert!(rows[1..10].iter().all(|row| row.len() == 25), "{csv}");
    assert_eq!((rows[3][14], rows[3][15], rows[3][16]), ("deny", "no-leak", "X07"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(desk.path("audit.csv")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert_eq!(desk.run(&["ledger", "export", "--format", "jsonl"]).exits(0).lines().len(), 9);
    desk.run(&["ledger", "export", "--format", "csv", "--output", "no/such/folder.csv"]).exits(3);
}

#[test]
fn a_transcript_holds_messages_only_where_the_user_wanted_them_kept() {
    let message = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read_mail"}}"#;
    let record = Record { message: Some(message.into()), ..call(1) };
    let desk = desk_with(std::slice::from_ref(&record), Options::default());
    assert!(!fs::read_to_string(file(&desk)).unwrap().contains("read_mail\"}"));
    let run = desk.run(&["ledger", "export", "--format", "transcript"]);
    run.exits(3);
    assert!(run.stdout.is_empty() && run.stderr.contains("1 messages were not kept"), "{}", run.stderr);
    let desk = desk_with(&[record], Options { content: true, ..Options::default() });
    let lines = desk.run(&["ledger", "export", "--format", "transcript"]).exits(0).lines();
    assert_eq!(lines.len(), 1);
    assert_eq!((lines[0]["session"].as_str(), lines[0]["server"].as_str()), (Some("s-1"), Some("mail")));
    assert_eq!(lines[0]["direction"], "to-server");
    assert_eq!(lines[0]["message"], serde_json::from_str::<serde_json::Value>(message).unwrap());
}
