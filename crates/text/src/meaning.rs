//! What a text asks for: who is to do which act, on what, for whom, hidden from whom, and how firmly it is asked.
//!
//! A text is cut into sentences and clauses; words become [`Concept`]s by a lexicon (reviewed data, one file per
//! language under `data/lexicon`); every act gets a [`Force`], a polarity and a scope of objects. Nothing here judges:
//! a clause that asks for a key to be read is the same kind of value as one that says a tool reads files.
//!
//! One pass, linear in the length of the text. Sentences that hold neither an act nor an address are not kept.

mod act;
mod chunk;
mod clause;
pub mod concept;
mod fold;
mod lexicon;
mod path;
mod sentence;
mod token;
mod tokens;

use std::collections::HashSet;
use std::ops::Range;

use portcullis_model::Span;

pub use act::{Act, Force};
pub use concept::{ACTS, Concept, Concepts};
pub use sentence::Sentence;
pub use token::{Form, Language, Token, TokenKind};

/// Reads the lexicon, which otherwise the first text waits for: some milliseconds. It is read once.
pub fn prepare() {
    std::sync::LazyLock::force(&lexicon::LEXICON);
}

/// The meaning of one wording of a text.
#[derive(Debug, Default)]
pub struct Meaning {
    tokens: Vec<Token>,
    sentences: Vec<Sentence>,
    acts: Vec<Act>,
    all: Concepts,
    /// Sentences seen, kept or not.
    seen: usize,
}

impl Meaning {
    /// Reads the meaning of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self::of_parts(text, std::iter::once(0..text.len()).collect())
    }

    /// Reads the meaning of those lines of a text that another wording of it does not have.
    #[must_use]
    pub fn of_new_lines(text: &str, known: &HashSet<&str>) -> Self {
        let mut parts: Vec<Range<usize>> = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let end = at + line.len();
            if !known.contains(line.trim_end()) {
                match parts.last_mut().filter(|part| part.end == at) {
                    Some(part) => part.end = end,
                    None => parts.push(at..end),
                }
            }
            at = end;
        }
        Self::of_parts(text, parts)
    }

    fn of_parts(text: &str, parts: Vec<Range<usize>>) -> Self {
        // A word takes six bytes, mostly; more than a page of them is asked for as it comes.
        let mut meaning = Self { tokens: Vec::with_capacity((text.len() / 6).min(512)), ..Self::default() };
        tokens::each_sentence(text, parts, &mut |tokens, question| {
            sentence::understand(text, tokens, question, &mut meaning);
        });
        meaning
    }

    /// What the words of a name in a machine's spelling stand for: `post_message`, `deleteUser`.
    #[must_use]
    pub fn of_name(name: &str) -> Concepts {
        sentence::name(name)
    }

    /// The concepts that occur anywhere in the text: a cheap first look.
    #[must_use]
    pub const fn concepts(&self) -> Concepts {
        self.all
    }

    /// How many sentences the text has, those that say nothing of interest counted too.
    #[must_use]
    pub const fn sentence_count(&self) -> usize {
        self.seen
    }

    /// The sentences that were kept, in the order of the text.
    #[must_use]
    pub fn sentences(&self) -> &[Sentence] {
        &self.sentences
    }

    /// The acts of a sentence, in its order.
    #[must_use]
    pub fn acts_of(&self, sentence: &Sentence) -> &[Act] {
        self.acts.get(sentence.acts.clone()).unwrap_or_default()
    }

    /// The tokens of a sentence.
    #[must_use]
    pub fn tokens_of(&self, sentence: &Sentence) -> &[Token] {
        self.tokens.get(sentence.tokens.clone()).unwrap_or_default()
    }

    /// The tokens in the scope of an act.
    #[must_use]
    pub fn scope_of(&self, act: &Act) -> &[Token] {
        self.tokens.get(act.scope.clone()).unwrap_or_default()
    }

    /// The place of an act among the tokens of its sentence.
    #[must_use]
    pub fn place_of(&self, sentence: &Sentence, act: &Act) -> usize {
        act.token.saturating_sub(sentence.tokens.start)
    }

    /// Every act with its sentence, in the order of the text.
    pub fn acts(&self) -> impl Iterator<Item = (&Sentence, &Act)> {
        self.sentences
            .iter()
            .flat_map(|sentence| self.acts_of(sentence).iter().map(move |act| (sentence, act)))
    }

    /// The bytes from the first to the last of these tokens.
    #[must_use]
    pub fn span_of(tokens: &[Token]) -> Span {
        match (tokens.first(), tokens.last()) {
            (Some(first), Some(last)) => Span::new(first.span.start, last.span.end),
            _ => Span::UNKNOWN,
        }
    }
}
