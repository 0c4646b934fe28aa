//! A small linear model of our own: how much a sentence resembles an order that serves somebody else than the user.
//!
//! It counts [`Feature`]s of the meaning, never words: which acts are asked for, on what, of whom, in which company.
//! Weights are whole numbers, kept as reviewed text under `data/model` and written by `cargo xtask train`; a score is
//! a sum, the same on every machine. There is one set of weights for texts that describe and one for texts that report,
//! because advice in a description is an intrusion in a result.

mod feature;

use std::sync::LazyLock;

pub use feature::{Feature, features, is_order};

use crate::meaning::{Meaning, Sentence};
use crate::role::Role;

static DESCRIBING: LazyLock<Model> =
    LazyLock::new(|| Model::read(include_str!("../data/model/describing.tsv")));
static REPORTING: LazyLock<Model> =
    LazyLock::new(|| Model::read(include_str!("../data/model/reporting.tsv")));

/// Weights of features, in 256ths of a natural logarithm.
#[derive(Debug, Default)]
pub struct Model {
    /// Sorted by feature.
    weights: Vec<(Feature, i32)>,
    bias: i32,
    threshold: i32,
}

/// The sentence of a text that resembles an attack most.
#[derive(Debug, Clone)]
pub struct Likeness<'m> {
    /// The sentence.
    pub sentence: &'m Sentence,
    /// How far it is above the threshold, in 256ths of a natural logarithm; below zero where it is not enough.
    pub excess: i32,
    /// The features that speak for it, heaviest first.
    pub reasons: Vec<Feature>,
}

impl Model {
    /// The model for texts of this role; none where orders are the purpose of the text.
    #[must_use]
    pub fn of(role: Role) -> Option<&'static Model> {
        match role {
            Role::Description | Role::Schema | Role::Instructions => Some(&DESCRIBING),
            Role::Result | Role::Resource => Some(&REPORTING),
            Role::Name | Role::Title | Role::Prompt | Role::Argument | Role::Context | Role::Other => None,
        }
    }

    /// Reads the lines of a weight file: a feature, a tab, a whole number. What is no weight is no part of the model.
    #[must_use]
    pub fn read(data: &str) -> Self {
        let mut model = Self::default();
        let mut weights = Vec::new();
        for line in data.lines().filter(|line| !line.starts_with('#')) {
            let Some((name, weight)) = line.split_once('\t') else { continue };
            let Ok(weight) = weight.trim().parse() else { continue };
            match name {
                "bias" => model.bias = weight,
                "threshold" => model.threshold = weight,
                _ => weights.extend(Feature::named(name).map(|feature| (feature, weight))),
            }
        }
        weights.sort_unstable();
        model.weights = weights;
        model
    }

    /// The score of a set of features.
    #[must_use]
    pub fn score(&self, features: &[Feature]) -> i32 {
        features.iter().fold(self.bias, |sum, feature| sum.saturating_add(self.weight(*feature)))
    }

    fn weight(&self, feature: Feature) -> i32 {
        let found = self.weights.binary_search_by_key(&feature, |(known, _)| *known);
        found.ok().and_then(|index| self.weights.get(index)).map_or(0, |(_, weight)| *weight)
    }

    /// The sentence that resembles an attack most; none in a text that asks for nothing.
    #[must_use]
    pub fn likeness<'m>(&self, meaning: &'m Meaning) -> Option<Likeness<'m>> {
        let mut best: Option<Likeness<'m>> = None;
        for (index, sentence) in meaning.sentences().iter().enumerate() {
            if !is_order(meaning, sentence) {
                continue;
            }
            let features = features(meaning, index);
            let excess = self.score(&features).saturating_sub(self.threshold);
            if best.as_ref().is_none_or(|best| excess > best.excess) {
                best = Some(Likeness { sentence, excess, reasons: self.reasons(&features) });
            }
        }
        best
    }

    /// The features with a positive weight, heaviest first.
    fn reasons(&self, features: &[Feature]) -> Vec<Feature> {
        let mut heavy: Vec<(i32, Feature)> = features
            .iter()
            .map(|feature| (-self.weight(*feature), *feature))
            .filter(|(weight, _)| *weight < 0)
            .collect();
        heavy.sort_unstable();
        heavy.into_iter().map(|(_, feature)| feature).collect()
    }
}
