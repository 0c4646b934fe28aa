//! Patterns of ECMA-262, matched in linear time.
//!
//! The automaton differs from ECMAScript in a few spellings, which are rewritten. What no automaton can do in linear
//! time (look-around, back-references) is refused, and so is what grows beyond its bound.

use std::fmt;

use regex::{Regex, RegexBuilder};

/// Groups within one another.
const DEEPEST: u32 = 64;

/// What one byte of text may cost for each KiB of the pattern: an automaton that keeps meeting new states falls back
/// to following all of them at once.
const STEPS_FOR_KIB: usize = 4;

/// A pattern that is searched for anywhere in a text.
#[derive(Clone)]
pub(super) struct Pattern {
    regex: Regex,
    /// Steps for one byte of text.
    steps: usize,
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.regex.as_str())
    }
}

impl Pattern {
    /// Compiles a pattern to at most `bytes` of memory. None when it cannot be matched in bounded time and memory.
    pub(super) fn compile(source: &str, bytes: usize) -> Option<Self> {
        let mut builder = RegexBuilder::new(&rewritten(source)?);
        builder.dfa_size_limit(bytes).nest_limit(DEEPEST);
        // The library does not tell how large a pattern became: the least bound that it keeps to does.
        let bounds =
            [1 << 10, 4 << 10, 16 << 10, 64 << 10, bytes].into_iter().filter(|bound| *bound <= bytes);
        bounds.into_iter().find_map(|bound| {
            let regex = builder.size_limit(bound).build().ok()?;
            Some(Self { regex, steps: STEPS_FOR_KIB * bound.div_ceil(1 << 10) })
        })
    }

    pub(super) fn is_in(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// The steps that a search takes at most.
    pub(super) const fn cost(&self, text: &str) -> usize {
        text.len().saturating_mul(self.steps)
    }
}

/// The pattern as the automaton spells it. None where ECMAScript would refuse it.
fn rewritten(source: &str) -> Option<String> {
    let mut out = String::with_capacity(source.len() + 16);
    let mut rest = source.chars().peekable();
    let mut in_class = false;
    while let Some(character) = rest.next() {
        match character {
            '\\' => escape(rest.next()?, in_class, &mut rest, &mut out)?,
            '[' if in_class => out.push_str("\\["),
            '[' => {
                in_class = true;
                out.push('[');
                if rest.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                match rest.peek() {
                    // `[]` fits nothing and `[^]` everything; the automaton takes the bracket for a member.
                    Some(']') => return None,
                    Some('-') => {
                        rest.next();
                        out.push_str("\\-");
                    }
                    _ => {}
                }
            }
            ']' if in_class => {
                in_class = false;
                out.push(']');
            }
            // Twice, it is a difference of sets for the automaton.
            '-' if in_class && rest.peek() == Some(&'-') => return None,
            // Twice, these are operations on sets for the automaton and plain members for ECMAScript.
            '&' | '~' if in_class => {
                out.push('\\');
                out.push(character);
            }
            '.' if !in_class => out.push_str("[^\\n\\r\\u{2028}\\u{2029}]"),
            other => out.push(other),
        }
    }
    (!in_class).then_some(out)
}

/// One escape. Digits, letters and blanks are those of ECMAScript.
fn escape(
    character: char,
    in_class: bool,
    rest: &mut std::iter::Peekable<std::str::Chars<'_>>,
    out: &mut String,
) -> Option<()> {
    let set = match character {
        'd' => ("0-9", false),
        'D' => ("0-9", true),
        'w' => ("A-Za-z0-9_", false),
        'W' => ("A-Za-z0-9_", true),
        's' => ("\\s\\u{FEFF}", false),
        'S' => ("\\s\\u{FEFF}", true),
        'b' if in_class => ("\\x08", false),
        'b' => {
            out.push_str("(?-u:\\b)");
            return Some(());
        }
        'B' => return None,
        '0' => ("\\x00", false),
        '1'..='9' | 'k' | 'A' | 'z' | 'Z' | 'a' => return None,
        'c' => {
            let letter = rest.next().filter(char::is_ascii_alphabetic)?;
            out.push_str(&format!("\\x{:02x}", u32::from(letter) % 32));
            return Some(());
        }
        // Escaped, these are bounds of words for the automaton.
        '<' | '>' => {
            out.push(character);
            return Some(());
        }
        other => {
            out.push('\\');
            out.push(other);
            return Some(());
        }
    };
    match set {
        (members, false) if in_class => {
            out.push_str(members);
            // A set cannot begin a range.
            if rest.next_if_eq(&'-').is_some() {
                out.push_str("\\-");
            }
        }
        (members, false) => out.push_str(&format!("[{members}]")),
        (members, true) => out.push_str(&format!("[^{members}]")),
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, text: &str) -> bool {
        Pattern::compile(pattern, 1 << 18).unwrap().is_in(text)
    }

    #[test]
    fn a_pattern_is_found_anywhere_unless_it_is_anchored() {
        assert!(fits("b+", "abbc"));
        assert!(!fits("^b+$", "abbc"));
        assert!(!fits("^a$", "a\n"));
    }

    #[test]
    fn digits_letters_and_the_dot_are_those_of_ecmascript() {
        assert!(fits(r"^\d+$", "2026") && !fits(r"^\d+$", "٣"));
        assert!(fits(r"^\w+$", "a_1") && !fits(r"^\w+$", "é"));
        assert!(fits(r"^[\w.-]+@[\w-]+$", "a.b-c@d-e"));
        assert!(fits(r"^[^\d\s]$", "x") && !fits(r"^[^\d\s]$", "7"));
        assert!(fits(r"^[\D]$", "x") && !fits(r"^[\D]$", "7"));
        assert!(!fits("^.$", "\u{2028}") && fits("^.$", "é"));
        assert!(fits(r"^\s$", "\u{feff}") && fits(r"^\S$", "a"));
        assert!(fits(r"\bcat\b", "a cat") && !fits(r"\bcat\b", "concat"));
    }

    #[test]
    fn what_is_plain_in_a_class_of_ecmascript_stays_plain() {
        assert!(fits("^[[]$", "[") && fits("^[a&&b]+$", "a&b") && fits("^[~~]$", "~"));
        assert!(fits(r"^[\w-.]+$", "a-b.c") && fits(r"^\<a\>$", "<a>") && fits("^[ -~]+$", "a ~"));
        assert!(fits(r"^[-a]$", "-") && fits(r"^[^-a]$", "b") && fits(r"^[\b]$", "\u{8}"));
        assert!(fits(r"^\/a\-b$", "/a-b") && fits(r"^\u00e9\x41$", "éA") && fits(r"^\cA$", "\u{1}"));
    }

    #[test]
    fn what_takes_more_than_linear_time_or_bounded_memory_is_refused() {
        for pattern in [
            "(?=a)",
            "(?!a)b",
            "(?<=a)b",
            r"(a)\1",
            r"(?<n>a)\k<n>",
            "(",
            "[a",
            "[]",
            r"\p{L}{1000}",
            "(a{1000}){1000}",
        ] {
            assert!(Pattern::compile(pattern, 1 << 18).is_none(), "{pattern}");
        }
        assert!(Pattern::compile(&"(".repeat(10_000), 1 << 18).is_none());
    }
}
