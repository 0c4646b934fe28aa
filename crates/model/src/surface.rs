//! A server's surface: everything it says that can reach a model.

use crate::finding::ItemKind;
use crate::tree::{Entry, Node, Pointer, Span};

/// One server's surface: its items, its own words, and what of it could not be read.
#[derive(Debug, Clone, Default)]
pub struct Surface {
    /// The name under which the server is known here (configured or recorded; never what it calls itself).
    pub server: String,
    /// The version it declares.
    pub version: Option<String>,
    /// Instructions to the model.
    pub instructions: Option<Node>,
    /// Tools, prompts, resources and resource templates in the order the server lists them.
    pub items: Vec<Item>,
    /// Every other member as it was read: `serverInfo`, `_meta`, capabilities, unknown fields.
    pub rest: Vec<Entry>,
    /// What was read and what was not.
    pub coverage: Coverage,
}

/// One tool, prompt, resource or template.
#[derive(Debug, Clone)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// Its name; a resource without one is known by its URI. Empty when the server gave none.
    pub name: String,
    /// Where it stands in the surface, such as `/tools/3`.
    pub pointer: Pointer,
    /// The whole item as the server gave it, unknown members included. Bodies fetched live are members too:
    /// `messages` of a prompt, `contents` of a resource.
    pub node: Node,
}

impl Item {
    /// The `description`.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.node.get_text("description")
    }

    /// The `title`, or the older place of it in the annotations.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.node
            .get_text("title")
            .or_else(|| self.node.get("annotations").and_then(|annotations| annotations.get_text("title")))
    }

    /// The `inputSchema` (also spelt `input_schema` or `parameters` by exporters of surfaces).
    #[must_use]
    pub fn input_schema(&self) -> Option<&Node> {
        ["inputSchema", "input_schema", "parameters"].iter().find_map(|key| self.node.get(key))
    }

    /// The declared parameters: name and schema, in document order.
    pub fn parameters(&self) -> impl Iterator<Item = &Entry> {
        self.input_schema().and_then(|schema| schema.get("properties")).map_or(&[][..], Node::entries).iter()
    }

    /// A boolean annotation such as `readOnlyHint`.
    #[must_use]
    pub fn hint(&self, name: &str) -> Option<bool> {
        self.node.get("annotations").and_then(|annotations| annotations.get(name)).and_then(Node::bool)
    }

    /// The place of the item's name in the document it was read from.
    #[must_use]
    pub fn name_span(&self) -> Span {
        self.node.get("name").or_else(|| self.node.get("uri")).map_or(self.node.span, |name| name.span)
    }
}

impl Surface {
    /// The items of one kind.
    pub fn of_kind(&self, kind: ItemKind) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| item.kind == kind)
    }

    /// The tools.
    pub fn tools(&self) -> impl Iterator<Item = &Item> {
        self.of_kind(ItemKind::Tool)
    }
}

/// The coverage ledger: what was read, and what was not and why. Anything unread makes the target incomplete.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// What was read, in words with counts, such as `tools: 12 on 2 pages`.
    pub read: Vec<String>,
    /// What exists or may exist and was not read.
    pub unread: Vec<Unread>,
}

/// A part that was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The part, such as `resource file:///big.bin`.
    pub part: String,
    /// Why, such as `larger than 1048576 bytes`.
    pub reason: String,
    /// True when it was left out by design (a server that does not offer it), so the target still counts as scanned.
    pub expected: bool,
}
