//! `cargo xtask evaluate`: what the release binary finds in the labelled development sets and what it cries wolf about,
//! as `bench/evaluation.md`. The page holds ids, counts and classes, never a text of a set.

pub(crate) mod flows;
mod metadata;
mod outputs;
mod own;
mod review;

use std::fs;
use std::path::{Path, PathBuf};

use crate::devset;
use crate::portcullis::Portcullis;

const HEAD: &str = "\
# Evaluation

Written by `cargo xtask evaluate`: the release binary as a user runs it, at the default audience.

*Found* is what at least one rule reported (for `judge`: a verdict other than `allow`; *any rule* counts hints too weak for one). The sets are cut in two by server
(metadata) and by source (outputs), never by row: rules and thresholds may be chosen on the half *choose*, and what holds
on the half *state* is what may be stated. *Benign* means public and not reported, not audited.

The rule `learned-order` asks a model that learned from the open part of these sets and from our own texts (never from
mcptox, and from honest tools of the half *choose* only). *By a rule, too* counts what another rule sees without it, be it as a
hint; how the model does on sources that it has not seen is in `model.md`.

";

/// Writes `bench/evaluation.md`, and the review of flagged honest tools beside it.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let portcullis = Portcullis::build(root)?;
    let work = Work::new(root)?;
    let mut page = String::from(HEAD);
    match devset::folder(root) {
        Some(folder) => {
            let measured = metadata::measure(&portcullis, &folder, &work)?;
            let review = review::merge(&root.join("bench/benign-review.tsv"), &measured)?;
            metadata::write(&mut page, &measured, &review);
            outputs::write(&mut page, &outputs::measure(&portcullis, &folder, &work)?);
        }
        None => {
            page.push_str(
                "The development sets are not on this machine: only our own fixtures were measured.\n\n",
            );
        }
    }
    own::write(&mut page, &own::measure(&portcullis, root, &work)?);
    if devset::folder(root).is_none() {
        print!("{page}");
        return Ok(());
    }
    let path = root.join("bench/evaluation.md");
    fs::write(&path, format!("{}\n", page.trim_end()))
        .map_err(|error| format!("bench/evaluation.md: {error}"))?;
    println!("wrote bench/evaluation.md");
    Ok(())
}

/// A folder for what is handed to the binary.
struct Work(PathBuf);

impl Work {
    fn new(root: &Path) -> Result<Self, String> {
        let folder = root.join("target/evaluate");
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(Self(folder))
    }

    fn put(&self, name: &str, text: &str) -> Result<PathBuf, String> {
        let path = self.0.join(name);
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(path)
    }
}

/// True when a rule other than the learned one spoke.
fn by_a_rule<'r>(mut rules: impl Iterator<Item = &'r String>) -> bool {
    rules.any(|rule| rule != crate::train::RULE)
}

/// A line for `judge`.
#[derive(serde::Serialize)]
struct Ask<'a> {
    id: &'a str,
    text: &'a str,
    server: &'a str,
    tool: &'a str,
}

impl Ask<'_> {
    fn line(&self) -> Result<String, String> {
        serde_json::to_string(self).map(|line| line + "\n").map_err(|error| format!("{}: {error}", self.id))
    }
}

/// What share of attacks and of honest texts has at least each score.
fn thresholds(page: &mut String, scores: &[(bool, f64)]) {
    let rows: Vec<Vec<String>> = [0.1, 0.2, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95]
        .into_iter()
        .map(|threshold| {
            let share = |attack: bool| {
                crate::markdown::Share::of(
                    scores.iter().filter(|(is_attack, _)| *is_attack == attack),
                    |(_, score)| *score >= threshold,
                )
            };
            vec![format!("{threshold:.2}"), share(true).words(), share(false).words()]
        })
        .collect();
    crate::markdown::table(page, &["#score from", "#attacks found", "#honest texts flagged"], &rows);
}
