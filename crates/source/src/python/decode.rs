//! Bytes of a Python file as text (PEP 263).

use crate::ir::{At, Problem};

/// Decodes a file by its byte order mark or its `coding:` cookie.
///
/// UTF-8, UTF-16 with a mark, ASCII, Latin-1 and Windows-1252 are understood. With another encoding, and where bytes
/// do not fit, U+FFFD stands and a problem says so. Places in the text are not places in the bytes then.
#[must_use]
pub fn decode(bytes: &[u8]) -> (String, Option<Problem>) {
    let marked = bytes.strip_prefix(b"\xEF\xBB\xBF");
    let bytes = marked.unwrap_or(bytes);
    if marked.is_none()
        && let Some(text) = utf_16(bytes)
    {
        return (text, None);
    }
    let cookie = cookie(bytes).filter(|_| marked.is_none()).unwrap_or_else(|| "utf-8".to_owned());
    match cookie.as_str() {
        "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "l1" | "cp819" | "iso-latin-1" => {
            (bytes.iter().copied().map(char::from).collect(), None)
        }
        "cp1252" | "windows-1252" | "1252" => (bytes.iter().copied().map(windows_1252).collect(), None),
        encoding => {
            let is_known = matches!(encoding, "utf-8" | "utf8" | "utf-8-sig" | "ascii" | "us-ascii" | "u8");
            match std::str::from_utf8(bytes) {
                Ok(text) if is_known => (text.to_owned(), None),
                // Most encodings spell ASCII as UTF-8 does.
                Ok(text) if text.is_ascii() => (text.to_owned(), None),
                _ => {
                    let message = match is_known {
                        true => {
                            "the file is not UTF-8 and names no other encoding; bytes that do not fit are \
                                 replaced"
                                .to_owned()
                        }
                        false => {
                            format!("the encoding `{encoding}` is not understood; the file is read as UTF-8")
                        }
                    };
                    let text = String::from_utf8_lossy(bytes).into_owned();
                    (text, Some(Problem { at: At::default(), message }))
                }
            }
        }
    }
}

/// The encoding that one of the first two lines names.
fn cookie(bytes: &[u8]) -> Option<String> {
    for line in bytes.split(|byte| *byte == b'\n').take(2) {
        let line = String::from_utf8_lossy(line.get(..line.len().min(200)).unwrap_or_default());
        let line = line.trim_start_matches([' ', '\t', '\u{c}']).trim_end();
        let Some(comment) = line.strip_prefix('#') else {
            if line.is_empty() {
                continue;
            }
            return None;
        };
        let Some((_, rest)) = comment.split_once("coding") else { continue };
        let Some(rest) = rest.strip_prefix([':', '=']) else { continue };
        let named = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
        let encoding: String =
            rest.trim_start_matches([' ', '\t']).chars().take_while(|letter| named(*letter)).collect();
        if !encoding.is_empty() {
            return Some(encoding.to_ascii_lowercase().replace('_', "-"));
        }
    }
    None
}

/// UTF-16 with a byte order mark. Python refuses such a file; Windows editors write it.
fn utf_16(bytes: &[u8]) -> Option<String> {
    let (units, is_big): (&[u8], bool) = match bytes {
        [0xFF, 0xFE, rest @ ..] => (rest, false),
        [0xFE, 0xFF, rest @ ..] => (rest, true),
        _ => return None,
    };
    let units = units.as_chunks::<2>().0.iter().map(|pair| match is_big {
        true => u16::from_be_bytes(*pair),
        false => u16::from_le_bytes(*pair),
    });
    Some(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

/// A character of Windows-1252, whose 0x80 to 0x9F are not those of Latin-1.
fn windows_1252(byte: u8) -> char {
    const UPPER: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    let upper = byte.checked_sub(0x80).and_then(|offset| UPPER.get(usize::from(offset)));
    upper.copied().unwrap_or(char::from(byte))
}
