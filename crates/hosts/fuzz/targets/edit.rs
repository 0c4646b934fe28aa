//! Edits: what lies outside of them stays, and what was planned is well formed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portcullis_hosts::edit::Change;
use portcullis_hosts::read_bytes;
use portcullis_model::{Edit, Span};

fuzz_target!(|input: (u16, u8, String, Vec<u8>)| {
    let (start, length, replacement, bytes) = input;
    let Ok(reading) = read_bytes(&bytes, ".cursor/mcp.json") else { return };
    let span = Span::new(usize::from(start), usize::from(start) + usize::from(length));
    let edit = Edit::Replace { file: reading.config.path.clone(), span, replacement: replacement.clone() };
    if let Ok(change) = Change::plan(&reading, &[edit]) {
        assert_eq!(change.after()[..span.start], reading.text[..span.start]);
        assert_eq!(change.after()[span.start + replacement.len()..], reading.text[span.end..]);
        let _ = change.diff(&[]);
    }
});
