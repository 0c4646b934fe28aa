//! What differs inside a structure: which parameter of a schema, which annotation.

use std::collections::BTreeSet;

use portcullis_model::{Node, Pointer, Value};
use portcullis_wire::json::{self, Dialect, Limits};

/// One difference inside a structure.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Inner {
    /// Where, from the structure's root.
    pub(super) at: Pointer,
    /// What stood there.
    pub(super) before: Option<String>,
    /// What stands there.
    pub(super) after: Option<String>,
}

/// More differences than this are another structure.
const MOST: usize = 40;

/// The differences inside two structures as JSON. `None` where one is no structure, or where little is left of it.
pub(super) fn differences(before: &str, after: &str) -> Option<Vec<Inner>> {
    let read = |text: &str| {
        let read = json::read(text.as_bytes(), Dialect::Strict, &Limits::default()).ok()?;
        (read.root.is_map() || read.root.is_list()).then_some(read.root)
    };
    let mut found = Vec::new();
    compare(&read(before)?, &read(after)?, &mut Pointer::root(), &mut found);
    (!found.is_empty() && found.len() <= MOST).then_some(found)
}

fn compare(before: &Node, after: &Node, at: &mut Pointer, found: &mut Vec<Inner>) {
    match (&before.value, &after.value) {
        (Value::Map(_), Value::Map(_)) => {
            let keys = before.entries().iter().chain(after.entries()).map(|entry| &*entry.key);
            for key in keys.collect::<BTreeSet<_>>() {
                at.push(key);
                pair(before.get(key), after.get(key), at, found);
                at.pop();
            }
        }
        (Value::List(one), Value::List(other)) if is_set(one) && is_set(other) => {
            let texts = |list: &[Node]| -> BTreeSet<String> { list.iter().map(shown).collect() };
            let (one, other) = (texts(one), texts(other));
            for (index, text) in one.symmetric_difference(&other).enumerate() {
                at.push_index(index);
                let here = |list: &BTreeSet<String>| list.contains(text).then(|| text.clone());
                found.push(Inner { at: at.clone(), before: here(&one), after: here(&other) });
                at.pop();
            }
        }
        (Value::List(one), Value::List(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                at.push_index(index);
                compare(one, other, at, found);
                at.pop();
            }
        }
        _ => pair_of_values(before, after, at, found),
    }
}

fn pair(before: Option<&Node>, after: Option<&Node>, at: &mut Pointer, found: &mut Vec<Inner>) {
    match (before, after) {
        (Some(before), Some(after)) => compare(before, after, at, found),
        (before, after) => {
            found.push(Inner { at: at.clone(), before: before.map(shown), after: after.map(shown) });
        }
    }
}

fn pair_of_values(before: &Node, after: &Node, at: &Pointer, found: &mut Vec<Inner>) {
    let (before, after) = (shown(before), shown(after));
    if before != after {
        found.push(Inner { at: at.clone(), before: Some(before), after: Some(after) });
    }
}

/// True for a list of texts, such as `required` or `enum`: its order says nothing.
fn is_set(list: &[Node]) -> bool {
    list.iter().all(|node| node.text().is_some())
}

fn shown(node: &Node) -> String {
    node.text().map_or_else(|| json::write(node), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(before: &str, after: &str) -> Vec<String> {
        let shown = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        differences(before, after)
            .unwrap_or_default()
            .into_iter()
            .map(|inner| format!("{} {} {}", inner.at, shown(inner.before), shown(inner.after)))
            .collect()
    }

    #[test]
    fn a_new_parameter_and_a_new_requirement_are_told_apart() {
        assert_eq!(
            of(
                r#"{"properties":{"a":{"type":"number"}},"required":["a"]}"#,
                r#"{"required":["note","a"],"properties":{"a":{"type":"number"},"note":{"type":"string"}}}"#
            ),
            [r#"/properties/note - {"type":"string"}"#, "/required/0 - note"]
        );
    }

    #[test]
    fn values_that_changed_are_shown_where_they_stand() {
        assert_eq!(of(r#"{"readOnlyHint":false}"#, r#"{"readOnlyHint":true}"#), ["/readOnlyHint false true"]);
        assert_eq!(of(r#"{"a":[{"b":1}]}"#, r#"{"a":[{"b":2}]}"#), ["/a/0/b 1 2"]);
    }

    #[test]
    fn what_is_no_structure_or_another_one_has_no_inner_differences() {
        assert_eq!(differences("plain", "text"), None);
        assert_eq!(differences("{}", "{}"), None);
        let many: Vec<String> = (0..50).map(|index| format!("\"p{index}\":1")).collect();
        assert_eq!(differences("{}", &format!("{{{}}}", many.join(","))), None);
    }
}
