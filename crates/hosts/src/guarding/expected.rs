//! What a tree has to be after an edit, and whether it is.

use portcullis_model::{Entry, Node, Pointer, Span, Value};

/// The node that a pointer leads to, to be changed.
pub(super) fn at_mut<'n>(root: &'n mut Node, pointer: &Pointer) -> Option<&'n mut Node> {
    pointer.segments().try_fold(root, |node, segment| match &mut node.value {
        Value::List(items) => items.get_mut(segment.parse::<usize>().ok()?),
        Value::Map(entries) => {
            entries.iter_mut().find(|entry| *entry.key == *segment).map(|entry| &mut entry.node)
        }
        _ => None,
    })
}

/// A member of a mapping, to be changed.
pub(super) fn member_mut<'n>(node: &'n mut Node, key: &str) -> Option<&'n mut Node> {
    match &mut node.value {
        Value::Map(entries) => {
            entries.iter_mut().find(|entry| &*entry.key == key).map(|entry| &mut entry.node)
        }
        _ => None,
    }
}

/// The members of a mapping, to be changed.
pub(super) fn entries_mut(node: &mut Node) -> Option<&mut Vec<Entry>> {
    match &mut node.value {
        Value::Map(entries) => Some(entries),
        _ => None,
    }
}

/// The elements of a list, to be changed.
pub(super) fn items_mut(node: &mut Node) -> Option<&mut Vec<Node>> {
    match &mut node.value {
        Value::List(items) => Some(items),
        _ => None,
    }
}

/// A member that was made.
pub(super) fn made(key: &str, node: Node) -> Entry {
    Entry { key: key.into(), key_span: Span::UNKNOWN, node }
}

/// True when two trees say the same, wherever it is written and whatever the order of their members.
pub(super) fn same(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Map(one), Value::Map(other)) => {
            let sorted = |entries: &[Entry]| {
                let mut order: Vec<usize> = (0..entries.len()).collect();
                order.sort_by_key(|index| entries.get(*index).map(|entry| entry.key.clone()));
                order
            };
            let pairs = sorted(one).into_iter().zip(sorted(other));
            one.len() == other.len()
                && pairs.into_iter().all(|(at, there)| match (one.get(at), other.get(there)) {
                    (Some(one), Some(other)) => one.key == other.key && same(&one.node, &other.node),
                    _ => false,
                })
        }
        (one, other) => one == other,
    }
}
