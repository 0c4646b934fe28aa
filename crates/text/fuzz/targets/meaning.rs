//! Whatever a text says, its sentences and acts lie in it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portcullis_text::meaning::Meaning;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let meaning = Meaning::of(&text);
    for sentence in meaning.sentences() {
        assert!(text.get(sentence.span.start..sentence.span.end).is_some());
        for act in meaning.acts_of(sentence) {
            let scope = Meaning::span_of(meaning.scope_of(act));
            assert!(text.get(scope.start..scope.end).is_some());
        }
    }
    let _ = Meaning::of_name(&text);
});
