//! Decoders of the encodings that texts are hidden in. Each refuses what is not clean.

/// Decodes base64 in the standard or the URL alphabet, padded or not. Refuses other characters and impossible lengths.
#[must_use]
pub fn base64(encoded: &[u8]) -> Option<Vec<u8>> {
    let padding = encoded.iter().rev().take_while(|&&byte| byte == b'=').count();
    let body = encoded.get(..encoded.len() - padding)?;
    if padding > 2 || body.len() % 4 == 1 {
        return None;
    }
    let mut decoded = Vec::with_capacity(body.len() / 4 * 3 + 2);
    for group in body.chunks(4) {
        let mut bits = 0_u32;
        for &byte in group {
            bits = bits << 6 | u32::from(sextet(byte)?);
        }
        bits <<= 6 * (4 - group.len());
        let [_, first, second, third] = bits.to_be_bytes();
        decoded.extend([first, second, third].iter().take(group.len() - 1));
    }
    Some(decoded)
}

const fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

/// Decodes base32 (RFC 4648), padded or not, capital letters only.
pub(crate) fn base32(encoded: &[u8]) -> Option<Vec<u8>> {
    let padding = encoded.iter().rev().take_while(|&&byte| byte == b'=').count();
    let body = encoded.get(..encoded.len() - padding)?;
    let mut decoded = Vec::with_capacity(body.len() / 8 * 5 + 5);
    let (mut bits, mut count) = (0_u32, 0);
    for &byte in body {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'2'..=b'7' => byte - b'2' + 26,
            _ => return None,
        };
        bits = bits << 5 | u32::from(value);
        count += 5;
        if count >= 8 {
            count -= 8;
            decoded.push((bits >> count & 0xFF) as u8);
        }
    }
    Some(decoded)
}

/// Decodes an even number of hexadecimal digits.
#[must_use]
pub fn hex(encoded: &[u8]) -> Option<Vec<u8>> {
    let (pairs, rest) = encoded.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

/// The value of a hexadecimal digit.
pub(crate) const fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_rfc_4648_decode() {
        for (plain, in64, in32, in16) in [
            ("f", "Zg==", "MY======", "66"),
            ("fo", "Zm8=", "MZXQ====", "666F"),
            ("foo", "Zm9v", "MZXW6===", "666f6f"),
            ("foob", "Zm9vYg==", "MZXW6YQ=", "666F6F62"),
            ("fooba", "Zm9vYmE=", "MZXW6YTB", "666f6f6261"),
            ("foobar", "Zm9vYmFy", "MZXW6YTBOI======", "666F6F626172"),
        ] {
            assert_eq!(base64(in64.as_bytes()).as_deref(), Some(plain.as_bytes()));
            assert_eq!(base64(in64.trim_end_matches('=').as_bytes()).as_deref(), Some(plain.as_bytes()));
            assert_eq!(base32(in32.as_bytes()).as_deref(), Some(plain.as_bytes()));
            assert_eq!(hex(in16.as_bytes()).as_deref(), Some(plain.as_bytes()));
        }
    }

    #[test]
    fn unclean_words_are_refused() {
        assert_eq!(base64(b"Zm9 v"), None);
        assert_eq!(base64(b"Zm9vA"), None);
        assert_eq!(base32(b"mzxw6==="), None);
        assert_eq!(hex(b"666"), None);
    }
}
