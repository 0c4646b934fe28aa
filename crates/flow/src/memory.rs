//! What came back, remembered as digests: where each value was seen, and under which labels.

use std::collections::VecDeque;

use portcullis_model::{Confidentiality, Integrity, Label};

use crate::digest::{Digest, DigestMap, Digester};

/// Bytes of a secret that are recognised wherever they turn up.
const SHARD: usize = 8;

/// Where a value was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// The number of the result.
    pub(crate) result: u64,
    /// A digest of its field's name; 0 where it has none.
    pub(crate) key: Digest,
    /// The person named something in its record, or pointed to its source.
    pub(crate) pointed: bool,
    /// The shapes of the values that its record holds in fields.
    pub(crate) rivals: u8,
    /// The order that the call followed whose result it is; 0 for none.
    pub(crate) led_by: Digest,
}

/// What is known of a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Where it is the value of a field.
    pub(crate) field: Option<Place>,
    /// Where it stands in running text.
    pub(crate) running: Option<Place>,
    pub(crate) label: Label,
}

/// Values that were seen, the oldest forgotten first.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    seen: DigestMap<Seen>,
    order: VecDeque<Digest>,
    /// Windows of secrets, with the number of the result and how many windows the secret has.
    shards: DigestMap<(u64, usize)>,
    shard_order: VecDeque<Digest>,
    pub(crate) forgotten: u64,
}

impl Memory {
    pub(crate) fn get(&self, value: Digest) -> Option<&Seen> {
        self.seen.get(&value)
    }

    /// Remembers a value; where it was seen first stays.
    pub(crate) fn note(&mut self, value: Digest, place: Place, is_field: bool, label: Label, most: usize) {
        if !self.seen.contains_key(&value) {
            while self.order.len() >= most.max(1) {
                if let Some(oldest) = self.order.pop_front() {
                    self.seen.remove(&oldest);
                    self.forgotten += 1;
                }
            }
            self.order.push_back(value);
        }
        let seen = self.seen.entry(value).or_default();
        let kept = if is_field { &mut seen.field } else { &mut seen.running };
        match kept {
            Some(before) => before.pointed |= place.pointed,
            None => *kept = Some(place),
        }
        seen.label = seen.label.join(label);
    }

    /// Remembers every window of a secret but those that values which are none hold, too: a password made of the name.
    pub(crate) fn note_secret(&mut self, secret: &str, known: &str, result: u64, most: usize) {
        let known: Vec<Digest> = shards(known.as_bytes()).collect();
        let fresh = |shard: &Digest| !known.contains(shard);
        let windows: Vec<Digest> = shards(secret.as_bytes()).take(SHARD * 16).filter(fresh).collect();
        for shard in &windows {
            if self.shards.insert(*shard, (result, windows.len())).is_none() {
                self.shard_order.push_back(*shard);
            }
        }
        while self.shard_order.len() > most {
            if let Some(oldest) = self.shard_order.pop_front() {
                self.shards.remove(&oldest);
                self.forgotten += 1;
            }
        }
    }

    pub(crate) fn holds_secrets(&self) -> bool {
        !self.shards.is_empty()
    }

    /// The result of whose secret the text repeats at least a third.
    pub(crate) fn repeats_secret(&self, text: &str) -> Option<u64> {
        if self.shards.is_empty() {
            return None;
        }
        let mut found: Vec<(u64, usize, usize)> = Vec::new();
        for shard in shards(text.as_bytes()) {
            let Some((result, windows)) = self.shards.get(&shard).copied() else {
                continue;
            };
            let known = found.iter_mut().find(|(known, of, _)| *known == result && *of == windows);
            if let Some((.., count)) = known {
                *count += 1;
            } else if found.len() < SHARD {
                found.push((result, windows, 1));
            }
        }
        found.iter().find(|(_, windows, count)| count * 3 >= *windows).map(|(result, ..)| *result)
    }
}

/// The digests of every window of a text, letters in lower case. Windows of one repeated byte say nothing.
fn shards(bytes: &[u8]) -> impl Iterator<Item = Digest> + '_ {
    bytes.windows(SHARD).filter_map(|window| {
        let first = window.first()?;
        if window.iter().all(|byte| byte == first || byte.is_ascii_whitespace()) {
            return None;
        }
        let mut digester = Digester::new();
        for byte in window {
            digester.byte(byte.to_ascii_lowercase());
        }
        Some(digester.finish())
    })
}

/// A label of these parts.
pub(crate) const fn label(outside: bool, private: bool, secret: bool) -> Label {
    Label {
        integrity: if outside { Integrity::Outside } else { Integrity::Trusted },
        confidentiality: if secret {
            Confidentiality::Secret
        } else if private {
            Confidentiality::Private
        } else {
            Confidentiality::Public
        },
    }
}
