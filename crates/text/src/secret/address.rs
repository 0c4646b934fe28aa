//! Passwords inside addresses: `postgres://user:password@host`.

use memchr::memmem;
use portcullis_model::{Confidence, Span};

use super::{SecretHit, SecretKind, placeholder};

const KIND: SecretKind = SecretKind { id: "address-password", title: "password in an address" };

const COMMON: &[&str] = &[
    "pass", "password", "passwd", "pwd", "secret", "postgres", "root", "admin", "user", "mysql", "guest",
    "redis", "mongo", "test", "key", "token", "username", "p", "pw", "hunter2", "123456", "12345678",
];
/// Shortest password that is told, in characters.
const SHORTEST: usize = 6;
/// Longest user and password that are looked at, in bytes.
const LONGEST: usize = 256;

/// Every password of an address, without the address.
pub(super) fn find(text: &str) -> Vec<SecretHit> {
    memmem::find_iter(text.as_bytes(), b"://").filter_map(|at| password(text, at + 3)).collect()
}

/// True for what documentation writes for a password.
pub(super) fn is_common(password: &str) -> bool {
    COMMON.iter().any(|common| common.eq_ignore_ascii_case(password))
}

fn password(text: &str, from: usize) -> Option<SecretHit> {
    let bytes = text.as_bytes().get(from..)?;
    let stops = |byte: &u8| byte.is_ascii_whitespace() || b"/\"'`<>()?#\\".contains(byte);
    let length = bytes.iter().take(LONGEST).take_while(|byte| !stops(byte)).count();
    let authority = text.get(from..from + length)?;
    let at = authority.rfind('@')?;
    let colon = authority.get(..at)?.find(':')?;
    let value = authority.get(colon + 1..at)?;
    if value.chars().count() < SHORTEST || is_common(value) || placeholder::stands_in(value) {
        return None;
    }
    let strong = value.len() >= 8 && placeholder::looks_mixed(value);
    Some(SecretHit {
        kind: KIND,
        span: Span::new(from + colon + 1, from + at),
        confidence: if strong { Confidence::High } else { Confidence::Medium },
        verified_checksum: false,
    })
}
