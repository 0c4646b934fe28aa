//! A message that is accepted is what its own bytes say, member by member.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portcullis_wire::envelope::{self, Kind};
use portcullis_wire::json::{self, Dialect, Limits};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    let Ok(envelope) = envelope::read(bytes, &limits) else { return };
    let call = matches!(envelope.kind, Kind::Request | Kind::Notification);
    assert_eq!(call, envelope.method.is_some());
    assert_eq!(envelope.kind == Kind::Response, envelope.result().is_some());
    assert_eq!(envelope.kind == Kind::Error, envelope.error().is_some());
    assert!(envelope.kind != Kind::Request || envelope.id.is_some());
    assert!(envelope.kind != Kind::Notification || envelope.id.is_none());
    assert_eq!(envelope.bytes(), bytes);
    for member in [envelope.params(), envelope.result(), envelope.error()].into_iter().flatten() {
        let alone =
            json::read(envelope.bytes_of(member), Dialect::Strict, &limits).expect("a member is a value");
        assert!(alone.root.is_map());
        assert_eq!(json::write(&alone.root), json::write(member));
    }
});
