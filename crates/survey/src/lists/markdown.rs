//! Lists of links in Markdown: `- **[Name](address)** - description`, and links in the rows of tables.

use portcullis_model::{Entry, Node, Span, Value};

use super::file::Item;

/// The entries: every item of a list whose first link, pictures aside, leads out of the page. Members: `name`, `url`,
/// `description`, `heading`, and `links` with the other links of the item.
pub(super) fn entries(text: &str, base: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut heading = String::new();
    let mut in_code = false;
    for (line, number) in text.lines().zip(1..) {
        let trimmed = line.trim_start();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        if trimmed.starts_with('#') {
            heading = trimmed.trim_start_matches('#').trim().to_owned();
            continue;
        }
        let Some(item) = ["- ", "* ", "+ "].iter().find_map(|mark| trimmed.strip_prefix(mark)) else {
            continue;
        };
        let mut links = links(item);
        let Some(position) = links.iter().position(|link| !link.address.starts_with('#')) else { continue };
        let first = links.remove(position);
        let address = |address: &str| match address.contains("://") || base.is_empty() {
            true => address.to_owned(),
            false => format!("{base}{}", address.trim_start_matches("./").trim_start_matches('/')),
        };
        let rest = item.get(first.end..).unwrap_or_default();
        let description = rest.trim_start_matches(['*', '_', ')', ' ', '-', '–', '—', ':']).trim();
        let others = links.iter().map(|link| Node::made_text(&address(&link.address))).collect();
        let members = [
            ("name", Node::made_text(&first.text)),
            ("url", Node::made_text(&address(&first.address))),
            ("description", Node::made_text(description)),
            ("heading", Node::made_text(&heading)),
            ("links", Node::made(Value::List(others))),
        ];
        let entries = members
            .into_iter()
            .map(|(key, node)| Entry { key: key.into(), key_span: Span::UNKNOWN, node })
            .collect();
        items.push(Item::Record(number, Node::made(Value::Map(entries)), String::new()));
    }
    items
}

struct Link {
    text: String,
    address: String,
    /// Where it ends in the item.
    end: usize,
}

/// The links `[text](address)` of an item; pictures `![…](…)` are none.
fn links(item: &str) -> Vec<Link> {
    let mut links = Vec::new();
    let mut from = 0;
    while let Some(middle) = item.get(from..).and_then(|rest| rest.find("](")).map(|at| from + at) {
        from = middle + 2;
        let Some((start, text)) = opening(item.get(..middle).unwrap_or_default()) else { continue };
        let rest = item.get(middle + 2..).unwrap_or_default();
        let Some(length) = closing(rest) else { continue };
        from = middle + 2 + length + 1;
        let is_picture = item.get(..start).is_some_and(|before| before.ends_with('!'));
        let address = rest.get(..length).unwrap_or_default().split_whitespace().next().unwrap_or_default();
        let address = address.trim_matches(['<', '>']);
        let text = text.replace(['*', '`'], "");
        let text = text.trim();
        if !is_picture && !address.is_empty() && !text.is_empty() && !text.starts_with('!') {
            links.push(Link { text: text.to_owned(), address: address.to_owned(), end: from });
        }
    }
    links
}

/// The bracket that opens what ends here, and the text behind it. Brackets inside are passed over.
fn opening(before: &str) -> Option<(usize, &str)> {
    let mut depth = 0;
    for (at, character) in before.char_indices().rev() {
        match character {
            ']' => depth += 1,
            '[' if depth == 0 => return Some((at, before.get(at + 1..)?)),
            '[' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Where the parenthesis closes.
fn closing(rest: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, character) in rest.char_indices() {
        match character {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_its_first_link_that_leads_out() {
        let text = "# Tools\n\n- **[Weather](https://github.com/ann/weather)** - tells the [weather](https://example.org).\n\
            - <img src=\"x\"/> [Maps [beta]](src/maps \"title\") by someone\n* [Contents](#contents)\n- ![picture](p.png) [![b](b.png)](x) no name\n\
            ```\n- [Code](https://example.com)\n```\ntext [not](https://example.com) in a list";
        let shown: Vec<String> = entries(text, "https://github.com/o/r/tree/main/")
            .iter()
            .map(|item| match item {
                Item::Record(line, node, _) => format!(
                    "{line} {} {} | {} | {}",
                    node.get_text("name").unwrap(),
                    node.get_text("url").unwrap(),
                    node.get_text("description").unwrap(),
                    node.get_text("heading").unwrap()
                ),
                other => format!("{other:?}"),
            })
            .collect();
        assert_eq!(
            shown,
            [
                "3 Weather https://github.com/ann/weather | tells the [weather](https://example.org). | Tools",
                "4 Maps [beta] https://github.com/o/r/tree/main/src/maps | by someone | Tools",
            ]
        );
    }
}
