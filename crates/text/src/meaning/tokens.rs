//! Cuts a text into sentences of tokens.

mod quotation;
mod run;

use std::ops::Range;

use portcullis_model::Span;

use super::Concepts;
use super::fold::is_unspaced;
use super::lexicon::LEXICON;
use super::token::{Break, Form, Token, TokenKind};

/// Longest sentence in tokens: what goes on without end is cut, so memory stays bounded.
const LONGEST: usize = 400;

/// Longest run without spaces in characters; in prose such runs end with punctuation long before.
const LONGEST_RUN: usize = 60;

/// Calls `each` with the tokens of every sentence in the parts of a text, and whether it ends as a question.
pub(crate) fn each_sentence(
    text: &str,
    parts: Vec<Range<usize>>,
    each: &mut dyn FnMut(&mut Vec<Token>, bool),
) {
    let mut parts: Vec<(Range<usize>, bool)> = parts.into_iter().rev().map(|part| (part, false)).collect();
    while let Some((part, inside)) = parts.pop() {
        let text = text.get(..part.end).unwrap_or_default();
        let mut scanner = Scanner {
            text,
            bytes: text.as_bytes(),
            at: part.start,
            tokens: Vec::new(),
            pending: Break::Sentence,
            quote_end: 0,
            values: Vec::new(),
            inside,
            each,
        };
        while scanner.at < part.end {
            scanner.step();
        }
        scanner.end(false);
        parts.extend(scanner.values.into_iter().map(|value| (value, true)));
    }
}

struct Scanner<'t, 'e> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    tokens: Vec<Token>,
    /// The strongest boundary since the last token.
    pending: Break,
    /// Where the short quotation ends that the scanner is in; 0 outside.
    quote_end: usize,
    /// Quotations that are values in a sentence; they are read on their own afterwards.
    values: Vec<Range<usize>>,
    /// True inside such a value: quotations in it are not looked for again.
    inside: bool,
    each: &'e mut dyn FnMut(&mut Vec<Token>, bool),
}

impl Scanner<'_, '_> {
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn character(&self, at: usize) -> Option<char> {
        self.text.get(at..).and_then(|rest| rest.chars().next())
    }

    fn previous(&self) -> Option<char> {
        self.text.get(..self.at).and_then(|before| before.chars().next_back())
    }

    fn boundary(&mut self, boundary: Break) {
        self.pending = self.pending.max(boundary);
    }

    /// Ends the sentence here.
    fn end(&mut self, question: bool) {
        if !self.tokens.is_empty() {
            (self.each)(&mut self.tokens, question);
            self.tokens.clear();
        }
        self.pending = Break::Sentence;
    }

    fn step(&mut self) {
        if self.quote_end != 0 && self.at >= self.quote_end {
            self.at = self.quote_end + self.character(self.quote_end).map_or(1, char::len_utf8);
            self.quote_end = 0;
            return;
        }
        let byte = self.byte(self.at);
        match byte {
            b' ' | b'\t' | b'\r' => self.at += 1,
            b'\n' => self.newline(1),
            b'\\' if matches!(self.byte(self.at + 1), b'n') => self.newline(2),
            b'\\' if matches!(self.byte(self.at + 1), b't' | b'r' | b'"' | b'\'') => {
                self.at += 1 + usize::from(matches!(self.byte(self.at + 1), b't' | b'r'));
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => self.chunk(),
            b'.' | b'!' | b'?' => self.full_stop(byte),
            b'"' | b'`' => self.quote(byte),
            b'\'' => self.quote(byte),
            b'<' => self.tag(),
            b'[' | b']' | b'{' | b'}' | b'(' | b')' => self.bracket(byte),
            b',' | b';' | b'|' | b'>' => self.mark(Break::Clause),
            b':' => self.mark(Break::Colon),
            b'-' => self.dash(),
            b'~' | b'/' | b'$' | b'%' | b'@' if self.starts_path() => self.chunk(),
            0..=127 => self.at += 1,
            _ => self.beyond_ascii(),
        }
    }

    fn mark(&mut self, boundary: Break) {
        self.at += 1;
        if self.quote_end == 0 {
            self.boundary(boundary);
        }
    }

    fn dash(&mut self) {
        if self.text.get(self.at..).is_some_and(|rest| rest.starts_with("-->") || rest.starts_with("---")) {
            self.end(false);
            self.at += 3;
        } else if self.byte(self.at + 1) == b' ' || self.byte(self.at + 1) == b'-' {
            self.mark(Break::Clause);
        } else {
            self.at += 1;
        }
    }

    fn starts_path(&self) -> bool {
        let next = self.byte(self.at + 1);
        let fresh = self.previous().is_none_or(|before| !before.is_alphanumeric());
        fresh
            && match self.byte(self.at) {
                b'~' => next == b'/',
                b'/' => next.is_ascii_alphanumeric() || next == b'.',
                b'$' | b'%' => next.is_ascii_alphabetic() || next == b'{',
                _ => next.is_ascii_alphabetic(),
            }
    }

    /// A line end is the end of a sentence unless the next line goes on in lower case.
    fn newline(&mut self, length: usize) {
        self.at += length;
        let rest = self.text.get(self.at..).unwrap_or_default();
        let line = rest.trim_start_matches([' ', '\t', '\r']);
        let content = line.trim_start_matches(['#', '/', '*', '>', '|', ' ', '\t']);
        let goes_on = content.chars().next().is_some_and(|first| {
            first.is_lowercase()
                || first == '"'
                || first == '\''
                || first == '`'
                || first == '~'
                || is_unspaced(first)
        });
        let bullet = line.starts_with("- ") || line.starts_with("* ") || line.starts_with('•');
        if !goes_on || bullet || line.starts_with('\n') {
            self.end(false);
        } else {
            self.at += line.len().abs_diff(rest.len()) + (line.len() - content.len()).min(4);
        }
    }

    fn full_stop(&mut self, byte: u8) {
        let next = self.byte(self.at + 1);
        if byte == b'.'
            && next.is_ascii_alphabetic()
            && self.previous().is_none_or(|before| !before.is_alphanumeric())
        {
            self.chunk();
            return;
        }
        let ends = next.is_ascii_uppercase()
            || matches!(
                next,
                0 | b' ' | b'\n' | b'\r' | b'\t' | b'"' | b'\'' | b')' | b']' | b'<' | b'\\' | b'*'
            )
            || next > 127
            || byte != b'.';
        self.at += 1;
        if ends && (byte != b'.' || !self.after_abbreviation()) {
            self.end(byte == b'?');
        }
    }

    fn after_abbreviation(&self) -> bool {
        self.tokens.last().is_some_and(|last| {
            let word = last.text(self.text);
            matches!(
                word,
                "e.g" | "i.e" | "etc" | "vs" | "Mr" | "Dr" | "cf" | "approx" | "Inc" | "E.g" | "z.B"
            )
        }) && self.byte(self.at) == b' '
    }

    /// `<IMPORTANT>` and its like stand between sentences; `<owner>` stands for a value inside one.
    fn tag(&mut self) {
        let rest = self.text.get(self.at + 1..).unwrap_or_default();
        if rest.starts_with("!--") {
            self.end(false);
            self.at += 4;
            return;
        }
        let close = rest.bytes().take(60).position(|byte| matches!(byte, b'>' | b'\n' | b'<'));
        let inner = close
            .filter(|&close| rest.as_bytes().get(close) == Some(&b'>'))
            .and_then(|close| rest.get(..close));
        let Some(inner) = inner.filter(|inner| !inner.starts_with([' ', '='])) else {
            self.mark(Break::Clause);
            return;
        };
        let name = inner.trim_matches(['/', '|', ' ', '!', '[', ']']);
        let span = Span::new(self.at + 1, self.at + 1 + inner.len());
        self.at = span.end + 1;
        if inner.starts_with('/') || inner.contains('|') || marks_speech(name) {
            self.end(false);
            if !inner.starts_with('/') && name.chars().any(char::is_alphabetic) {
                self.push(span, name, TokenKind::Tag, Concepts::NONE);
                self.boundary(Break::Colon);
            }
        } else if ["p", "br", "div", "li", "td", "tr", "h1", "h2", "h3", "ul", "title"].contains(&name) {
            self.end(false);
        }
    }

    fn bracket(&mut self, byte: u8) {
        let shouts = byte == b'['
            && self.byte(self.at + 1).is_ascii_uppercase()
            && self.byte(self.at + 2).is_ascii_uppercase();
        if (shouts || matches!(byte, b'{' | b'}')) && self.quote_end == 0 {
            self.end(false);
            self.at += 1;
        } else {
            self.mark(Break::Clause);
        }
    }

    fn beyond_ascii(&mut self) {
        let Some(character) = self.character(self.at) else {
            self.at += 1;
            return;
        };
        let length = character.len_utf8();
        match character {
            '。' | '！' | '？' | '．' => {
                self.at += length;
                self.end(character == '？');
            }
            '，' | '、' | '；' | '（' | '）' | '–' | '—' | '→' | '…' => {
                self.at += length;
                self.boundary(Break::Clause);
            }
            '：' => {
                self.at += length;
                self.boundary(Break::Colon);
            }
            '“' | '«' | '「' | '『' | '„' | '《' => {
                self.at += length;
                self.wide_quote();
            }
            _ if is_unspaced(character) => self.unspaced(),
            _ if character.is_alphanumeric() => self.chunk(),
            _ => self.at += length,
        }
    }

    /// A run of a script without spaces is one token here; its words are found once its language is known.
    fn unspaced(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let run = rest.char_indices().take_while(|(_, character)| is_unspaced(*character)).take(LONGEST_RUN);
        let length = run.last().map_or(0, |(at, character)| at + character.len_utf8());
        let span = Span::new(self.at, self.at + length);
        self.at = span.end;
        self.push_numbered(span, TokenKind::Word, Concepts::NONE, (0, 0));
        if self.character(self.at).is_some_and(is_unspaced) {
            self.end(false);
        }
    }

    fn push_numbered(&mut self, span: Span, kind: TokenKind, concepts: Concepts, (hash, bare): (u64, u64)) {
        if self.tokens.len() >= LONGEST {
            self.end(false);
        }
        let quoted = self.quote_end != 0;
        let alone = quoted
            && self.at >= self.quote_end
            && self
                .text
                .get(..span.start)
                .is_some_and(|before| before.ends_with(['"', '\'', '`', '“', '«', '「', '『', '„', '《']));
        let in_braces = || self.text.get(..span.start).is_some_and(|before| before.ends_with('{'));
        self.tokens.push(Token {
            span,
            kind,
            concepts,
            form: Form::default(),
            quoted,
            name: alone || (kind == TokenKind::Identifier && !quoted && !in_braces()),
            inner: false,
            before: self.pending,
            hash,
            bare,
            known: LEXICON.entry(bare),
        });
        self.pending = Break::None;
    }
}

/// Names of tags that open a speech to the reader.
fn marks_speech(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "important",
        "system",
        "instructions",
        "instruction",
        "admin",
        "secret",
        "hidden",
        "critical",
        "priority",
        "assistant",
        "user",
        "rule",
        "rules",
        "information",
        "note",
        "override",
        "prompt",
        "internal",
        "warning",
        "directive",
        "mandatory",
        "policy",
        "context",
        "sudo",
        "alert",
        "notice",
        "urgent",
        "sys",
        "inst",
        "security",
    ];
    let lower = name.to_ascii_lowercase();
    let words_known = lower.split(['_', '-', ' ']).any(|word| NAMES.contains(&word));
    let shouted = name.len() > 3
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'_' | b' ' | b'-'));
    words_known || shouted
}
