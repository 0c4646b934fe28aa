//! Bytes of a source file as text.

use std::borrow::Cow;

/// The text of a source file, and what was not understood of its bytes.
///
/// UTF-8, and UTF-16 with a byte order mark (Windows editors write it); of Python also ASCII, Latin-1 and Windows-1252 as a
/// `coding:` cookie names them (PEP 263). With another encoding, and where bytes do not fit, U+FFFD stands and a problem says so.
/// Every place in an [`crate::Analysis`] is one of this text, which starts behind a byte order mark.
#[must_use]
pub fn decoded<'b>(path: &str, bytes: &'b [u8]) -> (Cow<'b, str>, Option<String>) {
    let marked = bytes.strip_prefix(b"\xEF\xBB\xBF");
    if let Some(text) = utf_16(bytes) {
        return (Cow::Owned(text), None);
    }
    let name = path.rsplit('/').next().unwrap_or_default();
    // A script without an ending is one for the shell to start, maybe with Python.
    let is_python = name.rsplit_once('.').is_none_or(|(_, ending)| matches!(ending, "py" | "pyi" | "pyw"));
    let cookie = is_python.then(|| cookie(bytes)).flatten().filter(|_| marked.is_none());
    let bytes = marked.unwrap_or(bytes);
    match cookie.as_deref().unwrap_or("utf-8") {
        "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "l1" | "cp819" | "iso-latin-1" => {
            (bytes.iter().copied().map(char::from).collect(), None)
        }
        "cp1252" | "windows-1252" | "1252" => (bytes.iter().copied().map(windows_1252).collect(), None),
        encoding => {
            let is_known = matches!(encoding, "utf-8" | "utf8" | "utf-8-sig" | "ascii" | "us-ascii" | "u8");
            match std::str::from_utf8(bytes) {
                // Most encodings spell ASCII as UTF-8 does.
                Ok(text) if is_known || text.is_ascii() => (Cow::Borrowed(text), None),
                _ => {
                    let problem = if is_known {
                        String::from(
                            "it is not UTF-8 and names no other encoding; what is not was read as U+FFFD",
                        )
                    } else {
                        format!("the encoding `{encoding}` is not understood; it was read as UTF-8")
                    };
                    (String::from_utf8_lossy(bytes), Some(problem))
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

/// UTF-16 with a byte order mark.
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
