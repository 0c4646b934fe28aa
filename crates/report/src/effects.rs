//! What a tool's code does, in words for people.

use std::fmt::Write as _;

use crate::assessment::{SourceTool, ToolEffect};
use crate::words;

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

/// A tool's name, or that it has none in the source.
pub(crate) fn name(tool: &SourceTool) -> &str {
    if tool.name.is_empty() { "(named at run time)" } else { &tool.name }
}

/// What a tool can do, such as `runs programs (git), reads files`.
pub(crate) fn does(tool: &SourceTool) -> String {
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
