//! Tells which regular expressions take exponential time in a backtracking engine.
//!
//! A pattern is read into sequences and choices. A repeated group is dangerous when its body can be one repetition and
//! nothing else (`(a+)+`, `(a*b?)*`), or when two of its choices begin alike (`(a|ab)*`). It is a linear approximation:
//! it knows single characters and escapes, and takes a bracketed class as itself.

use std::fmt;

/// Why a pattern is dangerous.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Danger {
    /// A repetition is repeated.
    NestedRepetition,
    /// Repeated choices begin alike.
    AmbiguousChoice,
    /// Something is counted very high.
    HugeCount,
}

impl fmt::Display for Danger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Danger::NestedRepetition => "the pattern repeats a repetition and can take exponential time",
            Danger::AmbiguousChoice => {
                "the pattern repeats choices that begin alike and can take exponential time"
            }
            Danger::HugeCount => "the pattern counts a repetition higher than 10,000",
        })
    }
}

/// Longer patterns are not read further.
const LONGEST: usize = 4_096;
/// Groups within one another.
const DEEPEST: usize = 64;
/// A counted repetition above this is as good as endless.
const MANY: u32 = 10_000;

/// The first danger of a pattern.
pub(crate) fn danger(pattern: &str) -> Option<Danger> {
    let mut stack: Vec<Group<'_>> = vec![Group::default()];
    let mut rest = pattern.get(..LONGEST).unwrap_or(pattern);
    while let Some((atom, after)) = next_atom(rest) {
        rest = after;
        let closed = match atom {
            Atom::Opens => {
                if stack.len() >= DEEPEST {
                    return None;
                }
                stack.push(Group::default());
                continue;
            }
            Atom::Choice => {
                stack.last_mut()?.next_branch();
                continue;
            }
            Atom::Assertion => continue,
            Atom::Closes if stack.len() > 1 => stack.pop(),
            Atom::Closes => continue,
            Atom::One(_) => None,
        };
        let (repeat, after) = repetition(rest);
        rest = after;
        if repeat.most.is_some_and(|most| most > MANY) {
            return Some(Danger::HugeCount);
        }
        let mut part = Part { nullable: repeat.least == 0, endless: repeat.most.is_none(), first: None };
        if let Some(mut group) = closed {
            group.next_branch();
            if repeat.most.is_none()
                && let Some(danger) = group.danger()
            {
                return Some(danger);
            }
            part.nullable |= group.nullable;
            part.endless |= group.is_repetition;
        } else if let Atom::One(text) = atom {
            part.first = Some(text);
        }
        stack.last_mut()?.add(part);
    }
    None
}

enum Atom<'p> {
    Opens,
    Closes,
    Choice,
    Assertion,
    One(&'p str),
}

/// The next atom and what follows it.
fn next_atom(pattern: &str) -> Option<(Atom<'_>, &str)> {
    let first = pattern.chars().next()?;
    let cut =
        |length: usize| (pattern.get(..length).unwrap_or(pattern), pattern.get(length..).unwrap_or_default());
    Some(match first {
        '(' => {
            let inner = cut(1).1;
            let prefix = ["?:", "?=", "?!", "?<=", "?<!"].iter().find(|prefix| inner.starts_with(**prefix));
            let skipped = match prefix {
                Some(prefix) => prefix.len(),
                None if inner.starts_with("?<") || inner.starts_with("?P<") => {
                    inner.find('>').map_or(inner.len(), |end| end + 1)
                }
                None => 0,
            };
            (Atom::Opens, inner.get(skipped..).unwrap_or_default())
        }
        ')' => (Atom::Closes, cut(1).1),
        '|' => (Atom::Choice, cut(1).1),
        '^' | '$' => (Atom::Assertion, cut(1).1),
        '\\' => {
            let length = 1 + pattern.chars().nth(1).map_or(0, char::len_utf8);
            let (text, after) = cut(length);
            let atom = if matches!(text, "\\b" | "\\B") { Atom::Assertion } else { Atom::One(text) };
            (atom, after)
        }
        '[' => {
            let (text, after) = cut(class_length(pattern));
            (Atom::One(text), after)
        }
        other => {
            let (text, after) = cut(other.len_utf8());
            (Atom::One(text), after)
        }
    })
}

/// Bytes of the bracketed class that a pattern begins with.
fn class_length(pattern: &str) -> usize {
    let mut escaped = false;
    let mut characters = pattern.char_indices().skip(1).peekable();
    if characters.peek().is_some_and(|(_, character)| *character == '^') {
        characters.next();
    }
    for (at, character) in characters {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ']' => return at + 1,
            _ => {}
        }
    }
    pattern.len()
}

/// How often an atom is repeated; `most` is `None` for ever.
struct Repeat {
    least: u32,
    most: Option<u32>,
}

fn repetition(pattern: &str) -> (Repeat, &str) {
    let (repeat, length) = match pattern.chars().next() {
        Some('*') => (Repeat { least: 0, most: None }, 1),
        Some('+') => (Repeat { least: 1, most: None }, 1),
        Some('?') => (Repeat { least: 0, most: Some(1) }, 1),
        Some('{') => match counted(pattern) {
            Some((repeat, length)) => (repeat, length),
            None => return (Repeat { least: 1, most: Some(1) }, pattern),
        },
        _ => return (Repeat { least: 1, most: Some(1) }, pattern),
    };
    let after = pattern.get(length..).unwrap_or_default();
    (repeat, after.strip_prefix(['?', '+']).unwrap_or(after))
}

/// `{2}`, `{2,}`, `{2,5}` and their length.
fn counted(pattern: &str) -> Option<(Repeat, usize)> {
    let end = pattern.find('}')?;
    let inner = pattern.get(1..end)?;
    let (least, most) = inner.split_once(',').unwrap_or((inner, inner));
    let least: u32 = least.trim().parse().ok()?;
    let most = if most.trim().is_empty() { None } else { Some(most.trim().parse().ok()?) };
    Some((Repeat { least, most }, end + 1))
}

/// One atom of a sequence with its repetition.
#[derive(Clone, Copy)]
struct Part<'p> {
    nullable: bool,
    endless: bool,
    first: Option<&'p str>,
}

/// A group while it is read: its finished branches and the one being read.
#[derive(Default)]
struct Group<'p> {
    firsts: Vec<&'p str>,
    /// Some branch can be one repetition and nothing else.
    is_repetition: bool,
    /// Some branch can be nothing.
    nullable: bool,
    alike: bool,
    branch: Branch<'p>,
}

#[derive(Default)]
struct Branch<'p> {
    first: Option<&'p str>,
    has_parts: bool,
    needed: usize,
    endless: usize,
    needed_endless: usize,
}

impl<'p> Group<'p> {
    fn add(&mut self, part: Part<'p>) {
        let branch = &mut self.branch;
        if !branch.has_parts {
            branch.first = part.first;
        }
        branch.has_parts = true;
        branch.needed += usize::from(!part.nullable);
        branch.endless += usize::from(part.endless);
        branch.needed_endless += usize::from(part.endless && !part.nullable);
    }

    fn next_branch(&mut self) {
        let branch = std::mem::take(&mut self.branch);
        let one_is_enough = branch.needed == 0 || (branch.needed == 1 && branch.needed_endless == 1);
        self.is_repetition |= branch.endless > 0 && one_is_enough;
        self.nullable |= branch.needed == 0;
        if let Some(first) = branch.first {
            self.alike |= self.firsts.contains(&first);
            if self.firsts.len() < DEEPEST {
                self.firsts.push(first);
            }
        }
    }

    fn danger(&self) -> Option<Danger> {
        if self.is_repetition {
            Some(Danger::NestedRepetition)
        } else {
            self.alike.then_some(Danger::AmbiguousChoice)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_repetitions_are_found() {
        for pattern in ["(a+)+$", "^(\\w+\\s?)*$", "(?:[a-z]*)*", "((a+))+", "(a*b?)*", "(?<n>a+){2,}"] {
            assert_eq!(danger(pattern), Some(Danger::NestedRepetition), "{pattern}");
        }
    }

    #[test]
    fn repetitions_that_a_mark_separates_are_not() {
        for pattern in [
            "^([a-z]+-)*[a-z]+$",
            "^\\d{4}-\\d{2}$",
            "(ab)+",
            "^(\\.[a-z]+)+$",
            "[(a+)+]",
            "\\(a+\\)+",
            "(a|b)+",
            "(a+)",
        ] {
            assert_eq!(danger(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn choices_that_begin_alike_and_huge_counts_are_found() {
        assert_eq!(danger("^(a|ab)*$"), Some(Danger::AmbiguousChoice));
        assert_eq!(danger("a{1,100000}"), Some(Danger::HugeCount));
        assert_eq!(danger("a{x}"), None);
    }

    #[test]
    fn broken_patterns_are_read_to_their_end() {
        for pattern in ["(", ")", "[", "\\", "(?<", "a{", "|||", "((((", "*", "(?P<n", "é{2,"] {
            danger(pattern);
        }
    }
}
