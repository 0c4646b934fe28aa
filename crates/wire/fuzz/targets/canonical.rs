//! The canonical form is its own canonical form, and the same for every order of members.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portcullis_model::{Node, Value};
use portcullis_wire::canonical;
use portcullis_wire::json::{self, Dialect, Limits};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    let Ok(document) = json::read(bytes, Dialect::Json5, &limits) else { return };
    let text = canonical::write(&document.root);
    let mut again =
        json::read(text.as_bytes(), Dialect::Strict, &limits).expect("the canonical form is strict").root;
    assert_eq!(canonical::write(&again), text);
    reverse(&mut again);
    assert_eq!(canonical::digest(&again), canonical::digest(&document.root));
});

fn reverse(node: &mut Node) {
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(reverse),
        Value::Map(entries) => {
            entries.reverse();
            entries.iter_mut().for_each(|entry| reverse(&mut entry.node));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
    }
}
