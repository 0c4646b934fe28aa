//! Input that was made to exhaust a reader: refused or read within bounds, and soon.

#![allow(clippy::expect_used, clippy::unwrap_used)] // a test may panic

use std::time::{Duration, Instant};

use portcullis_wire::json::{self, Dialect, Limits};
use portcullis_wire::sse::Decoder;
use portcullis_wire::{canonical, envelope, surface};

const MEGABYTE: usize = 1 << 20;

/// Runs a step that has to end within ten seconds even without optimisation.
fn soon<T>(what: &str, step: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let value = step();
    assert!(start.elapsed() < Duration::from_secs(10), "{what} took {:?}", start.elapsed());
    value
}

fn refused(what: &str, text: &str, reason: &str) {
    for dialect in [Dialect::Strict, Dialect::Jsonc, Dialect::Json5] {
        let fault = soon(what, || json::read(text.as_bytes(), dialect, &Limits::default()).expect_err(what));
        assert!(fault.message.contains(reason), "{what}: {}", fault.message);
        assert!(fault.message.len() < 300, "{what}: a message is short");
    }
}

#[test]
fn nesting_is_refused_at_its_limit() {
    refused("lists", &"[".repeat(20_000), "nested deeper");
    refused("closed lists", &format!("{}{}", "[".repeat(20_000), "]".repeat(20_000)), "nested deeper");
    refused("objects", &"{\"a\":".repeat(20_000), "nested deeper");
    refused("both", &"[{\"a\":".repeat(20_000), "nested deeper");
    let deepest = Limits { depth: usize::MAX, ..Limits::default() };
    let text = format!("{}{}", "[".repeat(Limits::DEEPEST), "]".repeat(Limits::DEEPEST));
    let root = json::read(text.as_bytes(), Dialect::Strict, &deepest).unwrap().root;
    assert_eq!(canonical::write(&root), text);
}

#[test]
fn long_tokens_are_read_in_linear_time() {
    let limits = Limits::default();
    for (what, text) in [
        ("text", format!("\"{}\"", "a".repeat(10 * MEGABYTE))),
        ("escapes", format!("\"{}\"", "\\n".repeat(5 * MEGABYTE))),
        ("unicode escapes", format!("\"{}\"", "\\u00e9".repeat(MEGABYTE))),
        ("digits", "1".repeat(10 * MEGABYTE)),
        ("fraction", format!("0.{}", "3".repeat(10 * MEGABYTE))),
        ("white space", format!("{}1", " ".repeat(10 * MEGABYTE))),
    ] {
        let root = soon(what, || json::read(text.as_bytes(), Dialect::Strict, &limits).expect(what).root);
        soon(what, || canonical::digest(&root));
    }
}

#[test]
fn what_never_ends_is_refused() {
    refused("text", &format!("[\"{}", "a".repeat(10 * MEGABYTE)), "never closed");
    refused("escape", &format!("\"{}", "\\\\".repeat(MEGABYTE)), "never closed");
    refused("list", &format!("[{}1", "1,".repeat(MEGABYTE / 2)), "never closed");
    let comment = format!("/*{}", "* ".repeat(MEGABYTE));
    let fault =
        soon("comment", || json::read(comment.as_bytes(), Dialect::Jsonc, &Limits::default()).unwrap_err());
    assert!(fault.message.contains("never closed"), "{fault}");
}

#[test]
fn more_values_than_the_limit_are_refused() {
    refused("numbers", &format!("[{}1]", "1,".repeat(3 * MEGABYTE)), "more than 2000000 values");
    refused("lists", &format!("[{}[]]", "[],".repeat(3 * MEGABYTE)), "more than 2000000 values");
    let comments = "//\n".repeat(3 * MEGABYTE);
    assert!(json::read(comments.as_bytes(), Dialect::Json5, &Limits::default()).is_err());
}

#[test]
fn a_million_keys_are_compared_without_comparing_all_pairs() {
    let distinct: String = (0..200_000).map(|key| format!("\"{key:06}\":0,")).collect();
    let equal = "\"k\":0,".repeat(200_000);
    let limits = Limits::default();
    let text = format!("{{{distinct}\"x\":0}}");
    let root = soon("distinct", || json::read(text.as_bytes(), Dialect::Strict, &limits).unwrap().root);
    assert!(soon("case variants", || json::case_variants(&root)).is_empty());
    let document = soon("equal", || {
        json::read(format!("{{{equal}\"k\":1}}").as_bytes(), Dialect::Jsonc, &limits).unwrap()
    });
    assert_eq!((document.root.entries().len(), document.problems.len()), (1, 257));
}

#[test]
fn a_surface_of_nothing_but_nulls_is_read_within_bounds() {
    let text = format!("{{\"tools\":[{}null]}}", "null,".repeat(300_000));
    let root = json::read(text.as_bytes(), Dialect::Jsonc, &Limits::default()).unwrap().root;
    let reading = soon("nulls", || surface::read(root, "x").unwrap());
    assert_eq!((reading.surface.items.len(), reading.problems.len()), (300_001, 257));
}

#[test]
fn a_message_beyond_its_limits_is_refused() {
    let limits = Limits { bytes: MEGABYTE, ..Limits::default() };
    let text = format!("{{\"jsonrpc\":\"2.0\",\"method\":\"{}\"}}", "m".repeat(MEGABYTE));
    assert!(envelope::read(text.as_bytes(), &limits).unwrap_err().message.contains("larger than"));
    let deep = format!("{{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":{}", "{\"a\":".repeat(20_000));
    assert!(envelope::read(deep.as_bytes(), &limits).unwrap_err().message.contains("nested deeper"));
}

#[test]
fn an_event_stream_of_single_bytes_is_decoded_in_linear_time() {
    let mut decoder = Decoder::new(4 * MEGABYTE);
    let signals = soon("bytes", || {
        let mut signals = Vec::new();
        for line in 0..200_000 {
            for byte in if line % 1000 == 999 { b"\n".as_slice() } else { b"data:a\n" } {
                decoder.push(std::slice::from_ref(byte), &mut signals).unwrap();
            }
        }
        signals
    });
    assert_eq!(signals.len(), 200);
}
