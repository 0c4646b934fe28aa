//! Whatever stands where records should: it is read to its end, and never called intact.
#![no_main]

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use portcullis_ledger::{Anchor, Filter, Ledger, Options, PublicKey, Record, SystemClock, query, verify};

struct Book {
    _folder: tempfile::TempDir,
    path: PathBuf,
    key: PublicKey,
    file: PathBuf,
}

static BOOK: LazyLock<Book> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder for the ledger");
    let path = folder.path().join("ledger");
    let ledger = Ledger::open(&path, Options::default(), SystemClock).expect("a new ledger");
    let key = ledger.public_key().expect("a ledger on the disk has a key");
    let id = ledger.append(&Record::default()).expect("a record");
    ledger.close().expect("the end of the series");
    let file = path.join(&*id.series).join("000001.jsonl");
    Book { _folder: folder, path, key, file }
});

fuzz_target!(|bytes: &[u8]| {
    let book = &*BOOK;
    fs::write(&book.file, bytes).expect("room for the file");
    let found = verify(&book.path, &book.key).expect("regular files can be read");
    // The key was made in this process: no input can hold a signature of it.
    assert!(!found.is_intact());
    let lines = bytes.split(|&byte| byte == b'\n').count();
    let mut entries = 0;
    for entry in query(&book.path, Filter::default()).expect("the folder can be read") {
        entries += 1;
        if let Ok(entry) = entry {
            let json = entry.to_json();
            assert!(!json.contains('\n') && !json.contains('\u{1b}'));
            assert!(entry.to_csv().split(',').count() >= 25);
        }
    }
    assert!(entries <= lines);
    let _ = Anchor::read(bytes);
});
