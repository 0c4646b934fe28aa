//! Texts and the escapes in them, and the bare names that JSON5 has as keys.

use portcullis_model::Span;

use super::reader::Reader;
use crate::fault::{Fault, Problem, quoted};

impl Reader<'_> {
    /// Reads a text; the cursor stands on its opening quote.
    pub(super) fn string(&mut self, quote: u8) -> Result<Box<str>, Fault> {
        let open = self.at;
        self.at += 1;
        let start = self.at;
        self.at += plain_length(self.rest(), quote);
        let body = self.slice(start);
        if self.peek() != Some(quote) {
            return self.string_with_escapes(open, quote);
        }
        self.check_length(open, body.len())?;
        self.at += 1;
        Ok(body.into())
    }

    /// Reads on where the first escape, control character or the end was met.
    fn string_with_escapes(&mut self, open: usize, quote: u8) -> Result<Box<str>, Fault> {
        let mut text = self.slice(open + 1).to_owned();
        loop {
            self.check_length(open, text.len())?;
            match self.peek() {
                Some(byte) if byte == quote => {
                    self.at += 1;
                    return Ok(text.into_boxed_str());
                }
                Some(b'\\') => self.escape(&mut text)?,
                Some(b'\n' | b'\r') | None => {
                    let quote = char::from(quote);
                    let span = Span::new(open, self.at);
                    return Err(Fault::new(
                        span,
                        format!("this text is never closed; add the missing `{quote}`"),
                    ));
                }
                Some(control @ ..0x20) => self.control(control, &mut text)?,
                Some(_) => {
                    let start = self.at;
                    self.at += plain_length(self.rest(), quote);
                    text.push_str(self.slice(start));
                }
            }
        }
    }

    fn control(&mut self, control: u8, text: &mut String) -> Result<(), Fault> {
        let span = Span::new(self.at, self.at + 1);
        let message = format!("text holds the control character {control:#04x}; write `\\u{control:04x}`");
        if self.strict() {
            return Err(Fault::new(span, message));
        }
        self.problems.push(Problem::new(span, message));
        text.push(char::from(control));
        self.at += 1;
        Ok(())
    }

    fn check_length(&self, open: usize, length: usize) -> Result<(), Fault> {
        if length <= self.limits.string_bytes {
            return Ok(());
        }
        let message = format!("text is longer than {} bytes; shorten it", self.limits.string_bytes);
        Err(Fault::new(Span::new(open, self.at), message))
    }

    /// Reads one escape; the cursor stands on its backslash.
    fn escape(&mut self, text: &mut String) -> Result<(), Fault> {
        let start = self.at;
        self.at += 1;
        let Some(named) = self.peek_char() else { return Ok(()) };
        self.at += named.len_utf8();
        let resolved = match named {
            '"' | '\\' | '/' => named,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => self.unicode_escape(start)?,
            _ if self.json5() => return self.json5_escape(start, named, text),
            _ => return Err(self.bad_escape(start)),
        };
        text.push(resolved);
        Ok(())
    }

    fn json5_escape(&mut self, start: usize, named: char, text: &mut String) -> Result<(), Fault> {
        let resolved = match named {
            '\r' => {
                self.eat_word("\n");
                return Ok(());
            }
            '\n' | '\u{2028}' | '\u{2029}' => return Ok(()),
            'v' => '\u{b}',
            '0' if !self.peek().is_some_and(|next| next.is_ascii_digit()) => '\0',
            'x' => {
                let value = self.hex(start, 2)?;
                char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            '0'..='9' => return Err(self.bad_escape(start)),
            other => other,
        };
        text.push(resolved);
        Ok(())
    }

    /// The character of `\uXXXX`, two of them for one outside the basic plane; the cursor stands after the `u`.
    fn unicode_escape(&mut self, start: usize) -> Result<char, Fault> {
        let first = self.hex(start, 4)?;
        if let Some(character) = char::from_u32(first) {
            return Ok(character);
        }
        let before_second = self.at;
        if first < 0xdc00 && self.eat_word("\\u") {
            let second = self.hex(before_second, 4)?;
            if (0xdc00..0xe000).contains(&second) {
                let scalar = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(scalar).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = before_second;
        }
        let span = Span::new(start, self.at);
        let spelt = quoted(self.slice(start));
        let message = format!("escape {spelt} is half of a surrogate pair; write both halves or neither");
        if self.strict() {
            return Err(Fault::new(span, message));
        }
        self.problems.push(Problem::new(span, message));
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn hex(&mut self, start: usize, digits: usize) -> Result<u32, Fault> {
        let spelt = self.text.get(self.at..self.at + digits).unwrap_or_default();
        if spelt.is_empty() || !spelt.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(self.bad_escape(start));
        }
        self.at += digits;
        u32::from_str_radix(spelt, 16).map_err(|_| self.bad_escape(start))
    }

    fn bad_escape(&self, start: usize) -> Fault {
        let span = Span::new(start, self.at);
        let spelt = quoted(self.slice(start));
        Fault::new(span, format!("{spelt} does not begin an escape; write a backslash as `\\\\`"))
    }

    /// Reads a bare name as a key, as ECMAScript spells identifiers.
    pub(super) fn name(&mut self) -> Result<Box<str>, Fault> {
        let start = self.at;
        while let Some(character) = self.peek_char() {
            let starts = character.is_alphabetic() || matches!(character, '$' | '_');
            let goes_on = character.is_alphanumeric() || matches!(character, '\u{200c}' | '\u{200d}');
            if !starts && (self.at == start || !goes_on) {
                break;
            }
            self.at += character.len_utf8();
        }
        if self.at == start {
            return Err(self.unexpected("a key"));
        }
        self.check_length(start, self.at - start)?;
        Ok(self.slice(start).into())
    }
}

/// How many bytes come before the next quote, backslash or control character.
pub(super) fn plain_length(bytes: &[u8], quote: u8) -> usize {
    let (words, tail) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let stops = stops_in(u64::from_le_bytes(*word), quote);
        if stops != 0 {
            return index * 8 + stops.trailing_zeros() as usize / 8;
        }
    }
    let stop = tail.iter().position(|&byte| byte == quote || byte == b'\\' || byte < 0x20);
    words.len() * 8 + stop.unwrap_or(tail.len())
}

/// Eight bytes at once: the top bit of the lowest byte that is a quote, a backslash or a control character is set.
/// Bits above the lowest one may be wrong (a borrow), those below it never are.
fn stops_in(word: u64, quote: u8) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    const TOPS: u64 = ONES << 7;
    let zero_bytes = |word: u64| word.wrapping_sub(ONES) & !word;
    let quotes = zero_bytes(word ^ (ONES * u64::from(quote)));
    let backslashes = zero_bytes(word ^ (ONES * u64::from(b'\\')));
    let controls = word.wrapping_sub(ONES * 0x20) & !word;
    (quotes | backslashes | controls) & TOPS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_bytes_at_once_stop_where_one_byte_at_a_time_stops() {
        for position in 0..20 {
            for stop in [b'"', b'\\', 0, b'\n', 0x1f] {
                let mut bytes = [0xff, b' ', b'!', b'#', b'[', b']', 0x7f, 0x80].repeat(3);
                bytes[position] = stop;
                bytes[position + 1] = b'"';
                assert_eq!(plain_length(&bytes, b'"'), position, "{stop:#x}");
            }
        }
        assert_eq!(plain_length(b"it's \"so\"", b'\''), 2);
        assert_eq!(plain_length(b"plain text", b'"'), 10);
    }
}
