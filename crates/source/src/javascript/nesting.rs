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

/// Brackets that may be open at once. Written code stays below 40, minified code below 120.
const MOST_BRACKETS: usize = 250;
/// The same where it is not certain which brackets are code.
const MOST_BRACKETS_UNCERTAIN: usize = 500;
/// `<` that may be open at once in TypeScript, where each may begin type arguments.
const MOST_ANGLES: usize = 50;
/// `=>` that may be open at once.
const MOST_ARROWS: usize = 64;
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
enum Before {
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
struct Level {
    open: u8,
    /// Whether its closing begins a statement.
    is_header: bool,
    unfinished: usize,
    angles: usize,
    arrows: usize,
}

struct Scan<'a> {
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
    fn new(bytes: &'a [u8], dialect: Dialect) -> Self {
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

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn run(&mut self) -> Result<(), TooDeep> {
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

    fn skip_line(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
    }

    fn skip_word(&mut self) {
        let part =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'\\') || *byte >= 0x80;
        while self.bytes.get(self.at).is_some_and(part) {
            self.at += 1;
        }
    }

    /// A value or statement begins here: what cannot go on is finished.
    fn begins_value(&mut self, word: &[u8]) -> Result<(), TooDeep> {
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
    fn finish(&mut self) {
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

    fn count(&mut self, units: usize) -> Result<(), TooDeep> {
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

    fn ends(&mut self, before: Before) {
        self.before = before;
        self.after_header_word = false;
        self.after_dot = false;
        self.newline = false;
    }

    fn word(&mut self) -> Result<(), TooDeep> {
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

    fn open(&mut self, bracket: u8) -> Result<(), TooDeep> {
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

    fn close(&mut self, bracket: u8) -> Result<(), TooDeep> {
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

    fn operator(&mut self, byte: u8) -> Result<(), TooDeep> {
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

    fn arrow(&mut self) -> Result<(), TooDeep> {
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

    fn angle(&mut self) -> Result<(), TooDeep> {
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
