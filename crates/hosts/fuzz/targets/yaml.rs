//! YAML: Goose, Continue, compose files and Docker's catalogues.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portcullis_hosts::read_bytes;
use portcullis_hosts_fuzz::{places_lie_in_the_text, plain_texts_stand_where_they_say};

const FILES: &[&str] =
    &[".config/goose/config.yaml", ".continue/config.yaml", "compose.yaml", ".docker/mcp/catalogs/x.yaml"];

fuzz_target!(|bytes: &[u8]| {
    for file in FILES {
        if let Ok(reading) = read_bytes(bytes, file) {
            places_lie_in_the_text(&reading);
            plain_texts_stand_where_they_say(&reading);
        }
    }
});
