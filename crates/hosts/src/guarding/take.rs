//! The edits that take the guard out again.

use portcullis_model::{Edit, Entry, Node};

use super::expected::{at_mut, entries_mut, items_mut, member_mut};
use super::place::Place;
use super::spelling::{before_in_line, between, dash, is_bracketed, line_end, line_start, replace};
use super::{Move, Step};
use crate::reading::Reading;

/// Takes the guard out: the word at `command` among the arguments becomes the program again.
pub(super) fn freed(reading: &Reading, place: &Place<'_>, command: usize, had_arguments: bool) -> Move {
    let Some(list) = place.list() else { return Move::none(Step::Guarded) };
    let items = list.node.items();
    // In one list with the program, the program itself is the first of the words that go, and the command stays.
    let gone = if place.is_list() { command + 1 } else { command };
    let kept = if place.is_list() { gone } else { gone + 1 };
    let Some(program) = items.get(gone) else { return Move::none(Step::Guarded) };
    let is_emptied = items.len() == kept;
    let mut choices = Vec::new();
    let emptied = emptied(reading, place, list, kept, is_emptied && !had_arguments);
    if emptied.is_empty() {
        return Move::leave(super::OBSTINATE.to_owned());
    }
    for mut edits in emptied {
        if !place.is_list() {
            let span = place.program.node.span;
            let spelled = between(reading, program.span.start, program.span.end);
            edits.push(replace(reading, span.start, span.end, spelled));
        }
        choices.push(edits);
    }
    let drops = is_emptied && !had_arguments && !place.is_list();
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
    // Where the list cannot go without a trace, it stays as an empty one.
    let otherwise = drops.then(|| Box::new(self::freed(reading, place, command, true)));
    Move { step: Step::Free, choices, change: Box::new(change), otherwise }
}

/// Edits to choose from that take the first `count` elements of a list away; with `whole`, the list itself.
fn emptied(reading: &Reading, place: &Place<'_>, list: &Entry, count: usize, whole: bool) -> Vec<Vec<Edit>> {
    if whole {
        return without_member(reading, place.map, list);
    }
    let items = list.node.items();
    let Some(first) = items.first() else { return Vec::new() };
    let bracketed = is_bracketed(reading, &list.node);
    let edit = match items.get(count) {
        Some(next) if bracketed => Some(replace(reading, first.span.start, next.span.start, "")),
        Some(next) => {
            let dashes = dash(reading, first.span.start).zip(dash(reading, next.span.start));
            dashes.map(|(from, to)| replace(reading, from, to, ""))
        }
        None if bracketed => Some(replace(reading, list.node.span.start, list.node.span.end, "[]")),
        None => {
            let colon = between(reading, list.key_span.end, list.node.span.start).find(':');
            let from = colon.map(|colon| list.key_span.end + colon + 1);
            from.map(|from| replace(reading, from, list.node.span.end, " []"))
        }
    };
    edit.map(|edit| vec![edit]).into_iter().collect()
}

/// Edits to choose from that take a member of a mapping away.
pub(super) fn without_member(reading: &Reading, map: &Node, member: &Entry) -> Vec<Vec<Edit>> {
    if is_bracketed(reading, map) {
        return without_bracketed(reading, map, member);
    }
    let (start, end) = (member.key_span.start, member.node.span.end);
    // Lines of its own: they go with their line break, and a comment behind them stays.
    let (from, to) = (line_start(reading, start), line_end(reading, end));
    let rest = between(reading, to, reading.text.len());
    let line_break = if rest.starts_with("\r\n") { 2 } else { rest.len().min(1) };
    let alone = !before_in_line(reading, start).contains('-') && between(reading, end, to).trim().is_empty();
    let whole = alone.then(|| replace(reading, from, to + line_break, ""));
    let parts = [replace(reading, from, end, ""), replace(reading, start, end, "")];
    whole.into_iter().chain(parts).map(|edit| vec![edit]).collect()
}

/// The same between braces, where a comma goes with the member and comments stay.
fn without_bracketed(reading: &Reading, map: &Node, member: &Entry) -> Vec<Vec<Edit>> {
    let (start, end) = (member.key_span.start, member.node.span.end);
    let entries = map.entries();
    let at = entries.iter().position(|entry| entry.key == member.key).unwrap_or_default();
    let before = at.checked_sub(1).and_then(|before| entries.get(before)).map(|before| before.node.span.end);
    let itself = replace(reading, start, end, "");
    let mut choices = Vec::new();
    if let Some(before) = before.filter(|before| between(reading, *before, start).trim() == ",") {
        choices.push(vec![replace(reading, before, end, "")]);
    }
    if let Some(next) = entries.get(at + 1) {
        choices.push(vec![replace(reading, start, next.key_span.start, "")]);
    }
    let comma = |from: usize| {
        let rest = between(reading, from, reading.text.len());
        let blank = rest.len() - rest.trim_start().len();
        rest.trim_start().starts_with(',').then_some(from + blank)
    };
    if let Some(comma) = comma(end) {
        choices.push(vec![replace(reading, start, comma + 1, "")]);
    }
    if let Some(comma) = before.and_then(comma) {
        choices.push(vec![replace(reading, comma, comma + 1, ""), itself.clone()]);
    }
    choices.push(vec![itself]);
    choices
}
