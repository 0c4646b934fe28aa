//! Quotations: a short one names something, a long one says something.

use portcullis_model::Span;

use super::Scanner;
use crate::meaning::Concepts;
use crate::meaning::token::{Break, TokenKind};

/// A quotation of at most this many bytes and spaces is a name or a literal inside its sentence; a longer one is
/// sentences of its own.
const SHORT_QUOTE: usize = 80;
const SHORT_QUOTE_SPACES: usize = 3;

/// A longer one is a value inside its sentence up to this many bytes.
const LONG_QUOTE: usize = 400;

impl Scanner<'_, '_> {
    /// A quotation mark: a short quotation names something, a long one says something.
    pub(super) fn quote(&mut self, mark: u8) {
        self.at += 1;
        if self.quote_end != 0 {
            return;
        }
        if mark == b'`' && self.byte(self.at) == b'`' {
            self.end(false);
            return;
        }
        let before = self.text.get(..self.at - 1).and_then(|text| text.chars().next_back());
        if mark == b'\'' && before.is_some_and(char::is_alphanumeric) {
            return;
        }
        let closes = |at: usize| {
            self.byte(at) == mark && (mark != b'\'' || !self.byte(at + 1).is_ascii_alphanumeric())
        };
        let limit = (self.at + SHORT_QUOTE).min(self.bytes.len());
        let close =
            (self.at..limit).find(|&at| closes(at) || self.byte(at) == b'\n').filter(|&at| closes(at));
        let spaces = |close: usize| {
            self.bytes.get(self.at..close).unwrap_or_default().iter().filter(|&&byte| byte == b' ').count()
        };
        let as_value = before == Some(' ')
            && self.text.get(..self.at - 2).is_some_and(|text| text.ends_with(':'))
            && mark != b'`';
        match close {
            Some(close) if spaces(close) <= SHORT_QUOTE_SPACES && !(as_value && spaces(close) > 0) => {
                self.quote_end = close;
            }
            _ => self.long_quote(mark),
        }
    }

    /// A long quotation ends the sentence, unless the sentence goes on behind it: "add `…` to your reply".
    fn long_quote(&mut self, mark: u8) {
        let limit = (self.at + LONG_QUOTE).min(self.text.len());
        let close =
            (self.at..limit).find(|&at| self.byte(at) == mark && !self.byte(at + 1).is_ascii_alphanumeric());
        let goes_on = close.filter(|&close| {
            self.byte(close + 1) == b' '
                && self.byte(close + 2).is_ascii_lowercase()
                && !self.tokens.is_empty()
                && !self.inside
        });
        let Some(close) = goes_on.filter(|&close| self.text.is_char_boundary(close)) else {
            self.end(false);
            return;
        };
        let span = Span::new(self.at, close);
        self.values.push(span.start..span.end);
        self.at = close + 1;
        self.push_numbered(span, TokenKind::Literal, Concepts::NONE, (1, 1));
        if let Some(value) = self.tokens.last_mut() {
            value.quoted = true;
        }
    }

    pub(super) fn wide_quote(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let close = rest
            .char_indices()
            .take(SHORT_QUOTE)
            .find(|(_, character)| matches!(character, '”' | '»' | '」' | '』' | '“' | '》'));
        match close.and_then(|(at, _)| rest.get(..at)) {
            Some(inner)
                if inner.matches(' ').count() <= SHORT_QUOTE_SPACES && inner.chars().count() <= 40 =>
            {
                self.quote_end = self.at + inner.len();
            }
            _ => self.boundary(Break::Clause),
        }
    }
}
