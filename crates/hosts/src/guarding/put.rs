//! The edits that put the guard in front of a server.

use portcullis_model::{Edit, Entry, Located, Node, Value};

use super::expected::{at_mut, entries_mut, items_mut, made, member_mut};
use super::place::Place;
use super::spelling::{
    before_in_line, between, dash, indent, is_bracketed, line_break, line_end, listed, quoted, replace,
};
use super::{Move, Step};
use crate::Format;
use crate::reading::Reading;

/// The name of a list of arguments that is made.
const ARGUMENTS: &str = "args";

/// Puts the guard in front of a server: its command becomes the guard's, behind the words.
pub(super) fn guarded(
    reading: &Reading,
    place: &Place<'_>,
    command: &Located,
    program: &str,
    words: &[String],
) -> Move {
    // One list holds everything: the guard and its words go to its front.
    let in_front = match place.is_list() {
        true => [&[program.to_owned()], words].concat(),
        false => [words, std::slice::from_ref(&command.text)].concat(),
    };
    let written = match place.list() {
        Some(list) => insert(reading, &list.node, &in_front),
        None => Some(member(reading, place, &in_front)),
    };
    let Some(written) = written else { return Move::leave(super::OBSTINATE.to_owned()) };
    let mut edits: Vec<Edit> = vec![written];
    if !place.is_list() {
        let span = place.program.node.span;
        edits.push(replace(reading, span.start, span.end, quoted(program)));
    }
    let (pointer, key) = (place.pointer.clone(), place.program.key.clone());
    let list = place.list().map(|list| list.key.clone());
    let (program, is_list) = (program.to_owned(), place.is_list());
    let change = move |root: &mut Node| {
        let map = at_mut(root, &pointer)?;
        if !is_list {
            *member_mut(map, &key)? = Node::made_text(&program);
        }
        let made_words = in_front.iter().map(|word| Node::made_text(word));
        match &list {
            Some(list) => drop(items_mut(member_mut(map, list)?)?.splice(0..0, made_words)),
            None => entries_mut(map)?.push(made(ARGUMENTS, Node::made(Value::List(made_words.collect())))),
        }
        Some(())
    };
    let had_arguments = place.list().is_some();
    Move {
        step: Step::Guard { had_arguments, remote: None },
        choices: vec![edits],
        change: Box::new(change),
        otherwise: None,
    }
}

/// Names the guard's present program in place of an older one.
pub(super) fn repaired(reading: &Reading, place: &Place<'_>, program: &str) -> Move {
    let node = if place.is_list() { place.program.node.items().first() } else { Some(&place.program.node) };
    let Some(span) = node.map(|node| node.span) else { return Move::none(Step::Guarded) };
    let edit = replace(reading, span.start, span.end, quoted(program));
    let (pointer, key, is_list) = (place.pointer.clone(), place.program.key.clone(), place.is_list());
    let program = program.to_owned();
    let change = move |root: &mut Node| {
        let member = member_mut(at_mut(root, &pointer)?, &key)?;
        let node = if is_list { items_mut(member)?.first_mut()? } else { member };
        *node = Node::made_text(&program);
        Some(())
    };
    Move { step: Step::Repair, choices: vec![vec![edit]], change: Box::new(change), otherwise: None }
}

/// Words in front of the elements of a list, in the list's own style.
fn insert(reading: &Reading, list: &Node, words: &[String]) -> Option<Edit> {
    let inside = list.span.start + 1;
    let first = list.items().first().map(|item| item.span.start);
    if is_bracketed(reading, list) {
        let Some(first) = first else { return Some(replace(reading, inside, inside, listed(words))) };
        let gap = between(reading, inside, first);
        let own_line = gap.trim().is_empty() && gap.contains('\n');
        let separator = if own_line { format!(",{gap}") } else { ", ".to_owned() };
        return Some(replace(reading, first, first, listed(words) + &separator));
    }
    let at = dash(reading, first?)?;
    let (end, indent) = (line_break(reading), indent(reading, at));
    let lines: String = words.iter().map(|word| format!("- {}{end}{indent}", quoted(word))).collect();
    Some(replace(reading, at, at, lines))
}

/// A new list of arguments behind the program, in the style of the mapping.
fn member(reading: &Reading, place: &Place<'_>, words: &[String]) -> Edit {
    let Entry { key_span, node, .. } = place.program;
    let prefix = before_in_line(reading, key_span.start);
    let key = match between(reading, key_span.start, key_span.end).chars().next() {
        Some(quote @ ('"' | '\'')) => format!("{quote}{ARGUMENTS}{quote}"),
        _ => ARGUMENTS.to_owned(),
    };
    let sign = if reading.format == Format::Toml { " = " } else { ": " };
    let written = between(reading, key_span.end, node.span.start);
    let is_sign = !written.is_empty() && written.chars().all(|letter| matches!(letter, ' ' | ':' | '='));
    let sign = if is_sign { written } else { sign };
    let list = format!("{key}{sign}[{}]", listed(words));
    let end = line_break(reading);
    if is_bracketed(reading, place.map) {
        let lead = if prefix.trim().is_empty() { format!(",{end}{prefix}") } else { ", ".to_owned() };
        return replace(reading, node.span.end, node.span.end, lead + &list);
    }
    // Lines of YAML must not repeat the dash in front of the first one; those of TOML repeat a dotted name.
    let prefix =
        if reading.format == Format::Yaml { indent(reading, key_span.start) } else { prefix.to_owned() };
    let at = line_end(reading, node.span.end);
    replace(reading, at, at, format!("{end}{prefix}{list}"))
}
