//! Whatever a file of Python says, it is read or refused, and what is said of it lies inside of it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portcullis_source::ir::{FileId, outline::outline};
use portcullis_source::{decoded, python};

fuzz_target!(|bytes: &[u8]| {
    let (text, _) = decoded("server.py", bytes);
    let file = python::parse("server.py", &text, FileId(0));
    for statement in &file.body {
        assert!(statement.at.start <= statement.at.end && statement.at.end as usize <= text.len());
    }
    let _ = outline(&file);
});
