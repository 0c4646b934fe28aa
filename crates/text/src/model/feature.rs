//! What the model counts: named, so that weights can be read and a finding can say in words what was recognised.

use crate::meaning::{Act, Concept, Concepts, Force, Meaning, Sentence, TokenKind};

/// One thing that a sentence says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    /// A concept occurs in the sentence.
    Says(Concept),
    /// An act is asked for.
    Asks(Concept),
    /// An act is asked not to be done.
    Forbids(Concept),
    /// An act is told of.
    States(Concept),
    /// An act is the condition of another.
    When(Concept),
    /// An act is asked for on something.
    AsksOn(Concept, Concept),
    /// An act is asked not to be done on something, or to somebody.
    ForbidsOn(Concept, Concept),
    /// Two acts are asked for, one after the other.
    AsksThen(Concept, Concept),
    /// An act is asked for on this condition.
    WhenAsks(Concept, Concept),
    /// Somebody is asked for an act.
    Asked(Concept),
    /// An act is asked for as a duty.
    Firm(Concept),
    /// An act is asked for in the sentence before or after.
    NearAsks(Concept),
    /// An act is asked not to be done in the sentence before or after.
    NearForbids(Concept),
    /// One concept comes right after another, words without a concept left out.
    Follows(Concept, Concept),
    /// A name in a machine's spelling, a path, an address, a tag, a quotation.
    Shows(Shape),
}

/// What a token looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// A name such as `read_file`.
    Identifier,
    /// A path.
    Path,
    /// A URL or mail address.
    Address,
    /// A tag such as `<IMPORTANT>`.
    Tag,
    /// A number.
    Number,
}

const SHAPES: &[(Shape, &str, &str)] = &[
    (Shape::Identifier, "identifier", "names a tool or parameter"),
    (Shape::Path, "path", "names a path"),
    (Shape::Address, "address", "names an address"),
    (Shape::Tag, "tag", "opens a tag"),
    (Shape::Number, "number", "names a number"),
];

/// Words of grammar: they tell style, not intent.
const GRAMMAR: Concepts = Concepts::of(&[
    Concept::Be,
    Concept::To,
    Concept::And,
    Concept::Or,
    Concept::Filler,
    Concept::Article,
    Concept::Preposition,
    Concept::Towards,
    Concept::Asking,
]);

/// Who can be asked.
const ASKED: Concepts =
    Concepts::of(&[Concept::You, Concept::Model, Concept::User, Concept::It, Concept::Tool, Concept::Me]);

/// True for a sentence that asks for something, or asks that something not be done, and says on what or of whom.
#[must_use]
pub fn is_order(meaning: &Meaning, sentence: &Sentence) -> bool {
    meaning.acts_of(sentence).iter().any(|act| {
        (act.wanted() || act.forbidden())
            && !(act.objects.without(GRAMMAR).is_empty() && act.subject.is_empty())
    })
}

/// The features of a sentence, each once, in their order.
#[must_use]
pub fn features(meaning: &Meaning, index: usize) -> Vec<Feature> {
    let sentences = meaning.sentences();
    let Some(sentence) = sentences.get(index) else { return Vec::new() };
    let mut features: Vec<Feature> = sentence.concepts.without(GRAMMAR).iter().map(Feature::Says).collect();
    let acts = meaning.acts_of(sentence);
    for act in acts {
        of_act(act, &mut features);
    }
    pairs(acts, &mut features);
    for token in meaning.tokens_of(sentence) {
        let shape = match token.kind {
            TokenKind::Identifier => Shape::Identifier,
            TokenKind::Path => Shape::Path,
            TokenKind::Address => Shape::Address,
            TokenKind::Tag => Shape::Tag,
            TokenKind::Number => Shape::Number,
            TokenKind::Word | TokenKind::Literal => continue,
        };
        features.push(Feature::Shows(shape));
    }
    let firsts: Vec<Concept> = meaning
        .tokens_of(sentence)
        .iter()
        .filter(|token| !token.inner)
        .filter_map(|token| token.concepts.iter().next())
        .collect();
    features
        .extend(firsts.iter().zip(firsts.iter().skip(1)).map(|(one, next)| Feature::Follows(*one, *next)));
    let beside = index.checked_sub(1).into_iter().chain([index + 1]).filter_map(|near| sentences.get(near));
    for near in beside.filter(|near| near.number.abs_diff(sentence.number) <= 1) {
        for act in meaning.acts_of(near) {
            let near = if act.forbidden() { Feature::NearForbids } else { Feature::NearAsks };
            if act.wanted() || act.forbidden() {
                features.extend(act.concepts.iter().map(near));
            }
        }
    }
    features.sort_unstable();
    features.dedup();
    features
}

fn of_act(act: &Act, features: &mut Vec<Feature>) {
    let objects = act.objects.without(GRAMMAR);
    for done in act.concepts.iter() {
        if act.wanted() {
            features.push(Feature::Asks(done));
            features.extend(objects.iter().map(|object| Feature::AsksOn(done, object)));
            if act.force == Force::Obligation {
                features.push(Feature::Firm(done));
            }
        } else if act.forbidden() {
            features.push(Feature::Forbids(done));
            features.extend(objects.iter().map(|object| Feature::ForbidsOn(done, object)));
        } else if act.force == Force::Condition {
            features.push(Feature::When(done));
        } else if act.force == Force::Statement {
            features.push(Feature::States(done));
        }
    }
    if act.wanted() || act.forbidden() {
        features.extend(act.subject.shared(ASKED).iter().map(Feature::Asked));
    }
}

fn pairs(acts: &[Act], features: &mut Vec<Feature>) {
    for (first, second) in acts.iter().zip(acts.iter().skip(1)) {
        let pair: fn(Concept, Concept) -> Feature = match (first.wanted(), second.wanted()) {
            (true, true) => Feature::AsksThen,
            (false, true) if first.force == Force::Condition => Feature::WhenAsks,
            _ => continue,
        };
        for one in first.concepts.iter() {
            features.extend(second.concepts.iter().map(|other| pair(one, other)));
        }
    }
}

impl Feature {
    /// The name in the weight files.
    #[must_use]
    pub fn name(self) -> String {
        let two =
            |word: &str, one: Concept, other: Concept| format!("{word} {} {}", one.name(), other.name());
        let one = |word: &str, concept: Concept| format!("{word} {}", concept.name());
        match self {
            Feature::Says(concept) => one("says", concept),
            Feature::Asks(act) => one("asks", act),
            Feature::Forbids(act) => one("forbids", act),
            Feature::States(act) => one("states", act),
            Feature::When(act) => one("when", act),
            Feature::AsksOn(act, object) => two("asks-on", act, object),
            Feature::ForbidsOn(act, object) => two("forbids-on", act, object),
            Feature::AsksThen(first, second) => two("asks-then", first, second),
            Feature::WhenAsks(first, second) => two("when-asks", first, second),
            Feature::Follows(first, second) => two("follows", first, second),
            Feature::Asked(who) => one("asked", who),
            Feature::Firm(act) => one("firm", act),
            Feature::NearAsks(act) => one("near-asks", act),
            Feature::NearForbids(act) => one("near-forbids", act),
            Feature::Shows(shape) => format!("shows {}", shape.name()),
        }
    }

    /// The feature of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let mut words = name.split(' ');
        let kind = words.next()?;
        let first = words.next()?;
        if kind == "shows" {
            return SHAPES
                .iter()
                .find(|(_, name, _)| *name == first)
                .map(|(shape, ..)| Feature::Shows(*shape));
        }
        let first = Concept::named(first)?;
        let second = words.next().and_then(Concept::named);
        Some(match kind {
            "says" => Feature::Says(first),
            "asks" => Feature::Asks(first),
            "forbids" => Feature::Forbids(first),
            "states" => Feature::States(first),
            "when" => Feature::When(first),
            "asked" => Feature::Asked(first),
            "firm" => Feature::Firm(first),
            "near-asks" => Feature::NearAsks(first),
            "near-forbids" => Feature::NearForbids(first),
            "asks-on" => Feature::AsksOn(first, second?),
            "forbids-on" => Feature::ForbidsOn(first, second?),
            "asks-then" => Feature::AsksThen(first, second?),
            "follows" => Feature::Follows(first, second?),
            "when-asks" => Feature::WhenAsks(first, second?),
            _ => return None,
        })
    }

    /// What was recognised, for people.
    #[must_use]
    pub fn words(self) -> String {
        let of = |concept: Concept| concept.name().replace('-', " ");
        match self {
            Feature::Says(concept) => format!("speaks of `{}`", of(concept)),
            Feature::Asks(act) => format!("asks to `{}`", of(act)),
            Feature::Forbids(act) => format!("asks not to `{}`", of(act)),
            Feature::States(act) => format!("tells of `{}`", of(act)),
            Feature::When(act) => format!("waits for `{}`", of(act)),
            Feature::AsksOn(act, object) => format!("asks to `{}` something about `{}`", of(act), of(object)),
            Feature::ForbidsOn(act, object) => {
                format!("asks not to `{}` something about `{}`", of(act), of(object))
            }
            Feature::AsksThen(first, second) => format!("asks to `{}` and then `{}`", of(first), of(second)),
            Feature::WhenAsks(first, second) => {
                format!("asks to `{}` on the occasion of `{}`", of(second), of(first))
            }
            Feature::Follows(first, second) => format!("puts `{}` before `{}`", of(first), of(second)),
            Feature::Asked(who) => format!("addresses `{}`", of(who)),
            Feature::Firm(act) => format!("makes it a duty to `{}`", of(act)),
            Feature::NearAsks(act) => format!("stands beside an order to `{}`", of(act)),
            Feature::NearForbids(act) => format!("stands beside an order not to `{}`", of(act)),
            Feature::Shows(shape) => shape.words().to_owned(),
        }
    }
}

impl Shape {
    fn entry(self) -> (&'static str, &'static str) {
        SHAPES.iter().find(|(shape, ..)| *shape == self).map_or(("", ""), |(_, name, words)| (name, words))
    }

    fn name(self) -> &'static str {
        self.entry().0
    }

    fn words(self) -> &'static str {
        self.entry().1
    }
}
