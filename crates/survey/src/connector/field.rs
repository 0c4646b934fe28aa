//! Members of records: texts, numbers, times and lists, as registries spell them.

use portcullis_model::{Moment, Node, Value};
use portcullis_supply::ownership::moment_of;

/// A text that says something.
pub(super) fn text(node: &Node, names: &[&str]) -> Option<String> {
    let found =
        names.iter().find_map(|name| node.get_text(name).map(str::trim).filter(|text| !text.is_empty()));
    found.map(str::to_owned)
}

/// A whole number that is not negative.
pub(super) fn count(node: &Node, names: &[&str]) -> Option<u64> {
    names.iter().find_map(|name| match &node.get(name)?.value {
        Value::Number(number) => number.parse().ok(),
        Value::Text(text) => text.replace(',', "").parse().ok(),
        _ => None,
    })
}

/// A time.
pub(super) fn time(node: &Node, names: &[&str]) -> Option<Moment> {
    names.iter().find_map(|name| moment_of(node.get_text(name)?))
}

/// The names of the members of a list, each a text or an object with a name.
pub(super) fn names(node: Option<&Node>) -> Vec<String> {
    let items = node.map(Node::items).unwrap_or_default().iter();
    items
        .filter_map(|item| item.text().or_else(|| item.get_text("name")))
        .map(str::to_owned)
        .take(2000)
        .collect()
}

/// A member or why there is none.
pub(super) fn needed(node: &Node, names: &[&str]) -> Result<String, String> {
    text(node, names).ok_or_else(|| format!("it has no `{}`", names.join("` or `")))
}

/// A base address without a `/` at its end.
pub(super) fn base(address: &str) -> String {
    address.trim().trim_end_matches('/').to_owned()
}
