//! A server's surface from the shapes in which people and programs keep one.
//!
//! Read are: a surface object, the result of a list method or of `initialize`, the JSON-RPC response around such a
//! result, a list of tools, and one tool. What has the wrong shape is never dropped: it stays where rules look at
//! its text, a [`Problem`] names its place, and what could not be looked at as an item is in the coverage.

use portcullis_model::{Entry, Item, ItemKind, Node, Pointer, Span, Surface, Unread, Value};

use crate::fault::{Fault, Problem, Problems, quoted};
use crate::json;

/// The lists of a surface: what they hold and the member names they go by.
const LISTS: [(ItemKind, &[&str]); 4] = [
    (ItemKind::Tool, &["tools"]),
    (ItemKind::Prompt, &["prompts"]),
    (ItemKind::Resource, &["resources"]),
    (ItemKind::Template, &["resourceTemplates", "resource_templates"]),
];

/// A surface and what was odd about its document.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The surface.
    pub surface: Surface,
    /// Members of the wrong type; each message names the place as a pointer into the surface.
    pub problems: Vec<Problem>,
}

fn shown(pointer: &Pointer) -> String {
    quoted(pointer.as_str())
}

/// Reads one surface. Without a `server` member it is called `fallback_name`.
///
/// # Errors
/// A document that holds nothing of a surface.
pub fn read(root: Node, fallback_name: &str) -> Result<Reading, Fault> {
    let span = root.span;
    let (entries, around) = surface_entries(root).ok_or_else(|| {
        Fault::new(span, "document is no surface; give an object with `tools`, or a list of tools")
    })?;
    let mut reader = Reader {
        surface: Surface { server: fallback_name.to_owned(), rest: around, ..Surface::default() },
        problems: Problems::default(),
    };
    let lists_nothing = !entries.iter().any(|entry| is_list(&entry.key));
    for entry in entries {
        reader.member(entry);
    }
    if lists_nothing {
        reader.unread("tools", "the document has none of a surface's lists", false);
    }
    reader.count();
    Ok(Reading { surface: reader.surface, problems: reader.problems.into_vec() })
}

/// The surfaces of a document: the elements of a list of surfaces, otherwise the document itself.
#[must_use]
pub fn split(root: Node) -> Vec<Node> {
    match root.value {
        Value::List(items) if !items.is_empty() && items.iter().all(holds_surface) => items,
        value => vec![Node { value, span: root.span }],
    }
}

/// The members of the surface, and those of the response it came in.
fn surface_entries(root: Node) -> Option<(Vec<Entry>, Vec<Entry>)> {
    let is_tool = is_tool(&root);
    let is_surface = holds_surface(&root);
    match root.value {
        Value::Map(entries) if is_surface => Some((entries, Vec::new())),
        Value::Map(entries) if is_tool => {
            let tool = Node { value: Value::Map(entries), span: root.span };
            Some((vec![tools(vec![tool], root.span)], Vec::new()))
        }
        Value::Map(mut entries) => {
            let at =
                entries.iter().position(|entry| &*entry.key == "result" && holds_surface(&entry.node))?;
            match entries.remove(at).node.value {
                Value::Map(inner) => Some((inner, entries)),
                _ => None,
            }
        }
        Value::List(items) => Some((vec![tools(items, root.span)], Vec::new())),
        _ => None,
    }
}

fn tools(items: Vec<Node>, span: Span) -> Entry {
    Entry { key: "tools".into(), key_span: span, node: Node { value: Value::List(items), span } }
}

fn is_tool(node: &Node) -> bool {
    has_any(node, &["name"]) && has_any(node, &["inputSchema", "input_schema", "parameters"])
}

/// Whether an object has a member that only surfaces have. Exporters of tools write `server` beside `name`.
fn holds_surface(node: &Node) -> bool {
    node.entries().iter().any(|entry| is_list(&entry.key))
        || has_any(node, &["serverInfo"])
        || (!is_tool(node) && has_any(node, &["instructions"]))
        || (!has_any(node, &["name"]) && node.get_text("server").is_some())
}

fn is_list(key: &str) -> bool {
    LISTS.iter().any(|(_, names)| names.contains(&key))
}

fn has_any(node: &Node, names: &[&str]) -> bool {
    names.iter().any(|name| node.get(name).is_some())
}

struct Reader {
    surface: Surface,
    problems: Problems,
}

impl Reader {
    fn member(&mut self, entry: Entry) {
        if let Some((kind, _)) = LISTS.iter().find(|(_, names)| names.contains(&&*entry.key)) {
            return self.list(*kind, entry);
        }
        match (&*entry.key, &entry.node.value) {
            ("server" | "version" | "instructions", Value::Null) => {}
            ("server", Value::Text(name)) if name.is_empty() => {}
            ("server", Value::Text(name)) => self.surface.server = name.to_string(),
            ("version", Value::Text(version) | Value::Number(version)) => {
                self.surface.version = Some(version.to_string());
            }
            ("instructions", _) => {
                if entry.node.text().is_none() {
                    self.misshapen(&entry.node, "a text", &Pointer::of(&["instructions"]));
                }
                self.surface.instructions = Some(entry.node);
            }
            ("server" | "version", _) => {
                self.misshapen(&entry.node, "a text", &Pointer::of(&[&entry.key]));
                self.surface.rest.push(entry);
            }
            ("nextCursor", Value::Text(_)) => {
                self.unread("further pages", "the list goes on at `nextCursor`; list all pages", false);
                self.surface.rest.push(entry);
            }
            _ => self.surface.rest.push(entry),
        }
    }

    fn list(&mut self, kind: ItemKind, entry: Entry) {
        let list = Pointer::of(&[&entry.key]);
        let (span, key) = (entry.node.span, entry.key);
        match entry.node.value {
            Value::List(nodes) => {
                for (index, node) in nodes.into_iter().enumerate() {
                    let pointer = list.join(&index.to_string());
                    let name = self.name(kind, &node, &pointer);
                    self.surface.items.push(Item { kind, name, pointer, node });
                }
            }
            // Programs write null for what they did not ask for; every server of tools is asked for those.
            Value::Null if kind != ItemKind::Tool => self.unread(&key, "it is null", true),
            value => {
                let node = Node { value, span };
                self.misshapen(&node, "a list", &list);
                self.unread(&key, &format!("it is {} instead of a list", node.kind()), false);
                self.surface.rest.push(Entry { key, key_span: entry.key_span, node });
            }
        }
    }

    /// The name of an item; empty when there is none. What stands in its place is kept as it is spelt.
    fn name(&mut self, kind: ItemKind, node: &Node, pointer: &Pointer) -> String {
        let keys: &[&str] = match kind {
            ItemKind::Resource => &["name", "uri"],
            ItemKind::Template => &["name", "uriTemplate"],
            _ => &["name"],
        };
        if !node.is_map() {
            self.misshapen(node, "an object", pointer);
            return String::new();
        }
        let Some((key, name)) = keys.iter().find_map(|&key| node.get(key).map(|name| (key, name))) else {
            self.problems
                .push(Problem::new(node.span, format!("{} has no `name`; give it one", shown(pointer))));
            return String::new();
        };
        let at = pointer.join(key);
        match name.text() {
            Some("") => {
                self.problems.push(Problem::new(name.span, format!("{} is empty; name it", shown(&at))));
                String::new()
            }
            Some(name) => name.to_owned(),
            None => {
                self.misshapen(name, "a text", &at);
                json::write(name)
            }
        }
    }

    fn misshapen(&mut self, node: &Node, expected: &str, pointer: &Pointer) {
        let message = format!("{} is {} instead of {expected}", shown(pointer), node.kind());
        self.problems.push(Problem::new(node.span, message));
    }

    fn unread(&mut self, part: &str, reason: &str, expected: bool) {
        let unread = Unread { part: part.to_owned(), reason: reason.to_owned(), expected };
        self.surface.coverage.unread.push(unread);
    }

    fn count(&mut self) {
        for (kind, names) in LISTS {
            let count = self.surface.of_kind(kind).count();
            if count > 0 {
                let name = names.first().copied().unwrap_or_default();
                self.surface.coverage.read.push(format!("{name}: {count}"));
            }
        }
    }
}
