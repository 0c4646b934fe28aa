//! Texts of one server that name another's tools.

use std::collections::BTreeMap;

use portcullis_model::{Audience, ItemKind, Node, Pointer, Severity, Surface};

use crate::evidence::{InstalledServer, Installation, Neighbours, Subject};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A description or the instructions of one server that name a tool of another server of the installation. Only names
    /// that are no ordinary word count (`send_email`, `browser-click`), and only where the server offers no tool of that
    /// name itself.
    ///
    /// ## Why it matters
    ///
    /// A server has no business with other servers' tools. `Before any send_email ...` in the description of a calculator
    /// steers the mail server, even if the calculator is never called.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// [{"server": "mail", "tools": [{"name": "send_email", "inputSchema": {"type": "object"}}]},
    ///  {"server": "sums", "tools": [{"name": "add", "description": "Adds two numbers. Works well with send_email.",
    ///   "inputSchema": {"type": "object"}}]}]
    /// ```
    ///
    /// ```json good
    /// [{"server": "mail", "tools": [{"name": "send_email", "inputSchema": {"type": "object"}}]},
    ///  {"server": "sums", "tools": [{"name": "add", "description": "Adds two numbers; see also multiply_numbers.",
    ///   "inputSchema": {"type": "object"}}]}]
    /// ```
    pub(crate) struct CrossServerMention {
        id: "cross-server-mention",
        summary: "a text of one server names another server's tool",
        severity: Low,
        confidence: High,
        audience: Pedantic,
        threats: [CrossServerShadowing],
        entry: Installation,
        remedy: "Read the text: if it says how the other tool is to be used, remove the server.",
        references: ["arXiv 2503.23278"],
        since: "0.1.0",
    }
}

/// Findings; more say no more.
const MOST_FINDINGS: usize = 50;

impl Rule for CrossServerMention {
    fn check_installation(&self, installation: &Installation<'_>, report: &mut Report<'_>) {
        let mut owners: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for server in installation.in_use() {
            let Some(surface) = server.surface else { continue };
            for tool in surface.tools().filter(|tool| is_distinct(&tool.name)) {
                owners.entry(&tool.name).or_default().push(server.name);
            }
        }
        let mut left = MOST_FINDINGS;
        for server in installation.in_use() {
            let Some(surface) = server.surface else { continue };
            for (item, text, node) in texts(surface) {
                let Some((name, owner)) = foreign(text, server, &owners) else { continue };
                left = left.saturating_sub(1);
                if left == 0 {
                    return;
                }
                report_mention(server, item, node, (name, owner), report);
            }
        }
    }
}

/// The descriptions and instructions of a server, with the item they belong to.
fn texts(surface: &Surface) -> impl Iterator<Item = (Option<&portcullis_model::Item>, &str, &Node)> {
    let instructions = surface.instructions.iter().filter_map(|node| Some((None, node.text()?, node)));
    let descriptions = surface.items.iter().filter_map(|item| {
        let node = item.node.get("description")?;
        Some((Some(item), node.text()?, node))
    });
    instructions.chain(descriptions)
}

/// The first name in a text that only other servers offer, and one that does.
fn foreign<'o>(
    text: &str,
    server: &InstalledServer<'_>,
    owners: &BTreeMap<&'o str, Vec<&'o str>>,
) -> Option<(&'o str, &'o str)> {
    let names = text.split(|character: char| !(character.is_ascii_alphanumeric() || "_-".contains(character)));
    names.filter(|name| is_distinct(name)).find_map(|name| {
        let (name, of) = owners.get_key_value(name)?;
        let own = of.contains(&server.name);
        of.first().filter(|_| !own).map(|owner| (*name, *owner))
    })
}

/// True for a name that is no word of a language: joined words, long enough to be meant.
fn is_distinct(name: &str) -> bool {
    const SHORTEST: usize = 6;
    let inner = name.get(1..name.len().saturating_sub(1)).unwrap_or_default();
    let has_hump = name.as_bytes().windows(2).any(|pair| matches!(pair, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()));
    name.len() >= SHORTEST && (inner.contains('_') || has_hump || inner.matches('-').count() >= 2)
}

fn report_mention(
    server: &InstalledServer<'_>,
    item: Option<&portcullis_model::Item>,
    node: &Node,
    (name, owner): (&str, &str),
    report: &mut Report<'_>,
) {
    let neighbours = Neighbours::default();
    let subject = Subject {
        server: server.name,
        file: server.file,
        item: Some(item.map_or(ItemKind::Instructions, |item| item.kind)),
        name: item.map(|item| &*item.name),
        neighbours: &neighbours,
    };
    let field = if item.is_some() { "description" } else { "instructions" };
    let text = node.text().unwrap_or_default();
    let start = text.find(name).unwrap_or_default();
    let part = portcullis_model::Span::new(start, start + name.len());
    report
        .found(
            subject.at(&Pointer::of(&[field]), node.span),
            format!("`{}` names `{name}`, a tool of `{owner}`", server.name),
        )
        .evidence(crate::evidence::excerpt(text, part))
        .severity(Severity::Low)
        .audience(Audience::Pedantic)
        .target(server.target);
}
