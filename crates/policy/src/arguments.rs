//! The arguments of a call as a policy sees them: texts under JSON Pointers, bounded, and the hosts they name.

use std::collections::BTreeSet;

use portcullis_model::{Node, Pointer, Value};

/// Values shown.
const VALUES: usize = 64;
/// Bytes of one value shown.
const VALUE_BYTES: usize = 1_024;
/// Bytes of one pointer shown.
const POINTER_BYTES: usize = 256;
/// Nodes visited.
const NODES: usize = 2_048;
/// Levels visited.
const LEVELS: usize = 16;
/// Hosts named.
const HOSTS: usize = 32;
/// Bytes searched for hosts, over all values.
const SEARCHED_BYTES: usize = 16 * 1_024;

/// What a policy sees of the arguments.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    /// Pointer and text, in document order.
    pub(crate) values: Vec<(String, String)>,
    /// Hosts of URLs and domains of mail addresses, in small letters.
    pub(crate) hosts: BTreeSet<String>,
    /// Something was left out.
    pub(crate) truncated: bool,
}

impl Shown {
    /// What is shown of `arguments` and of the `target` that the message names.
    pub(crate) fn of(arguments: Option<&Node>, target: &str) -> Self {
        let mut walk = Walk { shown: Self::default(), nodes: 0, searched: 0 };
        walk.search(target);
        if let Some(node) = arguments {
            walk.visit(node, &mut Pointer::root(), 0);
        }
        walk.shown
    }
}

struct Walk {
    shown: Shown,
    nodes: usize,
    searched: usize,
}

impl Walk {
    fn visit(&mut self, node: &Node, at: &mut Pointer, level: usize) {
        self.nodes += 1;
        if self.nodes > NODES || level > LEVELS {
            self.shown.truncated = true;
            return;
        }
        match &node.value {
            Value::Null => self.show(at, "null"),
            Value::Bool(true) => self.show(at, "true"),
            Value::Bool(false) => self.show(at, "false"),
            Value::Number(spelling) => self.show(at, spelling),
            Value::Text(text) => {
                self.search(text);
                self.show(at, text);
            }
            Value::List(items) => {
                for (index, item) in items.iter().enumerate().take(NODES) {
                    at.push_index(index);
                    self.visit(item, at, level + 1);
                    at.pop();
                }
            }
            Value::Map(entries) => {
                for entry in entries.iter().take(NODES) {
                    at.push(&entry.key);
                    self.visit(&entry.node, at, level + 1);
                    at.pop();
                }
            }
        }
    }

    /// A value that is too long is left out altogether: its beginning would pass for the whole in a comparison.
    fn show(&mut self, at: &Pointer, text: &str) {
        let fits = self.shown.values.len() < VALUES
            && text.len() <= VALUE_BYTES
            && at.as_str().len() <= POINTER_BYTES;
        if fits {
            self.shown.values.push((at.as_str().to_owned(), text.to_owned()));
        } else {
            self.shown.truncated = true;
        }
    }

    fn search(&mut self, text: &str) {
        self.searched = self.searched.saturating_add(text.len());
        if self.searched > SEARCHED_BYTES {
            self.shown.truncated = true;
            return;
        }
        for host in hosts(text) {
            if self.shown.hosts.len() >= HOSTS {
                self.shown.truncated = true;
                return;
            }
            self.shown.hosts.insert(host);
        }
    }
}

/// Hosts after `://` (user and port removed) and after `@`.
fn hosts(text: &str) -> impl Iterator<Item = String> + '_ {
    let authorities = text.match_indices("://").filter_map(|(at, mark)| {
        let rest = text.get(at + mark.len()..)?;
        let end = rest.find(|c: char| {
            matches!(c, '/' | '?' | '#' | '\\' | '"' | '\'' | '<' | '>') || c.is_whitespace()
        });
        let authority = rest.get(..end.unwrap_or(rest.len()))?;
        authority.rsplit('@').next()
    });
    let domains = text.match_indices('@').filter_map(|(at, mark)| text.get(at + mark.len()..));
    authorities.chain(domains).filter_map(host)
}

/// The host at the start of `text`, when there is one.
fn host(text: &str) -> Option<String> {
    if let Some(bracketed) = text.strip_prefix('[') {
        let address = bracketed.split(']').next()?;
        return (address.contains(':') && address.len() <= 45).then(|| address.to_lowercase());
    }
    let end =
        text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))).unwrap_or(text.len());
    let name = text.get(..end)?.trim_matches('.');
    (!name.is_empty() && name.len() <= 253).then(|| name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use portcullis_model::Entry;

    use super::*;

    fn map(entries: Vec<(&str, Node)>) -> Node {
        let entries = entries.into_iter();
        Node::made(Value::Map(
            entries
                .map(|(key, node)| Entry { key: key.into(), key_span: portcullis_model::Span::UNKNOWN, node })
                .collect(),
        ))
    }

    #[test]
    fn values_stand_under_their_pointers() {
        let to = Node::made(Value::List(vec![
            Node::made_text("anna@example.org"),
            Node::made(Value::Number("1.10".into())),
        ]));
        let shown = Shown::of(Some(&map(vec![("to", to), ("a/b", Node::made(Value::Bool(true)))])), "");
        let values: Vec<_> = shown.values.iter().map(|(at, text)| (at.as_str(), text.as_str())).collect();
        assert_eq!(values, [("/to/0", "anna@example.org"), ("/to/1", "1.10"), ("/a~1b", "true")]);
        assert!(!shown.truncated);
    }

    #[test]
    fn hosts_are_found_in_urls_and_addresses() {
        let text = "see https://user:pw@Docs.Example.com:8443/a?b=http://inner.example/x and Anna <anna@example.org>.";
        let shown = Shown::of(Some(&Node::made_text(text)), "http://[2001:DB8::1]:80/");
        let hosts: Vec<_> = shown.hosts.iter().map(String::as_str).collect();
        assert_eq!(hosts, ["2001:db8::1", "docs.example.com", "example.org", "inner.example"]);
    }

    #[test]
    fn what_is_too_much_is_left_out_and_said() {
        let long = Shown::of(Some(&Node::made_text(&"x".repeat(VALUE_BYTES + 1))), "");
        assert!(long.truncated && long.values.is_empty());
        let many = Shown::of(Some(&Node::made(Value::List(vec![Node::made_text("x"); 100_000]))), "");
        assert!(many.truncated);
        assert_eq!(many.values.len(), VALUES);
        let mut deep = Node::made_text("x");
        for _ in 0..100 {
            deep = Node::made(Value::List(vec![deep]));
        }
        assert!(Shown::of(Some(&deep), "").truncated);
    }
}
