//! What stands between values: white space, and comments where the dialect has them.

use memchr::memmem;
use portcullis_model::Span;

use super::reader::Reader;
use crate::fault::Fault;

impl Reader<'_> {
    /// Skips white space and comments.
    pub(super) fn space(&mut self) -> Result<(), Fault> {
        loop {
            match self.peek() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                Some(b'/') if !self.strict() => self.comment()?,
                Some(0x0b | 0x0c | 0x80..) if self.json5() => match self.peek_char() {
                    Some(character) if is_json5_space(character) => self.at += character.len_utf8(),
                    _ => return Ok(()),
                },
                _ => return Ok(()),
            }
        }
    }

    fn comment(&mut self) -> Result<(), Fault> {
        self.count()?;
        let start = self.at;
        let rest = self.rest();
        if rest.starts_with(b"//") {
            self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        } else if rest.starts_with(b"/*") {
            let Some(end) = memmem::find(rest.get(2..).unwrap_or_default(), b"*/") else {
                let span = Span::new(start, start + 2);
                return Err(Fault::new(span, "this comment is never closed; add the missing `*/`"));
            };
            self.at += end + 4;
        } else {
            let span = Span::new(start, start + 1);
            return Err(Fault::new(span, "a lone `/` means nothing here; write `//` for a comment"));
        }
        self.comments.push(Span::new(start, self.at));
        Ok(())
    }
}

fn is_json5_space(character: char) -> bool {
    matches!(character, '\u{b}' | '\u{c}' | '\u{feff}')
        || (character.is_whitespace() && character != '\u{85}')
}
