//! What a server says to one client and not to the other, or at one time and not at the next.

use std::collections::HashMap;

use portcullis_model::{Entry, Item, ItemKind, Node, Pointer, Surface, Value};
use portcullis_wire::canonical;
use portcullis_wire::revision::Revision;

use crate::outcome::Difference;

/// Differences of one pair that are listed.
const LISTED: usize = 200;
/// Bytes of a value that are kept in a difference.
const KEPT: usize = 16 << 10;

/// Members of an item that a revision introduced or dropped: name, first and last revision that knows it.
const EPOCHS: [(&str, Revision, Revision); 6] = [
    ("annotations", Revision::R2025_03_26, Revision::NEWEST),
    ("title", Revision::R2025_06_18, Revision::NEWEST),
    ("outputSchema", Revision::R2025_06_18, Revision::NEWEST),
    ("_meta", Revision::R2025_06_18, Revision::NEWEST),
    ("icons", Revision::R2025_11_25, Revision::NEWEST),
    ("execution", Revision::R2025_11_25, Revision::R2025_11_25),
];

/// One of the two that are compared.
#[derive(Clone, Copy)]
pub(crate) struct Side<'a> {
    pub(crate) surface: &'a Surface,
    pub(crate) revision: Revision,
}

/// What differs between two surfaces: items by kind and name, member by member. Order does not count; neither do
/// contents of resources and numbers in messages, which change with the world and the clock, nor bodies that only one
/// side has, nor members that the other side's revision does not know.
pub(crate) fn compare(
    first: Side<'_>,
    second: Side<'_>,
    between: &str,
    changed: &[ItemKind],
) -> Vec<Difference> {
    let mut found =
        Found { between, changed, revisions: (first.revision, second.revision), list: Vec::new() };
    found.words("instructions", first.surface.instructions.as_ref(), second.surface.instructions.as_ref());
    found.words("serverInfo", rest(first.surface, "serverInfo"), rest(second.surface, "serverInfo"));
    let (ours, theirs) = (keyed(first.surface), keyed(second.surface));
    for item in &first.surface.items {
        let Some(key) = ours.key_of(item) else { continue };
        found.item(item, Some(item), theirs.items.get(&key).copied());
    }
    for item in &second.surface.items {
        let Some(key) = theirs.key_of(item) else { continue };
        if !ours.items.contains_key(&key) {
            found.item(item, None, Some(item));
        }
    }
    found.list
}

fn rest<'a>(surface: &'a Surface, key: &str) -> Option<&'a Node> {
    surface.rest.iter().find(|entry| &*entry.key == key).map(|entry| &entry.node)
}

/// Kind, name, and the how-manieth of that name.
type Key<'a> = (ItemKind, &'a str, usize);

struct Keyed<'a> {
    items: HashMap<Key<'a>, &'a Item>,
    keys: HashMap<*const Item, Key<'a>>,
}

impl<'a> Keyed<'a> {
    fn key_of(&self, item: &Item) -> Option<Key<'a>> {
        self.keys.get(&std::ptr::from_ref(item)).copied()
    }
}

fn keyed(surface: &Surface) -> Keyed<'_> {
    let mut counts: HashMap<(ItemKind, &str), usize> = HashMap::new();
    let mut keyed = Keyed { items: HashMap::new(), keys: HashMap::new() };
    for item in &surface.items {
        let count = counts.entry((item.kind, &item.name)).or_default();
        let key = (item.kind, item.name.as_str(), *count);
        *count += 1;
        keyed.items.insert(key, item);
        keyed.keys.insert(std::ptr::from_ref(item), key);
    }
    keyed
}

struct Found<'a> {
    between: &'a str,
    changed: &'a [ItemKind],
    revisions: (Revision, Revision),
    list: Vec<Difference>,
}

impl Found<'_> {
    /// The server's own words.
    fn words(&mut self, name: &str, first: Option<&Node>, second: Option<&Node>) {
        let at = (ItemKind::Instructions, name);
        match (first, second) {
            (Some(first), Some(second)) => self.nodes(at, &mut Pointer::root(), first, second),
            (None, None) => {}
            _ => self.push(at, &Pointer::root(), first, second),
        }
    }

    fn item(&mut self, named: &Item, first: Option<&Item>, second: Option<&Item>) {
        let at = (named.kind, named.name.as_str());
        let (Some(first), Some(second)) = (first, second) else {
            let (first, second) = (first.map(|item| &item.node), second.map(|item| &item.node));
            return self.push(at, &Pointer::root(), first, second);
        };
        if !first.node.is_map() || !second.node.is_map() {
            return self.nodes(at, &mut Pointer::root(), &first.node, &second.node);
        }
        let mut field = Pointer::root();
        for (key, ours, theirs) in both(&first.node, &second.node) {
            if self.is_no_news(key, ours, theirs) {
                continue;
            }
            field.push(key);
            match (ours, theirs) {
                (Some(ours), Some(theirs)) if key == "messages" => {
                    self.nodes(at, &mut field, &timeless(ours), &timeless(theirs));
                }
                (Some(ours), Some(theirs)) => self.nodes(at, &mut field, ours, theirs),
                _ => self.push(at, &field, ours, theirs),
            }
            field.pop();
        }
    }

    /// Whether a difference in this member of an item means nothing.
    fn is_no_news(&self, key: &str, first: Option<&Node>, second: Option<&Node>) -> bool {
        let lacking = match (first, second) {
            (Some(_), None) => self.revisions.1,
            (None, Some(_)) => self.revisions.0,
            _ => return key == "contents",
        };
        let epoch = EPOCHS.iter().find(|(name, ..)| *name == key);
        matches!(key, "contents" | "messages" | "result")
            || epoch.is_some_and(|(_, from, to)| lacking < *from || lacking > *to)
    }

    fn nodes(&mut self, at: (ItemKind, &str), field: &mut Pointer, first: &Node, second: &Node) {
        match (&first.value, &second.value) {
            (Value::Map(_), Value::Map(_)) => {
                for (key, ours, theirs) in both(first, second) {
                    field.push(key);
                    match (ours, theirs) {
                        (Some(ours), Some(theirs)) => self.nodes(at, field, ours, theirs),
                        _ => self.push(at, field, ours, theirs),
                    }
                    field.pop();
                }
            }
            (Value::List(ours), Value::List(theirs)) if ours.len() == theirs.len() => {
                for (index, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
                    field.push_index(index);
                    self.nodes(at, field, ours, theirs);
                    field.pop();
                }
            }
            (ours, theirs) if ours == theirs => {}
            _ => {
                if canonical::write(first) != canonical::write(second) {
                    self.push(at, field, Some(first), Some(second));
                }
            }
        }
    }

    fn push(&mut self, at: (ItemKind, &str), field: &Pointer, first: Option<&Node>, second: Option<&Node>) {
        if self.list.len() >= LISTED {
            return;
        }
        self.list.push(Difference {
            item: at.0,
            name: at.1.to_owned(),
            field: field.clone(),
            first: first.map(written),
            second: second.map(written),
            between: self.between.to_owned(),
            announced: self.changed.contains(&at.0),
        });
    }
}

/// Messages without what changes by itself: contents of embedded resources, and digits, which tell the time.
fn timeless(node: &Node) -> Node {
    let value = match &node.value {
        Value::Text(text) => {
            let words: Vec<&str> =
                text.split(|c: char| c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
            Value::Text(words.join("0").into())
        }
        Value::List(items) => Value::List(items.iter().map(timeless).collect()),
        Value::Map(entries) => {
            let lasting = entries.iter().filter(|entry| !matches!(&*entry.key, "resource" | "data"));
            Value::Map(lasting.map(|entry| Entry { node: timeless(&entry.node), ..entry.clone() }).collect())
        }
        other => other.clone(),
    };
    Node { value, span: node.span }
}

/// The members of both objects: first those of the first, then those that only the second has.
fn both<'a>(
    first: &'a Node,
    second: &'a Node,
) -> impl Iterator<Item = (&'a str, Option<&'a Node>, Option<&'a Node>)> {
    let ours = first.entries().iter().map(|entry| (&*entry.key, Some(&entry.node), second.get(&entry.key)));
    let theirs = second.entries().iter().filter(|entry| first.get(&entry.key).is_none());
    ours.chain(theirs.map(|entry| (&*entry.key, None, Some(&entry.node))))
}

fn written(node: &Node) -> String {
    let mut text = canonical::write(node);
    let mut end = text.len().min(KEPT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use portcullis_wire::json::{self, Dialect, Limits};

    fn surface(text: &str) -> Surface {
        let root = json::read(text.as_bytes(), Dialect::Strict, &Limits::default()).unwrap().root;
        portcullis_wire::surface::read(root, "s").unwrap().surface
    }

    fn differences(first: &str, second: &str, revisions: (Revision, Revision)) -> Vec<String> {
        let (first, second) = (surface(first), surface(second));
        let sides = (
            Side { surface: &first, revision: revisions.0 },
            Side { surface: &second, revision: revisions.1 },
        );
        compare(sides.0, sides.1, "a and b", &[])
            .into_iter()
            .map(|d| {
                let value = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
                format!("{} {} {} {} {}", d.item, d.name, d.field, value(d.first), value(d.second))
            })
            .collect()
    }

    const SAME: (Revision, Revision) = (Revision::R2025_11_25, Revision::R2025_11_25);

    #[test]
    fn order_and_spelling_of_numbers_do_not_count() {
        let first = r#"{"tools":[{"name":"a","x":1.0},{"name":"b"}]}"#;
        let second = r#"{"tools":[{"name":"b"},{"x":1,"name":"a"}]}"#;
        assert!(differences(first, second, SAME).is_empty());
    }

    #[test]
    fn a_changed_field_is_named_by_its_pointer() {
        let first = r#"{"tools":[{"name":"a","inputSchema":{"properties":{"p":{"description":"one"}}}}]}"#;
        let second = r#"{"tools":[{"name":"a","inputSchema":{"properties":{"p":{"description":"two"}}}}]}"#;
        assert_eq!(
            differences(first, second, SAME),
            [r#"tool a /inputSchema/properties/p/description "one" "two""#]
        );
    }

    #[test]
    fn an_item_that_one_side_lacks_is_a_difference_and_so_are_instructions() {
        let first = r#"{"tools":[{"name":"a"}],"instructions":"be kind"}"#;
        let second = r#"{"tools":[{"name":"a"},{"name":"a"}],"instructions":"be quick"}"#;
        assert_eq!(
            differences(first, second, SAME),
            [r#"instructions instructions  "be kind" "be quick""#, r#"tool a  - {"name":"a"}"#]
        );
    }

    #[test]
    fn messages_may_tell_the_time_but_nothing_else_to_one_client_only() {
        let at = |text: &str| {
            format!(r#"{{"prompts":[{{"name":"p","messages":[{{"content":{{"text":"{text}"}}}}]}}]}}"#)
        };
        assert!(differences(&at("it is 9:59"), &at("it is 10:00"), SAME).is_empty());
        assert_eq!(differences(&at("be kind"), &at("be quick"), SAME).len(), 1);
    }

    #[test]
    fn a_member_that_the_older_revision_does_not_know_may_be_missing_there_but_not_differ() {
        let first = r#"{"tools":[{"name":"a","icons":[],"title":"A"}]}"#;
        let second = r#"{"tools":[{"name":"a","title":"B"}]}"#;
        assert_eq!(
            differences(first, second, (Revision::R2025_11_25, Revision::R2025_06_18)),
            [r#"tool a /title "A" "B""#]
        );
        assert_eq!(differences(first, second, SAME).len(), 2);
    }
}
