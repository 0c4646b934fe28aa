//! Runs of characters that belong together: where they end, and what they are.

use memchr::{memchr, memchr2};
use portcullis_model::Span;

use super::Scanner;
use crate::meaning::chunk;
use crate::meaning::fold::{Folded, is_unspaced};
use crate::meaning::token::TokenKind;
use crate::meaning::{Concept, Concepts, path};

impl Scanner<'_, '_> {
    /// A word as most are: letters alone, without a capital inside, and a mark or blank behind it that ends every run.
    /// Nothing that is looked for in other runs can be found in it.
    fn plain_word(&mut self) -> bool {
        let start = self.at;
        let mut word = Folded::new();
        let mut end = start;
        while let Some(&byte) = self.bytes.get(end)
            && (byte.is_ascii_lowercase() || (byte.is_ascii_uppercase() && end == start))
        {
            word.push_ascii(byte);
            end += 1;
        }
        let blank = |at: usize| matches!(self.byte(at), b' ' | b'\n' | 0);
        let ends = match self.byte(end) {
            b' ' | b'\n' => true,
            b'.' | b',' | b';' | b':' | b'!' | b'?' | b')' => blank(end + 1),
            _ => false,
        };
        if end == start || !ends {
            return false;
        }
        self.at = end;
        let number = word.number();
        self.push_numbered(Span::new(start, end), TokenKind::Word, Concepts::NONE, (number, number));
        true
    }

    /// A run of characters that belong together.
    pub(super) fn chunk(&mut self) {
        if self.plain_word() {
            return;
        }
        let start = self.at + usize::from(self.byte(self.at) == b'@');
        let mut at = start;
        let mut in_url = false;
        while let Some(length) = self.continues(start, at, in_url) {
            at += length;
            in_url = in_url
                || (self.byte(at - 1) == b'/'
                    && self.text.get(start..at).is_some_and(|chunk| chunk.ends_with("://")));
        }
        let at = at.max(start + self.character(start).map_or(1, char::len_utf8));
        let whole = self.text.get(start..at).unwrap_or_default();
        let chunk =
            whole.trim_end_matches(['.', ':', '-', '/', ',', '!', '?', '\'', '+', '=', '&', ';', ')']);
        let chunk = if chunk.is_empty() { whole } else { chunk };
        self.at = start + chunk.len();
        if let Some(stop) = glued_sentences(chunk) {
            self.at = start + stop;
        }
        let span = Span::new(start, self.at);
        let chunk = self.text.get(start..self.at).unwrap_or_default();
        let called = self.byte(self.at) == b'('
            && matches!(self.byte(self.at + 1), b')' | b'\'' | b'"')
            && self.quote_end == 0;
        match chunk::kind(chunk, called) {
            TokenKind::Path if chunk::is_slashed_words(chunk) => self.slashed(start, chunk),
            TokenKind::Path => self.push(span, chunk, TokenKind::Path, path::concepts(chunk)),
            TokenKind::Address => self.push(span, chunk, TokenKind::Address, Concept::Address.into()),
            TokenKind::Identifier => {
                self.push(span, chunk, TokenKind::Identifier, path::concepts_of_name(chunk));
            }
            TokenKind::Word if elided(chunk).is_some() => {
                let cut = start + elided(chunk).unwrap_or_default();
                let (first, second) = chunk.split_at(cut - start);
                self.push(Span::new(start, cut), first, TokenKind::Word, Concepts::NONE);
                self.push(Span::new(cut, self.at), second, TokenKind::Word, Concepts::NONE);
            }
            kind => self.push(span, chunk, kind, Concepts::NONE),
        }
    }

    /// The length of the next character when it belongs to the chunk.
    fn continues(&self, start: usize, at: usize, in_url: bool) -> Option<usize> {
        if self.quote_end != 0 && at >= self.quote_end {
            return None;
        }
        let byte = self.byte(at);
        let next = self.byte(at + 1);
        let joined = at > start && (next.is_ascii_alphanumeric() || next > 127);
        let belongs = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => true,
            b'?' | b'=' | b'&' | b'#' | b'%' | b'+' | b',' if in_url => !matches!(next, 0 | b' ' | b'\n'),
            b'.' => at == start || next.is_ascii_alphanumeric() || matches!(next, b'/' | b'_'),
            b'-' | b'@' | b'\'' | b'+' => joined,
            b'~' => at == start || next == b'/',
            b'/' => {
                at == start
                    || in_url
                    || self.byte(at - 1) == b':'
                    || self.byte(at - 1) == b'~'
                    || next.is_ascii_alphanumeric()
                    || matches!(next, b'.' | b'/' | b'_' | b'<' | b'*')
            }
            b'$' | b'%' => at == start || (joined && self.byte(start) == byte),
            b'{' | b'}' => self.byte(start) == b'$',
            b':' => {
                at > start
                    && ((next == b'/' && self.byte(at + 2) == b'/')
                        || (at == start + 1 && matches!(next, b'\\' | b'/'))
                        || (in_url && next.is_ascii_digit()))
            }
            b'\\' => {
                at > start
                    && next.is_ascii_alphanumeric()
                    && (!matches!(next, b'n' | b't' | b'r') || self.byte(start + 1) == b':')
            }
            0..=127 => false,
            _ => {
                let character = self.character(at)?;
                let apostrophe = matches!(character, '’' | 'ʼ') && joined;
                return (apostrophe || (character.is_alphanumeric() && !is_unspaced(character)))
                    .then(|| character.len_utf8());
            }
        };
        belongs.then_some(1)
    }

    /// Words that a slash joins are words.
    fn slashed(&mut self, start: usize, chunk: &str) {
        let mut at = start;
        for part in chunk.split('/') {
            self.push(Span::new(at, at + part.len()), part, TokenKind::Word, Concepts::NONE);
            if let Some(word) = self.tokens.last_mut() {
                word.name = false;
            }
            at += part.len() + 1;
        }
    }

    pub(super) fn push(&mut self, span: Span, word: &str, kind: TokenKind, concepts: Concepts) {
        let whole = Folded::of(word);
        let bare = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).map_or(whole, Folded::of);
        self.push_numbered(span, kind, concepts, (whole, bare));
    }
}

/// Where a word goes on after an elided one: "l'utilisateur", "n'informez", "dell'utente". The byte after the apostrophe.
fn elided(chunk: &str) -> Option<usize> {
    const ELIDED: &[&str] = &["l", "d", "n", "s", "c", "j", "t", "qu", "all", "dell", "dall", "nell", "sull"];
    // The second one begins with the same byte as other punctuation beyond ASCII.
    memchr2(b'\'', 0xE2, chunk.as_bytes())?;
    let (at, apostrophe) = chunk.char_indices().find(|(_, character)| matches!(character, '\'' | '’'))?;
    let first = chunk.get(..at)?.to_ascii_lowercase();
    let rest = chunk.get(at + apostrophe.len_utf8()..)?;
    (ELIDED.contains(&first.as_str()) && rest.chars().count() >= 2).then_some(at + apostrophe.len_utf8())
}

/// Where a sentence ended without a space: "validation.This step". The byte of the full stop.
fn glued_sentences(chunk: &str) -> Option<usize> {
    let stop = memchr(b'.', chunk.as_bytes())?;
    let (before, after) = chunk.split_at(stop);
    let after = after.get(1..)?;
    let plain = |word: &str| word.bytes().all(|byte| byte.is_ascii_alphabetic());
    let capital = matches!(after.as_bytes(), [first, second, ..] if first.is_ascii_uppercase() && second.is_ascii_lowercase());
    (before.len() > 2
        && plain(before)
        && plain(after)
        && capital
        && before.bytes().last()?.is_ascii_lowercase())
    .then_some(stop)
}
