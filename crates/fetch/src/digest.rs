//! Digests that a registry states for its files.

use aws_lc_rs::digest::{self, Algorithm};
use base64::engine::Engine as _;
use base64::engine::general_purpose::STANDARD_PAD_INDIFFERENT;

/// One digest of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Digest {
    name: &'static str,
    bytes: Vec<u8>,
}

/// Known algorithms, the strongest first.
fn algorithms() -> [(&'static str, &'static Algorithm); 4] {
    [
        ("sha512", &digest::SHA512),
        ("sha384", &digest::SHA384),
        ("sha256", &digest::SHA256),
        ("sha1", &digest::SHA1_FOR_LEGACY_USE_ONLY),
    ]
}

impl Digest {
    /// The strongest digests of an `integrity` (W3C subresource integrity): `sha512-BASE64 …`. Any of them will do.
    pub(crate) fn of_integrity(text: &str) -> Vec<Self> {
        let read = |word: &str| -> Option<Self> {
            let (name, value) = word.split_once('-')?;
            let value = value.split_once('?').map_or(value, |(value, _)| value);
            Self::checked(name, STANDARD_PAD_INDIFFERENT.decode(value).ok()?)
        };
        let all: Vec<Self> = text.split_ascii_whitespace().filter_map(read).collect();
        let strongest =
            algorithms().iter().find_map(|(name, _)| all.iter().any(|it| it.name == *name).then_some(*name));
        all.into_iter().filter(|digest| Some(digest.name) == strongest).collect()
    }

    /// A digest in hexadecimal.
    pub(crate) fn of_hex(name: &str, text: &str) -> Option<Self> {
        let digits: Option<Vec<u8>> =
            text.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
        let bytes =
            digits?.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect();
        Self::checked(name, bytes)
    }

    fn checked(name: &str, bytes: Vec<u8>) -> Option<Self> {
        let (name, algorithm) = algorithms().into_iter().find(|(known, _)| *known == name)?;
        (bytes.len() == algorithm.output_len()).then_some(Self { name, bytes })
    }

    /// The digest of `content` in the same algorithm.
    pub(crate) fn same_of(&self, content: &[u8]) -> Self {
        let algorithm = algorithms().into_iter().find(|(name, _)| *name == self.name);
        let bytes = algorithm.map(|(_, algorithm)| digest::digest(algorithm, content).as_ref().to_vec());
        Self { name: self.name, bytes: bytes.unwrap_or_default() }
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:", self.name)?;
        self.bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_integrity_counts_by_its_strongest_algorithm() {
        let sha1 = "sha1-C+7Hteo/D9vJXQ3UfzxbwnXaijM=";
        let sha512 =
            "sha512-9/u6bgY2+JDlb7vzKD5STG+jIErimDgtYkdB0NxmODJuKCxBvl5CVNiCB3LFUYosWowMf37aGVlKfrU5RT4e1w==";
        let both = Digest::of_integrity(&format!("{sha1} {sha512}"));
        assert_eq!(both.len(), 1);
        assert_eq!(both[0], both[0].same_of(b"foo"));
        assert_ne!(both[0], both[0].same_of(b"bar"));
        let weak = Digest::of_integrity(sha1);
        assert_eq!(weak[0].to_string(), "sha1:0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33");
        assert_eq!(weak[0], weak[0].same_of(b"foo"));
        assert!(Digest::of_integrity("md5-aaaa sha512-AAAA nonsense").is_empty());
    }

    #[test]
    fn a_digest_in_hexadecimal_has_to_be_whole() {
        let text = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
        let digest = Digest::of_hex("sha256", text).unwrap();
        assert_eq!(digest, digest.same_of(b"foo"));
        assert_eq!(Digest::of_hex("sha256", "2c26"), None);
        assert_eq!(Digest::of_hex("sha256", &"zz".repeat(32)), None);
    }
}
