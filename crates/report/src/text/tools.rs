//! What the tools of source code can do, as a table: a line for each tool.

use std::fmt::Write as _;

use super::{Page, Palette, wrap};
use crate::assessment::SourceTool;
use crate::effects::{self, does};
use crate::neutral::terminal;
use crate::{order, words};

/// Tools shown; `--format json` has all.
const MOST_TOOLS: usize = 20;
/// Columns of a name.
const LONGEST_NAME: usize = 32;
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
    terminal(&words::cut(effects::name(tool), LONGEST_NAME)).into_owned()
}
