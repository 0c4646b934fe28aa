//! How deep a text is nested, before it is parsed.
//!
//! The parser descends into the source recursively, and goes back where it guessed wrong, which costs time that grows
//! with the cube of the depth. Hostile text must cost neither stack nor time, so what is too deep is not parsed.
//!
//! One pass over the bytes tells strings, templates, comments and regular expressions from code. Where the grammar
//! alone decides (JSX text; a slash after a closing brace) it is uncertain, and a second look counts all brackets
//! as if all of the text were code. A short text needs no certainty about the stack: it is too short to use it up.

mod literal;
mod slash;

mod brackets;

/// Brackets that may be open at once. Written code stays below 40, minified code below 120.
pub(crate) const MOST_BRACKETS: usize = 250;
/// The same where it is not certain which brackets are code.
const MOST_BRACKETS_UNCERTAIN: usize = 500;
/// `<` that may be open at once in TypeScript, where each may begin type arguments.
pub(crate) const MOST_ANGLES: usize = 50;
/// `=>` that may be open at once.
pub(crate) const MOST_ARROWS: usize = 64;
/// Words and operators of statements that are not finished. Each takes up to 1.6 KB of stack in a debug build.
const MOST_UNFINISHED: usize = 12_000;
/// The longest text that cannot use up the stack, whatever it holds: brackets take up to 2.8 KB of it each, and the
/// parser runs on 64 MiB.
const MOST_BRACKETS_ALTOGETHER: usize = 20_000;

/// Why and where a text is not parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TooDeep {
    /// In bytes.
    pub(super) at: usize,
    pub(super) message: String,
}

/// Which kinds of syntax the text may hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dialect {
    pub(super) types: bool,
    pub(super) jsx: bool,
}

/// Where the statements of the outermost level begin, in bytes; or why the text is not to be parsed.
pub(super) fn measure(text: &str, dialect: Dialect) -> Result<Vec<usize>, TooDeep> {
    let mut scan = Scan::new(text.as_bytes(), dialect);
    scan.run()?;
    if scan.uncertain {
        all_as_code(text.as_bytes())?;
    }
    Ok(scan.starts)
}

/// Counts brackets wherever they stand.
fn all_as_code(bytes: &[u8]) -> Result<(), TooDeep> {
    let mut open = 0usize;
    let mut altogether = 0usize;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => {
                open += 1;
                altogether += 1;
            }
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        if open > MOST_BRACKETS_UNCERTAIN {
            let message =
                format!("more than {MOST_BRACKETS_UNCERTAIN} brackets inside one another; not read");
            return Err(TooDeep { at, message });
        }
        if altogether > MOST_BRACKETS_ALTOGETHER {
            let message =
                "too long to be read where strings and code cannot be told apart; not read".to_owned();
            return Err(TooDeep { at, message });
        }
    }
    Ok(())
}

/// What stands before the place at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    /// Nothing, or something that a value follows.
    Operator,
    /// Something that ends a value.
    Value,
    /// The `)` of `if (…)`, which a statement follows.
    Header,
    /// `}`: the end of a block or of a value.
    Brace,
    /// `++`, `--`, `>`: before or after a value.
    Either,
}

/// An open bracket.
pub(crate) struct Level {
    open: u8,
    /// Whether its closing begins a statement.
    is_header: bool,
    unfinished: usize,
    angles: usize,
    arrows: usize,
}

pub(crate) struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    dialect: Dialect,
    levels: Vec<Level>,
    before: Before,
    /// Whether the word before is `if`, `for`, `while` or `with`.
    after_header_word: bool,
    after_dot: bool,
    newline: bool,
    semicolon: bool,
    uncertain: bool,
    unfinished: usize,
    angles: usize,
    arrows: usize,
    /// Bytes that were looked at in vain for the end of a regular expression.
    wasted: usize,
    starts: Vec<usize>,
}

impl<'a> Scan<'a> {
    pub(crate) fn new(bytes: &'a [u8], dialect: Dialect) -> Self {
        let outermost = Level { open: 0, is_header: false, unfinished: 0, angles: 0, arrows: 0 };
        Self {
            bytes,
            at: 0,
            dialect,
            levels: vec![outermost],
            before: Before::Operator,
            after_header_word: false,
            after_dot: false,
            newline: false,
            semicolon: false,
            uncertain: false,
            unfinished: 0,
            angles: 0,
            arrows: 0,
            wasted: 0,
            starts: vec![0],
        }
    }

    pub(crate) fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    pub(crate) fn run(&mut self) -> Result<(), TooDeep> {
        if self.bytes.starts_with(b"#!") {
            self.skip_line();
        }
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\n' | b'\r' => {
                    self.newline = true;
                    self.at += 1;
                }
                b' ' | b'\t' | 0x0b | 0x0c => self.at += 1,
                b'/' => self.slash()?,
                b'"' | b'\'' => {
                    self.begins_value(&[])?;
                    self.string(byte);
                }
                b'`' => {
                    self.begins_value(&[])?;
                    self.at += 1;
                    self.template()?;
                }
                b'(' | b'[' | b'{' => self.open(byte)?,
                b')' | b']' | b'}' => self.close(byte)?,
                b'0'..=b'9' => {
                    self.begins_value(&[])?;
                    self.skip_word();
                    self.ends(Before::Value);
                }
                b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | b'\\' | 0x80.. => self.word()?,
                _ => self.operator(byte)?,
            }
        }
        Ok(())
    }

    pub(crate) fn skip_line(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
    }

    pub(crate) fn skip_word(&mut self) {
        let part =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'\\') || *byte >= 0x80;
        while self.bytes.get(self.at).is_some_and(part) {
            self.at += 1;
        }
    }

    /// A value or statement begins here: what cannot go on is finished.
    pub(crate) fn begins_value(&mut self, word: &[u8]) -> Result<(), TooDeep> {
        let continues = matches!(
            word,
            b"else"
                | b"catch"
                | b"finally"
                | b"while"
                | b"in"
                | b"of"
                | b"instanceof"
                | b"as"
                | b"satisfies"
                | b"extends"
                | b"implements"
                | b"is"
                | b"from"
        );
        let after_value = self.newline && self.before == Before::Value;
        if !continues && (self.semicolon || self.before == Before::Brace || after_value) {
            self.finish();
        }
        self.semicolon = false;
        self.count(1)
    }

    /// A statement ends before this place.
    pub(crate) fn finish(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            self.unfinished -= level.unfinished;
            self.angles -= level.angles;
            self.arrows -= level.arrows;
            (level.unfinished, level.angles, level.arrows) = (0, 0, 0);
        }
        if self.levels.len() == 1 && self.starts.last() != Some(&self.at) {
            self.starts.push(self.at);
        }
    }

    pub(crate) fn count(&mut self, units: usize) -> Result<(), TooDeep> {
        if let Some(level) = self.levels.last_mut() {
            level.unfinished += units;
            self.unfinished += units;
        }
        if self.unfinished > MOST_UNFINISHED {
            let message = format!("a statement of more than {MOST_UNFINISHED} words and operators; not read");
            return Err(TooDeep { at: self.at, message });
        }
        Ok(())
    }

    pub(crate) fn ends(&mut self, before: Before) {
        self.before = before;
        self.after_header_word = false;
        self.after_dot = false;
        self.newline = false;
    }

    pub(crate) fn word(&mut self) -> Result<(), TooDeep> {
        let start = self.at;
        self.skip_word();
        let word = self.bytes.get(start..self.at).unwrap_or_default();
        let (after_dot, after_for) = (self.after_dot, self.after_header_word);
        let end = std::mem::replace(&mut self.at, start);
        self.begins_value(if after_dot { &[] } else { word })?;
        self.at = end;
        let before = if !after_dot && is_prefix(word) { Before::Operator } else { Before::Value };
        self.ends(before);
        self.after_header_word = !after_dot
            && (matches!(word, b"if" | b"for" | b"while" | b"with") || (after_for && word == b"await"));
        if matches!(word, b"of" | b"yield" | b"await" | b"default") {
            self.before = Before::Either;
        }
        Ok(())
    }
}

/// Words that a value follows.
fn is_prefix(word: &[u8]) -> bool {
    matches!(
        word,
        b"return"
            | b"typeof"
            | b"case"
            | b"do"
            | b"else"
            | b"in"
            | b"instanceof"
            | b"new"
            | b"void"
            | b"delete"
            | b"throw"
            | b"extends"
            | b"implements"
            | b"if"
            | b"for"
            | b"while"
            | b"with"
            | b"keyof"
            | b"infer"
            | b"readonly"
            | b"unique"
            | b"asserts"
            | b"abstract"
            | b"is"
            | b"as"
            | b"satisfies"
            | b"export"
            | b"import"
            | b"async"
            | b"static"
            | b"public"
            | b"private"
            | b"protected"
            | b"declare"
            | b"override"
            | b"const"
            | b"let"
            | b"var"
            | b"class"
            | b"function"
            | b"enum"
            | b"namespace"
            | b"interface"
            | b"default"
            | b"await"
            | b"yield"
            | b"of"
            | b"using"
            | b"accessor"
    )
}
