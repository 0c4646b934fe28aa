//! What the person asked for: their words, values and deeds, and whether they hand the say over to a text.

use portcullis_text::meaning::{Concept, Concepts, Force, Meaning};

use crate::deed::Deeds;
use crate::digest::Digest;
use crate::order;
use crate::words::{self, Shape};

/// Most words and values of the person that are remembered; a longer text is a document, not a request.
const MOST: usize = 4096;

/// What the person said so far.
#[derive(Debug, Default)]
pub(crate) struct Person {
    /// False until something was said.
    pub(crate) heard: bool,
    pub(crate) words: Vec<Digest>,
    pub(crate) values: Vec<Digest>,
    /// Words with a capital: names.
    pub(crate) names: Vec<Digest>,
    /// What they wish to be done.
    pub(crate) deeds: Deeds,
    /// The shapes of the values that they gave.
    pub(crate) shapes: u8,
    /// They asked that what a text says be done.
    pub(crate) delegates: bool,
    /// Everything said, in lower case.
    text: String,
}

/// Words by which a request hands the say over to a text: "adjust it accordingly", "fulfil her request".
const HANDING_OVER: &[&str] = &["accordingly", "fulfil", "fulfill", "follow", "following", "comply", "obey"];
/// Things whose content is to be done, and words for doing it.
const CHARGES: &[&str] = &[
    "request",
    "requests",
    "instruction",
    "instructions",
    "task",
    "tasks",
    "todo",
    "todos",
    "to-do",
    "to-dos",
    "checklist",
    "steps",
    "actions",
    "action",
    "items",
    "asks",
    "asked",
    "says",
    "requested",
    "described",
    "listed",
    "wants",
    "needs",
    "ticket",
    "issue",
    "chores",
    "errands",
    "jobs",
    "readme",
    "guide",
    "comments",
];
const DOING: &[&str] = &[
    "do",
    "complete",
    "finish",
    "perform",
    "carry",
    "handle",
    "process",
    "execute",
    "act",
    "resolve",
    "address",
    "work",
    "take",
    "apply",
    "make",
    "fix",
    "tackle",
    "implement",
];

/// True when a sentence of the person hands the say over.
fn hands_over(sentence: &str) -> bool {
    let words = || sentence.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|word| !word.is_empty());
    let any = |list: &[&str]| words().any(|word| list.iter().any(|known| word.eq_ignore_ascii_case(known)));
    any(HANDING_OVER) || (any(CHARGES) && any(DOING))
}

impl Person {
    pub(crate) fn hear(&mut self, text: &str) {
        self.heard = true;
        let meaning = Meaning::of(text);
        for (sentence, act) in meaning.acts().filter(|(_, act)| !act.negated) {
            // "Give me a summary" hands nothing to anybody else.
            let to_me = act.objects.has(Concept::Me) && act.is(Concepts::of(&[Concept::Pass, Concept::Tell]));
            if to_me {
                continue;
            }
            // "How much did I spend?" asks for no spending.
            let wished = act.wanted() || act.force == Force::Purpose;
            let polite = act.force == Force::Question && sentence.concepts.has(Concept::You);
            if wished || polite {
                self.deeds = self.deeds.with(Deeds::of_phrase(act.concepts, act.objects));
            }
        }
        self.delegates |= text.split(['.', '!', '?', '\n']).any(hands_over);
        words::each_word(text, |word, spelt| {
            if self.words.len() < MOST {
                self.words.push(word);
                if spelt.starts_with(char::is_uppercase) {
                    self.names.push(word);
                }
            }
        });
        words::each_atom(text, |atom| {
            self.shapes |= Shape::of(atom).map_or(0, Shape::bit);
        });
        if self.values.len() < MOST {
            self.values.extend(order::values(text));
        }
        self.words = words::sorted(std::mem::take(&mut self.words));
        self.values = words::sorted(std::mem::take(&mut self.values));
        self.names = words::sorted(std::mem::take(&mut self.names));
        if self.text.len() < MOST * 8 {
            self.text.push('\n');
            self.text.push_str(&text.to_lowercase());
        }
    }

    /// True when the person mentioned a value: as it is, or as plain words.
    pub(crate) fn mentioned(&self, value: &str) -> bool {
        let value = value.trim();
        if value.is_empty() {
            return false;
        }
        if self.values.binary_search(&words::normal(value)).is_ok() {
            return true;
        }
        // Something under a folder or a site that they named.
        let under =
            value.match_indices('/').filter(|(at, _)| *at > 1).filter_map(|(at, _)| value.get(..at)).any(
                |parent| {
                    parent.len() > 3
                        && !parent.ends_with([':', '/'])
                        && self.values.binary_search(&words::normal(parent)).is_ok()
                },
            );
        if under {
            return true;
        }
        let value = value.to_lowercase();
        let Some(at) = self.text.find(&value) else {
            return false;
        };
        let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        edge(self.text.get(..at).and_then(|before| before.chars().next_back()))
            && edge(self.text.get(at + value.len()..).and_then(|after| after.chars().next()))
    }

    /// True when every word of the name of a thing, its ending left out, is a word of theirs.
    pub(crate) fn speaks_of(&self, name: &str) -> bool {
        let name = name.trim().rsplit(['/', '\\']).next().unwrap_or_default();
        let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let words = words::of_name(name);
        !words.is_empty() && words.iter().all(|word| self.words.binary_search(word).is_ok())
    }
}
