//! Secrets lie in the text, apart from one another; what was found is not in the redacted text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portcullis_text::secret;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let redacted = secret::redact(&text);
    let mut end = 0;
    for hit in secret::find(&text) {
        assert!(hit.span.start >= end && hit.span.end > hit.span.start);
        end = hit.span.end;
        assert!(text.get(hit.span.start..hit.span.end).is_some());
        assert!(redacted.contains(hit.kind.title));
    }
    let (name, value) = text.split_once('=').unwrap_or(("", &text));
    if let Some(hit) = secret::looks_secret(name, value) {
        assert!(value.get(hit.span.start..hit.span.end).is_some());
    }
});
