//! `cargo xtask train`: the weights of the model of meaning, and how it does on sources that it has not seen.
//!
//! It learns from texts with an open licence and from our own; what has none is measured on and never learned from.
//! Honest tools of the half on which figures are stated are left out, too.

mod corpus;
mod fit;
mod page;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use portcullis_text::model::{Feature, Model};

use crate::devset;
use corpus::{Bag, Corpus};
use fit::{Weights, fit};

/// The rule that asks the model; it does not count as a rule that works without it.
pub(crate) const RULE: &str = "learned-order";

/// The price of a weight: what is left is little enough to be read.
const LASSO: f64 = 4.0;
/// Folds over which a threshold is chosen.
const FOLDS: u64 = 4;
/// Real honest texts that the model may flag, of a thousand. Descriptions: none of the half that it learns from.
const BUDGET: [(&str, f64); 2] = [("describing", 0.0), ("reporting", 4.0)];

/// Learns both models, writes their weights, and `bench/model.md`.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let folder =
        devset::folder(root).ok_or("the development sets are not on this machine: nothing to learn from")?;
    let corpus = Corpus::read(root, &folder)?;
    let mut page = page::Page::default();
    let mut golden =
        String::from("# Scores of sentences, written by `cargo xtask train`: model, score, features.\n");
    for (name, budget) in BUDGET {
        let bags = if name == "describing" { &corpus.describing } else { &corpus.reporting };
        let task = Task { bags, features: &corpus.dictionary.features, budget };
        for (title, keep) in ABLATIONS {
            println!("{name}: {title} ...");
            page.measured(name, title, &task.leave_one_source_out(*keep));
        }
        let learned = task.learn(&|bag| bag.learn, SHIPPED);
        page.shipped(name, &task, &learned);
        let weights = write(root, name, &corpus.dictionary.features, &learned)?;
        golden.push_str(&vectors(name, &weights, &task));
    }
    let path = root.join("crates/text/tests/model/golden.tsv");
    fs::write(&path, golden).map_err(|error| format!("{}: {error}", path.display()))?;
    fs::write(root.join("bench/model.md"), page.finish())
        .map_err(|error| format!("bench/model.md: {error}"))?;
    println!("wrote bench/model.md and the weights in crates/text/data/model");
    Ok(())
}

/// Which features take part.
type Keep = fn(Feature) -> bool;

/// The features that the product uses.
const SHIPPED: Keep = |feature| !matches!(feature, Feature::Follows(..));

const ABLATIONS: &[(&str, Keep)] = &[
    ("acts and concepts alone", |feature| {
        matches!(
            feature,
            Feature::Says(_) | Feature::Asks(_) | Feature::Forbids(_) | Feature::States(_) | Feature::When(_)
        )
    }),
    ("with objects, order, company (used)", SHIPPED),
    ("with the order of all concepts, too", |_| true),
];

/// One model to be learned.
struct Task<'a> {
    bags: &'a [Bag],
    features: &'a [Feature],
    budget: f64,
}

/// Weights and the score from which on a sentence counts.
struct Learned {
    weights: Weights,
    threshold: f64,
}

impl Learned {
    fn finds(&self, bag: &Bag) -> bool {
        self.weights.of_bag(bag) >= self.threshold
    }
}

impl Task<'_> {
    /// Learns from the bags for which `learn` holds; the threshold is chosen on folds that were not learned from.
    fn learn(&self, learn: &dyn Fn(&Bag) -> bool, keep: Keep) -> Learned {
        let keep: Vec<bool> = self.features.iter().map(|feature| keep(*feature)).collect();
        let bags: Vec<&Bag> = self.bags.iter().filter(|bag| learn(bag)).collect();
        let mut honest = Vec::new();
        for fold in 0..FOLDS {
            let inside = |bag: &Bag| digest(&bag.key) % FOLDS == fold;
            let rest: Vec<&Bag> = bags.iter().copied().filter(|bag| !inside(bag)).collect();
            let weights = fit(&rest, self.features.len(), LASSO, &keep);
            // Our own honest texts are as hard as we could make them: they teach, but say nothing of how often alarms are
            // false among real ones.
            let held = bags.iter().filter(|bag| !bag.attack && !bag.source.starts_with("own") && inside(bag));
            honest.extend(held.map(|bag| weights.of_bag(bag)));
        }
        honest.sort_by(|a, b| b.total_cmp(a));
        let allowed = (honest.len() as f64 * self.budget / 1000.0) as usize;
        let threshold = honest.get(allowed).copied().unwrap_or(0.0).max(0.0) + 1.0 / 256.0;
        Learned { weights: fit(&bags, self.features.len(), LASSO, &keep), threshold }
    }

    /// For each source of attacks: what a model finds there that has seen nothing of it.
    fn leave_one_source_out(&self, keep: Keep) -> Vec<LeftOut> {
        let sources: BTreeSet<&str> =
            self.bags.iter().filter(|bag| bag.attack).map(|bag| bag.source.as_str()).collect();
        sources
            .into_iter()
            .map(|source| {
                let learned = self.learn(&|bag| bag.learn && bag.source != source, keep);
                let held = |attack: bool| {
                    self.bags.iter().filter(move |bag| bag.attack == attack && bag.source == source)
                };
                LeftOut {
                    source: source.to_owned(),
                    attacks: Counts::of(held(true), &learned),
                    honest: Counts::of(held(false), &learned),
                    stated: Counts::of(
                        self.bags.iter().filter(|bag| !bag.attack && !bag.learn && bag.source != source),
                        &learned,
                    ),
                }
            })
            .collect()
    }
}

/// What a model does on a source that it has not seen.
struct LeftOut {
    source: String,
    attacks: Counts,
    honest: Counts,
    /// On honest tools of the other half.
    stated: Counts,
}

/// How many texts are found by the rules, by the model, and by either.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    all: usize,
    rules: usize,
    model: usize,
    either: usize,
}

impl Counts {
    fn of<'a>(bags: impl Iterator<Item = &'a Bag>, learned: &Learned) -> Self {
        let mut counts = Self::default();
        for bag in bags {
            let model = learned.finds(bag);
            counts.all += 1;
            counts.rules += usize::from(bag.found);
            counts.model += usize::from(model);
            counts.either += usize::from(bag.found || model);
        }
        counts
    }
}

/// A digest that is the same everywhere (FNV-1a).
fn digest(key: &str) -> u64 {
    let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash ^ (hash >> 29)
}

/// Writes weights as whole numbers, heaviest first.
fn write(root: &Path, name: &str, features: &[Feature], learned: &Learned) -> Result<Model, String> {
    let whole = |weight: f64| (weight * 256.0).round() as i32;
    let mut lines: Vec<(i32, String)> = features
        .iter()
        .zip(&learned.weights.of)
        .map(|(feature, weight)| (whole(*weight), feature.name()))
        .filter(|(weight, _)| *weight != 0)
        .collect();
    lines.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let mut text = format!(
        "# Weights of the model for texts that are {name}, in 256ths. Written by `cargo xtask train`; see PROVENANCE.md.\n\
         bias\t{}\nthreshold\t{}\n",
        whole(learned.weights.bias),
        whole(learned.threshold)
    );
    for (weight, feature) in lines {
        text.push_str(&format!("{feature}\t{weight}\n"));
    }
    let path = root.join(format!("crates/text/data/model/{name}.tsv"));
    fs::write(&path, &text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(Model::read(&text))
}

/// Sentences of our own texts with their scores: the product has to give the same.
fn vectors(name: &str, model: &Model, task: &Task<'_>) -> String {
    const EACH: usize = 9;
    let own = task.bags.iter().filter(|bag| bag.source == "own, first hand").flat_map(|bag| &bag.sentences);
    let mut lines = String::new();
    for sentence in own.step_by(EACH) {
        let features: Vec<Feature> =
            sentence.iter().filter_map(|&number| task.features.get(number as usize)).copied().collect();
        let names: Vec<String> = features.iter().map(|feature| feature.name()).collect();
        lines.push_str(&format!("{name}\t{}\t{}\n", model.score(&features), names.join("; ")));
    }
    lines
}
