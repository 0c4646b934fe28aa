//! Everything that somebody could do to a ledger without its key.

use std::fs;

use portcullis_ledger::{Anchor, Ending, verify_against};

use crate::book::{Book, call, chain_again, lines, small, write_lines};

#[test]
fn an_edited_byte_is_found_in_its_line() {
    let book = Book::with(20);
    let file = book.files()[0].clone();
    let mut text = lines(&file);
    text[4] = text[4].replace("tool_", "tool-");
    write_lines(&file, &text);
    let found = book.tells("000001.jsonl", "it was changed");
    assert_eq!(found.problems.len(), 1, "{found:#?}");
    assert_eq!(found.problems[0].line, 5);
}

#[test]
fn an_edit_with_all_digests_made_to_fit_is_found_at_the_next_signature() {
    let book = Book::with(20);
    let file = book.files()[0].clone();
    let mut text = lines(&file);
    text[4] = text[4].replace("tool_", "tool-");
    chain_again(&mut text, 4);
    write_lines(&file, &text);
    book.tells("000001.jsonl", "was not signed with this key");
}

#[test]
fn a_deleted_record_is_found() {
    for skilled in [false, true] {
        let book = Book::with(20);
        let file = book.files()[0].clone();
        let mut text = lines(&file);
        text.remove(4);
        if skilled {
            chain_again(&mut text, 4);
        }
        write_lines(&file, &text);
        if skilled {
            book.tells("000001.jsonl", "was not signed");
            book.tells("000001.jsonl", "wrong number");
        } else {
            book.tells("000001.jsonl", "lines 4 to 4 are missing");
        }
    }
}

#[test]
fn swapped_records_are_found() {
    let book = Book::with(20);
    let file = book.files()[0].clone();
    let mut text = lines(&file);
    text.swap(3, 4);
    write_lines(&file, &text);
    book.tells("000001.jsonl", "it was moved or put here");
}

#[test]
fn an_inserted_record_is_found() {
    let book = Book::with(20);
    let file = book.files()[0].clone();
    let mut text = lines(&file);
    let copy = text[3].clone();
    text.insert(4, copy);
    write_lines(&file, &text);
    book.tells("000001.jsonl", "it was moved or put here");
    chain_again(&mut text, 4);
    write_lines(&file, &text);
    book.tells("000001.jsonl", "was not signed");
}

#[test]
fn a_tail_that_was_taken_off_a_closed_series_is_found_wherever_it_was_cut() {
    let reference = Book::with(12);
    let whole = fs::read(reference.files().last().unwrap()).unwrap();
    for keep in (0..whole.len()).step_by(37) {
        fs::write(reference.files().last().unwrap(), &whole[..keep]).unwrap();
        let found = reference.verify();
        assert!(!found.is_intact(), "cut at {keep}");
    }
    let text = lines(&reference.files()[0]);
    // At a checkpoint everything that is left fits together.
    fs::write(reference.files().last().unwrap(), &whole).unwrap();
    fs::remove_file(&reference.files()[1]).unwrap();
    let at = text.iter().position(|line| line.contains("\"why\":\"count\"")).unwrap();
    write_lines(&reference.files()[0], &text[..=at]);
    let found = reference.tells("", "something was taken away");
    assert_eq!(found.series[0].records, 5);
}

#[test]
fn a_missing_file_is_found_in_the_middle_and_at_the_end() {
    for which in [0, 1, 2] {
        let book = Book::with(25);
        let files = book.files();
        assert_eq!(files.len(), 3, "{files:?}");
        fs::remove_file(&files[which]).unwrap();
        let found = book.verify();
        assert!(!found.is_intact());
        let name = files[which].file_name().unwrap().to_str().unwrap();
        let named = format!("file {}", which + 1);
        assert!(
            found
                .problems
                .iter()
                .any(|problem| problem.file.ends_with(name) || problem.what.contains(&named)),
            "{found:#?}"
        );
    }
}

#[test]
fn a_missing_series_is_found() {
    let book = Book::with(5);
    let gone = book.add(7);
    book.add(3);
    fs::remove_dir_all(book.path().join(&gone)).unwrap();
    let found = book.tells(&gone, "is missing with its 7 records");
    assert!(found.series.iter().any(|series| series.name == gone && series.ending == Ending::Missing));
}

#[test]
fn a_series_that_was_taken_out_with_its_lines_of_the_index_is_found_by_the_next_one() {
    let book = Book::with(5);
    let gone = book.add(7);
    book.add(3);
    fs::remove_dir_all(book.path().join(&gone)).unwrap();
    let index = book.path().join("index.jsonl");
    let kept: Vec<_> = lines(&index).into_iter().filter(|line| !line.contains(&gone)).collect();
    write_lines(&index, &kept);
    book.tells("index.jsonl", "lines 3 to 4 are missing");
}

#[test]
fn an_index_that_was_cut_off_is_found_by_every_series_that_began_later() {
    let book = Book::with(5);
    let gone = book.add(7);
    let last = book.add(3);
    fs::remove_dir_all(book.path().join(&gone)).unwrap();
    let index = book.path().join("index.jsonl");
    write_lines(&index, &lines(&index)[..3]);
    book.tells(&last, "is not in the index");
    book.tells("000001.jsonl", "its end was taken away");
}

#[test]
fn a_checkpoint_of_another_key_is_found() {
    let book = Book::with(5);
    let other = Book::with(5);
    let (file, foreign) = (book.files()[0].clone(), other.files()[0].clone());
    let mut text = lines(&file);
    let last = text.len() - 1;
    // The signature of the other key over its own line, and the digests made to fit.
    let signature = lines(&foreign)[last].split("\"signature\":").nth(1).unwrap().to_owned();
    let unsigned = text[last].split("\"signature\":").next().unwrap().to_owned();
    text[last] = format!("{unsigned}\"signature\":{signature}");
    chain_again(&mut text, last);
    write_lines(&file, &text);
    book.tells("000001.jsonl", "was not signed with this key");
}

#[test]
fn records_of_another_ledger_are_found_whether_or_not_it_has_the_same_key() {
    for same_key in [false, true] {
        let other = Book::with(5);
        let book = Book::new();
        if same_key {
            fs::create_dir_all(book.keys()).unwrap();
            for name in ["ledger.key", "ledger.pub"] {
                fs::copy(other.keys().join(name), book.keys().join(name)).unwrap();
            }
        }
        book.add(5);
        let (mine, theirs) = (book.files()[0].clone(), other.files()[0].clone());
        let whole = fs::read(&mine).unwrap();
        fs::copy(&theirs, &mine).unwrap();
        assert!(!book.verify().is_intact());
        // Single records of it, in the place of ours.
        fs::write(&mine, &whole).unwrap();
        let (mut text, spliced) = (lines(&mine), lines(&theirs));
        text[3].clone_from(&spliced[3]);
        write_lines(&mine, &text);
        book.tells("000001.jsonl", "it was changed");
        chain_again(&mut text, 3);
        write_lines(&mine, &text);
        // The same record at the same place and time is the same record.
        let found = book.verify();
        assert!(
            found.is_intact() || found.problems.iter().any(|problem| problem.what.contains("not signed"))
        );
        // A whole series of it beside ours.
        fs::write(&mine, &whole).unwrap();
        let series = other.series()[0].clone();
        let copy = book.path().join(series.file_name().unwrap());
        fs::create_dir(&copy).unwrap();
        fs::copy(series.join("000001.jsonl"), copy.join("000001.jsonl")).unwrap();
        book.tells("000001.jsonl", "is of another ledger");
        book.tells("", "is not in the index");
    }
}

#[test]
fn a_ledger_is_not_intact_under_another_key() {
    let (book, other) = (Book::with(5), Book::with(5));
    let found = portcullis_ledger::verify(&book.path(), &other.key()).unwrap();
    assert_eq!(found.problems.len(), 1, "{found:#?}");
    assert!(found.problems[0].what.contains("was not signed with this key"));
}

#[test]
fn lines_behind_the_end_of_a_series_are_found() {
    let book = Book::with(5);
    let file = book.files()[0].clone();
    let mut text = lines(&file);
    text.push(text[3].replace("\"seq\":3", &format!("\"seq\":{}", text.len())));
    let last = text.len() - 1;
    chain_again(&mut text, last);
    write_lines(&file, &text);
    book.tells("000001.jsonl", "stands behind the line that ended the series");
    book.tells("", "something was taken away or put there");
}

#[test]
fn an_end_that_was_taken_off_a_series_nobody_closed_is_told_with_what_is_proved() {
    let book = Book::new();
    let ledger = book.open(small());
    for number in 0..8 {
        ledger.append(&call(number)).unwrap();
    }
    let file = book.files()[0].clone();
    let whole = lines(&file);
    // The process dies here: nobody closes the series.
    std::mem::forget(ledger);
    let anchor = Anchor::of(&book.verify());
    write_lines(&file, &whole[..whole.len() - 2]);
    // The lock of a process that lives on is held by this test: a copy is looked at elsewhere.
    let copy = tempfile::tempdir().unwrap();
    let to = copy.path().join("ledger");
    let series = file.parent().unwrap().file_name().unwrap();
    fs::create_dir_all(to.join(series)).unwrap();
    fs::copy(book.path().join("index.jsonl"), to.join("index.jsonl")).unwrap();
    fs::copy(&file, to.join(series).join("000001.jsonl")).unwrap();
    let found = portcullis_ledger::verify(&to, &book.key()).unwrap();
    assert!(found.is_intact());
    assert_eq!(found.series[0].ending, Ending::Unfinished);
    assert!(found.notes[0].what.contains("ended without closing: 5 records are proved"), "{found:#?}");
    // Who kept what was known before has the proof.
    let found = verify_against(&to, &book.key(), &anchor).unwrap();
    assert!(found.problems[0].what.contains("its end was taken away"), "{found:#?}");
}

#[test]
fn a_ledger_that_was_set_back_as_a_whole_is_found_with_an_anchor() {
    let book = Book::with(5);
    let before: Vec<_> = [book.path().join("index.jsonl")].into_iter().chain(book.files()).collect();
    let before: Vec<_> = before.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect();
    let newer = book.add(5);
    let anchor = Anchor::of(&book.verify());
    assert!(verify_against(&book.path(), &book.key(), &anchor).unwrap().is_intact());
    fs::remove_dir_all(book.path().join(&newer)).unwrap();
    for (path, bytes) in before {
        fs::write(path, bytes).unwrap();
    }
    // Alone it cannot be told: it is what was there some time ago.
    assert!(book.verify().is_intact());
    let found = verify_against(&book.path(), &book.key(), &anchor).unwrap();
    assert!(found.problems.iter().any(|problem| problem.file == newer), "{found:#?}");
    assert!(found.problems.iter().any(|problem| problem.file == "index.jsonl"), "{found:#?}");
}

#[test]
fn a_ledger_that_was_made_anew_is_not_the_one_that_the_anchor_knows() {
    let book = Book::with(5);
    let anchor = Anchor::of(&book.verify());
    fs::remove_dir_all(book.path()).unwrap();
    book.add(5);
    assert!(book.verify().is_intact());
    assert!(!verify_against(&book.path(), &book.key(), &anchor).unwrap().is_intact());
}
