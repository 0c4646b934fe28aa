//! Source that was made unreadable on purpose.

use portcullis_model::{Location, Span};
use portcullis_source::decoded;

use crate::evidence::SourceEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// Source with the marks of an obfuscator: many names such as `_0x3fa2c1`, long runs of escaped letters, decoded and
    /// evaluated tables. Code that was only made small is not told: its texts stand as they are.
    ///
    /// ## Why it matters
    ///
    /// Nobody can read what the package does, and whoever made it so meant that (X18).
    ///
    /// ## Examples
    ///
    /// ```javascript bad
    /// var _0x4f2a=["\x6c\x6f\x67","\x68\x65\x6c\x6c\x6f"];function _0x1b3c(_0x2d4e,_0x5f6a){return _0x4f2a[_0x2d4e-0x0];}
    /// (function(_0x7a8b,_0x9c0d){var _0x1e2f=_0x1b3c(0x0),_0x3a4b=_0x1b3c(0x1);console[_0x1e2f](_0x3a4b);_0x7a8b;_0x9c0d;})(_0x4f2a,0x1);
    /// var _0x5c6d=_0x1b3c,_0x7e8f=_0x5c6d(0x0),_0x9a0b=_0x5c6d(0x1),_0x1c2d=0x2,_0x3e4f=0x3,_0x5a6b=0x4,_0x7c8d=0x5;
    /// console[_0x7e8f](_0x9a0b,_0x1c2d,_0x3e4f,_0x5a6b,_0x7c8d);
    /// ```
    ///
    /// ```javascript good
    /// var a=1,b=2,c=function(d,e){return d+e};console.log(c(a,b),"a text that stands as it is","\x1b[31mred\x1b[0m");
    /// ```
    pub(crate) struct ObfuscatedCode {
        id: "obfuscated-code",
        summary: "the source was made unreadable on purpose",
        severity: High,
        confidence: High,
        threats: [MaliciousPackage],
        entry: Source,
        remedy: "Do not run what nobody can read; ask for the source.",
        references: ["CWE-506", "CWE-656"],
        since: "0.1.0",
    }
}

/// Different names of an obfuscator that are enough.
const ENOUGH_NAMES: usize = 12;

/// Escaped letters in a row that are enough.
const ENOUGH_ESCAPES: usize = 200;

impl Rule for ObfuscatedCode {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        for (path, ..) in &source.analysis.files {
            let Some(file) = source.bundle.file(path) else { continue };
            let (text, _) = decoded(path, &file.bytes);
            let Some((what, at)) = marks(&text) else { continue };
            let span = Span::new(at, at + 1);
            let place = Location { file: Some(path.clone()), span: Some(span), ..Location::default() };
            let line: String = text.get(at..).unwrap_or_default().chars().take(120).collect();
            report.found(place, format!("the source has {what}")).evidence(line);
        }
    }
}

/// The marks of an obfuscator, and where the first is.
fn marks(text: &str) -> Option<(&'static str, usize)> {
    let mut names = std::collections::BTreeSet::new();
    let mut first = None;
    for (at, _) in text.match_indices("_0x") {
        let digits = text.get(at + 3..).unwrap_or_default();
        let length = digits.bytes().take_while(u8::is_ascii_hexdigit).count();
        if (4..=8).contains(&length) {
            first.get_or_insert(at);
            names.insert(digits.get(..length).unwrap_or_default());
        }
        if names.len() >= ENOUGH_NAMES {
            return first.map(|at| ("the names that an obfuscator gives", at));
        }
    }
    let mut run = 0;
    let mut end = 0;
    for (at, _) in text.match_indices("\\x") {
        run = if at == end { run + 1 } else { 1 };
        end = at + 4;
        if run >= ENOUGH_ESCAPES && readable(text.get(at + 4 - run * 4..at + 4).unwrap_or_default()) {
            return Some(("a long text of escaped letters", at + 4 - run * 4));
        }
    }
    None
}

/// Whether the escapes stand for letters that nobody needs to escape. Tables of bytes are no texts.
fn readable(escapes: &str) -> bool {
    let codes = escapes.split("\\x").skip(1).filter_map(|code| u8::from_str_radix(code, 16).ok());
    let (mut all, mut plain) = (0_usize, 0_usize);
    for code in codes {
        all += 1;
        plain += usize::from(code.is_ascii_graphic() || code == b' ');
    }
    all > 0 && plain * 10 >= all * 9
}
