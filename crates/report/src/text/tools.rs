//! What the tools of source code can do, as a table: a line for each tool.

use std::fmt::Write as _;

use super::{Page, Palette, wrap};
use crate::assessment::{SourceTool, ToolEffect};
use crate::neutral::terminal;
use crate::{order, words};

/// Tools shown; `--format json` has all.
const MOST_TOOLS: usize = 20;
/// Columns of a name.
const LONGEST_NAME: usize = 32;
/// Hosts, programs or paths named for each kind of effect.
const NAMED: usize = 3;

/// The kinds of effect that a person is told of, in the order of the columns, with the words for them.
const TOLD: [(&str, &[&str]); 8] = [
    ("runs programs", &["process"]),
    ("evaluates code", &["evaluate", "native"]),
    ("deletes files", &["delete"]),
    ("writes files", &["write"]),
    ("reads files", &["read"]),
    ("network", &["network", "listen"]),
    ("database", &["database"]),
    ("credentials", &["keyring", "clipboard"]),
];

impl Page<'_> {
    /// The tools of a target's source code.
    pub(super) fn source_tools(&self, target: &str, text: &mut String) {
        let Some(tools) = self.assessment.source_tools.get(target).filter(|tools| !tools.is_empty()) else {
            return;
        };
        let Palette { strong, faint, .. } = self.palette;
        let names: Vec<String> = tools.iter().take(MOST_TOOLS).map(name).collect();
        let column = names.iter().map(|name| wrap::width(name)).max().unwrap_or_default();
        let _ = writeln!(text, "{strong}{}{strong:#}", words::number(tools.len(), "tool"));
        for (tool, name) in tools.iter().zip(&names) {
            let pad = column.saturating_sub(wrap::width(name));
            let room = self.width.saturating_sub(column + 4).max(20);
            let does = wrap::shortened(&terminal(&does(tool)), room);
            let _ = writeln!(text, "  {name}{:pad$}  {faint}{does}{faint:#}", "");
        }
        if tools.len() > MOST_TOOLS {
            let more = tools.len() - MOST_TOOLS;
            let _ = writeln!(text, "  {faint}and {more} more; `--format json` has all{faint:#}");
        }
        text.push('\n');
    }

    /// The tools of the targets in which nothing was found.
    pub(super) fn source_tools_alone(&self, text: &mut String) {
        for target in order::targets(self.assessment) {
            let has_findings = self.assessment.findings.iter().any(|finding| finding.target == target.id);
            if !has_findings {
                self.source_tools(&target.id, text);
            }
        }
    }
}

fn name(tool: &SourceTool) -> String {
    let name = if tool.name.is_empty() { "(named at run time)" } else { &tool.name };
    terminal(&words::cut(name, LONGEST_NAME)).into_owned()
}

/// What a tool can do, such as `runs programs (git), reads files`.
fn does(tool: &SourceTool) -> String {
    let parts: Vec<String> = TOLD
        .iter()
        .filter_map(|(does, kinds)| {
            let effects: Vec<&ToolEffect> =
                tool.effects.iter().filter(|effect| kinds.contains(&effect.kind)).collect();
            let mut details: Vec<&str> =
                effects.iter().filter_map(|effect| effect.detail.as_deref()).map(str::trim).collect();
            details.sort_unstable();
            details.dedup();
            let more = details.len().saturating_sub(NAMED);
            details.truncate(NAMED);
            let mut shown = details.iter().map(|detail| words::brief(detail)).collect::<Vec<_>>().join(", ");
            if more > 0 {
                let _ = write!(shown, " and {more} more");
            }
            match (effects.is_empty(), shown.is_empty()) {
                (true, _) => None,
                (false, true) => Some((*does).to_owned()),
                (false, false) => Some(format!("{does} ({shown})")),
            }
        })
        .collect();
    if parts.is_empty() { String::from("touches nothing outside its process") } else { parts.join(", ") }
}
