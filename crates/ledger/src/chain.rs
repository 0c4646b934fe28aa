//! The chain: each line carries the digest of all before it.
//!
//! A line is `{"hash":"H","type":…}`, where H is SHA-256 over the digest of the line before (32 zero bytes for the first)
//! and the exact bytes from `"type"` to the closing brace. A signed line ends with `,"signature":"S"}`, where S is the
//! Ed25519 signature of the context, the chain's name, the digest before, and the bytes from `"type"` to that comma.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::key::{PublicKey, SigningKey};

/// The format that every first line names.
pub(crate) const FORMAT: &str = "portcullis.ledger/1";

/// No line that we write is longer: a longer one is not ours.
pub(crate) const LONGEST_LINE: usize = 1 << 20;

const PREFIX: &[u8] = b"{\"hash\":\"";
const AFTER_HASH: &[u8] = b"\",";
const BODY: usize = PREFIX.len() + 64 + AFTER_HASH.len();
const SIGNATURE: &str = ",\"signature\":\"";
const SIGNATURE_LENGTH: usize = SIGNATURE.len() + 128 + 2;

/// The digest of a chain up to and including one line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Hash(pub(crate) [u8; 32]);

impl Hash {
    /// What stands before the first line.
    pub(crate) const NONE: Self = Self([0; 32]);

    /// Reads 64 lower-case hexadecimal digits, and nothing else: a digest has one spelling.
    pub(crate) fn read(hex: &[u8]) -> Option<Self> {
        read_hex(hex).map(Self)
    }

    fn after(self, body: &[u8]) -> Self {
        Self(Sha256::new().chain_update(self.0).chain_update(body).finalize().into())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The bytes of exactly `2 * N` lower-case hexadecimal digits.
pub(crate) fn read_hex<const N: usize>(digits: &[u8]) -> Option<[u8; N]> {
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; N];
    if digits.len() != 2 * N {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = value(*high)? << 4 | value(*low)?;
    }
    Some(bytes)
}

/// The line of a body (`"type":…}`) after `previous`, its line end included, and its digest.
pub(crate) fn line(previous: Hash, body: &[u8]) -> (Vec<u8>, Hash) {
    let hash = previous.after(body);
    let mut line = Vec::with_capacity(BODY + body.len() + 1);
    line.extend_from_slice(PREFIX);
    line.extend_from_slice(hex(&hash.0).as_bytes());
    line.extend_from_slice(AFTER_HASH);
    line.extend_from_slice(body);
    line.push(b'\n');
    (line, hash)
}

/// The body of an object (`{"type":…}`), signed.
pub(crate) fn sign(object: &str, chain: &str, previous: Hash, key: &SigningKey) -> String {
    let unsigned = object.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(object);
    let signature = key.sign(&signed_bytes(chain, previous, unsigned.as_bytes()));
    format!("{unsigned}{SIGNATURE}{}\"}}", hex(&signature))
}

fn signed_bytes(chain: &str, previous: Hash, unsigned: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(FORMAT.len() + chain.len() + 34 + unsigned.len());
    for part in [FORMAT.as_bytes(), b"\n", chain.as_bytes(), b"\n", &previous.0, unsigned] {
        bytes.extend_from_slice(part);
    }
    bytes
}

/// A line as it was read, without its line end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Framed<'a> {
    /// The digest that it claims.
    pub(crate) hash: Hash,
    /// From `"type"` to the closing brace.
    pub(crate) body: &'a [u8],
}

impl<'a> Framed<'a> {
    /// Takes a line apart; none when it does not have the form of a line.
    pub(crate) fn read(line: &'a [u8]) -> Option<Self> {
        let rest = line.strip_prefix(PREFIX)?;
        let (hash, rest) = rest.split_at_checked(64)?;
        let body = rest.strip_prefix(AFTER_HASH)?;
        (body.starts_with(b"\"type\":\"") && body.ends_with(b"}")).then_some(())?;
        Some(Self { hash: Hash::read(hash)?, body })
    }

    /// Whether it follows `previous`.
    pub(crate) fn follows(&self, previous: Hash) -> bool {
        previous.after(self.body) == self.hash
    }

    /// Whether `key` signed it as what follows `previous` in the chain of this name.
    pub(crate) fn is_signed(&self, chain: &str, previous: Hash, key: &PublicKey) -> bool {
        let Some((unsigned, end)) =
            self.body.len().checked_sub(SIGNATURE_LENGTH).and_then(|at| self.body.split_at_checked(at))
        else {
            return false;
        };
        let signature = end
            .strip_prefix(SIGNATURE.as_bytes())
            .and_then(|rest| rest.strip_suffix(b"\"}"))
            .and_then(read_hex::<64>);
        signature.is_some_and(|signature| key.verifies(&signed_bytes(chain, previous, unsigned), &signature))
    }
}
