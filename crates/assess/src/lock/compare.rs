//! What differs between the pins and now.

use portcullis_model::{Change, ChangeKind, ItemKind, Location, Pointer};

use super::{Lock, Pin, PinnedItem, inner};

/// Between what a comparison with a lock file lies.
const BETWEEN: &str = "the lock file and now";

impl Lock {
    /// Every difference, in the order of the servers. A surface that was not looked at now is not compared.
    #[must_use]
    pub fn changes(&self, now: &Lock) -> Vec<Change> {
        let mut changes = Vec::new();
        for old in &self.servers {
            match now.pin(&old.name, &old.origin) {
                Some(new) => compare_server(old, new, &mut changes),
                None if now.servers.iter().any(|pin| pin.origin == old.origin) => {
                    changes.push(server_change(old, ChangeKind::Removed));
                }
                // The file that configures it was not part of this run.
                None => {}
            }
        }
        let known = |pin: &Pin| self.pin(&pin.name, &pin.origin).is_some();
        changes.extend(
            now.servers.iter().filter(|pin| !known(pin)).map(|pin| server_change(pin, ChangeKind::Added)),
        );
        changes
    }
}

impl PinnedItem {
    /// What differs between this item and what it is now, as one of `server`.
    #[must_use]
    pub fn changes(&self, server: &Pin, now: &PinnedItem, kind: ChangeKind) -> Vec<Change> {
        let mut changes = Vec::new();
        compare_fields(server, self, now, kind, &mut changes);
        changes
    }
}

fn location(pin: &Pin) -> Location {
    Location { server: Some(pin.name.clone()), file: Some(pin.origin.clone()), ..Location::default() }
}

fn server_change(pin: &Pin, kind: ChangeKind) -> Change {
    Change {
        server: pin.name.clone(),
        kind,
        item: None,
        name: pin.name.clone(),
        field: String::new(),
        before: None,
        after: None,
        between: BETWEEN.to_owned(),
        location: location(pin),
    }
}

fn compare_server(old: &Pin, new: &Pin, changes: &mut Vec<Change>) {
    let names: std::collections::BTreeSet<&String> = old.launch.keys().chain(new.launch.keys()).collect();
    for name in names {
        let (before, after) = (old.launch.get(name), new.launch.get(name));
        if before != after {
            changes.push(Change {
                field: format!("/{name}"),
                before: before.cloned(),
                after: after.cloned(),
                ..server_change(new, ChangeKind::LaunchChanged)
            });
        }
    }
    if old.surface && new.surface {
        compare_items(old, new, changes);
    }
}

fn compare_items(old: &Pin, new: &Pin, changes: &mut Vec<Change>) {
    let find = |items: &[PinnedItem], like: &PinnedItem| -> Option<PinnedItem> {
        items.iter().find(|item| item.kind == like.kind && item.name == like.name).cloned()
    };
    let removed: Vec<&PinnedItem> =
        old.items.iter().filter(|item| find(&new.items, item).is_none()).collect();
    let added: Vec<&PinnedItem> = new.items.iter().filter(|item| find(&old.items, item).is_none()).collect();
    for item in &removed {
        let renamed = added.iter().any(|new| new.kind == item.kind && new.body == item.body);
        if !renamed {
            changes.push(item_change(new, item, ChangeKind::Removed));
        }
    }
    for item in &added {
        let same_body = removed.iter().find(|old| old.kind == item.kind && old.body == item.body);
        if let Some(before) = same_body {
            changes.push(Change {
                before: Some(before.name.clone()),
                after: Some(item.name.clone()),
                ..item_change(new, item, ChangeKind::Renamed)
            });
        } else if let Some(gone) = find(&old.gone, item) {
            returned(new, &gone, item, changes);
        } else {
            let after = item.fields.get("description").and_then(|field| field.text.clone());
            changes.push(Change { after, ..item_change(new, item, ChangeKind::Added) });
        }
    }
    for before in &old.items {
        if let Some(after) = find(&new.items, before) {
            compare_fields(new, before, &after, ChangeKind::Changed, changes);
        }
    }
}

/// An item that was accepted as gone is back: with the same content it is new again, with another one it is suspect.
fn returned(pin: &Pin, gone: &PinnedItem, item: &PinnedItem, changes: &mut Vec<Change>) {
    if gone.body == item.body {
        changes.push(item_change(pin, item, ChangeKind::Added));
    } else {
        compare_fields(pin, gone, item, ChangeKind::Returned, changes);
    }
}

fn compare_fields(
    pin: &Pin,
    before: &PinnedItem,
    after: &PinnedItem,
    kind: ChangeKind,
    changes: &mut Vec<Change>,
) {
    let names: std::collections::BTreeSet<&String> =
        before.fields.keys().chain(after.fields.keys()).collect();
    for name in names {
        let (old, new) = (before.fields.get(name), after.fields.get(name));
        if old.map(|field| &field.digest) == new.map(|field| &field.digest) {
            continue;
        }
        let shown = |field: Option<&super::PinnedField>| {
            field.map(|field| field.text.clone().unwrap_or_else(|| format!("(sha256 {})", field.digest)))
        };
        let whole = Change { before: shown(old), after: shown(new), ..item_change(pin, after, kind) };
        let inner = whole.before.as_deref().zip(whole.after.as_deref());
        let field = Pointer::of(&[name]);
        match inner.and_then(|(before, after)| inner::differences(before, after)) {
            Some(parts) => changes.extend(parts.into_iter().map(|part| {
                let change = Change { before: part.before, after: part.after, ..whole.clone() };
                let mut inside = field.clone();
                part.at.segments().for_each(|segment| inside.push(&segment));
                at_field(change, inside)
            })),
            None => changes.push(at_field(whole, field)),
        }
    }
}

fn at_field(mut change: Change, field: Pointer) -> Change {
    field.as_str().clone_into(&mut change.field);
    change.location.field = Some(field);
    change
}

fn item_change(pin: &Pin, item: &PinnedItem, kind: ChangeKind) -> Change {
    let item_kind = match item.kind.as_str() {
        "prompt" => ItemKind::Prompt,
        "resource" => ItemKind::Resource,
        "template" => ItemKind::Template,
        "instructions" => ItemKind::Instructions,
        _ => ItemKind::Tool,
    };
    let location = Location { item: Some(item_kind), name: Some(item.name.clone()), ..location(pin) };
    Change { item: Some(item_kind), name: item.name.clone(), location, ..server_change(pin, kind) }
}
