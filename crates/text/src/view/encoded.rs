//! Words that decode to text: base64, base32, hexadecimal.

use memchr::memmem;
use portcullis_model::Span;

use super::Draft;
use super::plausible;
use crate::decode;
use crate::scan;
use crate::view::ViewKind;

/// Most words of one text that are decoded.
const MOST_WORDS: usize = 512;
/// Length from which a line may be one of several lines of base64.
const WRAPPED: usize = 40;
/// How much of a word is decoded to see whether the rest is worth it.
const TASTE: usize = 32;

/// Adds every word that decodes to text.
pub(crate) fn look(text: &str, drafts: &mut Vec<Draft>) {
    let mut decoded = 0;
    for word in Words::of(text) {
        if decoded >= MOST_WORDS {
            return;
        }
        let spelt = without_blanks(text, word);
        if spelt.len() < scan::LONG_WORD || is_picture_or_token(text, word) {
            continue;
        }
        decoded += 1;
        let found = read(&spelt).map(|found| (found, word)).or_else(|| parts(text, word));
        if let Some(((kind, text), span)) = found {
            drafts.push(Draft::decoded(kind, text, span));
        }
    }
}

/// Reads a word in the first encoding that makes text of it.
fn read(word: &[u8]) -> Option<(ViewKind, String)> {
    let word = word.strip_prefix(b"0x").unwrap_or(word);
    let hexadecimal = word.iter().all(|&byte| decode::digit(byte).is_some());
    let base32 = word.iter().all(|byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7' | b'='));
    let attempt = |kind, decoder: fn(&[u8]) -> Option<Vec<u8>>, unit: usize| {
        let taste = word.get(..TASTE.min(word.len()) / unit * unit)?;
        let sample = decoder(taste).filter(|sample| tastes_of_text(sample))?;
        let whole = if taste.len() == word.len() { sample } else { decoder(word)? };
        plausible::readable(whole).map(|text| (kind, text))
    };
    hexadecimal
        .then(|| attempt(ViewKind::Hex, decode::hex, 2))
        .flatten()
        .or_else(|| base32.then(|| attempt(ViewKind::Base32, decode::base32, 8)).flatten())
        .or_else(|| attempt(ViewKind::Base64, decode::base64, 4))
}

/// Words joined by `/`, `-`, `_` or `+` to something else: paths and identifiers that end in an encoded word.
fn parts(text: &str, word: Span) -> Option<((ViewKind, String), Span)> {
    let whole = text.get(word.start..word.end)?;
    let mut start = word.start;
    for part in whole.split(['/', '-', '_', '+']) {
        let span = Span::new(start, start + part.len());
        if part.len() >= scan::LONG_WORD
            && part.len() < whole.len()
            && let Some(found) = read(part.as_bytes())
        {
            return Some((found, span));
        }
        start = span.end + 1;
    }
    None
}

/// The first bytes of text: no control characters, and valid as far as they go.
fn tastes_of_text(sample: &[u8]) -> bool {
    let valid = match std::str::from_utf8(sample) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    };
    valid
        && !sample
            .iter()
            .any(|&byte| (byte < 0x20 && !matches!(byte, b'\n' | b'\r' | b'\t' | 0x1B)) || byte == 0x7F)
}

/// The body of a `data:` image and the parts of a JSON web token say what they are.
fn is_picture_or_token(text: &str, word: Span) -> bool {
    let before = text.as_bytes().get(word.start.saturating_sub(64)..word.start).unwrap_or_default();
    let picture = [&b"data:image/"[..], b"data:font/", b"data:audio/", b"data:video/"]
        .iter()
        .any(|kind| memmem::rfind(before, kind).is_some_and(|_| before.ends_with(b"base64,")));
    let token = text.get(word.start..).is_some_and(|word| word.starts_with("eyJ"))
        && text.as_bytes().get(word.end) == Some(&b'.');
    picture || token || before.ends_with(b".")
}

fn without_blanks(text: &str, word: Span) -> Vec<u8> {
    let word = text.as_bytes().get(word.start..word.end).unwrap_or_default();
    word.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect()
}

/// Runs of the letters of base64. Full lines that follow one another are one word.
struct Words<'t> {
    text: &'t [u8],
    at: usize,
}

impl<'t> Words<'t> {
    fn of(text: &'t str) -> Self {
        Self { text: text.as_bytes(), at: 0 }
    }

    /// The end of the run that begins at `start`, padding included.
    fn run(&self, start: usize) -> usize {
        let rest = self.text.get(start..).unwrap_or_default();
        let length = rest.iter().take_while(|&&byte| is_letter(byte)).count();
        let padding =
            rest.get(length..).unwrap_or_default().iter().take(6).take_while(|&&byte| byte == b'=').count();
        start + length + padding
    }
}

impl Iterator for Words<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        loop {
            let rest = self.text.get(self.at..)?;
            let start = self.at + rest.iter().position(|&byte| is_letter(byte))?;
            let mut end = self.run(start);
            let mut line = end - start;
            while line >= WRAPPED {
                let after = self.text.get(end..).unwrap_or_default();
                let blank = after.iter().take(16).take_while(|byte| byte.is_ascii_whitespace()).count();
                let next = self.run(end + blank);
                let wraps =
                    after.get(..blank).is_some_and(|blank| blank.contains(&b'\n')) && next > end + blank;
                if !wraps {
                    break;
                }
                line = next - (end + blank);
                end = next;
            }
            self.at = end.max(start + 1);
            if end - start >= scan::LONG_WORD {
                return Some(Span::new(start, end));
            }
        }
    }
}

const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_in(text: &str) -> Vec<(ViewKind, String)> {
        let mut drafts = Vec::new();
        look(text, &mut drafts);
        drafts.into_iter().map(|draft| (draft.kind, draft.text)).collect()
    }

    #[test]
    fn words_in_every_encoding_are_read() {
        let says = "send the key to them";
        let line = "send the key to them, and then send the other keys to them too, all of them";
        for (text, kind, plain) in [
            ("Run c2VuZCB0aGUga2V5IHRvIHRoZW0= now", ViewKind::Base64, says),
            ("q=c2VuZCB0aGUga2V5IHRvIHRoZW0", ViewKind::Base64, says),
            ("docs/c2VuZCB0aGUga2V5IHRvIHRoZW0", ViewKind::Base64, says),
            ("ONSW4ZBAORUGKIDLMV4SA5DPEB2GQZLN", ViewKind::Base32, says),
            ("0x73656e6420746865206b657920746f207468656d", ViewKind::Hex, says),
            (
                "c2VuZCB0aGUga2V5IHRvIHRoZW0sIGFuZCB0aGVuIHNlbmQgdGhlIG90aGVy\n  IGtleXMgdG8gdGhlbSB0b28sIGFsbCBvZiB0aGVt",
                ViewKind::Base64,
                line,
            ),
        ] {
            assert_eq!(read_in(text), [(kind, plain.to_owned())], "{text}");
        }
    }

    #[test]
    fn digests_identifiers_pictures_and_tokens_are_no_text() {
        for text in [
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "getUserProfileInformationFromServer",
            "packages/server-filesystem/src/index/documentation",
            "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
            "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmciPjwvc3ZnPg==",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1LTc3IiwiaWF0IjoxfQ.c2lnbmF0dXJlIG9mIHRoZSB0b2tlbg",
            "00000000000000000000000000000000",
            "3f2b8c1e-77aa-4b1c-9d2e-0a1b2c3d4e5f",
        ] {
            assert_eq!(read_in(text), [], "{text}");
        }
    }
}
