//! Bytes to text and back: UTF-8 and UTF-16, with or without a byte order mark.

/// How a file's text is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-8 after a byte order mark.
    Utf8WithMark,
    /// UTF-16, low byte first.
    Utf16Little {
        /// True after a byte order mark.
        mark: bool,
    },
    /// UTF-16, high byte first.
    Utf16Big {
        /// True after a byte order mark.
        mark: bool,
    },
    /// A binary property list; its text is the same list as XML. It cannot be edited.
    BinaryPlist,
}

/// The text of some bytes.
pub(crate) struct Decoded {
    pub(crate) text: String,
    pub(crate) encoding: Encoding,
    /// True when some bytes were not valid and were replaced.
    pub(crate) replaced: bool,
}

/// Decodes text. None when the bytes are not text: they hold a zero character.
pub(crate) fn decode(bytes: &[u8]) -> Option<Decoded> {
    let (encoding, body) = recognise(bytes);
    let (text, replaced) = match encoding {
        Encoding::Utf16Little { .. } => from_utf16(body, u16::from_le_bytes),
        Encoding::Utf16Big { .. } => from_utf16(body, u16::from_be_bytes),
        _ => match std::str::from_utf8(body) {
            Ok(text) => (text.to_owned(), false),
            Err(_) => (String::from_utf8_lossy(body).into_owned(), true),
        },
    };
    (!text.contains('\0')).then_some(Decoded { text, encoding, replaced })
}

/// Encodes a text as it was found. None for what cannot be written.
pub(crate) fn encode(text: &str, encoding: Encoding) -> Option<Vec<u8>> {
    let utf16 = |mark: bool, bytes: fn(u16) -> [u8; 2]| {
        mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16()).flat_map(bytes).collect()
    };
    match encoding {
        Encoding::Utf8 => Some(text.as_bytes().to_vec()),
        Encoding::Utf8WithMark => Some([b"\xEF\xBB\xBF", text.as_bytes()].concat()),
        Encoding::Utf16Little { mark } => Some(utf16(mark, u16::to_le_bytes)),
        Encoding::Utf16Big { mark } => Some(utf16(mark, u16::to_be_bytes)),
        Encoding::BinaryPlist => None,
    }
}

fn recognise(bytes: &[u8]) -> (Encoding, &[u8]) {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => (Encoding::Utf8WithMark, rest),
        [0xFF, 0xFE, rest @ ..] => (Encoding::Utf16Little { mark: true }, rest),
        [0xFE, 0xFF, rest @ ..] => (Encoding::Utf16Big { mark: true }, rest),
        // Every format here starts with an ASCII character.
        [first, 0, ..] if *first != 0 => (Encoding::Utf16Little { mark: false }, bytes),
        [0, second, ..] if *second != 0 => (Encoding::Utf16Big { mark: false }, bytes),
        _ => (Encoding::Utf8, bytes),
    }
}

fn from_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> (String, bool) {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut replaced = !rest.is_empty();
    let units = pairs.iter().map(|pair| unit(*pair));
    let mut text: String = char::decode_utf16(units)
        .map(|character| {
            character.unwrap_or_else(|_| {
                replaced = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    if !rest.is_empty() {
        text.push(char::REPLACEMENT_CHARACTER);
    }
    (text, replaced)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_is_recognised_and_written_back_byte_for_byte() {
        let text = "{\"näme\": \"🛡\"}";
        for encoding in [
            Encoding::Utf8,
            Encoding::Utf8WithMark,
            Encoding::Utf16Little { mark: true },
            Encoding::Utf16Little { mark: false },
            Encoding::Utf16Big { mark: true },
            Encoding::Utf16Big { mark: false },
        ] {
            let bytes = encode(text, encoding).unwrap();
            let decoded = decode(&bytes).unwrap();
            assert_eq!((decoded.text.as_str(), decoded.encoding, decoded.replaced), (text, encoding, false));
        }
    }

    #[test]
    fn bytes_that_are_not_valid_are_replaced_and_said() {
        let decoded = decode(b"{\"a\":\"caf\xE9\"}").unwrap();
        assert!(decoded.replaced && decoded.text.contains("caf\u{FFFD}"));
        assert!(decode(&[0xFF, 0xFE, 0x00, 0xD8]).unwrap().replaced);
        assert!(decode(&[0xFF, 0xFE, b'a', 0, b'b']).unwrap().replaced);
    }

    #[test]
    fn a_zero_character_means_that_it_is_not_text() {
        assert!(decode(b"MZ\x90\x00\x03\x00\x00\x00").is_none());
    }
}
