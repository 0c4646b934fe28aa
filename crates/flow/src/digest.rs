//! Digests of values: the same on every machine, so that nothing that is remembered can be read back.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A digest of 64 bits (FNV-1a). It tells values of one session apart; it is no protection against a collision made on
/// purpose, which would only make a value look familiar.
pub(crate) type Digest = u64;

const START: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// A digest in the making.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Digester(u64);

impl Digester {
    pub(crate) const fn new() -> Self {
        Self(START)
    }

    pub(crate) const fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ byte as u64).wrapping_mul(PRIME);
    }

    pub(crate) fn text(&mut self, text: &str) {
        for byte in text.bytes() {
            self.byte(byte);
        }
    }

    /// The digest; its bits are mixed once more, because short values leave the high ones alike.
    pub(crate) const fn finish(self) -> Digest {
        let mixed = (self.0 ^ self.0 >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ mixed >> 29
    }
}

/// The digest of a text as it is.
pub(crate) fn of(text: &str) -> Digest {
    let mut digester = Digester::new();
    digester.text(text);
    digester.finish()
}

/// A map whose keys are digests already.
pub(crate) type DigestMap<V> = HashMap<Digest, V, BuildHasherDefault<Same>>;

/// Takes a digest as its own hash.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(PRIME);
        }
    }

    fn write_u64(&mut self, digest: u64) {
        self.0 = digest;
    }
}
