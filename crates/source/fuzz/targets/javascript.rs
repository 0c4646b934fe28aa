//! Any text is read without panic, the same one twice, and places lie inside of it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portcullis_source::ir::{FileId, outline::outline};
use portcullis_source::javascript;

const PATHS: [&str; 4] = ["a.ts", "a.tsx", "a.js", "a.cjs"];

fuzz_target!(|input: &[u8]| {
    let Some((&kind, bytes)) = input.split_first() else { return };
    let text = String::from_utf8_lossy(bytes);
    let path = PATHS[usize::from(kind) % PATHS.len()];
    let file = javascript::parse(path, &text, FileId(0));
    assert_eq!(outline(&file), outline(&javascript::parse(path, &text, FileId(0))));
    for statement in &file.body {
        assert!(text.get(statement.at.start as usize..statement.at.end as usize).is_some());
    }
    for problem in &file.problems {
        assert!(problem.at.start <= problem.at.end && problem.at.start as usize <= text.len());
    }
});
