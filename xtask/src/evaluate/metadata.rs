//! Tools: poisoned ones that are found, honest ones that are flagged.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use serde::Deserialize;

use super::review::Review;
use super::{Ask, Work, by_a_rule, thresholds};
use crate::devset::{self, Half, LabelledTool};
use crate::markdown::{Share, table};
use crate::portcullis::{Finding, Portcullis};

/// The promises of the project for this set.
const MOST_FLAGGED: f64 = 0.5;
const LEAST_FOUND: f64 = 90.0;

/// One tool and what was said about it.
pub(super) struct Measured {
    pub(super) label: LabelledTool,
    /// The rules that spoke about this tool, and whether one of them said medium or worse.
    pub(super) rules: BTreeSet<String>,
    pub(super) weighs: bool,
    pub(super) score: f64,
}

impl Measured {
    pub(super) fn found(&self) -> bool {
        !self.rules.is_empty()
    }
}

#[derive(Deserialize)]
struct Surface {
    server: String,
    tools: Vec<Tool>,
}

#[derive(Deserialize)]
struct Tool {
    name: String,
    #[serde(default)]
    description: String,
}

/// Scans both files and judges every description.
pub(super) fn measure(portcullis: &Portcullis, folder: &Path, work: &Work) -> Result<Vec<Measured>, String> {
    let mut said: BTreeMap<(String, String), Vec<Finding>> = BTreeMap::new();
    let mut asked = String::new();
    for name in ["poisoned", "benign"] {
        let text = devset::unpacked(folder, &format!("metadata/{name}.surfaces.jsonl.zst"))?;
        for line in text.lines() {
            let surface: Surface = serde_json::from_str(line).map_err(|error| format!("{name}: {error}"))?;
            for tool in &surface.tools {
                let id = format!("{}\t{}", surface.server, tool.name);
                let ask = Ask { id: &id, text: &tool.description, server: &surface.server, tool: &tool.name };
                asked.push_str(&ask.line()?);
            }
        }
        for scanned in portcullis.scan(&work.put(&format!("{name}.jsonl"), &text)?)? {
            if scanned.target.status != "scanned" {
                return Err(format!("not scanned: {}", scanned.target.locator));
            }
            for finding in scanned.findings {
                let tool = if finding.location.item == "tool" {
                    finding.location.name.clone()
                } else {
                    String::new()
                };
                said.entry((finding.location.server.clone(), tool)).or_default().push(finding);
            }
        }
    }
    let judged = portcullis.judge("description", &work.put("descriptions.jsonl", &asked)?)?;
    Ok(devset::tools(folder)?
        .into_iter()
        .map(|label| {
            // What is said about a whole server counts against each of its tools.
            let about = |tool: &str| said.get(&(label.server.clone(), tool.to_owned()));
            let findings: Vec<&Finding> = about(&label.tool).into_iter().chain(about("")).flatten().collect();
            let id = format!("{}\t{}", label.server, label.tool);
            Measured {
                rules: findings.iter().map(|finding| finding.rule.clone()).collect(),
                weighs: findings.iter().any(|finding| finding.weighs()),
                score: judged.get(&id).map_or(0.0, |judged| judged.score),
                label,
            }
        })
        .collect())
}

/// A named part of the set.
type Part<'a> = (String, Box<dyn Fn(&Measured) -> bool + 'a>);

pub(super) fn write(page: &mut String, measured: &[Measured], review: &Review) {
    let poisoned: Vec<&Measured> = measured.iter().filter(|case| case.label.poisoned).collect();
    let benign: Vec<&Measured> = measured.iter().filter(|case| !case.label.poisoned).collect();
    page.push_str("## Tools\n\n");
    promises(page, &poisoned, &benign, review);

    page.push_str("### Poisoned tools found\n\nBy source and wording; *plain* has no tag and no \"ignore previous\".\n\n");
    let heads = ["part", "#found", "#by a rule, too", "#medium or worse", "#half choose", "#half state"];
    table(page, &heads, &rows(&poisoned, &wordings(&poisoned)));
    page.push_str("By length, and shouting the word IMPORTANT:\n\n");
    table(page, &heads, &rows(&poisoned, &styles()));
    page.push_str("By class:\n\n");
    table(
        page,
        &heads,
        &rows(&poisoned, &groups(&poisoned, |label| format!("{}: {}", label.source, label.class))),
    );

    page.push_str("### Honest tools flagged\n\n");
    let heads = ["part", "#flagged", "#by a rule, too", "#medium or worse", "#half choose", "#half state"];
    table(
        page,
        &heads,
        &rows(&benign, &groups(&benign, |label| format!("{} (tier {})", label.source, label.tier))),
    );
    page.push_str("By length and shouting, as above:\n\n");
    table(page, &heads, &rows(&benign, &styles()));

    page.push_str("### Descriptions through `judge`, by score\n\n");
    let scores: Vec<(bool, f64)> = measured.iter().map(|case| (case.label.poisoned, case.score)).collect();
    thresholds(page, &scores);
    by_rule(page, measured);
    missed(page, &poisoned);
    review.write(page);
}

fn promises(page: &mut String, poisoned: &[&Measured], benign: &[&Measured], review: &Review) {
    let holds = |holds: bool| String::from(if holds { "holds" } else { "**does not hold**" });
    let stated = |cases: &[&Measured]| -> Share {
        Share::of(cases.iter().filter(|case| case.label.half() == Half::State), |case| case.found())
    };
    let found = Share::of(poisoned, |case| case.found());
    let flagged = Share::of(benign, |case| case.found());
    let wrong = Share { found: review.wrong(), all: flagged.all };
    let right = Share { found: found.found, all: found.found + flagged.found };
    let plain = Share::of(poisoned.iter().filter(|case| case.label.form == "plain"), |case| case.found());
    let rows = vec![
        vec![
            "poisoned tools found".into(),
            found.words(),
            stated(poisoned).words(),
            "at least 90 %".into(),
            holds(found.percent() >= LEAST_FOUND),
        ],
        vec![
            "plain-worded among them".into(),
            plain.words(),
            stated(&poisoned.iter().copied().filter(|case| case.label.form == "plain").collect::<Vec<_>>())
                .words(),
            "at least 90 %".into(),
            holds(plain.percent() >= LEAST_FOUND),
        ],
        vec![
            "honest tools flagged".into(),
            flagged.words(),
            stated(benign).words(),
            "at most 0.5 %".into(),
            holds(flagged.percent() <= MOST_FLAGGED),
        ],
        vec![
            "flagged and not defended below".into(),
            wrong.words(),
            String::from("–"),
            "at most 0.5 %".into(),
            holds(wrong.percent() <= MOST_FLAGGED),
        ],
        vec![
            "flagged tools that are poisoned".into(),
            right.words(),
            String::from("–"),
            String::from("–"),
            String::from("–"),
        ],
    ];
    table(page, &["measure", "#all", "#half state", "promise", ""], &rows);
}

fn rows(cases: &[&Measured], parts: &[Part<'_>]) -> Vec<Vec<String>> {
    let mut parts: Vec<&Part<'_>> = parts.iter().collect();
    let whole: Part<'_> = (String::from("all"), Box::new(|_| true));
    parts.push(&whole);
    parts
        .into_iter()
        .map(|(name, belongs)| {
            let inside: Vec<&Measured> = cases.iter().copied().filter(|case| belongs(case)).collect();
            let of = |half: Half| {
                Share::of(inside.iter().filter(|case| case.label.half() == half), |case| case.found()).words()
            };
            vec![
                name.clone(),
                Share::of(&inside, |case| case.found()).words(),
                Share::of(&inside, |case| by_a_rule(case.rules.iter())).words(),
                Share::of(&inside, |case| case.weighs).words(),
                of(Half::Choose),
                of(Half::State),
            ]
        })
        .collect()
}

fn groups<'a>(cases: &[&Measured], key: impl Fn(&LabelledTool) -> String + Copy + 'a) -> Vec<Part<'a>> {
    let names: BTreeSet<String> = cases.iter().map(|case| key(&case.label)).collect();
    names
        .into_iter()
        .map(|name| {
            let wanted = name.clone();
            let belongs: Box<dyn Fn(&Measured) -> bool + 'a> =
                Box::new(move |case| key(&case.label) == wanted);
            (name, belongs)
        })
        .collect()
}

fn wordings<'a>(cases: &[&Measured]) -> Vec<Part<'a>> {
    groups(cases, |label| [label.source.as_str(), label.form.as_str()].join(" ").trim().to_owned())
}

fn styles<'a>() -> Vec<Part<'a>> {
    vec![
        ("short (under 140 characters)".into(), Box::new(|case: &Measured| !case.label.long)),
        ("long".into(), Box::new(|case: &Measured| case.label.long)),
        ("shouting".into(), Box::new(|case: &Measured| case.label.shouting)),
        ("long and not shouting".into(), Box::new(|case: &Measured| case.label.long && !case.label.shouting)),
    ]
}

fn by_rule(page: &mut String, measured: &[Measured]) {
    page.push_str("### By rule\n\nTools that each rule speaks about; *alone* where no other rule does.\n\n");
    let rules: BTreeSet<&String> = measured.iter().flat_map(|case| &case.rules).collect();
    let rows: Vec<Vec<String>> = rules
        .into_iter()
        .map(|rule| {
            let count = |poisoned: bool, alone: bool| {
                let speaks = |case: &&Measured| {
                    case.label.poisoned == poisoned
                        && case.rules.contains(rule)
                        && (!alone || case.rules.len() == 1)
                };
                measured.iter().filter(speaks).count().to_string()
            };
            vec![rule.clone(), count(true, false), count(true, true), count(false, false), count(false, true)]
        })
        .collect();
    table(page, &["rule", "#poisoned", "#alone", "#honest", "#alone"], &rows);
}

fn missed(page: &mut String, poisoned: &[&Measured]) {
    let mut missed: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for case in poisoned.iter().filter(|case| !case.found()) {
        let label = &case.label;
        let group = format!("{} {}: {}", label.source, label.form, label.class);
        missed.entry(group).or_default().push(&label.origin);
    }
    let count: usize = missed.values().map(Vec::len).sum();
    let _ = writeln!(page, "### Poisoned tools that were missed: {count}\n\nIds at the source.\n");
    for (group, mut ids) in missed {
        ids.sort_unstable();
        let _ = writeln!(page, "* {group} ({}): {}", ids.len(), ids.join(", "));
    }
    page.push('\n');
}
