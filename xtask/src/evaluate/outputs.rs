//! Texts that a tool returned, and prompts: attacks that `judge` finds, honest ones that it flags.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use serde::Deserialize;

use super::{Work, by_a_rule, thresholds};
use crate::devset::{self, Half, LabelledText};
use crate::markdown::{Share, table};
use crate::portcullis::{Judged, Portcullis};

/// One text and what was said about it.
pub(super) struct Measured {
    label: LabelledText,
    judged: Judged,
}

impl Measured {
    fn found(&self) -> bool {
        self.judged.verdict != "allow"
    }
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

/// Judges every text on the surface that its label names.
pub(super) fn measure(portcullis: &Portcullis, folder: &Path, work: &Work) -> Result<Vec<Measured>, String> {
    let labels: BTreeMap<String, LabelledText> =
        devset::texts(folder)?.into_iter().map(|label| (label.id.clone(), label)).collect();
    let mut asked: BTreeMap<&str, String> = BTreeMap::new();
    for name in ["attack", "benign"] {
        for line in devset::unpacked(folder, &format!("outputs/{name}.jsonl.zst"))?.lines() {
            let Id { id } = serde_json::from_str(line).map_err(|error| format!("{name}: {error}"))?;
            let label = labels.get(&id).ok_or_else(|| format!("{name}: `{id}` has no label"))?;
            let file = asked.entry(label.surface.as_str()).or_default();
            file.push_str(line);
            file.push('\n');
        }
    }
    let mut judged = BTreeMap::new();
    for (surface, lines) in &asked {
        judged.extend(portcullis.judge(surface, &work.put(&format!("outputs-{surface}.jsonl"), lines)?)?);
    }
    labels
        .into_iter()
        .map(|(id, label)| {
            let judged = judged.remove(&id).ok_or_else(|| format!("`{id}` was not answered"))?;
            Ok(Measured { label, judged })
        })
        .collect()
}

pub(super) fn write(page: &mut String, measured: &[Measured]) {
    page.push_str("## Texts through `judge`\n\n### Attacks found\n\n");
    let attacks: Vec<&Measured> = measured.iter().filter(|case| case.label.attack).collect();
    let honest: Vec<&Measured> = measured.iter().filter(|case| !case.label.attack).collect();
    let source = |label: &LabelledText| format!("{} ({}, tier {})", label.source, label.surface, label.tier);
    table(
        page,
        &["source", "half", "#found", "#by a rule, too", "#any rule", "#denied"],
        &rows(&attacks, source),
    );
    page.push_str("By class, where a source has several:\n\n");
    let class = |label: &LabelledText| {
        // Where each text is a class of its own, the source says enough.
        let single = ["ziran", "safe-mcp"].contains(&label.source.as_str());
        if single { label.source.clone() } else { format!("{}: {}", label.source, label.class) }
    };
    table(
        page,
        &["class", "half", "#found", "#by a rule, too", "#any rule", "#denied"],
        &rows(&attacks, class),
    );
    page.push_str("### Honest texts flagged\n\n");
    table(
        page,
        &["source", "half", "#flagged", "#by a rule, too", "#any rule", "#denied"],
        &rows(&honest, source),
    );
    for surface in ["result", "prompt"] {
        let _ = writeln!(page, "### By score: {surface}\n");
        let scores: Vec<(bool, f64)> = measured
            .iter()
            .filter(|case| case.label.surface == surface)
            .map(|case| (case.label.attack, case.judged.score))
            .collect();
        thresholds(page, &scores);
    }
    by_rule(page, measured);
    missed(page, &attacks);
    flagged(page, &honest);
}

fn rows(cases: &[&Measured], key: impl Fn(&LabelledText) -> String) -> Vec<Vec<String>> {
    let mut groups: BTreeMap<String, Vec<&Measured>> = BTreeMap::new();
    for case in cases {
        groups.entry(key(&case.label)).or_default().push(case);
    }
    let mut rows: Vec<Vec<String>> =
        groups.iter().map(|(name, cases)| row(name, half(cases), cases)).collect();
    for wanted in [Half::Choose, Half::State] {
        let part: Vec<&Measured> = cases.iter().copied().filter(|case| case.label.half() == wanted).collect();
        rows.push(row("all", half(&part), &part));
    }
    rows.push(row("all", "both", cases));
    rows
}

fn row(name: &str, half: &str, cases: &[&Measured]) -> Vec<String> {
    vec![
        name.to_owned(),
        half.to_owned(),
        Share::of(cases, |case| case.found()).words(),
        Share::of(cases, |case| case.found() && by_a_rule(case.judged.rules.iter())).words(),
        Share::of(cases, |case| !case.judged.rules.is_empty()).words(),
        Share::of(cases, |case| case.judged.verdict == "deny").words(),
    ]
}

fn half(cases: &[&Measured]) -> &'static str {
    match cases.first().map(|case| case.label.half()) {
        Some(Half::Choose) => "choose",
        Some(Half::State) => "state",
        None => "–",
    }
}

fn by_rule(page: &mut String, measured: &[Measured]) {
    page.push_str("### By rule\n\n");
    let rules: BTreeSet<&String> = measured.iter().flat_map(|case| &case.judged.rules).collect();
    let rows: Vec<Vec<String>> = rules
        .into_iter()
        .map(|rule| {
            let count = |attack: bool, alone: bool| {
                let speaks = |case: &&Measured| {
                    case.label.attack == attack
                        && case.judged.rules.contains(rule)
                        && (!alone || case.judged.rules.len() == 1)
                };
                measured.iter().filter(speaks).count().to_string()
            };
            vec![rule.clone(), count(true, false), count(true, true), count(false, false), count(false, true)]
        })
        .collect();
    table(page, &["rule", "#attacks", "#alone", "#honest", "#alone"], &rows);
}

fn missed(page: &mut String, attacks: &[&Measured]) {
    let mut missed: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for case in attacks.iter().filter(|case| !case.found()) {
        missed
            .entry(format!("{}: {}", case.label.source, case.label.class))
            .or_default()
            .push(&case.label.id);
    }
    let count: usize = missed.values().map(Vec::len).sum();
    let _ = writeln!(page, "### Attacks that were missed: {count}\n");
    for (group, ids) in missed {
        let shown: Vec<&str> = ids.iter().copied().take(12).collect();
        let more = if ids.len() > shown.len() { ", …" } else { "" };
        let _ = writeln!(page, "* {group} ({}): {}{more}", ids.len(), shown.join(", "));
    }
    page.push('\n');
}

fn flagged(page: &mut String, honest: &[&Measured]) {
    page.push_str("### Every honest text that is flagged\n\n");
    let rows: Vec<Vec<String>> = honest
        .iter()
        .filter(|case| case.found())
        .map(|case| {
            vec![
                case.label.id.clone(),
                case.label.source.clone(),
                case.judged.verdict.clone(),
                case.judged.rules.join(", "),
            ]
        })
        .collect();
    table(page, &["id", "source", "verdict", "rules"], &rows);
}
