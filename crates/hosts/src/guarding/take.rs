//! The edits that take the guard out again.

use portcullis_model::{Edit, Entry, Node};

use super::expected::{at_mut, entries_mut, items_mut, member_mut};
use super::place::Place;
use super::spelling::{before_in_line, between, dash, is_bracketed, line_end, line_start, replace};
use super::{Freed, Move, Step};
use crate::reading::Reading;

/// Takes the guard out: the word at `command` among the arguments becomes the program again.
pub(super) fn freed(reading: &Reading, place: &Place<'_>, command: usize, freed: Freed) -> Move {
    let Some(list) = place.list() else { return Move::none(Step::Guarded) };
    let items = list.node.items();
    // In one list with the program, the program itself is the first of the words that go, and the command stays.
    let gone = if place.is_list() { command + 1 } else { command };
    let kept = if place.is_list() { gone } else { gone + 1 };
    let Some(program) = items.get(gone) else { return Move::none(Step::Guarded) };
    let is_emptied = items.len() == kept;
    let mut choices = Vec::new();
    let emptied = emptied(reading, place, list, kept, is_emptied && !freed.had_arguments);
    if emptied.is_empty() {
        return Move::leave(super::OBSTINATE.to_owned());
    }
    for list_edit in emptied {
        let mut edits = vec![list_edit];
        if !place.is_list() {
            let span = place.program.node.span;
            let spelled = between(reading, program.span.start, program.span.end);
            edits.push(replace(reading, span.start, span.end, spelled));
        }
        choices.push(edits);
    }
    let drops = is_emptied && !freed.had_arguments && !place.is_list();
    let (pointer, key, list) = (place.pointer.clone(), place.program.key.clone(), list.key.clone());
    let (program, is_list) = (program.clone(), place.is_list());
    let change = move |root: &mut Node| {
        let map = at_mut(root, &pointer)?;
        if !is_list {
            member_mut(map, &key)?.value.clone_from(&program.value);
        }
        let items = items_mut(member_mut(map, &list)?)?;
        items.drain(..kept.min(items.len()));
        if drops {
            entries_mut(map)?.retain(|entry| entry.key != list);
        }
        Some(())
    };
    Move { step: Step::Free, choices, change: Box::new(change) }
}

/// Edits to choose from that take the first `count` elements of a list away; with `whole`, the list itself.
fn emptied(reading: &Reading, place: &Place<'_>, list: &Entry, count: usize, whole: bool) -> Vec<Edit> {
    if whole {
        return without_member(reading, place, list);
    }
    let items = list.node.items();
    let Some(first) = items.first() else { return Vec::new() };
    let bracketed = is_bracketed(reading, &list.node);
    match items.get(count) {
        Some(next) if bracketed => vec![replace(reading, first.span.start, next.span.start, "")],
        Some(next) => {
            let dashes = dash(reading, first.span.start).zip(dash(reading, next.span.start));
            dashes.map(|(from, to)| replace(reading, from, to, "")).into_iter().collect()
        }
        None if bracketed => vec![replace(reading, list.node.span.start, list.node.span.end, "[]")],
        None => {
            let colon = between(reading, list.key_span.end, list.node.span.start).find(':');
            let from = colon.map(|colon| list.key_span.end + colon + 1);
            from.map(|from| replace(reading, from, list.node.span.end, " []")).into_iter().collect()
        }
    }
}

/// Edits to choose from that take a member of a mapping away.
fn without_member(reading: &Reading, place: &Place<'_>, member: &Entry) -> Vec<Edit> {
    let (start, end) = (member.key_span.start, member.node.span.end);
    let entries = place.map.entries();
    let at = entries.iter().position(|entry| entry.key == member.key).unwrap_or_default();
    let mut choices = Vec::new();
    if is_bracketed(reading, place.map) || matches!(reading.format, crate::Format::Json) {
        let before =
            at.checked_sub(1).and_then(|before| entries.get(before)).map(|before| before.node.span.end);
        if let Some(before) = before.filter(|before| is_plain(between(reading, *before, start))) {
            choices.push(replace(reading, before, end, ""));
        }
        if let Some(next) = entries.get(at + 1) {
            choices.push(replace(reading, start, next.key_span.start, ""));
        }
        choices.push(replace(reading, start, end, ""));
        return choices;
    }
    // Lines of its own: they go with their line break, and a comment behind them stays.
    let (from, to) = (line_start(reading, start), line_end(reading, end));
    let alone = !before_in_line(reading, start).contains('-') && between(reading, end, to).trim().is_empty();
    if alone {
        let rest = between(reading, to, reading.text.len());
        let line_break = if rest.starts_with("\r\n") { 2 } else { rest.len().min(1) };
        choices.push(replace(reading, from, to + line_break, ""));
    }
    choices.push(replace(reading, from, end, ""));
    choices.push(replace(reading, start, end, ""));
    choices
}

/// True for a comma with nothing but white space around it.
fn is_plain(text: &str) -> bool {
    text.trim() == ","
}
