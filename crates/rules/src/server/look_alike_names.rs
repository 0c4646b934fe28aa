//! Names of one server that can be taken for one another.

use portcullis_model::{Audience, Item, ItemKind, Severity};

use crate::evidence::{ServerEvidence, Subject};
use crate::naming::{self, Likeness};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// Two tools of one server whose names differ only in characters that look alike (Latin `a` and Cyrillic `а`); for
    /// pedants also in case or separators.
    ///
    /// ## Why it matters
    ///
    /// A person who approves one approves the other without seeing the difference. A permission rule for one does not
    /// hold for the other.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// {"server": "bank", "tools": [{"name": "pay", "inputSchema": {"type": "object"}},
    ///  {"name": "p\u0430y", "inputSchema": {"type": "object"}}]}
    /// ```
    ///
    /// ```json bad pedantic
    /// {"server": "files", "tools": [{"name": "readFile", "inputSchema": {"type": "object"}},
    ///  {"name": "read_file", "inputSchema": {"type": "object"}}]}
    /// ```
    ///
    /// ```json good
    /// {"server": "files", "tools": [{"name": "read_file", "inputSchema": {"type": "object"}},
    ///  {"name": "read_files", "inputSchema": {"type": "object"}}]}
    /// ```
    pub(crate) struct LookAlikeNames {
        id: "look-alike-names",
        summary: "two tools of one server have names that look alike",
        severity: High,
        confidence: High,
        threats: [ToolNameConflict],
        entry: Server,
        remedy: "Do not use the server: two names that look alike serve nobody honest.",
        references: ["CWE-1007", "UTS #39"],
        since: "0.1.0",
    }
}

impl Rule for LookAlikeNames {
    fn check_server(&self, server: &ServerEvidence<'_>, report: &mut Report<'_>) {
        let tools: Vec<&Item> = server.surface.tools().collect();
        let names: Vec<&str> = tools.iter().map(|tool| &*tool.name).collect();
        for group in naming::groups(&names, naming::folded) {
            report_pair(server, &tools, &group, Likeness::Spelling, report);
        }
        if names.iter().any(|name| !name.is_ascii()) {
            for group in naming::groups(&names, naming::skeleton) {
                report_pair(server, &tools, &group, Likeness::Confusable, report);
            }
        }
    }
}

/// Reports the first two different names of a group.
fn report_pair(server: &ServerEvidence<'_>, tools: &[&Item], group: &[usize], how: Likeness, report: &mut Report<'_>) {
    let members: Vec<&Item> = group.iter().filter_map(|index| tools.get(*index).copied()).collect();
    let Some((first, others)) = members.split_first() else { return };
    let differs = |other: &&&Item| match how {
        Likeness::Confusable => naming::folded(&other.name) != naming::folded(&first.name),
        Likeness::Spelling | Likeness::Affix => other.name != first.name,
    };
    let Some(other) = others.iter().find(differs) else { return };
    let subject = Subject { item: Some(ItemKind::Tool), name: Some(&other.name), ..server.subject };
    let draft = report
        .found(
            subject.at(&portcullis_model::Pointer::of(&["name"]), other.name_span()),
            format!("the tools `{}` and `{}` {}", first.name, other.name, how.as_str()),
        )
        .evidence(format!("{} {}", first.name.escape_unicode(), other.name.escape_unicode()));
    if how == Likeness::Spelling {
        draft.severity(Severity::Low).audience(Audience::Pedantic);
    }
}
