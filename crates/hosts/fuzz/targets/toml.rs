//! TOML: Codex.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portcullis_hosts::read_bytes;
use portcullis_hosts_fuzz::places_lie_in_the_text;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(reading) = read_bytes(bytes, ".codex/config.toml") {
        places_lie_in_the_text(&reading);
    }
});
