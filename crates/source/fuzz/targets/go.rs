//! Whatever a file of Go says, it is read or refused, and what is said of it lies inside of it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portcullis_source::go;
use portcullis_source::ir::{FileId, outline::outline};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let file = go::parse("main.go", &text, FileId(0));
    for statement in &file.body {
        assert!(statement.at.start <= statement.at.end && statement.at.end as usize <= text.len());
    }
    let _ = outline(&file);
});
