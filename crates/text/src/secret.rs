//! Secrets in a text: tokens of known providers, private keys, passwords in addresses, and values of names that say
//! they are secret. Finding is linear; a value that documentation writes in a secret's place is not one.

mod address;
mod alphabet;
mod checksum;
mod discord;
mod named;
mod placeholder;
mod private_key;
mod provider;
mod providers;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};
use memchr::memchr;
use portcullis_model::{Confidence, Secret, Span};

use crate::scan;
use providers::PROVIDERS;

pub use named::looks_secret;

/// What a secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretKind {
    /// Stable name, such as `github-personal-token`.
    pub id: &'static str,
    /// What people call it, such as `GitHub personal token`.
    pub title: &'static str,
}

/// A secret found in a text. It holds no character of the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretHit {
    /// What it is for.
    pub kind: SecretKind,
    /// Its bytes in the text that was searched.
    pub span: Span,
    /// How sure it is one.
    pub confidence: Confidence,
    /// True when a checksum or a structure inside it proves that it is one.
    pub verified_checksum: bool,
}

static LITERALS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasickBuilder::new()
        .match_kind(MatchKind::Standard)
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .build(PROVIDERS.iter().map(|provider| provider.literal))
        .ok()
});

/// Every secret of a text, in order, none overlapping another. A text without a word of 20 bytes has none worth telling.
#[must_use]
pub fn find(text: &str) -> Vec<SecretHit> {
    if scan::has_long_word(text.as_bytes()) { search(text) } else { Vec::new() }
}

/// The text with every secret replaced by what it is, how long it is, and its last four characters. Short passwords
/// that [`find`] does not tell of are replaced too.
#[must_use]
pub fn redact(text: &str) -> Cow<'_, str> {
    let hits = search(text);
    if hits.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut redacted = String::with_capacity(text.len());
    let mut from = 0;
    for hit in hits {
        redacted.push_str(text.get(from..hit.span.start).unwrap_or_default());
        redacted.push_str(&shown(hit.kind, text.get(hit.span.start..hit.span.end).unwrap_or_default()));
        from = hit.span.end;
    }
    redacted.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(redacted)
}

/// How a secret is shown everywhere.
#[must_use]
pub fn shown(kind: SecretKind, value: &str) -> String {
    format!("‹{}, {}›", kind.title, Secret::new(value).shown())
}

fn search(text: &str) -> Vec<SecretHit> {
    // Names and ids are searched for each line of the ledger: most are too short for a token, and have no sign by which
    // anything is given a value.
    let mut hits = if text.len() >= *SHORTEST_TOKEN { tokens(text) } else { Vec::new() };
    hits.extend(discord::find(text));
    if memchr(b'-', text.as_bytes()).is_some() {
        hits.extend(private_key::find(text));
    }
    if memchr(b'@', text.as_bytes()).is_some() {
        hits.extend(address::find(text));
    }
    if text.bytes().any(named::precedes_value) {
        hits.extend(named::find(text));
    }
    if hits.len() > 1 { without_overlaps(hits) } else { hits }
}

/// Fewest bytes of any provider's tokens.
static SHORTEST_TOKEN: LazyLock<usize> =
    LazyLock::new(|| PROVIDERS.iter().map(provider::Provider::shortest).min().unwrap_or_default());

fn tokens(text: &str) -> Vec<SecretHit> {
    let Some(literals) = &*LITERALS else { return Vec::new() };
    let mut hits = Vec::new();
    for found in literals.find_overlapping_iter(text) {
        let Some(provider) = PROVIDERS.get(found.pattern().as_usize()) else { continue };
        let Some((start, end)) = provider.extent(text, found.start()) else { continue };
        let Some(token) = text.get(start..end) else { continue };
        if let Some(verified_checksum) = provider.verified(token) {
            hits.push(SecretHit {
                kind: provider.kind,
                span: Span::new(start, end),
                confidence: if verified_checksum { Confidence::Certain } else { provider.confidence },
                verified_checksum,
            });
        }
    }
    hits
}

/// Of hits that overlap, the surest and then the longest stays.
fn without_overlaps(mut hits: Vec<SecretHit>) -> Vec<SecretHit> {
    hits.sort_by_key(|hit| std::cmp::Reverse((hit.confidence, hit.span.len())));
    let mut kept: Vec<SecretHit> = Vec::with_capacity(hits.len());
    let mut taken = std::collections::BTreeMap::new();
    for hit in hits {
        let before = taken.range(..hit.span.end).next_back();
        if before.is_none_or(|(_, &end)| end <= hit.span.start) {
            taken.insert(hit.span.start, hit.span.end);
            kept.push(hit);
        }
    }
    kept.sort_by_key(|hit| hit.span);
    kept
}
