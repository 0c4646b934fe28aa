//! How well the classifier of tools agrees with people: two lists of tools, judged by hand, one of them kept apart.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used
)]

use portcullis_model::{Entry, Item, ItemKind, Node, Pointer, Span, Value};
use portcullis_rules::capability::{Capabilities, of_tool};

const CLASSES: [char; 8] = ['E', 'P', 'N', 'w', 'd', 's', 'x', '$'];

struct Judged {
    item: Item,
    classes: String,
}

fn entry(key: &str, node: Node) -> Entry {
    Entry { key: key.into(), key_span: Span::UNKNOWN, node }
}

fn judged(list: &str) -> Vec<Judged> {
    let lines = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let columns: Vec<_> = line.split('|').map(str::trim).collect();
            let [name, description, parameters, classes] = columns[..] else {
                panic!("four columns: {line}")
            };
            let properties = parameters.split_whitespace().map(|key| {
                entry(key, Node::made(Value::Map(vec![entry("type", Node::made_text("string"))])))
            });
            let schema = vec![entry("properties", Node::made(Value::Map(properties.collect())))];
            let node = Node::made(Value::Map(vec![
                entry("name", Node::made_text(name)),
                entry("description", Node::made_text(description)),
                entry("inputSchema", Node::made(Value::Map(schema))),
            ]));
            let item = Item { kind: ItemKind::Tool, name: name.to_owned(), pointer: Pointer::root(), node };
            Judged { item, classes: classes.to_owned() }
        })
        .collect()
}

fn letters(found: &Capabilities) -> String {
    let shown = [
        &found.ingests,
        &found.reads_private,
        &found.reaches_network,
        &found.writes,
        &found.deletes,
        &found.sends,
        &found.executes,
        &found.spends_money,
    ];
    CLASSES.iter().zip(shown).filter(|(_, why)| why.is_some()).map(|(letter, _)| *letter).collect()
}

/// Share of tools on which the classifier and the judge agree, per class.
fn agreement(list: &str) -> Vec<(char, f64)> {
    let tools = judged(list);
    let mut agree = [0_u32; CLASSES.len()];
    for tool in &tools {
        let found = of_tool(&tool.item);
        let letters = letters(&found);
        for (at, class) in CLASSES.iter().enumerate() {
            agree[at] += u32::from(letters.contains(*class) == tool.classes.contains(*class));
        }
        if !CLASSES.iter().all(|class| letters.contains(*class) == tool.classes.contains(*class)) {
            println!("{}: judged {:?}, found {letters:?}", tool.item.name, tool.classes);
        }
    }
    let count = u32::try_from(tools.len()).unwrap();
    CLASSES.iter().zip(agree).map(|(class, agree)| (*class, f64::from(agree) / f64::from(count))).collect()
}

#[test]
fn the_classifier_agrees_with_the_judge_on_the_tools_it_was_made_with() {
    let list = include_str!("judged/first.txt");
    assert!(judged(list).len() >= 120);
    for (class, share) in agreement(list) {
        println!("{class} {share:.3}");
        assert!(share >= 0.95, "class {class}: {share:.3}");
    }
}

#[test]
fn the_classifier_agrees_with_the_judge_on_tools_it_was_not_made_with() {
    let list = include_str!("judged/second.txt");
    for (class, share) in agreement(list) {
        println!("{class} {share:.3}");
        assert!(share >= 0.88, "class {class}: {share:.3}");
    }
}
