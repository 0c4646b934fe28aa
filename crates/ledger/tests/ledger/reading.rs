//! Records are found again, in the order of their time, whatever stands between them.

use std::fs;
use std::io::Write;

use portcullis_ledger::{Approval, Entry, Filter, Ledger, Options, Record, query};
use portcullis_model::{Confidentiality, Integrity, Label, Threat, Verdict};

use crate::book::{Book, NOON, Seconds, call, small};

fn found(book: &Book, filter: Filter) -> Vec<Entry> {
    query(&book.path(), filter).unwrap().map(Result::unwrap).collect()
}

fn decisions(book: &Book, filter: Filter) -> Vec<String> {
    found(book, filter).into_iter().map(|entry| entry.record.decision.unwrap()).collect()
}

#[test]
fn what_is_read_is_what_was_written() {
    let book = Book::new();
    let ledger = book.open(Options { content: true, ..Options::default() });
    let record = Record {
        label: Some(Label { integrity: Integrity::Outside, confidentiality: Confidentiality::Private }),
        capabilities: vec!["network".into()],
        findings: vec!["instruction-in-result".into()],
        policy: Some("ab".repeat(32)),
        pin: Some("cd".repeat(32)),
        approval: Some(Approval { id: "a-1".into(), by: "ada".into() }),
        note: Some("a word".into()),
        message: Some(br#"{"jsonrpc":"2.0","id":7,"result":{}}"#.to_vec()),
        ..call(7)
    };
    let id = ledger.append(&record).unwrap();
    drop(ledger);
    let entry = found(&book, Filter::default()).remove(0);
    assert_eq!((entry.id.clone(), entry.record.clone()), (id, record));
    let json = entry.to_json();
    assert!(json.starts_with(&format!("{{\"id\":\"{}\",\"time\":\"2026-11-21T12:00:0", entry.id)), "{json}");
    portcullis_wire::json::read(json.as_bytes(), portcullis_wire::json::Dialect::Strict, &Default::default())
        .unwrap();
}

#[test]
fn every_filter_finds_its_records_and_no_others() {
    let book = Book::with(30);
    let all = found(&book, Filter::default());
    assert_eq!(all.len(), 30);
    let some = |text: &str| Some(text.to_owned());
    let count = |filter| found(&book, filter).len();
    assert_eq!(count(Filter { server: some("mail"), ..Filter::default() }), 15);
    assert_eq!(count(Filter { tool: some("tool_1"), ..Filter::default() }), 10);
    assert_eq!(count(Filter { verdict: Some(Verdict::Deny), ..Filter::default() }), 5);
    assert_eq!(count(Filter { rule: some("no-outside-to-network"), ..Filter::default() }), 5);
    assert_eq!(count(Filter { threat: Some(Threat::ParasiticToolchain), ..Filter::default() }), 5);
    assert_eq!(count(Filter { threat: Some(Threat::RugPull), ..Filter::default() }), 0);
    assert_eq!(count(Filter { session: some("s-1"), ..Filter::default() }), 30);
    assert_eq!(count(Filter { principal: some("nobody"), ..Filter::default() }), 0);
    assert_eq!(decisions(&book, Filter { id: some("d-4"), ..Filter::default() }), ["d-4"]);
    let id = all[9].id.to_string();
    assert_eq!(decisions(&book, Filter { id: Some(id), ..Filter::default() }), ["d-9"]);
    let (since, until) = (Some(all[3].time), Some(all[5].time));
    assert_eq!(decisions(&book, Filter { since, until, ..Filter::default() }), ["d-3", "d-4", "d-5"]);
}

#[test]
fn records_of_series_that_were_written_at_once_come_in_the_order_of_time() {
    let book = Book::new();
    let one = Ledger::open(&book.path(), small(), Seconds::from(NOON)).unwrap();
    let other = Ledger::open(&book.path(), small(), Seconds::from(NOON + 10)).unwrap();
    for number in 0..40 {
        one.append(&call(number)).unwrap();
        other.append(&call(number)).unwrap();
    }
    drop((one, other));
    let times: Vec<_> = found(&book, Filter::default()).into_iter().map(|entry| entry.time).collect();
    assert_eq!(times.len(), 80);
    assert!(times.is_sorted());
}

#[test]
fn garbage_between_records_is_told_and_hides_none_of_them() {
    let book = Book::with(10);
    let file = book.files()[0].clone();
    let text = fs::read_to_string(&file).unwrap();
    let garbage = format!("not json\n{{\"type\":\"record\"}}\n{}\n", "x".repeat(3 << 20));
    let middle = text.lines().take(5).map(|line| line.len() + 1).sum::<usize>();
    fs::write(&file, [&text[..middle], &garbage, &text[middle..]].concat()).unwrap();
    let (good, bad): (Vec<_>, Vec<_>) =
        query(&book.path(), Filter::default()).unwrap().partition(Result::is_ok);
    assert_eq!((good.len(), bad.len()), (10, 3));
    let problem = bad[2].as_ref().unwrap_err();
    assert!(problem.what.contains("longer than any line") && problem.line == 8, "{problem:?}");
}

#[test]
fn a_file_of_nothing_but_garbage_is_read_line_by_line() {
    let book = Book::with(3);
    let mut file = fs::OpenOptions::new().append(true).open(&book.files()[0]).unwrap();
    for _ in 0..20_000 {
        file.write_all(b"{}\n").unwrap();
    }
    let mut query = query(&book.path(), Filter::default()).unwrap();
    assert_eq!(query.by_ref().take(100).count(), 100);
    assert_eq!(query.count(), 20_003 - 100);
    let problems = book.verify().problems;
    assert_eq!(problems.len(), 1001);
    assert!(problems[1000].what.contains("more follows"));
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_waited_for() {
    let book = Book::with(3);
    let pipe = book.series()[0].join("000009.jsonl");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert!(portcullis_ledger::verify(&book.path(), &book.key()).is_err());
    let (good, bad): (Vec<_>, Vec<_>) =
        query(&book.path(), Filter::default()).unwrap().partition(Result::is_ok);
    assert_eq!((good.len(), bad.len()), (3, 1));
}

#[test]
fn there_is_no_ledger_where_there_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let key = Book::with(1).key();
    assert!(portcullis_ledger::verify(folder.path(), &key).is_err());
    assert!(query(&folder.path().join("none"), Filter::default()).is_err());
}
