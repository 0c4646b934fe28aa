//! Our own texts: `fixtures/text/*.tsv`. They are there on every machine.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use super::{Ask, Work, by_a_rule};
use crate::fixtures::{self, Example};
use crate::markdown::{Share, table};
use crate::portcullis::{Judged, Portcullis};

/// One text and what was said about it.
pub(super) struct Measured {
    example: Example,
    judged: Judged,
}

impl Measured {
    fn found(&self) -> bool {
        self.judged.verdict != "allow"
    }
}

/// Judges every text on the surface that it is written for.
pub(super) fn measure(portcullis: &Portcullis, root: &Path, work: &Work) -> Result<Vec<Measured>, String> {
    let examples = fixtures::texts(root)?;
    let mut asked: BTreeMap<&str, String> = BTreeMap::new();
    for example in &examples {
        let ask = Ask { id: &example.id, text: &example.text, server: "", tool: &example.tool };
        asked.entry(example.surface.as_str()).or_default().push_str(&ask.line()?);
    }
    let mut judged = BTreeMap::new();
    for (surface, lines) in &asked {
        judged.extend(portcullis.judge(surface, &work.put(&format!("own-{surface}.jsonl"), lines)?)?);
    }
    examples
        .into_iter()
        .map(|example| {
            let judged =
                judged.remove(&example.id).ok_or_else(|| format!("`{}` was not answered", example.id))?;
            Ok(Measured { example, judged })
        })
        .collect()
}

pub(super) fn write(page: &mut String, measured: &[Measured]) {
    page.push_str("## Our own texts\n\n`fixtures/text`, written for Portcullis.\n\n");
    let key = |example: &Example| [example.file.clone(), example.surface.clone()];
    write_by(page, measured, &["file", "surface"], key);
    write_by(page, measured, &["file", "language"], |example| {
        [example.file.clone(), example.language.clone()]
    });
    write_by(page, measured, &["file", "class"], |example| [example.file.clone(), example.class.clone()]);
    for (title, attack) in [("Attacks that were missed", true), ("Honest texts that are flagged", false)] {
        let wrong = measured.iter().filter(|case| case.example.attack == attack && case.found() != attack);
        let ids: Vec<&str> = wrong.map(|case| case.example.id.as_str()).collect();
        let _ = writeln!(page, "{title} ({}): {}\n", ids.len(), ids.join(", "));
    }
}

fn write_by(
    page: &mut String,
    measured: &[Measured],
    heads: &[&str; 2],
    key: impl Fn(&Example) -> [String; 2],
) {
    let mut groups: BTreeMap<[String; 2], Vec<&Measured>> = BTreeMap::new();
    for case in measured {
        groups.entry(key(&case.example)).or_default().push(case);
    }
    let rows: Vec<Vec<String>> = groups
        .into_iter()
        .map(|(key, cases)| {
            let share = |attack: bool, found: fn(&Measured) -> bool| {
                Share::of(cases.iter().filter(|case| case.example.attack == attack), |case| found(case))
                    .words()
            };
            let without: fn(&Measured) -> bool = |case| case.found() && by_a_rule(case.judged.rules.iter());
            key.into_iter()
                .chain([share(true, Measured::found), share(true, without)])
                .chain([share(false, Measured::found), share(false, without)])
                .collect()
        })
        .collect();
    let [first, second] = *heads;
    table(
        page,
        &[first, second, "#attacks found", "#by a rule, too", "#honest texts flagged", "#by a rule, too"],
        &rows,
    );
}
