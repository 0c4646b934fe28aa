//! Processes that are killed, and disks that are full.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use portcullis_ledger::{Ending, Ledger, Options, SystemClock};

use crate::book::{Book, call, children, lines, small, write_lines};

/// The folder of the ledger that [`a_process_that_writes`] writes, and how.
const FOLDER: &str = "PORTCULLIS_TEST_LEDGER";
const MODE: &str = "PORTCULLIS_TEST_MODE";

/// Not a test of its own: the others start this program with this test alone, and then it writes until it is killed.
#[test]
fn a_process_that_writes() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let ledger = Ledger::open(Path::new(&folder), small(), SystemClock).unwrap();
    let until_refused = std::env::var(MODE).is_ok_and(|mode| mode == "until-refused");
    for number in 0.. {
        match ledger.append(&call(number)) {
            Ok(_) => println!("\nwritten {number}"),
            Err(error) if until_refused => {
                // Still refused, and what is there is whole.
                assert!(ledger.append(&call(number)).is_err());
                println!("\nrefused {error}");
                std::mem::forget(ledger);
                return;
            }
            Err(error) => panic!("{error}"),
        }
    }
}

fn writer(book: &Book, shell: &str, mode: &str) -> Child {
    let this = std::env::current_exe().unwrap();
    Command::new("sh")
        .args(["-c", &format!("{shell} exec \"$0\" crashing::a_process_that_writes --exact --nocapture")])
        .arg(this)
        .env(FOLDER, book.path())
        .env(MODE, mode)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Lets a process write, kills it while it does, and tells how many records it knew to be written.
fn killed_while_writing(book: &Book, after: usize) -> u64 {
    let mut child = writer(book, "", "");
    let mut output = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let written = output.by_ref().filter(|line| line.starts_with("written")).nth(after);
    assert!(written.is_some());
    child.kill().unwrap();
    child.wait().unwrap();
    let last = output.filter(|line| line.starts_with("written")).last().or(written).unwrap();
    last.split(' ').nth(1).unwrap().parse::<u64>().unwrap() + 1
}

#[test]
fn what_was_appended_outlives_a_kill_and_the_next_process_closes_the_series() {
    let book = Book::new();
    for after in [0, 3, 60] {
        let known = killed_while_writing(&book, after);
        let found = book.verify();
        assert!(found.is_intact(), "{found:#?}");
        let series = found.series.iter().find(|series| series.ending == Ending::Unfinished).unwrap();
        assert!(series.records >= known, "{} of {known} are there", series.records);
        book.add(1);
        let found = book.verify();
        assert!(found.is_intact(), "{found:#?}");
        assert!(found.series.iter().all(|series| series.ending <= Ending::Recovered), "{found:#?}");
        // From now on nothing can be taken off its end.
        let last = book
            .series()
            .iter()
            .map(|series| children(series).pop().unwrap())
            .max_by_key(|file| fs::metadata(file).unwrap().len());
        let (last, whole) = last.map(|last| (last.clone(), lines(&last))).unwrap();
        write_lines(&last, &whole[..whole.len() - 1]);
        assert!(!book.verify().is_intact());
        write_lines(&last, &whole);
    }
}

#[test]
fn a_line_that_was_torn_at_any_byte_is_set_aside_and_writing_goes_on() {
    let book = Book::new();
    let ledger = book.open(Options::default());
    for number in 0..3 {
        ledger.append(&call(number)).unwrap();
    }
    let file = book.files()[0].clone();
    let open = book.path().join("open").join(file.parent().unwrap().file_name().unwrap());
    let index = fs::read(book.path().join("index.jsonl")).unwrap();
    let whole = fs::read(&file).unwrap();
    drop(ledger);
    let last = whole[..whole.len() - 1].iter().rposition(|&byte| byte == b'\n').unwrap() + 1;
    for torn in last + 1..whole.len() {
        // As it was when the process died: the files, the index, the lock that nobody holds.
        fs::write(&file, &whole[..torn]).unwrap();
        fs::write(book.path().join("index.jsonl"), &index).unwrap();
        fs::write(&open, "").unwrap();
        for series in book.series().iter().filter(|series| **series != file.parent().unwrap()) {
            fs::remove_dir_all(series).unwrap();
        }
        let _ = fs::remove_file(file.with_file_name("000001.torn"));
        let before = book.verify();
        assert!(before.is_intact() && before.notes.len() == 2, "torn at {torn}: {before:#?}");
        book.add(1);
        let after = book.verify();
        assert!(after.is_intact(), "torn at {torn}: {after:#?}");
        let name = file.parent().unwrap().file_name().unwrap().to_str().unwrap();
        let dead = after.series.iter().find(|series| series.name == name).unwrap();
        assert_eq!((dead.records, dead.signed, dead.ending), (2, 2, Ending::Recovered));
        assert_eq!(fs::read(file.with_file_name("000001.torn")).unwrap(), &whole[last..torn]);
        assert!(after.notes.iter().any(|note| note.what.contains("torn line was set aside")));
        assert!(!open.exists());
    }
    fs::write(file.with_file_name("000001.torn"), "something else").unwrap();
    book.tells("000001.torn", "is not what was set aside");
    fs::remove_file(file.with_file_name("000001.torn")).unwrap();
    book.tells("000001.torn", "is missing");
}

#[test]
fn a_torn_index_is_set_aside_and_goes_on() {
    let book = Book::with(3);
    let index = book.path().join("index.jsonl");
    let whole = fs::read(&index).unwrap();
    let first = book.series().remove(0);
    for more in [1, 8, 80, 300] {
        let torn = [&whole[..], &whole[..more]].concat();
        fs::write(&index, torn).unwrap();
        for series in book.series().iter().filter(|series| **series != first) {
            fs::remove_dir_all(series).unwrap();
        }
        let before = book.verify();
        assert!(before.is_intact() && before.notes[0].what.contains("is torn"), "{before:#?}");
        book.add(2);
        let after = book.verify();
        assert!(
            after.is_intact() && after.notes[0].what.contains(&format!("{more} torn bytes")),
            "{after:#?}"
        );
        fs::remove_file(book.path().join("index-3.torn")).unwrap();
    }
    // The first line of all was never whole: nothing was lost.
    let book = Book::new();
    fs::create_dir_all(book.path()).unwrap();
    fs::write(book.path().join("index.jsonl"), &whole[..100]).unwrap();
    book.add(2);
    book.is_intact();
}

#[test]
fn a_dead_series_that_was_tampered_with_is_not_signed_again() {
    let book = Book::new();
    killed_while_writing(&book, 30);
    // Only the end of a series is looked at when it is closed, and all of it when it is verified. It may have died
    // when its newest file had no line yet.
    let files = book.files();
    let end = files.iter().rev().find(|file| !lines(file).is_empty()).unwrap();
    let mut text = lines(end);
    let last = text.last_mut().unwrap();
    *last = last.replace("\"time\"", "\"tame\"");
    write_lines(end, &text);
    let damaged = book.series()[0].file_name().unwrap().to_str().unwrap().to_owned();
    book.add(1);
    book.tells(&damaged, "could not be closed after its process died");
    assert!(fs::read_dir(book.path().join("open")).unwrap().next().is_none(), "it is told once");
}

#[test]
fn a_process_that_died_before_its_series_was_in_the_index_left_nothing() {
    let book = Book::with(2);
    let name = "20261121T120000Z-1-000000000000";
    fs::write(book.path().join("open").join(name), "").unwrap();
    fs::create_dir(book.path().join(name)).unwrap();
    fs::copy(&book.files()[0], book.path().join(name).join("000001.jsonl")).unwrap();
    let first = lines(&book.files()[0]).remove(0);
    fs::write(book.path().join(name).join("000001.jsonl"), first + "\n").unwrap();
    book.add(1);
    assert!(!book.path().join("open").join(name).exists());
    let found = book.verify();
    assert!(found.notes.iter().any(|note| note.what.contains("not in the index")), "{found:#?}");
}

#[cfg(unix)]
#[test]
fn when_the_disk_is_full_every_append_fails_and_what_is_there_stays_whole() {
    let book = Book::with(2);
    // As on a full disk, a line fits in part only: files may not grow beyond four blocks of 512 bytes.
    let mut child = writer(&book, "trap '' XFSZ; ulimit -f 4;", "until-refused");
    let output = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let refused = output.filter(|line| line.starts_with("refused")).last();
    assert!(child.wait().unwrap().success());
    assert!(refused.unwrap().contains("cannot write to"));
    let found = book.verify();
    assert!(found.is_intact(), "{found:#?}");
    let series = found.series.iter().find(|series| series.ending == Ending::Unfinished).unwrap();
    assert!((1..6).contains(&series.records), "{series:?}");
    assert!(found.notes.iter().all(|note| !note.what.contains("torn")), "{found:#?}");
    std::thread::sleep(Duration::from_millis(1));
    book.add(1);
    assert!(book.verify().is_intact());
}
