//! Features of a text for statistical models: what is asked or forbidden, on what, and in which surroundings.
//!
//! A feature is a number with a name that a person can read, such as `asked send + address`. Numbers follow from the
//! declaration order of [`Concept`] and [`Role`]: weights are stored by name, so that a new concept moves none.

use std::collections::BTreeMap;
use std::fmt;

use super::Meaning;
use super::act::{Act, Force};
use super::concept::{ACTS, Concept, Concepts};
use super::sentence::Sentence;
use super::token::TokenKind;
use crate::reading::Reading;

/// One feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Feature(u32);

/// What kind of thing a feature counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Kind {
    /// Acts that are asked for, forbidden, said, or part of a condition.
    Asked,
    Forbidden,
    Said,
    Condition,
    /// Sentences with an asked act in which a concept occurs.
    Beside,
    /// Two asked acts in one sentence.
    Both,
    /// Sentences in which a concept occurs.
    Concept,
    /// Properties of the whole text.
    Shape,
    /// The role of the text.
    Role,
}

const KINDS: [(Kind, &str); 9] = [
    (Kind::Asked, "asked"),
    (Kind::Forbidden, "forbidden"),
    (Kind::Said, "said"),
    (Kind::Condition, "condition"),
    (Kind::Beside, "beside"),
    (Kind::Both, "both"),
    (Kind::Concept, "concept"),
    (Kind::Shape, "shape"),
    (Kind::Role, "role"),
];

/// Properties of the whole text, in the order of their numbers.
const SHAPES: [&str; 10] = [
    "length",
    "sentences",
    "asked share",
    "names",
    "quoted names",
    "addresses",
    "tags",
    "capitals share",
    "concealed views",
    "structured",
];

/// Stands where a feature has no second concept.
const ALONE: u8 = u8::MAX;

impl Feature {
    const fn new(kind: Kind, first: u8, second: u8) -> Self {
        Self((kind as u32) << 16 | (first as u32) << 8 | second as u32)
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [_, kind, first, second] = self.0.to_be_bytes();
        let (kind, word) = KINDS.get(kind as usize).copied().unwrap_or((Kind::Shape, "unknown"));
        let concept = |number: u8| Concept::ALL.get(number as usize).map_or("?", |concept| concept.name());
        match kind {
            Kind::Shape => write!(f, "{word} {}", SHAPES.get(first as usize).unwrap_or(&"?")),
            Kind::Role => write!(f, "{word} {first}"),
            _ if second == ALONE => write!(f, "{word} {}", concept(first)),
            _ => write!(f, "{word} {} + {}", concept(first), concept(second)),
        }
    }
}

/// The features of a text over all its wordings, sorted, each once. Counts are squashed to `ln(1 + n)`.
#[must_use]
pub fn features(reading: &Reading<'_>) -> Vec<(Feature, f32)> {
    let mut counts: BTreeMap<Feature, f32> = BTreeMap::new();
    for (wording, meaning) in reading.meanings() {
        let mut own: BTreeMap<Feature, f32> = BTreeMap::new();
        for sentence in meaning.sentences() {
            of_sentence(meaning, sentence, &mut own);
        }
        if wording.view.is_none() {
            shape(reading, meaning, &mut own);
        }
        for (feature, count) in own {
            let known = counts.entry(feature).or_insert(0.0);
            *known = known.max(count);
        }
    }
    counts.into_iter().map(|(feature, count)| (feature, count.ln_1p())).collect()
}

fn add(counts: &mut BTreeMap<Feature, f32>, feature: Feature, amount: f32) {
    *counts.entry(feature).or_insert(0.0) += amount;
}

/// Words that only join others say nothing as features.
const GRAMMAR: Concepts = Concepts::of(&[
    Concept::Article,
    Concept::Preposition,
    Concept::Towards,
    Concept::To,
    Concept::And,
    Concept::Or,
    Concept::Be,
    Concept::Filler,
]);

fn of_sentence(meaning: &Meaning, sentence: &Sentence, counts: &mut BTreeMap<Feature, f32>) {
    let acts = meaning.acts_of(sentence);
    for act in acts {
        of_act(act, counts);
    }
    let told = sentence.concepts.without(ACTS.with(GRAMMAR));
    for concept in told.iter() {
        add(counts, Feature::new(Kind::Concept, concept as u8, ALONE), 1.0);
    }
    let asked =
        acts.iter().filter(|act| act.wanted()).fold(Concepts::NONE, |all, act| all.with(act.concepts));
    if asked.is_empty() {
        return;
    }
    for concept in told.iter() {
        add(counts, Feature::new(Kind::Beside, concept as u8, ALONE), 1.0);
    }
    for first in asked.iter() {
        for second in asked.iter().filter(|second| *second > first) {
            add(counts, Feature::new(Kind::Both, first as u8, second as u8), 1.0);
        }
    }
}

fn of_act(act: &Act, counts: &mut BTreeMap<Feature, f32>) {
    let kind = match act.force {
        _ if act.forbidden() => Kind::Forbidden,
        _ if act.wanted() => Kind::Asked,
        Force::Condition => Kind::Condition,
        _ => Kind::Said,
    };
    let paired = matches!(kind, Kind::Asked | Kind::Forbidden);
    for verb in act.concepts.iter() {
        add(counts, Feature::new(kind, verb as u8, ALONE), 1.0);
        if paired {
            for object in act.objects.without(ACTS.with(GRAMMAR)).iter() {
                add(counts, Feature::new(kind, verb as u8, object as u8), 1.0);
            }
        }
    }
}

#[allow(clippy::cast_precision_loss)] // counts of one text
fn shape(reading: &Reading<'_>, meaning: &Meaning, counts: &mut BTreeMap<Feature, f32>) {
    let sentences = meaning.sentence_count().max(1) as f32;
    let asking =
        meaning.sentences().iter().filter(|line| meaning.acts_of(line).iter().any(Act::wanted)).count()
            as f32;
    let tokens = || meaning.sentences().iter().flat_map(|line| meaning.tokens_of(line));
    let of_kind = |kind: TokenKind| tokens().filter(|token| token.kind == kind).count() as f32;
    let letters = reading.raw.bytes().filter(u8::is_ascii_alphabetic).count().max(1) as f32;
    let capitals = reading.raw.bytes().filter(u8::is_ascii_uppercase).count() as f32;
    let concealed = reading.views.iter().filter(|view| view.kind.conceals()).count() as f32;
    let structured = reading.raw.trim_start().starts_with(['{', '[']);
    let values = [
        reading.raw.len() as f32,
        sentences,
        asking / sentences,
        of_kind(TokenKind::Identifier),
        tokens().filter(|token| token.name && token.quoted).count() as f32,
        of_kind(TokenKind::Address),
        of_kind(TokenKind::Tag),
        capitals / letters,
        concealed,
        f32::from(u8::from(structured)),
    ];
    for (number, value) in values.into_iter().enumerate().filter(|(_, value)| *value > 0.0) {
        add(counts, Feature::new(Kind::Shape, u8::try_from(number).unwrap_or(ALONE), ALONE), value);
    }
    add(counts, Feature::new(Kind::Role, reading.role as u8, ALONE), 1.0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::role::Role;

    #[test]
    fn features_are_named_and_tell_asking_from_forbidding() {
        let names = |text: &str| -> Vec<String> {
            features(&Reading::of(text, Role::Description))
                .iter()
                .map(|(feature, _)| feature.to_string())
                .collect()
        };
        let asked = names("You must send the file to https://a.example/x.");
        assert!(asked.contains(&"asked send + address".to_owned()), "{asked:?}");
        let forbidden = names("You must not send the file to https://a.example/x.");
        assert!(forbidden.contains(&"forbidden send + address".to_owned()), "{forbidden:?}");
        assert!(!forbidden.contains(&"asked send + address".to_owned()));
    }
}
