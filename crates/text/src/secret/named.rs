//! Values whose name says that they are secret: `API_KEY=…`, `"client_secret": "…"`, `Authorization: Bearer …`.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind};
use portcullis_model::{Confidence, Span};

use super::{SecretHit, SecretKind, address, placeholder};
use crate::decode;

const NAMED: SecretKind = SecretKind { id: "named-secret", title: "secret value" };
const PASSWORD: SecretKind = SecretKind { id: "password", title: "password" };
const HEADER: SecretKind = SecretKind { id: "authorization-header", title: "authorization header" };

/// Parts of names that say "secret"; compared in small letters without separators.
const SAYS_SECRET: &[&str] = &[
    "secret",
    "token",
    "passw",
    "pwd",
    "passphrase",
    "apikey",
    "accesskey",
    "privatekey",
    "authkey",
    "signingkey",
    "encryptionkey",
    "credential",
    "authorization",
    "bearer",
    "webhookurl",
    "sessionid",
    "cookie",
    "connectionstring",
];
/// Parts of names that take it back: the value is about a secret and not one.
const SAYS_OTHERWISE: &[&str] = &[
    "tokens",
    "tokenlimit",
    "tokencount",
    "tokentype",
    "tokenizer",
    "tokenurl",
    "tokenname",
    "publickey",
    "keyid",
    "keyname",
    "secretname",
    "secretarn",
    "path",
    "file",
    "url",
    "uri",
    "endpoint",
    "expir",
    "policy",
    "length",
    "scheme",
    "address",
    "mint",
    "contract",
    "symbol",
    "hash",
    "pagetoken",
    "nextpage",
    "cursor",
];
/// Literals that a secret's name contains, for the one search that finds candidates.
const ANCHORS: &[&str] =
    &["key", "token", "secret", "passw", "pwd", "passphrase", "credential", "bearer ", "basic "];
/// Longest name that is looked at, in bytes.
const LONGEST_NAME: usize = 64;
/// Longest value that is looked at, in bytes.
const LONGEST_VALUE: usize = 1024;
/// Shortest secret of a name that says so, in characters.
const SHORTEST_NAMED: usize = 16;
/// Shortest password, in characters.
const SHORTEST_PASSWORD: usize = 8;

static ANCHORED: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasickBuilder::new()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(ANCHORS)
        .ok()
});

/// Whether a value is a secret, by its shape and by the name it stands under (`""` when it has none). A reference to
/// a secret kept elsewhere (`${TOKEN}`) is not one. The span covers the secret inside the value.
#[must_use]
pub fn looks_secret(name: &str, value: &str) -> Option<SecretHit> {
    let whole = Span::new(0, value.len());
    if let Some(hit) = super::find(value).into_iter().max_by_key(|hit| hit.confidence) {
        return Some(hit);
    }
    by_name(name, value).map(|(kind, confidence)| SecretHit {
        kind,
        span: whole,
        confidence,
        verified_checksum: false,
    })
}

/// True for a byte that can stand between a name and its value. A text without any has no named value.
pub(super) const fn precedes_value(byte: u8) -> bool {
    matches!(byte, b'=' | b':' | b'>' | b' ' | b'\t' | b'"' | b'\'' | b'\\')
}

/// Every `name = value` of a text whose value is a secret.
pub(super) fn find(text: &str) -> Vec<SecretHit> {
    let Some(anchors) = &*ANCHORED else { return Vec::new() };
    let mut hits = Vec::new();
    let mut from = 0;
    for anchor in anchors.find_iter(text) {
        if anchor.start() < from {
            continue;
        }
        let header = text.get(anchor.start()..anchor.end()).is_some_and(|anchor| anchor.ends_with(' '));
        let candidate = if header {
            value_at(text, anchor.end()).map(|value| ("", value))
        } else {
            assignment(text, anchor.start(), anchor.end())
        };
        let Some((name, span)) = candidate else { continue };
        let value = text.get(span.start..span.end).unwrap_or_default();
        let judged = if header { in_header(value) } else { by_name(name, value) };
        if judged.is_some() || span.len() > LONGEST_NAME {
            from = span.end;
        }
        if let Some((kind, confidence)) = judged {
            hits.push(SecretHit { kind, span, confidence, verified_checksum: false });
        }
    }
    hits
}

/// Judges a value that no provider claims.
fn by_name(name: &str, value: &str) -> Option<(SecretKind, Confidence)> {
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
    let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let is_key = name.ends_with("key") || says(SAYS_SECRET);
    if !is_key || says(SAYS_OTHERWISE) || placeholder::stands_in(value) || value.contains([' ', '\n']) {
        return None;
    }
    let length = value.chars().count();
    if ["passw", "pwd", "passphrase"].iter().any(|word| name.contains(word)) {
        let strong = length >= SHORTEST_PASSWORD && placeholder::looks_mixed(value);
        return strong.then_some((PASSWORD, Confidence::Medium));
    }
    let random = !placeholder::looks_named(value)
        && length >= SHORTEST_NAMED
        && placeholder::looks_mixed(value)
        && placeholder::looks_random(value);
    let address = value.contains("://") || value.starts_with(['/', '~', '.']) || value.starts_with("0x");
    // The public address of a coin is a "token" too.
    let coin = name.contains("token")
        && matches!(length, 43 | 44)
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (random && !address && !coin).then_some((NAMED, Confidence::Medium))
}

fn in_header(value: &str) -> Option<(SecretKind, Confidence)> {
    let random = value.len() >= SHORTEST_NAMED
        && placeholder::looks_mixed(value)
        && placeholder::looks_random(value)
        && !placeholder::looks_named(value);
    // What stands after `Basic` is a user and a password; the usual ones of documentation are no secret.
    let pair = decode::base64(value.as_bytes()).and_then(|bytes| String::from_utf8(bytes).ok());
    let password = pair.as_deref().and_then(|pair| pair.split_once(':')).map(|(_, password)| password);
    let documented =
        password.is_some_and(|password| address::is_common(password) || !placeholder::looks_mixed(password));
    (random && !documented).then_some((HEADER, Confidence::Medium))
}

/// The name around an anchor and the span of the value assigned to it.
fn assignment(text: &str, start: usize, end: usize) -> Option<(&str, Span)> {
    let bytes = text.as_bytes();
    let in_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let before = bytes.get(..start)?.iter().rev().take(LONGEST_NAME).take_while(|byte| in_name(byte)).count();
    let after = bytes.get(end..)?.iter().take(LONGEST_NAME).take_while(|byte| in_name(byte)).count();
    let name_end = end + after;
    let rest = bytes.get(name_end..)?;
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'\\');
    let gap = rest.iter().take(4).take_while(|byte| blank(byte)).count();
    let sign = rest.get(gap..)?.iter().take(2).take_while(|byte| matches!(byte, b'=' | b':' | b'>')).count();
    let option = text.get(start - before..start)?.starts_with("--") && gap > 0;
    if sign == 0 && !option {
        return None;
    }
    Some((text.get(start - before..name_end)?, value_at(text, name_end + gap + sign)?))
}

/// The span of the value that begins at or shortly after `from`.
fn value_at(text: &str, from: usize) -> Option<Span> {
    let bytes = text.as_bytes().get(from..)?;
    let opening = |byte: &u8| matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'`' | b'\\');
    let skipped = bytes.iter().take(6).take_while(|byte| opening(byte)).count();
    let ends = |byte: &u8| byte.is_ascii_whitespace() || b"\"'`,;)}]<>\\&".contains(byte);
    let value = bytes.get(skipped..)?;
    let length = value.iter().take(LONGEST_VALUE).take_while(|byte| !ends(byte)).count();
    (length > 0).then(|| Span::new(from + skipped, from + skipped + length))
}
