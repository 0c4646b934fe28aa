//! Which letters a regular expression lets pass.

use std::collections::BTreeSet;
use std::iter::Peekable;
use std::str::Chars;

use crate::fact::{Anchored, Pattern};

/// The letters that a text may consist of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Letters {
    allowed: BTreeSet<char>,
    first: BTreeSet<char>,
    /// Any letter outside ASCII, or any letter at all, may be there.
    any: bool,
    /// The pattern begins with a scheme, a host and a slash that it fixes.
    host: bool,
    /// No two dots can stand side by side.
    apart: bool,
}

impl Letters {
    pub(crate) fn may_be(&self, letter: char) -> bool {
        self.any || self.allowed.contains(&letter)
    }

    pub(crate) fn begins_with(&self, letter: char) -> bool {
        self.any || self.first.contains(&letter)
    }

    pub(crate) fn only(&self, allowed: impl Fn(char) -> bool) -> bool {
        !self.any && self.allowed.iter().all(|letter| allowed(*letter))
    }

    /// Lets these letters pass too.
    pub(crate) fn also(&mut self, letters: &str) {
        self.allowed.extend(letters.chars());
    }

    /// Whether `..` cannot be in the text.
    pub(crate) const fn dots_apart(&self) -> bool {
        self.apart
    }

    pub(crate) const fn fixed_host(&self) -> bool {
        self.host
    }
}

/// The letters of a text that a pattern matches whole; `None` when it does not have to match whole.
pub(crate) fn allowed(pattern: &Pattern) -> Option<Letters> {
    let source = plain_classes(&pattern.source);
    let source = source.as_str();
    let starts = pattern.anchored != Anchored::No || source.starts_with('^') || source.starts_with("\\A");
    let ends = pattern.anchored == Anchored::Both
        || (source.ends_with('$') && !source.ends_with("\\$"))
        || source.ends_with("\\z")
        || source.ends_with("\\Z");
    let lines = pattern.flags.contains('m') || source.contains("(?m");
    let host = starts && !(lines && pattern.anchored == Anchored::No) && fixed_host(source);
    if !starts || !ends || (lines && pattern.anchored != Anchored::Both) {
        return host.then(|| Letters { any: true, host, ..Letters::default() });
    }
    let inner = source.trim_start_matches("\\A").trim_start_matches('^');
    let inner = inner.trim_end_matches("\\z").trim_end_matches("\\Z");
    let inner = inner.strip_suffix('$').unwrap_or(inner);
    // `^a|b$` is anchored on one side of each way only.
    if top_level_choice(inner) {
        return None;
    }
    let mut letters = letters_of(inner)?;
    letters.host = host;
    letters.apart = !letters.any && dots_apart(inner);
    Some(letters)
}

/// Whether every dot is written as `\.`, once, with something else that has to be there behind it.
fn dots_apart(source: &str) -> bool {
    let letters: Vec<char> = source.chars().collect();
    let (mut index, mut in_class, mut negated) = (0, false, false);
    while let Some(letter) = letters.get(index) {
        match letter {
            '\\' => {
                index += 1;
                if letters.get(index) == Some(&'.') && (in_class || !followed(letters.get(index + 1..))) {
                    return false;
                }
            }
            '[' if !in_class => {
                in_class = true;
                negated |= letters.get(index + 1) == Some(&'^');
            }
            ']' => in_class = false,
            '.' => return false,
            _ => {}
        }
        index += 1;
    }
    !negated
}

/// Whether the next part of a pattern has to be there: a class or an escaped letter that is repeated at least once.
fn followed(rest: Option<&[char]>) -> bool {
    let Some(rest) = rest else { return false };
    let end = match rest {
        ['\\', letter, ..] if *letter != '.' => 2,
        ['[', ..] => match rest.iter().position(|letter| *letter == ']') {
            Some(end) => end + 1,
            None => return false,
        },
        [letter, ..] if letter.is_alphanumeric() => 1,
        _ => return false,
    };
    !matches!(rest.get(end..), Some(['*' | '?', ..] | ['{', '0' | ',', ..]))
}

/// Negated classes of negated letters, written plainly.
fn plain_classes(source: &str) -> String {
    source
        .replace("[^\\W_]", "[A-Za-z0-9]")
        .replace("[^\\W\\d_]", "[A-Za-z]")
        .replace("[^\\W\\d]", "[A-Za-z_]")
}

/// Whether a regular expression takes exponential time on some texts: a repetition of something that is itself repeated
/// and can match the same text in several ways.
pub(crate) fn backtracks(source: &str) -> bool {
    let letters: Vec<char> = source.chars().collect();
    let mut open: Vec<(usize, bool, bool)> = Vec::new();
    let (mut index, mut in_class) = (0, false);
    while let Some(letter) = letters.get(index) {
        match letter {
            '\\' => index += 1,
            '[' if !in_class => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => open.push((index, false, false)),
            '|' if !in_class => {
                if let Some(group) = open.last_mut() {
                    group.2 = true;
                }
            }
            '+' | '*' if !in_class => {
                if let Some(group) = open.last_mut() {
                    group.1 = true;
                }
            }
            ')' if !in_class => {
                let Some((start, repeats, chooses)) = open.pop() else { return false };
                let repeated = matches!(letters.get(index + 1), Some('+' | '*'))
                    || (letters.get(index + 1) == Some(&'{')
                        && letters.iter().skip(index).take(8).any(|letter| *letter == ','));
                let inner: String = letters.get(start + 1..index).unwrap_or_default().iter().collect();
                if repeated && (repeats && ambiguous(&inner) || chooses && overlapping(&inner)) {
                    return true;
                }
                if let Some(outer) = open.last_mut() {
                    outer.1 |= repeats || repeated;
                }
            }
            _ => {}
        }
        index += 1;
    }
    false
}

/// Whether a repeated group that repeats inside has nothing fixed that tells one turn from the next.
fn ambiguous(inner: &str) -> bool {
    let inner = inner.trim_start_matches("?:");
    // `(a+)+`, `(\w*)*`, `([a-z]+)*`, `(\w+\s?)*`: every part may be missing but one that is repeated.
    let mut parts = 0;
    let mut chars = inner.chars().peekable();
    while let Some(letter) = chars.next() {
        match letter {
            '\\' => {
                chars.next();
            }
            '[' => {
                chars.by_ref().find(|letter| *letter == ']');
            }
            '(' | ')' => return true,
            _ => {}
        }
        match chars.peek() {
            Some('+' | '*') => {
                chars.next();
            }
            Some('?') => {
                chars.next();
                continue;
            }
            _ => return false,
        }
        parts += 1;
    }
    parts >= 1
}

/// Whether two ways of a choice begin alike: `(a|a)*`, `(\w|\d)+`.
fn overlapping(inner: &str) -> bool {
    let ways: Vec<&str> = inner.trim_start_matches("?:").split('|').collect();
    let wide = |way: &str| matches!(way.get(..2), Some("\\w" | "\\S" | "\\D")) || way.starts_with('.');
    ways.iter()
        .enumerate()
        .any(|(index, way)| ways.iter().skip(index + 1).any(|other| way == other || wide(way) || wide(other)))
}

/// The letters of a text in which a negated class is not found: `[^a-z]`.
pub(crate) fn complement(pattern: &Pattern) -> Option<Letters> {
    let source = pattern.source.trim_end_matches(['+', '*']);
    if let "\\W" | "\\D" = source {
        let mut letters = Letters::default();
        escape(if source == "\\W" { 'w' } else { 'd' }, &mut letters)?;
        return Some(letters);
    }
    let inside = source.strip_prefix("[^")?.strip_suffix(']')?;
    if inside.contains(']') && !inside.contains("\\]") {
        return None;
    }
    let mut letters = Letters::default();
    class(&mut format!("{inside}]").chars().peekable(), &mut letters, true)?;
    Some(letters)
}

/// The letters of a pattern that is one class, or a choice of single letters: `[\r\n]`, `\n|\r`.
pub(crate) fn class_letters(source: &str) -> Option<Letters> {
    let source = source.trim_end_matches(['+', '*']);
    let mut letters = Letters::default();
    if let Some(inside) = source.strip_prefix('[').filter(|inside| !inside.starts_with('^')) {
        let mut chars = inside.chars().peekable();
        class(&mut chars, &mut letters, false)?;
        return chars.next().is_none().then_some(letters);
    }
    for way in source.split('|') {
        let mut chars = way.chars();
        match (chars.next()?, chars.next(), chars.next()) {
            ('\\', Some(letter), None) => escape(letter, &mut letters)?,
            (letter, None, None) => letters.also(letter.encode_utf8(&mut [0; 4])),
            _ => return None,
        }
    }
    Some(letters)
}

/// `^https://api\.example\.com/`.
fn fixed_host(source: &str) -> bool {
    let source = source.trim_start_matches('^');
    let after = ["https?://", "https://", "http://", "https:\\/\\/", "https?:\\/\\/", "http:\\/\\/"]
        .iter()
        .find_map(|scheme| source.strip_prefix(scheme));
    let Some(after) = after else { return false };
    let end = after.find('/').unwrap_or(after.len());
    let host = after.get(..end).unwrap_or_default().trim_end_matches('\\');
    end < after.len()
        && !host.is_empty()
        && host.replace("\\.", "").chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
}

fn top_level_choice(source: &str) -> bool {
    let (mut depth, mut in_class, mut escaped) = (0_i32, false, false);
    for letter in source.chars() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' if !in_class => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => depth += 1,
            ')' if !in_class => depth -= 1,
            '|' if depth == 0 && !in_class => return true,
            _ => {}
        }
    }
    false
}

/// The letters of what a pattern finds.
pub(super) fn letters_of(source: &str) -> Option<Letters> {
    let mut letters = Letters::default();
    let mut chars = source.chars().peekable();
    let mut is_first = true;
    while let Some(letter) = chars.next() {
        let mut one = Letters::default();
        match letter {
            '[' => {
                if chars.peek() == Some(&'^') {
                    chars.next();
                    // All but these: not a list of what is allowed, but what it leaves out is known.
                    let mut out = Letters::default();
                    class(&mut chars, &mut out, true)?;
                    one.allowed
                        .extend((' '..='~').chain(['\n', '\r', '\t']).filter(|c| !out.allowed.contains(c)));
                } else {
                    class(&mut chars, &mut one, false)?;
                }
            }
            '\\' => {
                escaped(&mut chars, &mut one)?;
            }
            '.' => one.any = true,
            '(' => {
                if chars.peek() == Some(&'?') {
                    chars.next();
                    match chars.next()? {
                        ':' => {}
                        // Look-ahead says nothing about what stands there.
                        '!' | '=' => {
                            skip_group(&mut chars)?;
                            continue;
                        }
                        '<' => {
                            if matches!(chars.peek(), Some('!' | '=')) {
                                skip_group(&mut chars)?;
                                continue;
                            }
                            chars.by_ref().find(|c| *c == '>')?;
                        }
                        'P' => {
                            chars.by_ref().find(|c| *c == '>')?;
                        }
                        'i' | 's' | 'a' | 'u' => {
                            chars.by_ref().find(|c| *c == ')' || *c == ':')?;
                        }
                        _ => return None,
                    }
                }
                continue;
            }
            '|' => {
                is_first = true;
                continue;
            }
            ')' | '*' | '+' | '?' | '^' | '$' => continue,
            '{' => {
                chars.by_ref().find(|c| *c == '}')?;
                continue;
            }
            letter => {
                one.allowed.insert(letter);
            }
        }
        if is_first {
            letters.first.extend(one.allowed.iter().copied());
            // What may be missing lets the next be first.
            is_first = matches!(chars.peek(), Some('*' | '?'));
        }
        letters.any |= one.any;
        letters.allowed.extend(one.allowed);
    }
    Some(letters)
}

fn skip_group(chars: &mut Peekable<Chars<'_>>) -> Option<()> {
    let mut depth = 1;
    while depth > 0 {
        match chars.next()? {
            '\\' => {
                chars.next();
            }
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
    }
    Some(())
}

/// What stands behind a backslash. Gives the letter, if it is one.
fn escaped(chars: &mut Peekable<Chars<'_>>, letters: &mut Letters) -> Option<Option<char>> {
    let letter = chars.next()?;
    if let 'x' | 'u' | 'U' = letter {
        let letter = coded(letter, chars)?;
        letters.allowed.insert(letter);
        return Some(Some(letter));
    }
    escape(letter, letters)?;
    Some((!letter.is_ascii_alphabetic()).then_some(letter))
}

fn escape(letter: char, letters: &mut Letters) -> Option<()> {
    match letter {
        'w' => {
            letters.allowed.extend(('a'..='z').chain('A'..='Z').chain('0'..='9'));
            letters.allowed.insert('_');
        }
        'd' => letters.allowed.extend('0'..='9'),
        's' => letters.allowed.extend([' ', '\t', '\n', '\r']),
        'S' | 'W' | 'D' | 'p' | 'P' => letters.any = true,
        'b' | 'B' => {}
        'n' => {
            letters.allowed.insert('\n');
        }
        'r' => {
            letters.allowed.insert('\r');
        }
        't' => {
            letters.allowed.insert('\t');
        }
        'x' | 'u' | 'U' => return None,
        other => {
            letters.allowed.insert(other);
        }
    }
    Some(())
}

/// A letter by its number: `\x41`, `\u0041`, `\u{41}`, `\U00000041`.
fn coded(form: char, chars: &mut Peekable<Chars<'_>>) -> Option<char> {
    let digits: String = if chars.next_if_eq(&'{').is_some() {
        chars.by_ref().take_while(|letter| *letter != '}').collect()
    } else {
        let count = match form {
            'x' => 2,
            'u' => 4,
            _ => 8,
        };
        chars.by_ref().take(count).collect()
    };
    char::from_u32(u32::from_str_radix(&digits, 16).ok()?)
}

/// The letters of a class, up to its end. `negated` ones may not hold ranges that are not understood.
fn class(chars: &mut Peekable<Chars<'_>>, letters: &mut Letters, negated: bool) -> Option<()> {
    let mut last: Option<char> = None;
    loop {
        match chars.next()? {
            ']' => return Some(()),
            '\\' => last = escaped(chars, letters)?,
            '-' if last.is_some() && chars.peek().is_some_and(|next| *next != ']') => {
                let (from, to) = (last.take()?, chars.next()?);
                let to = match (to, chars.peek()) {
                    ('\\', Some('x' | 'u' | 'U')) => coded(chars.next()?, chars)?,
                    ('\\', _) => chars.next()?,
                    (to, _) => to,
                };
                match (from.is_ascii(), to.is_ascii()) {
                    (true, true) => letters.allowed.extend(from..=to),
                    // Letters of other scripts, as `\w` lets them pass too.
                    (false, false) if from.is_alphanumeric() && to.is_alphanumeric() => {
                        letters.allowed.remove(&from);
                    }
                    _ => letters.any |= !negated,
                }
            }
            letter => {
                letters.allowed.insert(letter);
                last = Some(letter);
            }
        }
    }
}
