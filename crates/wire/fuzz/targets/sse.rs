//! An event stream and a stdio stream mean the same however their bytes arrive.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portcullis_wire::frame::Framer;
use portcullis_wire::sse::{Decoder, Signal};

const CAP: usize = 64;

fuzz_target!(|input: &[u8]| {
    let Some((&size, bytes)) = input.split_first() else { return };
    let size = usize::from(size).max(1);
    assert_eq!(events(bytes, size), events(bytes, 1));
    assert_eq!(lines(bytes, size), lines(bytes, 1));
});

/// The signals before the stream breaks, and whether it does.
fn events(bytes: &[u8], size: usize) -> (Vec<Signal>, bool) {
    let mut decoder = Decoder::new(CAP);
    let mut signals = Vec::new();
    let broke = bytes.chunks(size).any(|chunk| decoder.push(chunk, &mut signals).is_err());
    (signals, broke)
}

fn lines(bytes: &[u8], size: usize) -> Vec<Result<Vec<u8>, ()>> {
    let mut framer = Framer::new(CAP);
    let mut lines = Vec::new();
    for mut chunk in bytes.chunks(size) {
        loop {
            match framer.next_line(&mut chunk) {
                Ok(Some(line)) => lines.push(Ok(line)),
                Ok(None) => break,
                Err(_) => lines.push(Err(())),
            }
        }
    }
    lines
}
