//! What running text asks for: sentences that order, wish or tell of an act, with their words and values.

use portcullis_model::Span;
use portcullis_text::meaning::{ACTS, Concept, Concepts, Force, Meaning, Sentence, Token};
use portcullis_text::model::Model;
use portcullis_text::{Reading, Readings, Role, secret};

use crate::deed::Deeds;
use crate::digest::{self, Digest};
use crate::manner::{self, Manner};
use crate::words;

/// Most orders that are kept of one piece.
const MOST: usize = 48;
/// How much text around a sentence belongs to it, in bytes to each side.
const AROUND: usize = 240;
/// Most words and values that are kept of one order.
const MOST_WORDS: usize = 64;
/// How many words may stand before the verb that opens an order.
const OPENING: usize = 2;
/// How much of a sentence is shown to people, in characters.
const SHOWN: usize = 90;

/// A sentence that asks for something or tells how something is done.
#[derive(Debug, Clone, Default)]
pub(crate) struct Order {
    /// A digest of what it says, to tell repeated texts from new ones.
    pub(crate) identity: Digest,
    /// The number of the result, and how many calls had passed when it came.
    pub(crate) result: u64,
    pub(crate) calls: u64,
    /// What is asked for.
    pub(crate) asked: Deeds,
    /// What is told of, permitted, or a condition.
    pub(crate) told: Deeds,
    /// The word that opens an order whose verb no lexicon knows; 0 where there is none.
    pub(crate) lead: Digest,
    /// The values in it, and those in the text around it.
    pub(crate) values: Vec<Digest>,
    pub(crate) near: Vec<Digest>,
    /// The words in it, sorted, and those in the text around it.
    pub(crate) words: Vec<Digest>,
    pub(crate) near_words: Vec<Digest>,
    /// The words in it that follow an article: things, not acts.
    pub(crate) things: Vec<Digest>,
    /// The sentence with its surroundings in lower case, for values that are plain words.
    pub(crate) text: Box<str>,
    /// How far the piece resembles an order that serves somebody else, in 256ths of a natural logarithm.
    pub(crate) likeness: i32,
    /// How it tells of acts, where it asks for none.
    pub(crate) manner: Manner,
    /// It only reports: its acts are told of, or stand in the past.
    pub(crate) reports: bool,
    /// It speaks to a model, or as somebody with a say over it.
    pub(crate) addresses_model: bool,
    /// Only somebody who decodes the text can read it.
    pub(crate) concealed: bool,
    /// The text rules spoke on it.
    pub(crate) doubted: bool,
    /// The person named what its record is about, or pointed to its source.
    pub(crate) pointed: bool,
    /// The shapes of the values that its record holds in fields.
    pub(crate) rivals: u8,
    /// The tool whose result it stands in.
    pub(crate) source: Box<str>,
    /// The server of that tool, as a digest of its name.
    pub(crate) server: Digest,
    /// That tool changes something: what it returns is a report, not the text that somebody wanted read.
    pub(crate) acted: bool,
    /// The values of the call whose result it stands in, sorted: its own address among them.
    pub(crate) home: Vec<Digest>,
    /// It came from the tool's own server as an answer to a change: guidance of that server.
    pub(crate) guidance: bool,
    /// It is short and the answer of a tool that is not known to only look up: its server may name its next tool.
    pub(crate) leads_on: bool,
    /// For people: the beginning of the sentence, secrets redacted.
    pub(crate) shown: Box<str>,
}

/// Words that speak of a model, of its task or of its instructions.
const MODEL: Concepts = Concepts::of(&[Concept::Model, Concept::SystemPrompt, Concept::UserRequest]);

/// Acts that say nothing of what is done.
const VAGUE: Concepts = Concepts::of(&[Concept::Do, Concept::Learn, Concept::Obey, Concept::Call]);

/// Every order of a piece, read anew unless it is a whole text that was read before.
pub(crate) fn of_piece(text: &str, readings: &Readings<'_>) -> Vec<Order> {
    match readings.of(text) {
        Some(reading) => of_reading(reading),
        None => of_reading(&Reading::of(text, Role::Result)),
    }
}

fn of_reading(reading: &Reading<'_>) -> Vec<Order> {
    let mut orders = Vec::new();
    for (wording, meaning) in reading.meanings() {
        let concealed = wording.view.is_some_and(|view| view.concealed);
        let from = orders.len();
        let atoms = atoms(wording.text);
        let addresses = addresses_model(meaning);
        for sentence in meaning.sentences() {
            if orders.len() >= MOST {
                break;
            }
            orders.extend(of_sentence(wording.text, meaning, sentence, &atoms).map(|order| Order {
                concealed,
                addresses_model: addresses.iter().any(|span| is_near(*span, sentence.span)),
                ..order
            }));
        }
        let Some(found) = orders.get_mut(from..).filter(|found| !found.is_empty()) else {
            unknown_verbs(wording.text, meaning, concealed, &mut orders);
            continue;
        };
        let likeness = likeness(meaning);
        for order in found {
            order.likeness = likeness;
        }
        unknown_verbs(wording.text, meaning, concealed, &mut orders);
    }
    orders
}

/// How far a text resembles orders that serve somebody else.
fn likeness(meaning: &Meaning) -> i32 {
    let model = Model::of(Role::Result);
    model.and_then(|model| model.likeness(meaning)).map_or(i32::MIN / 2, |likeness| likeness.excess)
}

/// True for sentences of which one belongs to what the other says: a long text speaks of much.
const fn is_near(one: Span, other: Span) -> bool {
    one.start < other.end + 2 * AROUND && other.start < one.end + 2 * AROUND
}

/// The sentences that speak to a model, of its task or of its instructions.
fn addresses_model(meaning: &Meaning) -> Vec<Span> {
    const TO_YOU: Concepts = Concepts::of(&[Concept::Agent, Concept::Task]);
    const IGNORED: Concepts = Concepts::of(&[Concept::Instructions, Concept::Previous]);
    let addresses = |said: Concepts| {
        said.any(MODEL)
            || (said.has(Concept::You) && said.any(TO_YOU))
            || (said.has(Concept::Ignore) && said.any(IGNORED))
    };
    let found = meaning.sentences().iter().filter(|sentence| addresses(sentence.concepts));
    found.map(|sentence| sentence.span).collect()
}

fn of_sentence(text: &str, meaning: &Meaning, sentence: &Sentence, atoms: &[usize]) -> Option<Order> {
    let (mut asked, mut told) = (Concepts::NONE, Concepts::NONE);
    let mut reports = true;
    let tokens = meaning.tokens_of(sentence);
    // "Email: a@example.com" gives a name to a value and asks for nothing.
    let own = text.get(sentence.span.start..sentence.span.end).unwrap_or_default();
    let numbered = manner::tells_of_numbered(own);
    let presents = manner::presents(own);
    let is_label =
        |at: usize| presents || (at == 0 && numbered) || tokens.get(at + 1).is_some_and(Token::follows_colon);
    let mut permits = false;
    for act in meaning.acts_of(sentence) {
        if is_label(meaning.place_of(sentence, act)) {
            continue;
        }
        permits |= act.force == Force::Permission;
        if act.wanted() {
            asked = asked.with(act.concepts);
            reports = false;
        } else if !act.negated {
            told = told.with(act.concepts);
        }
    }
    // "Sent the key to a@example.com": an order in the form that people mistype.
    if meaning.acts_of(sentence).is_empty() && !is_label(0) {
        asked = asked.with(tokens.first().map_or(Concepts::NONE, |token| token.concepts.shared(ACTS)));
    }
    // A verb that is no order by its form is told of at least.
    for (_, token) in tokens.iter().enumerate().filter(|(at, _)| !is_label(*at)) {
        told = told.with(token.concepts.shared(ACTS));
    }
    told = told.without(asked);
    // "The door should stay unlocked", "the assistant deletes it": who says what must be, or what a model does.
    let of_model = sentence.concepts.any(MODEL.with(Concept::Agent.into()));
    let is_rule = || (of_model || manner::demands(own)) && Manner::of(own, false) == Manner::Rule;
    if asked.is_empty() && !told.is_empty() && is_rule() {
        (asked, told, reports) = (told, Concepts::NONE, false);
    }
    let told = Deeds::of_phrase(told, sentence.concepts);
    let asks = !asked.without(VAGUE).is_empty() || !Deeds::of_phrase(asked, sentence.concepts).is_empty();
    // What is only told of counts where it gives a value: an address, an account.
    let near = |at: &usize| *at + AROUND < sentence.span.start;
    let gives = || atoms.get(atoms.partition_point(near)).is_some_and(|at| *at < sentence.span.end + AROUND);
    if !asks && (told.is_empty() || !gives()) {
        return None;
    }
    let manner = Manner::of(own, permits);
    (asks || manner != Manner::Report).then(|| Order {
        asked: Deeds::of_phrase(asked, sentence.concepts),
        told,
        manner,
        reports,
        ..of_span(text, sentence.span)
    })
}

/// Where the atoms of a text begin.
fn atoms(text: &str) -> Vec<usize> {
    let start = text.as_ptr() as usize;
    let mut atoms = Vec::new();
    words::each_atom(text, |atom| {
        atoms.push((atom.as_ptr() as usize).saturating_sub(start));
    });
    atoms
}

/// Sentences that open like an order with a verb that the lexicon does not know: "Please unfriend all of them".
fn unknown_verbs(text: &str, meaning: &Meaning, concealed: bool, orders: &mut Vec<Order>) {
    for sentence in manner::sentences(text) {
        let at = (sentence.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        let span = Span::new(at, at + sentence.len());
        if orders.len() >= MOST || !(8..=400).contains(&sentence.len()) {
            continue;
        }
        // "Reminder: please …" opens after the colon.
        let Some(lead) = sentence.split(": ").find_map(lead) else {
            continue;
        };
        let known = meaning.sentences().iter().any(|known| {
            known.span.start < span.end
                && span.start < known.span.end
                && meaning.acts_of(known).iter().any(|act| {
                    let opens = meaning.place_of(known, act) <= OPENING;
                    opens && act.wanted() && !act.concepts.without(VAGUE).is_empty()
                })
        });
        if !known {
            let about = Meaning::of(sentence).concepts();
            let asked = Deeds::of_phrase(Concept::Do.into(), about);
            orders.push(Order { lead, asked, concealed, likeness: i32::MIN / 2, ..of_span(text, span) });
        }
    }
}

/// The digest of the word that opens an order, when the sentence has the form of one.
fn lead(sentence: &str) -> Option<Digest> {
    const POLITE: &[&str] = &["please", "kindly", "now", "then", "first", "also", "and", "just", "next"];
    const OBJECTS: &[&str] = &[
        "the", "my", "your", "our", "all", "this", "that", "a", "an", "me", "to", "in", "out", "from", "any",
        "every", "his", "her", "their", "it", "them", "off", "on", "up", "down", "with", "for", "of", "at",
        "by", "through", "into", "over", "and",
    ];
    // "@ann, please …" calls somebody first.
    let mut opening = sentence.trim_start();
    while let Some(called) = opening.strip_prefix('@') {
        opening = called.split_once(char::is_whitespace)?.1.trim_start();
    }
    let mut words = opening
        .split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ':' | ',' | '*' | '-'))
        .filter(|word| !word.is_empty());
    let mut first = words.next()?;
    let mut polite = false;
    while POLITE.iter().any(|word| first.eq_ignore_ascii_case(word)) {
        polite |= first.eq_ignore_ascii_case("please") || first.eq_ignore_ascii_case("kindly");
        first = words.next()?;
    }
    let next = words.next()?;
    let takes_object = OBJECTS.iter().any(|word| next.eq_ignore_ascii_case(word))
        || next.starts_with(['#', '@', '$'])
        || next.starts_with(|c: char| c.is_ascii_digit());
    if !(polite || takes_object) || manner::reports(first) || !first.chars().all(char::is_alphabetic) {
        return None;
    }
    let mut digest = None;
    words::each_word(first, |word, _| digest = digest.or(Some(word)));
    digest
}

/// The words and values of a part of a text and of what is around it.
fn of_span(text: &str, span: Span) -> Order {
    let own = text.get(span.start..span.end).unwrap_or_default();
    let around = surroundings(text, span);
    let mut order = Order {
        values: values(own),
        words: words::set(own, MOST_WORDS),
        things: things(own),
        near_words: words::set(around, 2 * MOST_WORDS),
        near: values(around),
        text: around.to_lowercase().into(),
        shown: shown(own),
        identity: digest::of(own) ^ digest::of(around).rotate_left(1),
        ..Order::default()
    };
    order.near.retain(|value| order.values.binary_search(value).is_err());
    order
}

/// The words that follow an article, sorted.
fn things(text: &str) -> Vec<Digest> {
    const ARTICLES: &[&str] = &["the", "a", "an", "my", "your", "our", "their", "his", "her", "its"];
    let mut things = Vec::new();
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        if ARTICLES.iter().any(|article| word.eq_ignore_ascii_case(article)) {
            words::each_word(words.next().unwrap_or_default(), |thing, _| things.push(thing));
        }
    }
    words::sorted(things)
}

/// A part of a text with the sentences around it: to line ends and full stops within reach.
fn surroundings(text: &str, span: Span) -> &str {
    let mut start = span.start.saturating_sub(AROUND);
    let mut end = (span.end + AROUND).min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    text.get(start..end).unwrap_or_default()
}

/// The digests of the atoms and short quotations of a text, sorted.
pub(crate) fn values(text: &str) -> Vec<Digest> {
    let mut values = Vec::new();
    let mut push = |value: &str| {
        if values.len() < MOST_WORDS {
            values.push(words::normal(value));
        }
    };
    // Whoever is called by name ("@ann, please …") is no value of what is asked.
    words::each_atom(text, |atom| {
        if !atom.starts_with('@') {
            push(atom);
        }
    });
    for mark in ['\'', '"', '`'] {
        let mut parts = text.split(mark);
        parts.next();
        for (index, quoted) in parts.enumerate() {
            if index % 2 == 0 && (1..=80).contains(&quoted.trim().len()) {
                push(quoted);
            }
        }
    }
    words::sorted(values)
}

/// The beginning of a sentence for people: on one line, without secrets.
fn shown(sentence: &str) -> Box<str> {
    let clean = secret::redact(sentence.trim());
    let mut shown: String = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = shown.char_indices().nth(SHOWN) {
        shown.truncate(end);
        shown.push('…');
    }
    shown.replace('`', "'").into()
}

impl Order {
    /// True when a value of plain words, in lower case, stands in it or around it as whole words.
    pub(crate) fn says(&self, lower: &str, words: &[Digest]) -> bool {
        if words.iter().any(|word| self.near_words.binary_search(word).is_err()) {
            return false;
        }
        let Some(at) = self.text.find(lower) else {
            return false;
        };
        let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        edge(self.text.get(..at).and_then(|before| before.chars().next_back()))
            && edge(self.text.get(at + lower.len()..).and_then(|after| after.chars().next()))
    }

    /// True when it gives a value the name of its argument: "room 12" for the argument `room`.
    pub(crate) fn calls(&self, key: &str, lower: &str) -> bool {
        let key = key.rsplit(['_', '-']).next().unwrap_or_default().to_lowercase();
        let short = (1..=4).contains(&lower.len()) && lower.bytes().all(|byte| byte.is_ascii_alphanumeric());
        short && key.len() > 2 && self.says(&format!("{key} {lower}"), &[])
    }

    /// True when the sentence itself holds all words of the name of somebody.
    pub(crate) fn addresses(&self, words: &[Digest]) -> bool {
        !words.is_empty() && words::shared(words, &self.words) == words.len()
    }
}
