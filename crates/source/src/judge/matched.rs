//! What a pattern found in a text: a group of digits holds digits.

use super::harmless::harmless;
use super::pattern;
use crate::library::{Op, SinkKind};
use crate::value::{Term, TermKind, Value};

/// Symbols inside of one another that are looked through for the match.
const DEEPEST: usize = 6;

/// A part of a text that a pattern found.
struct Found<'t, 'a> {
    text: &'t Value<'a>,
    pattern: &'t Value<'a>,
    /// The group, where it is known.
    group: Option<usize>,
    /// Nothing but what was found: not the text in which it was (`match.input`, `match.string`).
    is_found: bool,
}

/// Whether a symbol is what a pattern found, and all that the pattern lets be found there is harmless for a kind of operation.
pub(super) fn is_harmless(term: &Term<'_>, kind: SinkKind) -> bool {
    let Some(found) = found(term).filter(|found| found.is_found) else { return false };
    let Some(source) = source(found.pattern) else { return false };
    let inner = found.group.and_then(|group| self::group(source, group));
    pattern::letters_of(inner.unwrap_or(source)).is_some_and(|letters| harmless(&letters, kind))
}

/// The text in which a match was found that a symbol is a part of.
pub(super) fn text_of<'t, 'a>(term: &'t Term<'a>) -> Option<&'t Value<'a>> {
    found(term).map(|found| found.text)
}

fn found<'t, 'a>(term: &'t Term<'a>) -> Option<Found<'t, 'a>> {
    let (mut group, mut is_found) = (None, true);
    let mut term = term;
    for depth in 0..DEEPEST {
        let inner = match term.kind() {
            TermKind::Apply(Op::Matches, operands) if depth > 0 => {
                let [text, pattern, ..] = operands.as_slice() else { return None };
                // All that was found, not the groups of one.
                let group = if is_global(pattern) { None } else { group };
                return Some(Found { text, pattern, group, is_found });
            }
            // `re.findall`, `re.finditer`: whether what is taken of it is a group, and which, is not known.
            TermKind::Apply(Op::Part, operands) if operands.len() == 2 => {
                let [text, pattern] = operands.as_slice() else { return None };
                return Some(Found { text, pattern, group: None, is_found });
            }
            TermKind::Apply(Op::Field, operands) => {
                // Of the members of a match only those of its groups (`match.groups.name`) are what was found.
                is_found = operands.get(1).and_then(Value::text) == Some("groups");
                operands.first()
            }
            TermKind::Apply(Op::Part | Op::Element, operands) => {
                group = match (operands.get(1), group) {
                    (Some(Value::Number(number)), None) if *number >= 1.0 => Some(*number as usize),
                    _ => None,
                };
                operands.first()
            }
            TermKind::Apply(Op::Same | Op::Fold, operands) => operands.first(),
            _ => return None,
        };
        let Some(Value::Term(inner)) = inner else { return None };
        term = inner;
    }
    None
}

/// Whether what a replacement looks for can be in a text once only, at its beginning or end: `replace(/;$/, "")`.
pub(super) fn stands_once(operands: &[Value<'_>]) -> bool {
    let Some(pattern @ Value::Term(_)) = operands.get(1) else { return false };
    source(pattern)
        .is_some_and(|source| source.starts_with('^') || (source.ends_with('$') && !source.ends_with("\\$")))
}

/// The source of a pattern.
fn source<'t>(pattern: &'t Value<'_>) -> Option<&'t str> {
    match pattern {
        Value::Text(source) => Some(source),
        Value::Term(term) => term.operands(Op::Regex)?.first()?.text(),
        _ => None,
    }
}

/// Whether a pattern finds all that there is: then what is found has no groups of its own.
fn is_global(pattern: &Value<'_>) -> bool {
    let flags = pattern.term().and_then(|term| term.operands(Op::Regex)?.get(1)?.text());
    flags.is_some_and(|flags| flags.contains('g'))
}

/// What stands in a group of a pattern, counted from 1: `[a-z]+` is the second of `(\d+) ([a-z]+)`.
fn group(source: &str, wanted: usize) -> Option<&str> {
    let (mut escaped, mut in_class, mut groups) = (false, false, 0);
    let mut open: Vec<Option<usize>> = Vec::new();
    for (index, letter) in source.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' if !in_class => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => {
                let rest = source.get(index + 1..)?;
                let named = ["?P<", "?<"].iter().any(|start| rest.starts_with(start))
                    && !rest.starts_with("?<=")
                    && !rest.starts_with("?<!");
                let counts = named || !rest.starts_with('?');
                groups += usize::from(counts);
                open.push((counts && groups == wanted).then_some(index + 1));
            }
            ')' if !in_class => {
                if let Some(start) = open.pop()? {
                    let inner = source.get(start..index)?;
                    let name = inner.strip_prefix('?').and_then(|rest| rest.split_once('>'));
                    return Some(name.map_or(inner, |(_, inner)| inner));
                }
            }
            _ => {}
        }
    }
    None
}
