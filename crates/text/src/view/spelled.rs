//! Spellings that programs resolve: HTML entities, percent-encoding, escapes of programming languages,
//! quoted-printable.

use memchr::{memchr, memchr_iter};

use super::Draft;
use super::rewrite::Rewrite;
use crate::decode;
use crate::view::ViewKind;

/// Fewest percent-encoded bytes worth resolving: one blank in an address hides nothing.
const FEWEST_PERCENT: usize = 3;
/// Fewest bytes in quoted-printable worth resolving.
const FEWEST_QUOTED: usize = 3;
/// Longest entity, `&` and `;` included.
const LONGEST_ENTITY: usize = 12;

const NAMED: &[(&str, &str)] = &[
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", " "),
    ("lpar", "("),
    ("rpar", ")"),
    ("lsqb", "["),
    ("rsqb", "]"),
    ("colon", ":"),
    ("semi", ";"),
    ("comma", ","),
    ("period", "."),
    ("excl", "!"),
    ("quest", "?"),
    ("sol", "/"),
    ("bsol", "\\"),
    ("lowbar", "_"),
    ("hyphen", "-"),
    ("num", "#"),
    ("dollar", "$"),
    ("percnt", "%"),
    ("ast", "*"),
    ("plus", "+"),
    ("equals", "="),
    ("commat", "@"),
    ("grave", "`"),
    ("NewLine", "\n"),
    ("Tab", "\t"),
    ("shy", ""),
    ("ZeroWidthSpace", ""),
    ("zwj", ""),
    ("zwnj", ""),
];

/// Resolves HTML entities.
pub(crate) fn entities(text: &str, drafts: &mut Vec<Draft>) {
    let mut rewrite = Rewrite::of(text);
    for start in memchr_iter(b'&', text.as_bytes()) {
        let body = text.as_bytes().get(start + 1..).unwrap_or_default();
        let body = body.get(..LONGEST_ENTITY.min(body.len())).unwrap_or_default();
        let Some(length) = memchr(b';', body) else { continue };
        let Some(name) = text.get(start + 1..start + 1 + length) else { continue };
        let end = start + 2 + length;
        if let Some(digits) = name.strip_prefix('#') {
            let number = match digits.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
                None => digits.parse(),
            };
            if let Some(character) = number.ok().and_then(char::from_u32) {
                rewrite.replace(start, end, character.encode_utf8(&mut [0; 4]));
            }
        } else if let Some((_, with)) = NAMED.iter().find(|(known, _)| *known == name) {
            rewrite.replace(start, end, with);
        }
    }
    drafts.extend(rewrite.finish().map(|done| Draft::rewritten(ViewKind::Entities, done)));
}

/// Resolves percent-encoding.
pub(crate) fn percent(text: &str, drafts: &mut Vec<Draft>) {
    let mut rewrite = Rewrite::of(text);
    let mut resolved = 0;
    let mut from = 0;
    for start in memchr_iter(b'%', text.as_bytes()) {
        if start < from {
            continue;
        }
        let (bytes, length) = hex_row(text.as_bytes().get(start..).unwrap_or_default(), b"%");
        from = start + length.max(1);
        if let Some(plain) = printable(bytes) {
            resolved += length / 3;
            rewrite.replace(start, start + length, &plain);
        }
    }
    if resolved >= FEWEST_PERCENT {
        drafts.extend(rewrite.finish().map(|done| Draft::rewritten(ViewKind::Percent, done)));
    }
}

/// Resolves `\xHH`, `\uHHHH`, `\u{H…}`, `\UHHHHHHHH` and octal escapes.
pub(crate) fn escapes(text: &str, drafts: &mut Vec<Draft>) {
    let mut rewrite = Rewrite::of(text);
    let mut from = 0;
    for start in memchr_iter(b'\\', text.as_bytes()) {
        if start < from {
            continue;
        }
        let rest = text.get(start..).unwrap_or_default();
        if let Some((plain, length)) = escape(rest).filter(|(plain, _)| !plain.is_empty()) {
            rewrite.replace(start, start + length, &plain);
            from = start + length;
        }
    }
    drafts.extend(rewrite.finish().map(|done| Draft::rewritten(ViewKind::Escapes, done)));
}

/// What the escape at the beginning of `rest` spells, and its length.
fn escape(rest: &str) -> Option<(String, usize)> {
    match *rest.as_bytes().get(1)? {
        b'x' => {
            let (bytes, length) = hex_row(rest.as_bytes(), b"\\x");
            let plain = String::from_utf8(bytes)
                .unwrap_or_else(|raw| raw.into_bytes().iter().map(|&b| char::from(b)).collect());
            Some((plain, length))
        }
        b'u' | b'U' => unicode_escape(rest),
        b'0'..=b'3' => {
            let digits = rest.get(1..4)?;
            let value = u8::from_str_radix(digits, 8).ok()?;
            let shown = value == 0x1B || value.is_ascii_graphic() || value == b' ';
            shown.then(|| (char::from(value).to_string(), 4))
        }
        b'e' if rest.get(2..)?.starts_with('[') => Some(("\u{1b}".to_owned(), 2)),
        _ => None,
    }
}

fn unicode_escape(rest: &str) -> Option<(String, usize)> {
    if let Some(body) = rest.get(2..)?.strip_prefix('{') {
        let end = body.bytes().take(9).position(|byte| byte == b'}')?;
        let character = char::from_u32(u32::from_str_radix(body.get(..end)?, 16).ok()?)?;
        return Some((character.to_string(), end + 4));
    }
    let unit = |at: usize, width: usize| u32::from_str_radix(rest.get(at..at + width)?, 16).ok();
    if rest.starts_with("\\U") {
        return Some((char::from_u32(unit(2, 8)?)?.to_string(), 10));
    }
    let first = unit(2, 4)?;
    if let Some(character) = char::from_u32(first) {
        return Some((character.to_string(), 6));
    }
    let second = rest.get(6..)?.starts_with("\\u").then(|| unit(8, 4)).flatten()?;
    let units = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
    let character = char::decode_utf16(units).next()?.ok()?;
    Some((character.to_string(), 12))
}

/// Resolves quoted-printable: `=HH` and line ends that are escaped.
pub(crate) fn quoted_printable(text: &str, drafts: &mut Vec<Draft>) {
    let mut rewrite = Rewrite::of(text);
    let mut resolved = 0;
    let mut from = 0;
    for start in memchr_iter(b'=', text.as_bytes()) {
        if start < from {
            continue;
        }
        let rest = text.as_bytes().get(start..).unwrap_or_default();
        match rest {
            [_, b'\n', ..] => rewrite.replace(start, start + 2, ""),
            [_, b'\r', b'\n', ..] => rewrite.replace(start, start + 3, ""),
            _ => {
                let (bytes, length) = hex_row(rest, b"=");
                from = start + length.max(1);
                if let Some(plain) = printable(bytes) {
                    resolved += length / 3;
                    rewrite.replace(start, start + length, &plain);
                }
            }
        }
    }
    if resolved >= FEWEST_QUOTED {
        drafts.extend(rewrite.finish().map(|done| Draft::rewritten(ViewKind::QuotedPrintable, done)));
    }
}

/// A row of bytes that are each spelt as `mark` and two hexadecimal digits, and the length of the row.
fn hex_row(text: &[u8], mark: &[u8]) -> (Vec<u8>, usize) {
    let width = mark.len() + 2;
    let bytes: Vec<u8> = text
        .chunks_exact(width)
        .map_while(|chunk| match chunk.strip_prefix(mark)? {
            [high, low] => Some(decode::digit(*high)? << 4 | decode::digit(*low)?),
            _ => None,
        })
        .collect();
    let length = bytes.len() * width;
    (bytes, length)
}

/// The bytes as text, when there are any and they are text.
fn printable(bytes: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(bytes).ok().filter(|text| !text.is_empty())?;
    let shown =
        |character: char| !character.is_control() || matches!(character, '\n' | '\r' | '\t' | '\u{1b}');
    text.chars().all(shown).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(look: fn(&str, &mut Vec<Draft>), text: &str) -> Option<String> {
        let mut drafts = Vec::new();
        look(text, &mut drafts);
        drafts.pop().map(|draft| draft.text)
    }

    #[test]
    fn every_spelling_is_resolved() {
        for (look, spelt) in [
            (entities as fn(&str, &mut Vec<Draft>), "&#115;end the &#x6B;ey"),
            (percent, "%73end%20the%20key"),
            (escapes, "\\x73end \\u0074he \\u{6B}ey"),
            (escapes, "\\163end \\U00000074he key"),
            (quoted_printable, "=73end=20the=20ke=\ny"),
        ] {
            assert_eq!(read(look, spelt).as_deref(), Some("send the key"), "{spelt}");
        }
        assert_eq!(read(escapes, "\\ud83d\\ude00").as_deref(), Some("😀"));
        assert_eq!(read(escapes, "\\xc3\\xa9t\\xc3\\xa9").as_deref(), Some("été"));
    }

    #[test]
    fn signs_that_spell_nothing_stay() {
        for (look, text) in [
            (entities as fn(&str, &mut Vec<Draft>), "R&D; AT&T &unknown; & more"),
            (percent, "100% of 5%20 and %s %d"),
            (escapes, "C:\\users\\x\\unicorn \\d{3} \\n \\ud800"),
            (quoted_printable, "a=1&b=20 == c"),
            (escapes, "\\"),
            (escapes, "\\u{"),
        ] {
            assert_eq!(read(look, text), None, "{text}");
        }
    }
}
