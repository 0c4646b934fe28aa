//! Property lists, as XML and binary.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portcullis_hosts::read_bytes;
use portcullis_hosts_fuzz::places_lie_in_the_text;

fuzz_target!(|bytes: &[u8]| {
    for file in ["com.openai.codex.plist", "/Library/Managed Preferences/com.openai.codex.plist"] {
        if let Ok(reading) = read_bytes(bytes, file) {
            places_lie_in_the_text(&reading);
        }
    }
});
