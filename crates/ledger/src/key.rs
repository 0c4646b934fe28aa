//! The key that signs, and the one that verifies.
//!
//! `ledger.key` is the private key in PKCS#8 (DER), readable by its owner alone. `ledger.pub` is one line of text:
//! `ed25519 ` and 64 lower-case hexadecimal digits, the raw public key of RFC 8032.

use std::fmt;
use std::fs;
use std::path::Path;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use crate::chain::{hex, read_hex};
use crate::error::LedgerError;
use crate::folder;

const PRIVATE: &str = "ledger.key";
const PUBLIC: &str = "ledger.pub";
const ALGORITHM: &str = "ed25519 ";

/// Signs checkpoints. It cannot be printed.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    public: PublicKey,
}

/// Verifies a ledger.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

impl SigningKey {
    /// The key of this folder, made at the first call. The public key is written beside it.
    ///
    /// # Errors
    /// The folder cannot be used, others may read the private key, or it is no key.
    pub fn open_or_create(keys: &Path) -> Result<Self, LedgerError> {
        let path = keys.join(PRIVATE);
        folder::create_private(keys)?;
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| {
                    LedgerError::key(&path, "cannot be made: the system gives no random bytes")
                })?;
                folder::write_new(&path, document.as_ref())?;
                document.as_ref().to_vec()
            }
            Err(error) => return Err(LedgerError::system("read", &path)(error)),
        };
        if folder::is_open_to_others(&path)? {
            return Err(LedgerError::key(&path, "can be read by others; make it private: `chmod 600`"));
        }
        let key = Self::from_pkcs8(&bytes).ok_or_else(|| {
            LedgerError::key(&path, "is no Ed25519 key in PKCS#8; restore it, or move it and the ledger away")
        })?;
        key.write_public(&keys.join(PUBLIC))?;
        Ok(key)
    }

    fn from_pkcs8(bytes: &[u8]) -> Option<Self> {
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(bytes).ok()?;
        let public = PublicKey(pair.public_key().as_ref().try_into().ok()?);
        Some(Self { pair, public })
    }

    fn write_public(&self, path: &Path) -> Result<(), LedgerError> {
        let text = self.public.to_string() + "\n";
        match fs::read(path) {
            Ok(there) if there == text.as_bytes() => Ok(()),
            Ok(_) => {
                Err(LedgerError::key(path, "is not the public key of `ledger.key` beside it; remove it"))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                folder::write_new(path, text.as_bytes())
            }
            Err(error) => Err(LedgerError::system("read", path)(error)),
        }
    }

    /// The key that verifies what this one signs.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        self.public
    }

    pub(crate) fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.pair.sign(bytes).as_ref().try_into().unwrap_or([0; 64])
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey(of {})", self.public)
    }
}

impl PublicKey {
    /// Reads the file of a public key.
    ///
    /// # Errors
    /// The file cannot be read or holds no key.
    pub fn read(path: &Path) -> Result<Self, LedgerError> {
        let text = fs::read_to_string(path).map_err(LedgerError::system("read", path))?;
        Self::parse(&text).ok_or_else(|| {
            LedgerError::key(path, "is no public key; it is one line, `ed25519 ` and 64 hexadecimal digits")
        })
    }

    /// Reads `ed25519 ` and 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.trim_end().strip_prefix(ALGORITHM).and_then(|digits| read_hex(digits.as_bytes())).map(Self)
    }

    /// True when `signature`, 128 hexadecimal digits with or without a line end, is this key's signature of `bytes`.
    #[must_use]
    pub fn verifies_text(&self, bytes: &[u8], signature: &[u8]) -> bool {
        read_hex(signature.trim_ascii_end()).is_some_and(|signature| self.verifies(bytes, &signature))
    }

    pub(crate) fn verifies(&self, bytes: &[u8], signature: &[u8; 64]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.0).verify(bytes, signature).is_ok()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{ALGORITHM}{}", hex(&self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
