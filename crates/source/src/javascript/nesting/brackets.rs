//! Brackets, arrows and operators as they open and close.

use super::Before;
use super::Level;
use super::MOST_ANGLES;
use super::MOST_ARROWS;
use super::MOST_BRACKETS;
use super::Scan;
use super::TooDeep;

impl<'a> Scan<'a> {
    pub(crate) fn open(&mut self, bracket: u8) -> Result<(), TooDeep> {
        if bracket == b'{' {
            self.begins_value(&[])?;
        } else if self.semicolon {
            self.finish();
            self.semicolon = false;
        }
        if self.levels.len() > MOST_BRACKETS {
            let message = format!("more than {MOST_BRACKETS} brackets inside one another; not read");
            return Err(TooDeep { at: self.at, message });
        }
        let is_header = bracket == b'(' && self.after_header_word;
        self.levels.push(Level { open: bracket, is_header, unfinished: 0, angles: 0, arrows: 0 });
        self.at += 1;
        self.ends(Before::Operator);
        Ok(())
    }

    pub(crate) fn close(&mut self, bracket: u8) -> Result<(), TooDeep> {
        let opened = |level: &Level| match bracket {
            b')' => level.open == b'(',
            b']' => level.open == b'[',
            _ => matches!(level.open, b'{' | b'$'),
        };
        self.at += 1;
        self.semicolon = false;
        let Some(position) = self.levels.iter().rposition(opened) else {
            self.uncertain = true;
            self.ends(Before::Value);
            return Ok(());
        };
        if position + 1 != self.levels.len() {
            self.uncertain = true;
        }
        let mut innermost = None;
        while self.levels.len() > position
            && let Some(level) = self.levels.pop()
        {
            self.unfinished -= level.unfinished;
            self.angles -= level.angles;
            self.arrows -= level.arrows;
            innermost = Some(level);
        }
        match innermost {
            Some(level) if level.open == b'$' => self.template(),
            Some(level) if level.is_header => {
                self.ends(Before::Header);
                Ok(())
            }
            _ => {
                self.ends(if bracket == b'}' { Before::Brace } else { Before::Value });
                Ok(())
            }
        }
    }

    pub(crate) fn operator(&mut self, byte: u8) -> Result<(), TooDeep> {
        match byte {
            b';' => {
                self.semicolon = true;
                self.at += 1;
                self.ends(Before::Operator);
                return Ok(());
            }
            b',' => {
                if let Some(level) = self.levels.last_mut() {
                    self.unfinished -= level.unfinished;
                    self.arrows -= level.arrows;
                    (level.unfinished, level.arrows) = (0, 0);
                }
            }
            b'<' => self.angle()?,
            b'>' => {
                if let Some(level) = self.levels.last_mut().filter(|level| level.angles > 0) {
                    level.angles -= 1;
                    self.angles -= 1;
                }
            }
            b'=' if self.peek(1) == b'>' => return self.arrow(),
            _ => {}
        }
        if self.semicolon {
            self.finish();
            self.semicolon = false;
        }
        self.count(1)?;
        let twice = matches!(byte, b'+' | b'-') && self.peek(1) == byte;
        self.at += if twice { 2 } else { 1 };
        // `a!` is `a` in TypeScript.
        let asserted = byte == b'!' && self.before == Before::Value && self.dialect.types;
        let before = match byte {
            b'>' => Before::Either,
            _ if twice || asserted => Before::Either,
            b'#' | b'@' => self.before,
            _ => Before::Operator,
        };
        let was_newline = self.newline;
        self.ends(before);
        self.newline = was_newline && matches!(byte, b'#' | b'@');
        self.after_dot = byte == b'.';
        Ok(())
    }

    pub(crate) fn arrow(&mut self) -> Result<(), TooDeep> {
        if let Some(level) = self.levels.last_mut() {
            level.arrows += 1;
            self.arrows += 1;
        }
        if self.arrows > MOST_ARROWS {
            let message = format!("more than {MOST_ARROWS} arrow functions inside one another; not read");
            return Err(TooDeep { at: self.at, message });
        }
        self.at += 2;
        self.ends(Before::Operator);
        self.count(1)
    }

    pub(crate) fn angle(&mut self) -> Result<(), TooDeep> {
        if self.peek(1) == b'!' && self.peek(2) == b'-' {
            self.uncertain = true;
        }
        let begins_tag = self.peek(1).is_ascii_alphabetic() || matches!(self.peek(1), b'>' | b'/');
        // `i++<n` and `1<<n` compute; `++<n>` is nothing.
        let stepped = self.at.checked_sub(1).and_then(|before| self.bytes.get(before));
        let after_value = self.before == Before::Value || matches!(stepped, Some(b'+' | b'-' | b'<'));
        if self.dialect.jsx && begins_tag && (!after_value || self.peek(1) == b'/') {
            self.uncertain = true;
            // `</` of a closing tag is no regular expression.
            self.at += usize::from(self.peek(1) == b'/');
            return Ok(());
        }
        if self.dialect.types {
            if let Some(level) = self.levels.last_mut() {
                level.angles += 1;
                self.angles += 1;
            }
            if self.angles > MOST_ANGLES {
                let message = format!("more than {MOST_ANGLES} `<` inside one another; not read");
                return Err(TooDeep { at: self.at, message });
            }
        }
        Ok(())
    }
}
