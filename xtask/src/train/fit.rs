//! Logistic regression over sentences, where only whole texts have labels.
//!
//! An attack needs one sentence that gives it away; an honest text may not have a single one. So the score of a text is
//! that of its highest sentence: a long text is no more suspicious than a short one for being long. Which sentence of an
//! attack is the one is learned in rounds: all of them at first, then the one that scores highest. Weights that do not
//! pay for themselves become zero (FTRL-proximal, McMahan et al. 2013), so that what is left can be read.

use std::collections::BTreeMap;

use super::corpus::Bag;

const ROUNDS: usize = 4;
const EPOCHS: usize = 6;
const RATE: f64 = 0.15;
const RIDGE: f64 = 0.5;

/// What was learned.
#[derive(Debug, Clone)]
pub(super) struct Weights {
    pub(super) of: Vec<f64>,
    pub(super) bias: f64,
}

impl Weights {
    pub(super) fn score(&self, features: &[u32]) -> f64 {
        features
            .iter()
            .fold(self.bias, |sum, &feature| sum + self.of.get(feature as usize).copied().unwrap_or(0.0))
    }

    /// The highest score of a sentence.
    pub(super) fn of_bag(&self, bag: &Bag) -> f64 {
        bag.sentences.iter().map(|features| self.score(features)).fold(f64::NEG_INFINITY, f64::max)
    }
}

/// One feature's state of FTRL-proximal.
#[derive(Clone, Copy, Default)]
struct State {
    pull: f64,
    seen: f64,
}

impl State {
    fn weight(self, lasso: f64) -> f64 {
        if self.pull.abs() <= lasso {
            return 0.0;
        }
        -(self.pull - self.pull.signum() * lasso) / ((1.0 + self.seen.sqrt()) / RATE + RIDGE)
    }

    fn learn(&mut self, gradient: f64, lasso: f64) {
        let step = ((self.seen + gradient * gradient).sqrt() - self.seen.sqrt()) / RATE;
        self.pull += gradient - step * self.weight(lasso);
        self.seen += gradient * gradient;
    }
}

/// Learns from bags. `lasso` is the price of a weight; `keep` says which features take part.
pub(super) fn fit(bags: &[&Bag], features: usize, lasso: f64, keep: &[bool]) -> Weights {
    let weigh = balance(bags);
    let mut weights = Weights { of: vec![0.0; features], bias: 0.0 };
    for round in 0..ROUNDS {
        let mut states = vec![State::default(); features];
        let mut bias = State::default();
        let chosen = examples(bags, &weigh, (round > 0).then_some(&weights));
        for _ in 0..EPOCHS {
            for &(sentence, attack, importance) in &chosen {
                let live = sentence.iter().filter(|&&feature| keep.get(feature as usize) == Some(&true));
                let mut score = bias.weight(0.0);
                for &feature in live.clone() {
                    score += states.get(feature as usize).map_or(0.0, |state| state.weight(lasso));
                }
                let gradient = (1.0 / (1.0 + (-score).exp()) - f64::from(u8::from(attack))) * importance;
                bias.learn(gradient, 0.0);
                for &feature in live {
                    if let Some(state) = states.get_mut(feature as usize) {
                        state.learn(gradient, lasso);
                    }
                }
            }
        }
        weights.of = states.iter().map(|state| state.weight(lasso)).collect();
        weights.bias = bias.weight(0.0);
    }
    weights
}

type Example<'a> = (&'a [u32], bool, f64);

/// The sentences of this round in an order that mixes sources and is the same every time.
fn examples<'a>(bags: &[&'a Bag], weigh: &[f64], before: Option<&Weights>) -> Vec<Example<'a>> {
    let mut examples: Vec<(u64, Example<'a>)> = Vec::new();
    for (bag, &importance) in bags.iter().zip(weigh) {
        let best = before.map(|weights| weights.of_bag(bag));
        for (index, sentence) in bag.sentences.iter().enumerate() {
            let chosen = !bag.attack
                || best.is_none_or(|best| before.is_some_and(|weights| weights.score(sentence) >= best));
            if chosen {
                let share = if bag.attack && before.is_none() { bag.sentences.len() as f64 } else { 1.0 };
                let mixed = super::digest(&format!("{} {index}", bag.key));
                examples.push((mixed, (sentence, bag.attack, importance / share)));
            }
        }
    }
    examples.sort_by_key(|(mixed, _)| *mixed);
    examples.into_iter().map(|(_, example)| example).collect()
}

/// Each source of attacks weighs the same, however many copies of its template it holds; so do honest texts together.
fn balance(bags: &[&Bag]) -> Vec<f64> {
    let mut sizes: BTreeMap<(bool, &str), f64> = BTreeMap::new();
    for bag in bags {
        *sizes.entry((bag.attack, &bag.source)).or_default() += 1.0;
    }
    let honest: f64 = sizes.iter().filter(|((attack, _), _)| !attack).map(|(_, size)| size).sum();
    let sources = sizes.keys().filter(|(attack, _)| *attack).count() as f64;
    let total = 400.0;
    bags.iter()
        .map(|bag| {
            let size = sizes.get(&(bag.attack, bag.source.as_str())).copied().unwrap_or(1.0);
            if bag.attack { total / (sources * size) } else { (total * 3.0 / honest).min(1.0) }
        })
        .collect()
}
