//! The values that keywords of a schema take.

use portcullis_model::{Entry, Node, Value};

use super::Fault;
use super::decimal::Decimal;
use super::equality;
use super::keyword::{Bound, Keyword, Types};
use crate::fault::quoted;

/// More allowed values than this are counted, not listed.
const MOST_SHOWN: usize = 8;

fn wrong(keyword: &str, node: &Node, expected: &str) -> Fault {
    Fault::new(node.span, format!("`{keyword}` is {}, not {expected}; correct it", node.kind()))
}

pub(super) fn map<'a>(keyword: &str, node: &'a Node) -> Result<&'a [Entry], Fault> {
    if node.is_map() { Ok(node.entries()) } else { Err(wrong(keyword, node, "an object")) }
}

pub(super) fn list<'a>(keyword: &str, node: &'a Node) -> Result<&'a [Node], Fault> {
    if node.is_list() { Ok(node.items()) } else { Err(wrong(keyword, node, "a list")) }
}

pub(super) fn text<'a>(keyword: &str, node: &'a Node) -> Result<&'a str, Fault> {
    node.text().ok_or_else(|| wrong(keyword, node, "a text"))
}

pub(super) fn texts(keyword: &str, node: &Node) -> Result<Vec<Box<str>>, Fault> {
    list(keyword, node)?.iter().map(|item| Ok(text(keyword, item)?.into())).collect()
}

pub(super) fn truth(keyword: &str, node: &Node) -> Result<bool, Fault> {
    node.bool().ok_or_else(|| wrong(keyword, node, "a truth value"))
}

/// The number and its spelling.
fn number<'a>(keyword: &str, node: &'a Node) -> Result<(Decimal, &'a str), Fault> {
    match &node.value {
        Value::Number(spelling) => {
            Decimal::read(spelling).map(|decimal| (decimal, &**spelling)).ok_or_else(|| {
                Fault::new(node.span, format!("`{keyword}` is no number that can be compared; correct it"))
            })
        }
        _ => Err(wrong(keyword, node, "a number")),
    }
}

pub(super) fn count(keyword: &str, node: &Node) -> Result<u64, Fault> {
    let (decimal, _) = number(keyword, node)?;
    decimal.count().ok_or_else(|| {
        Fault::new(node.span, format!("`{keyword}` is no whole number that is zero or more; correct it"))
    })
}

pub(super) fn bound(bound: Bound, keyword: &str, node: &Node) -> Result<Keyword, Fault> {
    let (decimal, spelling) = number(keyword, node)?;
    Ok(Keyword::Bound(bound, decimal, quoted(spelling).into()))
}

pub(super) fn multiple_of(node: &Node) -> Result<Keyword, Fault> {
    let (decimal, spelling) = number("multipleOf", node)?;
    if !decimal.is_divisor() {
        let message = "`multipleOf` is not above zero or has more than 37 digits; correct it";
        return Err(Fault::new(node.span, message));
    }
    Ok(Keyword::MultipleOf(decimal, quoted(spelling).into()))
}

pub(super) fn types(node: &Node) -> Result<Types, Fault> {
    let names = if node.is_list() { node.items() } else { std::slice::from_ref(node) };
    names.iter().try_fold(Types::NONE, |types, name| {
        let name_text = text("type", name)?;
        types.with(name_text).ok_or_else(|| {
            let known = "null, boolean, number, integer, string, array or object";
            Fault::new(name.span, format!("{} is no type; write {known}", quoted(name_text)))
        })
    })
}

/// The values that are allowed. Numbers and texts of a schema may be shown, a few of them.
pub(super) fn one_of(name: &'static str, allowed: &[Node], at: &Node) -> Result<Keyword, Fault> {
    let too_deep = || Fault::new(at.span, format!("`{name}` nests too deeply; flatten it"));
    let keys =
        allowed.iter().map(|node| equality::key(node).ok_or_else(too_deep)).collect::<Result<_, _>>()?;
    let mut shown: Vec<String> = allowed.iter().take(MOST_SHOWN).map(show).collect();
    if allowed.len() > MOST_SHOWN {
        shown.push(format!("{} more", allowed.len() - MOST_SHOWN));
    }
    Ok(Keyword::OneOfThese { name, keys, shown: shown.join(", ") })
}

fn show(node: &Node) -> String {
    match &node.value {
        Value::Text(text) => quoted(text),
        Value::Number(spelling) => quoted(spelling),
        Value::Bool(value) => format!("`{value}`"),
        Value::Null => "`null`".to_owned(),
        Value::List(_) | Value::Map(_) => format!("{} of the schema", node.kind()),
    }
}
