//! Whatever a tar archive holds: what comes out of it keeps the promises of a bundle, packed or not.
#![no_main]

#[path = "promises.rs"]
mod promises;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // The mark of a tar archive, so that mutations need not find it.
    let mut archive = bytes.to_vec();
    if let Some(mark) = archive.get_mut(257..262) {
        mark.copy_from_slice(b"ustar");
    }
    promises::unpacks(&archive);
    promises::unpacks(bytes);
});
