//! Strings, templates, comments and regular expressions: what is passed over.

use super::{Before, Scan, TooDeep, slash};

impl Scan<'_> {
    pub(super) fn string(&mut self, quote: u8) {
        self.at += 1;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let Some(found) = memchr::memchr3(quote, b'\\', b'\n', rest) else {
                self.at = self.bytes.len();
                break;
            };
            self.at += found;
            match self.peek(0) {
                b'\\' => self.at += 2,
                b'\n' => {
                    // No string goes over lines: it was the apostrophe of some text.
                    self.uncertain = true;
                    break;
                }
                _ => {
                    self.at += 1;
                    break;
                }
            }
        }
        self.ends(Before::Value);
    }

    /// The text of a template, up to its end or a value in it.
    pub(super) fn template(&mut self) -> Result<(), TooDeep> {
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let Some(found) = memchr::memchr3(b'`', b'\\', b'$', rest) else {
                self.at = self.bytes.len();
                break;
            };
            self.at += found;
            match (self.peek(0), self.peek(1)) {
                (b'\\', _) => self.at += 2,
                (b'$', b'{') => {
                    self.at += 1;
                    self.open(b'$')?;
                    return Ok(());
                }
                (b'`', _) => {
                    self.at += 1;
                    break;
                }
                _ => self.at += 1,
            }
        }
        self.ends(Before::Value);
        Ok(())
    }

    pub(super) fn slash(&mut self) -> Result<(), TooDeep> {
        match self.peek(1) {
            b'/' => {
                self.skip_line();
                return Ok(());
            }
            b'*' => {
                let rest = self.bytes.get(self.at + 2..).unwrap_or_default();
                let length = memchr::memmem::find(rest, b"*/").unwrap_or(rest.len());
                self.newline |= rest.get(..length).is_some_and(|comment| comment.contains(&b'\n'));
                self.at = (self.at + length + 4).min(self.bytes.len());
                return Ok(());
            }
            b'>' if self.dialect.jsx && self.before != Before::Operator => {
                // The end of a JSX element.
                self.at += 2;
                self.ends(Before::Value);
                return Ok(());
            }
            _ => {}
        }
        if self.before == Before::Value {
            return self.operator(b'/');
        }
        let expression = match slash::regular_expression(self.bytes.get(self.at..).unwrap_or_default()) {
            Ok(expression) => expression,
            Err(looked_at) => return self.no_expression(looked_at),
        };
        if matches!(self.before, Before::Brace | Before::Either) {
            self.uncertain |= !expression.is_plain;
        }
        self.begins_value(&[])?;
        self.at += expression.length;
        self.skip_word();
        self.ends(Before::Value);
        Ok(())
    }

    /// A slash that begins nothing, although a value should begin here.
    fn no_expression(&mut self, looked_at: usize) -> Result<(), TooDeep> {
        self.uncertain |= matches!(self.before, Before::Operator | Before::Header);
        self.wasted += looked_at;
        if self.wasted > 4 * self.bytes.len() + (1 << 20) {
            let message = "too many regular expressions that do not end; not read".to_owned();
            return Err(TooDeep { at: self.at, message });
        }
        self.operator(b'/')
    }
}
