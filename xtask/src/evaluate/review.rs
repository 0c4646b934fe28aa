//! What people think of each flagged honest tool. The file is merged, never overwritten: a verdict stays.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use super::metadata::Measured;
use crate::markdown::table;

const HEAD: &str = "\
# Honest tools of the development set that a rule flags, looked at by a person. `cargo xtask evaluate` adds rows.
# verdict: open (nobody looked yet), defended (worth telling whoever installs it), false (to be fixed in the rule)
# server\ttool\trule\tverdict\twhy
";

/// Server, tool and rule.
type Key = (String, String, String);

/// The reviewed findings.
pub(super) struct Review {
    /// Verdict and reason of each finding that was made in this run.
    made: BTreeMap<Key, (String, String)>,
}

/// Reads the file, adds what is new, drops what is no longer found and was never decided, and writes it back.
pub(super) fn merge(path: &Path, measured: &[Measured]) -> Result<Review, String> {
    let mut rows = read(path)?;
    let mut made = BTreeMap::new();
    for case in measured.iter().filter(|case| !case.label.poisoned) {
        for rule in &case.rules {
            let key = (case.label.server.clone(), case.label.tool.clone(), rule.clone());
            let decision = rows.get(&key).cloned().unwrap_or_else(|| (String::from("open"), String::new()));
            made.insert(key, decision);
        }
    }
    rows.retain(|_, (verdict, _)| verdict != "open");
    rows.extend(made.clone());
    let mut text = String::from(HEAD);
    for ((server, tool, rule), (verdict, why)) in &rows {
        let _ = writeln!(text, "{server}\t{tool}\t{rule}\t{verdict}\t{why}");
    }
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(Review { made })
}

fn read(path: &Path) -> Result<BTreeMap<Key, (String, String)>, String> {
    let Ok(text) = fs::read_to_string(path) else { return Ok(BTreeMap::new()) };
    let mut rows = BTreeMap::new();
    for (index, line) in
        text.lines().enumerate().filter(|(_, line)| !line.starts_with('#') && !line.is_empty())
    {
        let [server, tool, rule, verdict, why] = line.split('\t').collect::<Vec<_>>()[..] else {
            return Err(format!("benign-review.tsv: line {} has not five columns", index + 1));
        };
        if !["open", "defended", "false"].contains(&verdict) {
            return Err(format!(
                "benign-review.tsv: line {}: `{verdict}` is open, defended or false",
                index + 1
            ));
        }
        rows.insert((server.into(), tool.into(), rule.into()), (verdict.into(), why.into()));
    }
    Ok(rows)
}

impl Review {
    /// How many tools are flagged by a rule whose finding nobody defends.
    pub(super) fn wrong(&self) -> usize {
        let tools: std::collections::BTreeSet<(&str, &str)> = self
            .made
            .iter()
            .filter(|(_, (verdict, _))| verdict != "defended")
            .map(|((server, tool, _), _)| (server.as_str(), tool.as_str()))
            .collect();
        tools.len()
    }

    pub(super) fn write(&self, page: &mut String) {
        page.push_str(
            "### Every honest tool that is flagged\n\nVerdicts and reasons are kept in `bench/benign-review.tsv`.\n\n",
        );
        let rows: Vec<Vec<String>> = self
            .made
            .iter()
            .map(|((server, tool, rule), (verdict, why))| {
                vec![server.clone(), tool.clone(), rule.clone(), verdict.clone(), why.clone()]
            })
            .collect();
        table(page, &["server", "tool", "rule", "verdict", "why"], &rows);
    }
}
