//! Bytes of a text file to text: UTF-8 and UTF-16, with or without a byte order mark.

use std::borrow::Cow;

use portcullis_model::Span;

use crate::fault::Fault;

/// How many bytes are looked at to tell UTF-16 without a byte order mark.
const SAMPLE: usize = 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Little,
    Big,
}

/// The text of a file, without its byte order mark. Files that programs of Windows redirect to are UTF-16.
///
/// # Errors
/// Bytes that are neither encoding, and bytes that look like a program or an image: text holds no NUL.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Fault> {
    if let Some((order, start)) = utf_16(bytes) {
        return decode_utf_16(bytes, order, start).map(Cow::Owned);
    }
    let start = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    if let Some(nul) = memchr::memchr(0, bytes) {
        return Err(Fault::new(
            Span::new(nul, nul + 1),
            "file looks binary (it holds NUL); give a text file",
        ));
    }
    match std::str::from_utf8(bytes.get(start..).unwrap_or_default()) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(error) => {
            let at = start + error.valid_up_to();
            let span = Span::new(at, at + error.error_len().unwrap_or(1));
            Err(Fault::new(span, "file is neither UTF-8 nor UTF-16; save it as UTF-8"))
        }
    }
}

/// Whether a file that begins with `head` is UTF-16, so that it cannot be cut at line feed bytes.
#[must_use]
pub fn is_utf_16(head: &[u8]) -> bool {
    utf_16(head).is_some()
}

/// The byte order, and where the text begins.
fn utf_16(bytes: &[u8]) -> Option<(Order, usize)> {
    if bytes.starts_with(&[0xff, 0xfe]) {
        return Some((Order::Little, 2));
    }
    if bytes.starts_with(&[0xfe, 0xff]) {
        return Some((Order::Big, 2));
    }
    let (mut first_zeros, mut second_zeros, mut pairs) = (0_usize, 0_usize, 0_usize);
    let (sample, _) = bytes.get(..SAMPLE).unwrap_or(bytes).as_chunks::<2>();
    for [first, second] in sample.iter().copied() {
        pairs += 1;
        first_zeros += usize::from(first == 0);
        second_zeros += usize::from(second == 0);
    }
    // Western text has a zero in the same half of nearly every unit, other text in its spaces and punctuation.
    let marks = |here: usize, there: usize| here * 4 >= pairs && here > there * 8;
    if marks(second_zeros, first_zeros) {
        Some((Order::Little, 0))
    } else if marks(first_zeros, second_zeros) {
        Some((Order::Big, 0))
    } else {
        None
    }
}

fn decode_utf_16(bytes: &[u8], order: Order, start: usize) -> Result<String, Fault> {
    let (pairs, tail) = bytes.get(start..).unwrap_or_default().as_chunks::<2>();
    if !tail.is_empty() {
        let span = Span::new(bytes.len() - 1, bytes.len());
        return Err(Fault::new(
            span,
            "file looks like UTF-16 with half a character at its end; save it as UTF-8",
        ));
    }
    let units = pairs.iter().map(|&pair| match order {
        Order::Little => u16::from_le_bytes(pair),
        Order::Big => u16::from_be_bytes(pair),
    });
    let mut text = String::with_capacity(pairs.len());
    let mut unit = 0;
    for decoded in char::decode_utf16(units) {
        let at = start + unit * 2;
        match decoded {
            Ok('\0') => {
                return Err(Fault::new(
                    Span::new(at, at + 2),
                    "file looks binary (it holds NUL); give a text file",
                ));
            }
            Ok(character) => {
                unit += character.len_utf16();
                text.push(character);
            }
            Err(_) => {
                let message = "file is UTF-16 with half of a surrogate pair; save it as UTF-8";
                return Err(Fault::new(Span::new(at, at + 2), message));
            }
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf_16_bytes(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn every_encoding_of_a_text_gives_the_same_text() {
        let text = "{\"a\": \"grüße 😀\"}\n";
        let marked = format!("\u{feff}{text}");
        for bytes in [
            text.as_bytes().to_vec(),
            marked.as_bytes().to_vec(),
            utf_16_bytes(text, u16::to_le_bytes),
            utf_16_bytes(text, u16::to_be_bytes),
            utf_16_bytes(&marked, u16::to_le_bytes),
            utf_16_bytes(&marked, u16::to_be_bytes),
        ] {
            assert_eq!(decode(&bytes).unwrap(), text, "{bytes:?}");
        }
        assert_eq!(decode(b"").unwrap(), "");
    }

    #[test]
    fn what_is_not_text_is_refused_with_its_place() {
        let elf = decode(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0").unwrap_err();
        assert!(elf.message.contains("looks binary"), "{elf}");
        assert_eq!(decode(b"caf\xe9 au lait").unwrap_err().span, Span::new(3, 4));
        let mut half = utf_16_bytes("a longer text", u16::to_le_bytes);
        half.extend([0x00, 0xd8]);
        assert_eq!(decode(&half).unwrap_err().span, Span::new(26, 28));
        assert!(decode(b"a\0b\0c\0d\0e").is_err());
        assert!(decode(b"\xff\xfea\0\0\0").unwrap_err().message.contains("looks binary"));
    }
}
