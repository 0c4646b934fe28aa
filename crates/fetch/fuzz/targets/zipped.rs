//! Whatever a zip archive holds: what comes out of it keeps the promises of a bundle.
#![no_main]

#[path = "promises.rs"]
mod promises;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut archive = b"PK".to_vec();
    archive.extend(bytes.iter().skip(2));
    promises::unpacks(&archive);
});
