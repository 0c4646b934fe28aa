//! YAML files of many documents, each behind a line `--- # path`.

use portcullis_model::{Entry, Node, Span, Value};

use super::file::Item;

/// The documents, each read by itself: a broken one costs the others nothing. The path behind its mark is its key.
pub(super) fn pages(text: &str) -> impl Iterator<Item = Item> {
    let mut pages: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if line == "---" || line.starts_with("--- ") {
            let path = line.split_once('#').map_or("", |(_, path)| path.trim());
            pages.push((path.to_owned(), String::new()));
            continue;
        }
        if pages.is_empty() {
            pages.push((String::new(), String::new()));
        }
        if let Some((_, page)) = pages.last_mut() {
            page.push_str(line);
            page.push('\n');
        }
    }
    pages.into_iter().filter(|(_, page)| !page.trim().is_empty()).zip(1..).map(|((path, page), number)| {
        match portcullis_hosts::yaml(&page) {
            Ok(node) if node.is_map() => Item::Record(number, with_path(node, &path), path),
            Ok(node) => Item::Broken(number, format!("it is {}; a record is an object", node.kind()), path),
            Err(reason) => Item::Broken(number, reason, path),
        }
    })
}

/// The document with its path as the member `@path`.
fn with_path(node: Node, path: &str) -> Node {
    let Value::Map(mut entries) = node.value else { return node };
    let node = Node::made_text(path);
    entries.push(Entry { key: "@path".into(), key_span: Span::UNKNOWN, node });
    Node::made(Value::Map(entries))
}
