//! Every view and mark lies in the text it was made from, and all views together stay within their bounds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portcullis_model::Span;
use portcullis_text::{Reading, Role};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let reading = Reading::of(&text, Role::Description);
    let mut all = 0;
    for view in &reading.views {
        all += view.text.len();
        assert!(!inside(&text, view.source).is_empty());
        let parts = view.text.char_indices().map(|(at, character)| Span::new(at, at + character.len_utf8()));
        for part in parts.take(200) {
            inside(&text, view.source_of(part));
        }
    }
    assert!(all <= 4 * text.len() + 16 * 1024);
    for mark in &reading.marks {
        assert!(!inside(&text, mark.span).is_empty() && mark.count > 0);
    }
});

fn inside(text: &str, span: Span) -> &str {
    text.get(span.start..span.end).expect("a span lies in the text, on character boundaries")
}
