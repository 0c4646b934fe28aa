//! A schema and a value, as `[schema, value]`: an answer within the budget, the same one twice, and its places exist.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portcullis_model::{Node, Pointer};
use portcullis_wire::json::{self, Dialect};
use portcullis_wire::schema::{Limits, Refusal, Schema};

fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = json::read(bytes, Dialect::Strict, &json::Limits::default()) else { return };
    let [schema, value] = document.root.items() else { return };
    let Ok(compiled) = Schema::compile(schema, &Limits::default()) else { return };
    // The schema itself is a value too, and one that names its own members.
    for value in [value, schema] {
        let found = compiled.check(value);
        assert_eq!(found, compiled.check(value));
        if let Err(Refusal::Violations(violations)) = found {
            assert!(!violations.is_empty());
            assert!(violations.iter().all(|violation| is_in(value, &violation.pointer)));
        }
    }
});

/// Whether a pointer leads somewhere; names of members may have been cut.
fn is_in(value: &Node, pointer: &Pointer) -> bool {
    pointer.as_str().contains('…') || value.at(pointer).is_some()
}
