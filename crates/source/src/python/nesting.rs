//! Refuses what nests too deeply before a parser is asked: a parser recurses, and so does whatever drops its tree.
//!
//! One pass over the bytes, without a tree. For every open bracket it counts the words, operators and trailers since
//! the last comma: no expression there is deeper. CPython itself refuses more than 200 brackets, 150 f-strings and
//! 100 blocks inside each other, and sums of about ten thousand operands, so nothing that runs is refused.

use crate::ir::{At, Problem};

/// Brackets (and f-strings with their fields) inside each other.
const MOST_BRACKETS: usize = 500;
/// Blocks inside each other.
const MOST_BLOCKS: usize = 100;
/// Levels of an expression, counted from above: `a.b.c` has some five.
const LONGEST_CHAIN: usize = 20_000;
/// What may open a level after a place where the parser may take for code what this pass takes for text.
const MOST_UNSURE: usize = 40_000;

/// Checks a text. The problem names the place where it becomes too deep.
pub(super) fn check(text: &str) -> Result<(), Problem> {
    let levels = vec![Level::new(Kind::Code)];
    Scan { bytes: text.as_bytes(), at: 0, levels, depth: 0, blocks: vec![0], is_unsure: false }.run()
}

/// What is read at a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Statements, or what stands in a bracket.
    Code,
    /// The text of an f-string.
    Text { quote: u8, is_triple: bool },
    /// A value inside the text of an f-string.
    Field,
    /// What follows the colon of a field.
    Format { quote: u8, is_triple: bool },
}

/// Something open.
#[derive(Debug, Clone, Copy)]
struct Level {
    kind: Kind,
    /// Words, operators and trailers since the last comma.
    chain: usize,
    /// Lambdas whose colon has not come: their commas divide nothing.
    lambdas: usize,
}

impl Level {
    fn new(kind: Kind) -> Self {
        Self { kind, chain: 0, lambdas: 0 }
    }
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    levels: Vec<Level>,
    /// All chains together.
    depth: usize,
    /// Widths of the blocks that are open.
    blocks: Vec<usize>,
    /// Whether the rest was found to open little, whatever of it is code.
    is_unsure: bool,
}

impl Scan<'_> {
    fn run(&mut self) -> Result<(), Problem> {
        self.line()?;
        while let Some(byte) = self.peek(0) {
            match self.levels.last().map_or(Kind::Code, |level| level.kind) {
                Kind::Code | Kind::Field => self.code(byte)?,
                Kind::Text { quote, is_triple } => self.text(byte, quote, is_triple, false)?,
                Kind::Format { quote, is_triple } => self.text(byte, quote, is_triple, true)?,
            }
        }
        Ok(())
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn code(&mut self, byte: u8) -> Result<(), Problem> {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. | b'0'..=b'9' => return self.word(),
            b' ' | b'\t' => {}
            b'\n' | b'\r' => return self.newline(),
            b'\\' if self.peek(1) == Some(b'\r') && self.peek(2) == Some(b'\n') => self.at += 2,
            b'\\' if matches!(self.peek(1), Some(b'\n' | b'\r')) => self.at += 1,
            b'#' => {
                self.skip_line();
                return Ok(());
            }
            b'"' | b'\'' => return self.string(byte),
            b'(' | b'[' | b'{' => self.open(Kind::Code)?,
            b')' | b']' | b'}' => self.close()?,
            b',' | b';' => self.divide(),
            b':' => self.colon(),
            b'!'..=b'~' => self.grow()?,
            _ => {}
        }
        self.at += 1;
        Ok(())
    }

    fn word(&mut self) -> Result<(), Problem> {
        let from = self.at;
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
        while self.peek(0).is_some_and(is_part) {
            self.at += 1;
        }
        self.grow()?;
        let word = self.bytes.get(from..self.at).unwrap_or_default();
        if word == b"lambda"
            && let Some(level) = self.levels.last_mut()
        {
            level.lambdas += 1;
        }
        let Some(quote @ (b'"' | b'\'')) = self.peek(0) else { return Ok(()) };
        if word.first().is_some_and(u8::is_ascii_digit) {
            // Where a number ends and a prefix begins is the lexer's secret: `1f"…"`.
            self.unsure()?;
        }
        let is_template = word.iter().any(|letter| matches!(letter, b'f' | b'F' | b't' | b'T'));
        let is_prefix = word.iter().all(|letter| matches!(letter, b'f' | b'F' | b't' | b'T' | b'r' | b'R'));
        if word.len() > 2 || !is_template || !is_prefix {
            return self.string(quote);
        }
        let is_triple = self.peek(1) == Some(quote) && self.peek(2) == Some(quote);
        self.at += if is_triple { 3 } else { 1 };
        self.open(Kind::Text { quote, is_triple })
    }

    /// A text without fields.
    fn string(&mut self, quote: u8) -> Result<(), Problem> {
        let is_triple = self.peek(1) == Some(quote) && self.peek(2) == Some(quote);
        let from = self.at;
        self.at += if is_triple { 3 } else { 1 };
        while let Some(byte) = self.peek(0) {
            self.at += 1;
            match byte {
                b'\\' if self.peek(0) == Some(b'\r') && self.peek(1) == Some(b'\n') => self.at += 2,
                b'\\' => self.at += 1,
                b'\n' | b'\r' if !is_triple => {
                    self.at -= 1;
                    break;
                }
                _ if byte != quote => {}
                _ if !is_triple => return Ok(()),
                _ if self.peek(0) == Some(quote) && self.peek(1) == Some(quote) => {
                    self.at += 2;
                    return Ok(());
                }
                _ => {}
            }
        }
        // Without an end, inside an f-string: the parser may take its quote for the end of that.
        if self.levels.iter().any(|level| level.kind == Kind::Field) {
            let end = std::mem::replace(&mut self.at, from);
            self.unsure()?;
            self.at = end;
        }
        Ok(())
    }

    /// The text of an f-string, or of a format in it.
    fn text(&mut self, byte: u8, quote: u8, is_triple: bool, is_format: bool) -> Result<(), Problem> {
        let next = self.peek(1);
        let is_end = byte == quote && (!is_triple || (next == Some(quote) && self.peek(2) == Some(quote)));
        match byte {
            _ if is_end => {
                self.at += if is_triple { 3 } else { 1 };
                return self.close_text();
            }
            b'\n' | b'\r' if !is_triple => return self.close_text(),
            b'\\' if matches!(next, Some(b'{' | b'}')) => {}
            b'\\' if next == Some(b'N') && self.peek(2) == Some(b'{') => {
                return self.character_name();
            }
            b'\\' if next == Some(b'\r') && self.peek(2) == Some(b'\n') => self.at += 2,
            b'\\' => self.at += 1,
            b'{' | b'}' if next == Some(byte) && !is_format => self.at += 1,
            b'{' => self.open(Kind::Field)?,
            b'}' if is_format => {
                self.close()?;
                self.close()?;
            }
            _ => {}
        }
        self.at += 1;
        Ok(())
    }

    /// `\N{…}`: the name of a character where the text is not raw, else a field. Either way nothing deep is in a name.
    fn character_name(&mut self) -> Result<(), Problem> {
        self.at += 2;
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-');
        let length = 1 + rest.iter().skip(1).take_while(is_part).count();
        if rest.get(length) != Some(&b'}') {
            return self.unsure();
        }
        self.at += length + 1;
        Ok(())
    }

    fn newline(&mut self) -> Result<(), Problem> {
        self.at += 1;
        match self.levels.as_slice() {
            [_] => {
                if let Some(level) = self.levels.last_mut() {
                    self.depth -= level.chain;
                    *level = Level::new(Kind::Code);
                }
                self.line()
            }
            // A parser that recovers at the end of a line loses sight of the f-string around it.
            levels if levels.iter().any(|level| level.kind == Kind::Field) => self.unsure(),
            _ => Ok(()),
        }
    }

    /// The indentation of a line.
    fn line(&mut self) -> Result<(), Problem> {
        let from = self.at;
        while matches!(self.peek(0), Some(b' ' | b'\t' | 0x0C)) {
            self.at += 1;
        }
        if matches!(self.peek(0), None | Some(b'\n' | b'\r' | b'#')) {
            return Ok(());
        }
        let width = self.at - from;
        while self.blocks.last().is_some_and(|block| *block > width) {
            self.blocks.pop();
        }
        if self.blocks.last().is_some_and(|block| *block < width) {
            self.blocks.push(width);
        }
        if self.blocks.len() > MOST_BLOCKS {
            return Err(self.refused(&format!("more than {MOST_BLOCKS} blocks inside each other")));
        }
        Ok(())
    }

    fn skip_line(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
    }

    fn open(&mut self, kind: Kind) -> Result<(), Problem> {
        self.grow()?;
        self.levels.push(Level::new(kind));
        if self.levels.len() > MOST_BRACKETS {
            return Err(self.refused(&format!("more than {MOST_BRACKETS} brackets inside each other")));
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), Problem> {
        if self.levels.len() > 1
            && let Some(level) = self.levels.pop()
        {
            self.depth -= level.chain;
        }
        Ok(())
    }

    /// Closes an f-string with whatever is open in it.
    fn close_text(&mut self) -> Result<(), Problem> {
        while self.levels.len() > 1 {
            let is_text = matches!(self.levels.last(), Some(Level { kind: Kind::Text { .. }, .. }));
            self.close()?;
            if is_text {
                break;
            }
        }
        Ok(())
    }

    fn divide(&mut self) {
        if let Some(level) = self.levels.last_mut()
            && level.lambdas == 0
        {
            self.depth -= level.chain;
            level.chain = 0;
        }
    }

    fn colon(&mut self) {
        let is_walrus = self.peek(1) == Some(b'=');
        let text = self.levels.iter().rev().find_map(|level| match level.kind {
            Kind::Text { quote, is_triple } => Some(Kind::Format { quote, is_triple }),
            _ => None,
        });
        match (self.levels.last_mut(), text) {
            (Some(Level { kind: Kind::Field, .. }), Some(format)) => self.levels.push(Level::new(format)),
            (Some(level), _) if !is_walrus => level.lambdas = level.lambdas.saturating_sub(1),
            _ => {}
        }
    }

    /// One more word, operator or trailer.
    fn grow(&mut self) -> Result<(), Problem> {
        self.depth += 1;
        if let Some(level) = self.levels.last_mut() {
            level.chain += 1;
        }
        if self.depth > LONGEST_CHAIN {
            return Err(self.refused(&format!("an expression of more than {LONGEST_CHAIN} operations")));
        }
        Ok(())
    }

    /// From here on nothing closes: whatever the rest opens must be few.
    fn unsure(&mut self) -> Result<(), Problem> {
        if self.is_unsure {
            return Ok(());
        }
        self.is_unsure = true;
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let opens = |byte: &&u8| matches!(byte, b'(' | b'[' | b'{' | b'-' | b'+' | b'~' | b'*');
        let words = [b"not".as_slice(), b"lambda", b"else", b"await", b"async"];
        let words =
            words.into_iter().map(|word| rest.windows(word.len()).filter(|part| *part == word).count());
        if rest.iter().filter(opens).count() + words.sum::<usize>() > MOST_UNSURE {
            return Err(self.refused("an f-string that may not end, before more than can be looked at"));
        }
        Ok(())
    }

    fn refused(&self, what: &str) -> Problem {
        let start = u32::try_from(self.at).unwrap_or(u32::MAX);
        let message = format!("{what}; the file is not read");
        Problem { at: At { start, end: start.saturating_add(1) }, message }
    }
}
