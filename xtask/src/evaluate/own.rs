//! Our own texts: `fixtures/text/*.tsv`. They are there on every machine.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Ask, Work};
use crate::fixtures::{self, Example};
use crate::markdown::{Share, table};
use crate::portcullis::{Judged, Portcullis};

/// One text and what was said about it.
pub(super) struct Measured {
    example: Example,
    judged: Judged,
}

/// Judges every text on the surface that it is written for.
pub(super) fn measure(portcullis: &Portcullis, root: &Path, work: &Work) -> Result<Vec<Measured>, String> {
    let examples = fixtures::texts(root)?;
    let mut asked: BTreeMap<&str, String> = BTreeMap::new();
    for example in &examples {
        let ask = Ask { id: &example.id, text: &example.text, server: "", tool: "" };
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
    page.push_str(
        "## Our own texts\n\n`fixtures/text`, written for Portcullis; by file, language and surface.\n\n",
    );
    let mut groups: BTreeMap<[String; 3], Vec<&Measured>> = BTreeMap::new();
    for case in measured {
        let example = &case.example;
        let key = [example.file.clone(), example.language.clone(), example.surface.clone()];
        groups.entry(key).or_default().push(case);
    }
    let rows: Vec<Vec<String>> = groups
        .into_iter()
        .map(|(key, cases)| {
            let share = |attack: bool| {
                let of = cases.iter().filter(|case| case.example.attack == attack);
                Share::of(of, |case| case.judged.verdict != "allow").words()
            };
            key.into_iter().chain([share(true), share(false)]).collect()
        })
        .collect();
    table(page, &["file", "language", "surface", "#attacks found", "#honest texts flagged"], &rows);
}
