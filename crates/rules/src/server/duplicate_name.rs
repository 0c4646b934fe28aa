//! Two items of one name in one server.

use portcullis_model::{Audience, Item, ItemKind, Node, Severity, Value};

use crate::evidence::{ServerEvidence, Subject};
use crate::naming;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// Two tools, or two prompts, of one server with the same name and different definitions. Exact repetitions are only
    /// shown to pedants.
    ///
    /// ## Why it matters
    ///
    /// One definition is reviewed and shown, the other may be called: hosts differ in whether the first or the last wins.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// {"server": "mail", "tools": [
    ///  {"name": "send", "description": "Sends a mail.", "inputSchema": {"type": "object"}},
    ///  {"name": "send", "description": "Sends a mail with a copy to the archive.", "inputSchema": {"type": "object"}}]}
    /// ```
    ///
    /// ```json good
    /// {"server": "mail", "tools": [
    ///  {"name": "send", "description": "Sends a mail.", "inputSchema": {"type": "object"}},
    ///  {"name": "list", "description": "Lists mail.", "inputSchema": {"type": "object"}}]}
    /// ```
    pub(crate) struct DuplicateName {
        id: "duplicate-name",
        summary: "two items of one server have the same name",
        severity: Medium,
        confidence: Certain,
        threats: [ToolNameConflict],
        entry: Server,
        remedy: "Do not use the server until its author gives every tool and prompt its own name.",
        references: ["CWE-694"],
        since: "0.1.0",
    }
}

impl Rule for DuplicateName {
    fn check_server(&self, server: &ServerEvidence<'_>, report: &mut Report<'_>) {
        for kind in [ItemKind::Tool, ItemKind::Prompt] {
            let items: Vec<&Item> = server.surface.of_kind(kind).collect();
            let names: Vec<&str> = items.iter().map(|item| &*item.name).collect();
            for group in naming::groups(&names, str::to_owned) {
                let members: Vec<&Item> = group.iter().filter_map(|index| items.get(*index).copied()).collect();
                let Some((first, others)) = members.split_first() else { continue };
                let alike = others.iter().all(|other| same(&first.node, &other.node));
                let subject = Subject { item: Some(kind), name: Some(&first.name), ..server.subject };
                let draft = report.found(
                    others.first().map_or_else(
                        || subject.location(),
                        |other| subject.at(&portcullis_model::Pointer::of(&["name"]), other.name_span()),
                    ),
                    format!("{} {kind}s are called `{}`", members.len(), first.name),
                );
                if alike {
                    draft.severity(Severity::Low).audience(Audience::Pedantic);
                }
            }
        }
    }
}

/// True when two trees hold the same, wherever they stand.
fn same(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Map(one), Value::Map(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| one.key == other.key && same(&one.node, &other.node))
        }
        (one, other) => one == other,
    }
}
