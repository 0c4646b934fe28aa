//! What is written, and what happens when it cannot be.

use std::fs;
use std::sync::atomic::Ordering;
use std::time::Duration;

use portcullis_ledger::{Approval, Direction, Event, Ledger, LedgerError, Options, Record, SystemClock};
use portcullis_wire::envelope::Id;

use crate::book::{Book, NOON, Seconds, call, children, lines, small};

/// Made up, and no one's; it has the shape and the checksum of a GitHub token.
const TOKEN: &str = concat!("ghp", "_k7QmVt3RzX9sLwBn4HcYpD2fGjU8aE3CtjI5");

#[test]
fn a_record_is_a_line_and_its_series_is_closed() {
    let book = Book::with(1);
    let file = &book.files()[0];
    let kinds: Vec<_> =
        lines(file).iter().map(|line| line[75..].split('"').nth(3).unwrap().to_owned()).collect();
    assert_eq!(kinds, ["header", "checkpoint", "record", "checkpoint"]);
    let found = book.is_intact();
    assert_eq!((found.records, found.series[0].signed, found.series[0].ending.as_str()), (1, 1, "closed"));
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_what_is_written() {
    use std::os::unix::fs::PermissionsExt;
    let book = Book::with(3);
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&book.path()), 0o700);
    assert_eq!(mode(&book.keys()), 0o700);
    for folder in book.series() {
        assert_eq!(mode(&folder), 0o700);
    }
    for file in
        book.files().into_iter().chain(children(&book.keys())).chain([book.path().join("index.jsonl")])
    {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    let book = Book::with(1);
    let key = book.keys().join("ledger.key");
    #[cfg(unix)]
    fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let error = Ledger::open(&book.path(), small(), SystemClock).unwrap_err();
    assert!(matches!(&error, LedgerError::Key { .. }) && error.to_string().contains("chmod 600"), "{error}");
}

#[test]
fn another_key_does_not_go_on_with_a_ledger() {
    let book = Book::with(1);
    fs::remove_dir_all(book.keys()).unwrap();
    let error = Ledger::open(&book.path(), small(), SystemClock).unwrap_err();
    assert!(error.to_string().contains("signed with another key"), "{error}");
}

#[test]
fn a_ledger_without_its_index_is_not_gone_on_with() {
    let book = Book::with(1);
    fs::remove_file(book.path().join("index.jsonl")).unwrap();
    let error = Ledger::open(&book.path(), small(), SystemClock).unwrap_err();
    assert!(error.to_string().contains("although there are records"), "{error}");
}

#[test]
fn files_are_begun_anew_when_they_are_full_and_the_chain_goes_through() {
    let book = Book::with(60);
    assert!(book.files().len() > 4, "{:?}", book.files());
    assert_eq!(book.is_intact().records, 60);
    for file in book.files() {
        assert!(fs::metadata(file).unwrap().len() < 8000);
    }
}

#[test]
fn a_record_that_is_larger_than_a_file_is_written_all_the_same() {
    let book = Book::new();
    let ledger = book.open(Options { file_bytes: 1, ..small() });
    for number in 0..3 {
        ledger.append(&call(number)).unwrap();
    }
    drop(ledger);
    assert_eq!(book.files().len(), 3);
    assert_eq!(book.is_intact().records, 3);
}

#[test]
fn no_secret_no_control_character_and_nothing_long_gets_in_through_a_name() {
    let book = Book::new();
    let ledger = book.open(Options::default());
    let hostile =
        || Some(format!("a\u{1b}[2J\n{{\"type\":\"record\"}}\u{202e} {TOKEN} {}", "x".repeat(5000)));
    let text = || hostile().unwrap();
    ledger
        .append(&Record {
            session: hostile(),
            principal: hostile(),
            server: hostile(),
            method: hostile(),
            tool: hostile(),
            request: Some(Id::Text(text().into())),
            capabilities: vec![text().into(); 500],
            findings: vec![text().into(); 500],
            decision: hostile(),
            policy: hostile(),
            pin: hostile(),
            approval: Some(Approval { id: text(), by: text() }),
            note: hostile(),
            message: Some(format!("{{\"value\":\"{TOKEN}\"}}").into_bytes()),
            ..Record::default()
        })
        .unwrap();
    drop(ledger);
    let written = fs::read_to_string(&book.files()[0]).unwrap();
    assert_eq!(written.lines().count(), 4);
    assert!(!written.contains("k7QmVt3RzX9s") && !written.contains("\"message\":"), "{written}");
    assert!(!written.chars().any(|c| c != '\n' && c.is_control() || c == '\u{202e}'), "{written}");
    assert!(written.len() < 50_000, "{}", written.len());
    book.is_intact();
}

#[test]
fn messages_are_kept_only_when_wanted_and_without_their_secrets() {
    let book = Book::new();
    let ledger = book.open(Options { content: true, ..Options::default() });
    let message = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"login","arguments":{{"note":"use {TOKEN}","password":"Xk9-vRt2-quell","{TOKEN}":1,"city":"Oslo\u009b31m\u202e"}}}}}}"#
    );
    let direction = Some(Direction::ToServer);
    ledger.append(&Record { message: Some(message.into_bytes()), direction, ..Record::default() }).unwrap();
    ledger.append(&Record { message: Some(b"{\"a\":1,\"a\":2}".to_vec()), ..Record::default() }).unwrap();
    ledger.append(&Record { message: Some(vec![b' '; 600 << 10]), ..Record::default() }).unwrap();
    drop(ledger);
    let written = fs::read_to_string(&book.files()[0]).unwrap();
    assert!(written.contains(r#""city":"Oslo\u009b31m\u202e""#) && written.contains("GitHub"), "{written}");
    assert!(!written.contains("k7QmVt3RzX9s") && !written.contains("Xk9-vRt2"), "{written}");
    assert!(written.contains("not a message in strict JSON") && written.contains("larger than 512 KiB"));
    book.is_intact();
}

#[test]
fn a_clock_that_jumps_back_is_recorded_and_stops_nothing() {
    let book = Book::new();
    let clock: &'static Seconds = Box::leak(Box::new(Seconds::from(NOON)));
    struct Shared(&'static Seconds);
    impl portcullis_ledger::Clock for Shared {
        fn now(&self) -> jiff::Timestamp {
            self.0.now()
        }
    }
    let ledger = Ledger::open(&book.path(), Options::default(), Shared(clock)).unwrap();
    ledger.append(&call(1)).unwrap();
    clock.0.fetch_sub(3600, Ordering::Relaxed);
    ledger.append(&call(2)).unwrap();
    ledger.append(&call(3)).unwrap();
    drop(ledger);
    let written = lines(&book.files()[0]);
    assert!(written[3].contains("\"clock_back_ms\":3599000"), "{}", written[3]);
    assert!(!written[4].contains("clock_back_ms"));
    book.is_intact();
    let order: Vec<_> = portcullis_ledger::query(&book.path(), Default::default())
        .unwrap()
        .map(|entry| entry.unwrap().record.decision.unwrap())
        .collect();
    assert_eq!(order, ["d-1", "d-2", "d-3"]);
}

#[test]
fn a_tick_signs_what_has_waited_long_enough() {
    let book = Book::new();
    let ledger = book.open(Options { checkpoint_after: Duration::ZERO, ..Options::default() });
    ledger.append(&call(1)).unwrap();
    assert_eq!(book.verify().series[0].signed, 0);
    ledger.tick().unwrap();
    let found = book.is_intact();
    assert_eq!((found.series[0].signed, found.series[0].ending.as_str()), (1, "live"));
    let before = fs::metadata(&book.files()[0]).unwrap().len();
    ledger.tick().unwrap();
    assert_eq!(fs::metadata(&book.files()[0]).unwrap().len(), before, "nothing is unsigned");
}

#[test]
fn every_so_many_records_are_signed_without_a_tick() {
    let book = Book::new();
    let ledger = book.open(small());
    for number in 0..12 {
        ledger.append(&call(number)).unwrap();
    }
    assert!(book.verify().series[0].signed >= 10);
}

#[test]
fn nothing_is_appended_to_a_ledger_that_was_closed() {
    let book = Book::new();
    let ledger = book.open(small());
    ledger.append(&call(1)).unwrap();
    ledger.close().unwrap();
    ledger.close().unwrap();
    assert!(matches!(ledger.append(&call(2)), Err(LedgerError::Closed)));
    assert!(matches!(ledger.tick(), Err(LedgerError::Closed)));
    assert_eq!(book.is_intact().records, 1);
}

#[test]
fn a_ledger_in_memory_keeps_the_newest_lines_only() {
    let ledger = Ledger::in_memory(Options { file_bytes: 5000, ..Options::default() }, Seconds::from(NOON));
    for number in 0..1000 {
        assert_eq!(ledger.append(&call(number)).unwrap().to_string(), format!("memory/{number}"));
    }
    let kept = ledger.lines();
    assert!((5..20).contains(&kept.len()), "{}", kept.len());
    assert!(kept.last().unwrap().contains("\"decision\":\"d-999\""));
    assert!(ledger.public_key().is_none());
}

#[test]
fn what_is_no_message_is_recorded_too() {
    let book = Book::new();
    let ledger = book.open(Options::default());
    for event in
        [Event::SessionBegan, Event::Policy, Event::Approval, Event::Pin, Event::Server, Event::SessionEnded]
    {
        ledger.append(&Record { event, note: Some("a word".into()), ..Record::default() }).unwrap();
    }
    drop(ledger);
    let events: Vec<_> = portcullis_ledger::query(&book.path(), Default::default())
        .unwrap()
        .map(|entry| entry.unwrap().record.event.as_str())
        .collect();
    assert_eq!(events, ["session-began", "policy", "approval", "pin", "server", "session-ended"]);
}

#[test]
fn a_file_that_was_removed_or_changed_by_others_is_not_written_again() {
    let tamper: [fn(&Book); 4] = [
        |book| fs::remove_file(&book.files()[0]).unwrap(),
        |book| fs::remove_dir_all(book.path()).unwrap(),
        |book| fs::write(&book.files()[0], "").unwrap(),
        |book| {
            let there = fs::read(&book.files()[0]).unwrap();
            fs::write(&book.files()[0], [&there[..], b"{}\n"].concat()).unwrap();
        },
    ];
    for tamper in tamper {
        let book = Book::new();
        let ledger = book.open(Options::default());
        ledger.append(&call(1)).unwrap();
        tamper(&book);
        for number in 0..3 {
            let error = ledger.append(&call(number)).unwrap_err();
            assert!(matches!(error, LedgerError::Changed { .. }), "{error}");
        }
        assert!(ledger.tick().is_err());
    }
}

#[test]
fn a_folder_that_was_moved_away_is_seen_at_the_next_tick() {
    let book = Book::new();
    let ledger = book.open(Options::default());
    ledger.append(&call(1)).unwrap();
    fs::rename(book.path(), book.path().with_extension("old")).unwrap();
    assert!(ledger.tick().unwrap_err().to_string().contains("moved or removed"));
    assert!(ledger.append(&call(2)).is_err());
}

#[test]
fn a_file_that_cannot_be_begun_lets_nothing_through_until_it_can() {
    let book = Book::new();
    let ledger = book.open(small());
    let mut number = 0;
    // In the place of the second file stands a folder.
    let block = book.series()[0].join("000002.jsonl");
    fs::create_dir(&block).unwrap();
    while ledger.append(&call(number)).is_ok() {
        number += 1;
    }
    for _ in 0..5 {
        assert!(ledger.append(&call(number)).is_err());
    }
    let length = fs::metadata(&book.files()[0]).unwrap().len();
    assert!(ledger.append(&call(number)).is_err());
    assert_eq!(fs::metadata(&book.files()[0]).unwrap().len(), length, "what fails leaves nothing behind");
    fs::remove_dir(&block).unwrap();
    ledger.append(&call(number)).unwrap();
    drop(ledger);
    assert_eq!(book.is_intact().records, number as u64 + 1);
}
