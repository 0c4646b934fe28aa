//! The lenient readers accept whatever the strict one accepts, and what JSON5 makes of JSONC is the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portcullis_wire::json::{self, Dialect, Limits};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    let [strict, jsonc, json5] =
        [Dialect::Strict, Dialect::Jsonc, Dialect::Json5].map(|dialect| json::read(bytes, dialect, &limits));
    if let Ok(strict) = &strict {
        let jsonc = jsonc.as_ref().expect("jsonc reads whatever strict reads");
        assert!(strict.root == jsonc.root && jsonc.problems.is_empty());
    }
    if let Ok(jsonc) = &jsonc {
        assert_eq!(jsonc, json5.as_ref().expect("json5 reads whatever jsonc reads"));
        let _ = json::case_variants(&jsonc.root);
    }
    for document in [jsonc, json5].into_iter().flatten() {
        for problem in &document.problems {
            assert!(problem.span.end <= bytes.len());
        }
        let text = json::write(&document.root);
        json::read(text.as_bytes(), Dialect::Strict, &limits).expect("what was written is strict");
    }
});
