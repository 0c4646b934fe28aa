//! Words become concepts: the language of a sentence decides which sense of a word counts.

use std::ops::Range;

use portcullis_model::Span;

use super::Meaning;
use super::act;
use super::concept::{ACTS, Concept, Concepts};
use super::fold::{is_kana, is_unspaced};
use super::lexicon::{LEXICON, Sense};
use super::token::{Break, Form, Language, Token, TokenKind};

/// One sentence that holds an act, an address or a name for somebody.
#[derive(Debug, Clone)]
pub struct Sentence {
    /// Its bytes.
    pub span: Span,
    /// Its tokens in the meaning.
    pub(crate) tokens: Range<usize>,
    /// Its acts in the meaning.
    pub(crate) acts: Range<usize>,
    /// Every concept in it.
    pub concepts: Concepts,
    /// The language it was read in.
    pub language: Language,
    /// True when it ends as a question.
    pub question: bool,
    /// Its number in the text, those that were not kept counted too.
    pub number: usize,
}

/// Concepts that make a sentence without an act worth keeping.
const WORTH: Concepts = Concepts::of(&[
    Concept::Address,
    Concept::SecretPath,
    Concept::AgentConfig,
    Concept::SystemPath,
    Concept::Model,
    Concept::Agent,
    Concept::Authority,
    Concept::SystemPrompt,
    Concept::Conversation,
    Concept::Priority,
    Concept::Approved,
    Concept::Unlimited,
    Concept::Persona,
    Concept::Superlative,
    Concept::Henceforth,
    Concept::UserRequest,
    Concept::Restriction,
    Concept::Void,
    Concept::Conceal,
]);

/// Understands one sentence and keeps it when it says something.
pub(crate) fn understand(text: &str, scanned: &mut Vec<Token>, question: bool, meaning: &mut Meaning) {
    let start = meaning.tokens.len();
    let language = language_of(text, scanned);
    for token in scanned.drain(..) {
        if token.hash == 0 {
            unspaced(text, &token, language, &mut meaning.tokens);
        } else {
            meaning.tokens.push(token);
        }
    }
    resolve(text, meaning.tokens.get_mut(start..).unwrap_or_default(), language);
    let tokens = meaning.tokens.get(start..).unwrap_or_default();
    let concepts = tokens.iter().fold(Concepts::NONE, |all, token| all.with(token.concepts));
    meaning.all = meaning.all.with(concepts);
    let number = meaning.seen;
    meaning.seen += 1;
    let tagged = tokens.iter().any(|token| token.kind == TokenKind::Tag);
    if !concepts.any(ACTS) && !concepts.any(WORTH) && !tagged {
        meaning.tokens.truncate(start);
        return;
    }
    let first_act = meaning.acts.len();
    act::find(tokens, start, question, language, &mut meaning.acts);
    meaning.sentences.push(Sentence {
        span: Meaning::span_of(tokens),
        tokens: start..meaning.tokens.len(),
        acts: first_act..meaning.acts.len(),
        concepts,
        language,
        question,
        number,
    });
}

/// The language that most words of the sentence belong to; English where they tie.
fn language_of(text: &str, tokens: &[Token]) -> Language {
    let mut counts = [0_u32; Language::COUNT];
    let mut kana = false;
    let mut unspaced = false;
    let mut cyrillic = false;
    for token in tokens {
        if token.hash == 0 {
            unspaced = true;
            kana = kana || token.text(text).chars().any(is_kana);
            continue;
        }
        for sense in token.bare_senses() {
            if let Some(count) = counts.get_mut(sense.language as usize) {
                *count += 1;
            }
        }
        cyrillic = cyrillic
            || (token.kind == TokenKind::Word
                && token
                    .text(text)
                    .chars()
                    .next()
                    .is_some_and(|first| matches!(first, '\u{0400}'..='\u{04FF}')));
    }
    if unspaced {
        return if kana { Language::Japanese } else { Language::Chinese };
    }
    if cyrillic {
        return Language::Russian;
    }
    let mut best = (0, Language::English);
    for (language, count) in Language::ALL.into_iter().zip(counts) {
        if count > best.0 {
            best = (count, language);
        }
    }
    best.1
}

fn sense_of(senses: &[Sense], language: Language) -> Option<Sense> {
    senses.iter().find(|sense| sense.language == language).copied()
}

/// Gives every token its concepts; the words of a phrase count as its first.
fn resolve(text: &str, tokens: &mut [Token], language: Language) {
    let mut at = 0;
    while at < tokens.len() {
        let length = phrase(tokens, at, language).unwrap_or_else(|| {
            if let Some(token) = tokens.get_mut(at) {
                word(text, token, language);
                order_in_name(text, token);
            }
            1
        });
        at += length;
    }
}

fn word(text: &str, token: &mut Token, language: Language) {
    if !matches!(token.kind, TokenKind::Word | TokenKind::Tag) || token.form != Form::default() {
        return;
    }
    let exact = sense_of(token.senses(), language).or_else(|| sense_of(token.bare_senses(), language));
    let sense = exact.or_else(|| {
        let spelling = token.text(text);
        if language == Language::English {
            parts(spelling, language).or_else(|| glued(spelling))
        } else {
            LEXICON
                .stem(spelling, language)
                .or_else(|| {
                    sense_of(token.bare_senses(), Language::English).filter(|sense| !sense.concepts.any(ACTS))
                })
                .or_else(|| parts(spelling, language))
        }
    });
    if sense.is_none() && language == Language::English && token.span.len() > 4 {
        let spelling = token.text(text);
        if spelling.ends_with("ed") {
            token.form = Form::PAST;
        } else if spelling.ends_with('s') && !spelling.ends_with("ss") {
            token.form = Form::THIRD;
        }
    }
    if let Some(sense) = sense {
        // A parameter called `sample` is no example.
        let named = if token.name { Concept::Example.into() } else { Concepts::NONE };
        token.concepts = token.concepts.with(sense.concepts.without(named));
        token.form = sense.form;
    }
}

/// What the parts of a hyphenated or underscored word stand for together; such a word is never an act.
fn parts(spelling: &str, language: Language) -> Option<Sense> {
    if !spelling.bytes().any(|byte| matches!(byte, b'-' | b'_' | b' ')) {
        return None;
    }
    if let Some(sense) = spelling.split_once('-').and_then(|(manner, verb)| manner_of(manner, verb, language))
    {
        return Some(sense);
    }
    let mut concepts = Concepts::NONE;
    for part in spelling.split(['-', '_', ' ']) {
        if let Some(sense) = sense_of(LEXICON.word(super::fold::Folded::of(part)), language) {
            concepts = concepts.with(sense.concepts.without(ACTS));
        }
    }
    (!concepts.is_empty()).then_some(Sense { language, concepts, form: Form::default() })
}

/// "Force-delete", "auto-approve": how it is done, and the act.
fn manner_of(manner: &str, verb: &str, language: Language) -> Option<Sense> {
    const MANNERS: &[&str] = &["force", "auto", "hard", "mass", "bulk", "batch", "re", "silent"];
    let known = MANNERS.iter().any(|known| manner.eq_ignore_ascii_case(known));
    let sense = || sense_of(LEXICON.word(super::fold::Folded::of(verb)), language);
    known.then(sense).flatten().filter(|sense| sense.concepts.any(ACTS))
}

/// What the words of a name stand for, acts included; words are told apart by `_`, `-`, `.` and capitals.
pub(crate) fn name(name: &str) -> Concepts {
    let mut concepts = Concepts::NONE;
    let mut word = super::fold::Folded::new();
    let mut last = ' ';
    for character in name.chars().take(200).chain([' ']) {
        if !character.is_alphanumeric() || (character.is_uppercase() && last.is_lowercase()) {
            if let Some(sense) = sense_of(LEXICON.word(word.number()), Language::English) {
                concepts = concepts.with(sense.concepts);
            }
            word = super::fold::Folded::new();
        }
        if character.is_alphanumeric() {
            word.push(character);
        }
        last = character;
    }
    concepts
}

/// A name can be an order: `IGNORE_PREVIOUS_INSTRUCTIONS.txt`.
fn order_in_name(text: &str, token: &mut Token) {
    const ORDER: Concepts = Concepts::of(&[Concept::Ignore, Concept::Previous, Concept::Instructions]);
    let long = matches!(token.kind, TokenKind::Path | TokenKind::Identifier) && token.span.len() > 20;
    if long && name(token.text(text)).all(ORDER) {
        token.concepts = token.concepts.with(ORDER);
    }
}

/// Two English words written as one, "instructionsand": what both stand for. Such a word is never an act.
fn glued(spelling: &str) -> Option<Sense> {
    /// Fewest letters of the first word, and of the second.
    const LEAST: usize = 5;
    const SHORTEST: usize = 3;
    if spelling.len() < 9 || spelling.len() > 30 || !spelling.is_ascii() {
        return None;
    }
    let known = |number: u64| sense_of(LEXICON.word(number), Language::English);
    let mut first = super::fold::Folded::new();
    let mut best = None;
    for (at, byte) in spelling.bytes().enumerate().take(spelling.len() - SHORTEST) {
        first.push_ascii(byte);
        let Some(sense) = (at + 1 >= LEAST).then(|| known(first.number())).flatten() else { continue };
        let second = spelling.get(at + 1..).map(super::fold::Folded::of).and_then(known);
        // The longest first word counts.
        best = second.map(|second| sense.concepts.with(second.concepts)).or(best);
    }
    best.map(|concepts| Sense {
        language: Language::English,
        concepts: concepts.without(ACTS),
        form: Form::default(),
    })
}

/// Matches the longest phrase that begins at a token; its length in tokens.
fn phrase(tokens: &mut [Token], at: usize, language: Language) -> Option<usize> {
    let first = tokens.get(at)?;
    if !matches!(first.kind, TokenKind::Word | TokenKind::Path) {
        return None;
    }
    let quoted = first.quoted;
    let matched = first.phrases().iter().find(|phrase| {
        phrase.sense.language == language
            && phrase.rest.iter().enumerate().all(|(offset, word)| {
                tokens.get(at + 1 + offset).is_some_and(|token| {
                    (token.hash == *word || token.bare == *word)
                        && token.before == Break::None
                        && token.quoted == quoted
                })
            })
    })?;
    let length = matched.rest.len() + 1;
    let sense = matched.sense;
    let first = tokens.get_mut(at)?;
    first.concepts = first.concepts.with(sense.concepts);
    first.form = sense.form;
    for token in tokens.get_mut(at + 1..at + length)? {
        token.inner = true;
    }
    Some(length)
}

/// Finds the words in a run of a script without spaces.
fn unspaced(text: &str, run: &Token, language: Language, into: &mut Vec<Token>) {
    let content = run.text(text);
    let mut at = 0;
    let mut before = run.before;
    while let Some(rest) = content.get(at..).filter(|rest| !rest.is_empty()) {
        let Some((length, sense)) = LEXICON.unspaced(rest, language) else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        into.push(Token {
            span: Span::new(run.span.start + at, run.span.start + at + length),
            concepts: sense.concepts,
            form: sense.form,
            before,
            hash: 1,
            bare: 1,
            known: None,
            ..run.clone()
        });
        before = Break::None;
        at += length;
    }
    debug_assert!(content.chars().all(is_unspaced));
}
