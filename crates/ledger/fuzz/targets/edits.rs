//! Whatever is changed in the files of a closed ledger: it is found, or only the last line of the index is missing.
#![no_main]

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use portcullis_ledger::{Ledger, Options, PublicKey, Record, SystemClock, verify};

struct Book {
    _folder: tempfile::TempDir,
    path: PathBuf,
    key: PublicKey,
    files: [(PathBuf, Vec<u8>); 2],
}

static BOOK: LazyLock<Book> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder for the ledger");
    let path = folder.path().join("ledger");
    let options = Options { checkpoint_records: 2, ..Options::default() };
    let ledger = Ledger::open(&path, options, SystemClock).expect("a new ledger");
    let key = ledger.public_key().expect("a ledger on the disk has a key");
    let ids: Vec<_> = (0..5).map(|_| ledger.append(&Record::default()).expect("a record")).collect();
    ledger.close().expect("the end of the series");
    let files = [path.join(&*ids[0].series).join("000001.jsonl"), path.join("index.jsonl")];
    let files = files.map(|file| {
        let bytes = fs::read(&file).expect("a file that was just written");
        (file, bytes)
    });
    Book { _folder: folder, path, key, files }
});

/// Each four bytes of the input are one edit: what to do, where (two bytes), and with what.
fn edited(whole: &[u8], edits: &[u8]) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    for edit in edits.chunks_exact(4).take(64) {
        let at = usize::from(u16::from_le_bytes([edit[1], edit[2]])) % (bytes.len() + 1);
        let line = |at: usize| bytes[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
        match edit[0] % 6 {
            0 if at < bytes.len() => bytes[at] = edit[3],
            1 => bytes.insert(at, edit[3]),
            2 => drop(bytes.drain(at..(at + usize::from(edit[3])).min(bytes.len()))),
            3 => bytes.truncate(at),
            4 => {
                let from = line(at);
                let end = bytes[from..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |to| from + to + 1);
                let cut: Vec<u8> = bytes.drain(from..end).collect();
                // Odd: the line goes somewhere else; even: it is gone.
                if edit[3] % 2 == 1 {
                    let to = usize::from(edit[3]) * 16 % (bytes.len() + 1);
                    let to = bytes[..to].iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
                    bytes.splice(to..to, cut);
                }
            }
            _ => bytes.push(edit[3]),
        }
    }
    bytes
}

fuzz_target!(|input: &[u8]| {
    let Some((which, edits)) = input.split_first() else { return };
    let book = &*BOOK;
    let (file, whole) = &book.files[usize::from(which % 2)];
    let bytes = edited(whole, edits);
    fs::write(file, &bytes).expect("room for the file");
    let found = verify(&book.path, &book.key).expect("regular files can be read");
    fs::write(file, whole).expect("room for the file");
    let lines = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    let index_was_cut = which % 2 == 1 && whole.starts_with(&bytes[..lines]);
    if bytes == *whole {
        assert!(found.is_intact());
    } else {
        assert!(!found.is_intact() || index_was_cut, "{found:#?}");
    }
});
