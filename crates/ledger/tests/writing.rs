//! What is written, and what happens when it cannot be.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use portcullis_ledger::{Ledger, Options, Record, SystemClock};

#[test]
fn a_record_is_a_line_of_the_series() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    let ledger = Ledger::open(&path, Options::default(), SystemClock).unwrap();
    let id = ledger.append(&Record { tool: Some("send_email".into()), ..Record::default() }).unwrap();
    ledger.tick().unwrap();
    ledger.close().unwrap();
    let file = path.join(&*id.series).join("000001.jsonl");
    let text = std::fs::read_to_string(file).unwrap();
    assert_eq!(text.lines().count(), 4);
    let again = Ledger::open(&path, Options::default(), SystemClock).unwrap();
    drop(again);
}
