//! What the strict reader accepts has spans inside the input, no problems, and is read back from what is written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portcullis_model::Node;
use portcullis_wire::json::{self, Dialect, Limits};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    match json::read(bytes, Dialect::Strict, &limits) {
        Ok(document) => {
            assert!(document.problems.is_empty() && document.comments.is_empty());
            spans_lie_inside(&document.root, bytes);
            let text = json::write(&document.root);
            let again =
                json::read(text.as_bytes(), Dialect::Strict, &limits).expect("what was written is read");
            assert_eq!(json::write(&again.root), text);
        }
        Err(fault) => assert!(fault.span.start <= fault.span.end && fault.span.end <= bytes.len()),
    }
});

fn spans_lie_inside(node: &Node, bytes: &[u8]) {
    assert!(bytes.get(node.span.start..node.span.end).is_some_and(|value| !value.is_empty()));
    node.items().iter().for_each(|item| spans_lie_inside(item, bytes));
    for entry in node.entries() {
        assert!(entry.key_span.end <= entry.node.span.start);
        spans_lie_inside(&entry.node, bytes);
    }
}
