//! Whatever is done to the bytes: it is found, or it changed nothing, and nothing breaks.

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use portcullis_ledger::{Filter, query};
use proptest::prelude::*;

use crate::book::Book;

#[derive(Debug, Clone)]
enum Edit {
    Replace(usize, u8),
    Insert(usize, Vec<u8>),
    Remove(usize, usize),
    Swap(usize, usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Edit::Replace(at, byte)),
        (any::<usize>(), proptest::collection::vec(any::<u8>(), 1..40))
            .prop_map(|(at, bytes)| Edit::Insert(at, bytes)),
        (any::<usize>(), 1..2000_usize).prop_map(|(at, count)| Edit::Remove(at, count)),
        (any::<usize>(), any::<usize>()).prop_map(|(one, other)| Edit::Swap(one, other)),
    ]
}

fn apply(edit: &Edit, bytes: &mut Vec<u8>) {
    let length = bytes.len();
    match edit {
        Edit::Replace(at, byte) => bytes[at % length] = *byte,
        Edit::Insert(at, new) => {
            let at = at % (length + 1);
            bytes.splice(at..at, new.iter().copied());
        }
        Edit::Remove(at, count) => {
            let at = at % length;
            bytes.drain(at..(at + count).min(length));
        }
        Edit::Swap(one, other) => bytes.swap(one % length, other % length),
    }
}

fn all_files(book: &Book) -> Vec<PathBuf> {
    book.files().into_iter().chain([book.path().join("index.jsonl")]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_edit_of_a_closed_ledger_is_found(
        which in any::<usize>(),
        edits in proptest::collection::vec(edit(), 1..4),
    ) {
        static WHOLE: LazyLock<Book> = LazyLock::new(|| Book::with(14));
        let book = WHOLE.copy();
        let files = all_files(&book);
        let file = &files[which % files.len()];
        let before = fs::read(file).unwrap();
        let mut after = before.clone();
        for edit in &edits {
            if !after.is_empty() {
                apply(edit, &mut after);
            }
        }
        fs::write(file, &after).unwrap();
        let found = book.verify();
        // Of the index its last line may be missing, or be there in part, as a process leaves it that dies. The series
        // says itself that it was closed, and nothing of it is missing.
        let whole = after.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
        let index_was_cut = file.ends_with("index.jsonl") && before.starts_with(&after[..whole]);
        prop_assert!(!found.is_intact() || after == before || index_was_cut, "{edits:?}\n{found:#?}");
        prop_assert!(found.is_intact() || after != before);
        prop_assert!(!found.is_intact() || found.records == 14);
        // Reading goes to its end whatever is there.
        prop_assert!(query(&book.path(), Filter::default()).unwrap().count() <= 200);
    }
}
