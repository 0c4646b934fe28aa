//! The lexicon: which word of which language stands for which concepts. Data under `data/lexicon`, compiled once.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use super::concept::{Concept, Concepts};
use super::fold::{Folded, is_unspaced};
use super::token::{Form, Language};

const FILES: [(Language, &str); Language::COUNT] = [
    (Language::English, include_str!("../../data/lexicon/en.tsv")),
    (Language::French, include_str!("../../data/lexicon/fr.tsv")),
    (Language::German, include_str!("../../data/lexicon/de.tsv")),
    (Language::Spanish, include_str!("../../data/lexicon/es.tsv")),
    (Language::Portuguese, include_str!("../../data/lexicon/pt.tsv")),
    (Language::Italian, include_str!("../../data/lexicon/it.tsv")),
    (Language::Russian, include_str!("../../data/lexicon/ru.tsv")),
    (Language::Chinese, include_str!("../../data/lexicon/zh.tsv")),
    (Language::Japanese, include_str!("../../data/lexicon/ja.tsv")),
];

/// Spellings that there is room for from the beginning: a little more than there are.
const ENTRIES: usize = 7168;

/// The lexicon of all languages.
pub(crate) static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let entries = Numbered::with_capacity_and_hasher(ENTRIES, BuildHasherDefault::default());
    let mut lexicon = Lexicon { entries, ..Lexicon::default() };
    for (language, data) in FILES {
        lexicon.add(language, data);
    }
    lexicon.finish();
    lexicon
});

/// What one spelling stands for in one language.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sense {
    pub(crate) language: Language,
    pub(crate) concepts: Concepts,
    pub(crate) form: Form,
}

/// Several words that mean something together; the first word is the key under which it is kept.
#[derive(Debug)]
pub(crate) struct Phrase {
    pub(crate) rest: Box<[u64]>,
    pub(crate) sense: Sense,
}

/// Numbers of folded words are well spread already.
#[derive(Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, _: &[u8]) {}
    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

type Numbered<T> = HashMap<u64, T, BuildHasherDefault<Spread>>;

/// What is known of one spelling.
#[derive(Debug, Default)]
pub(crate) struct Entry {
    /// What it stands for, in every language that has it.
    pub(crate) senses: Vec<Sense>,
    /// The phrases that begin with it, longest first.
    pub(crate) phrases: Vec<Phrase>,
}

#[derive(Default)]
pub(crate) struct Lexicon {
    entries: Numbered<Entry>,
    stems: Numbered<Vec<Sense>>,
    unspaced: HashMap<char, Vec<(Box<str>, Sense)>>,
}

impl Lexicon {
    /// What a word stands for, in every language that has it.
    pub(crate) fn word(&self, number: u64) -> &[Sense] {
        self.entry(number).map_or(&[], |entry| entry.senses.as_slice())
    }

    /// What is known of a word.
    pub(crate) fn entry(&self, number: u64) -> Option<&Entry> {
        self.entries.get(&number)
    }

    /// What a word stands for by its beginning, in one language.
    pub(crate) fn stem(&self, word: &str, language: Language) -> Option<Sense> {
        let mut folded = Folded::new();
        let mut found = None;
        for character in word.chars() {
            folded.push(character);
            let senses = self.stems.get(&folded.number()).map_or(&[][..], Vec::as_slice);
            found = senses.iter().find(|sense| sense.language == language).copied().or(found);
        }
        found
    }

    /// The longest word of a script without spaces that the text begins with.
    pub(crate) fn unspaced(&self, text: &str, language: Language) -> Option<(usize, Sense)> {
        let words = self.unspaced.get(&text.chars().next()?)?;
        words
            .iter()
            .find(|(word, sense)| sense.language == language && text.starts_with(&**word))
            .map(|(word, sense)| (word.len(), *sense))
    }

    fn add(&mut self, language: Language, data: &str) {
        for line in data.lines().filter(|line| !line.starts_with('#')) {
            let mut columns = line.split('\t');
            let (Some(names), Some(kind), Some(forms)) = (columns.next(), columns.next(), columns.next())
            else {
                continue;
            };
            let mut concepts = Concepts::NONE;
            for concept in names.split('+').filter_map(Concept::named) {
                concepts.insert(concept);
            }
            for form in forms.split(' ').filter(|form| !form.is_empty()) {
                match kind {
                    "verb" => {
                        english_verb(form, &mut |word, form| self.word_of(word, language, concepts, form));
                    }
                    "noun" => {
                        self.word_of(form, language, concepts, Form::default());
                        self.word_of(&english_plural(form), language, concepts, Form::default());
                    }
                    "open" => self.word_of(form, language, concepts, Form::OPEN),
                    "says" => self.word_of(form, language, concepts, Form::THIRD),
                    "base" => self.word_of(form, language, concepts, Form::BASE),
                    "past" => self.word_of(form, language, concepts, Form::PAST),
                    "doing" => self.word_of(form, language, concepts, Form::GERUND),
                    _ => self.word_of(form, language, concepts, Form::default()),
                }
            }
        }
    }

    fn word_of(&mut self, word: &str, language: Language, concepts: Concepts, form: Form) {
        let sense = Sense { language, concepts, form };
        if let Some(stem) = word.strip_suffix('*') {
            merge(self.stems.entry(Folded::of(stem)).or_default(), sense);
            return;
        }
        if let Some(first) = word.chars().next().filter(|first| is_unspaced(*first)) {
            let words = self.unspaced.entry(first).or_default();
            match words
                .iter_mut()
                .find(|(known, known_sense)| &**known == word && known_sense.language == language)
            {
                Some((_, known)) => {
                    known.concepts = known.concepts.with(concepts);
                    known.form = known.form.with(form);
                }
                None => words.push((word.into(), sense)),
            }
            return;
        }
        let mut parts = word.split('_').filter(|part| !part.is_empty()).map(Folded::of);
        let Some(first) = parts.next() else { return };
        let rest: Box<[u64]> = parts.collect();
        if rest.is_empty() {
            merge(&mut self.entries.entry(first).or_default().senses, sense);
        } else {
            let phrases = &mut self.entries.entry(first).or_default().phrases;
            match phrases.iter_mut().find(|known| known.rest == rest && known.sense.language == language) {
                Some(known) => {
                    known.sense.concepts = known.sense.concepts.with(concepts);
                    known.sense.form = known.sense.form.with(form);
                }
                None => {
                    phrases.reserve_exact(1);
                    phrases.push(Phrase { rest, sense });
                }
            }
        }
    }

    fn finish(&mut self) {
        for Entry { phrases, .. } in self.entries.values_mut() {
            phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.rest.len()));
        }
        for words in self.unspaced.values_mut() {
            words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        }
    }
}

fn merge(senses: &mut Vec<Sense>, sense: Sense) {
    match senses.iter_mut().find(|known| known.language == sense.language) {
        Some(known) => {
            known.concepts = known.concepts.with(sense.concepts);
            known.form = known.form.with(sense.form);
        }
        None => {
            // Most words have one sense: room for more would take megabytes.
            senses.reserve_exact(1);
            senses.push(sense);
        }
    }
}

/// Every form of an English verb. `send/sent` names an irregular past, `drop+` doubles its last letter; of a verb of
/// several words the first is inflected.
fn english_verb(entry: &str, each: &mut dyn FnMut(&str, Form)) {
    let mut spellings = entry.split('/');
    let base = spellings.next().unwrap_or_default();
    let (head, tail) = base.split_at(base.find('_').unwrap_or(base.len()));
    let (head, doubled) = match head.strip_suffix('+') {
        Some(head) => (head, head.chars().last()),
        None => (head, None),
    };
    each(&format!("{head}{tail}"), Form::BASE);
    each(&format!("{}{tail}", third_person(head)), Form::THIRD);
    each(&format!("{}ing{tail}", before_ending(head, doubled, "ing")), Form::GERUND);
    let mut irregular = false;
    for past in spellings {
        irregular = true;
        each(past, Form::PAST);
    }
    if !irregular {
        each(&format!("{}ed{tail}", before_ending(head, doubled, "ed")), Form::PAST);
    }
}

fn third_person(head: &str) -> String {
    english_plural(head)
}

fn english_plural(noun: &str) -> String {
    let vowel_before = |letter: char| {
        let mut letters = noun.chars().rev();
        letters.next() == Some(letter) && letters.next().is_some_and(|before| "aeiou".contains(before))
    };
    if let Some(stem) = noun.strip_suffix('y').filter(|_| !vowel_before('y')) {
        format!("{stem}ies")
    } else if ["s", "x", "z", "ch", "sh", "do", "go"].iter().any(|ending| noun.ends_with(ending)) {
        format!("{noun}es")
    } else {
        format!("{noun}s")
    }
}

fn before_ending(head: &str, doubled: Option<char>, ending: &str) -> String {
    if let Some(letter) = doubled {
        return format!("{head}{letter}");
    }
    match head.strip_suffix('e') {
        Some(stem) if !stem.ends_with('e') => stem.to_owned(),
        _ if ending == "ed"
            && head.ends_with('y')
            && !head.ends_with("ey")
            && !head.ends_with("ay")
            && !head.ends_with("oy") =>
        {
            format!("{}i", head.trim_end_matches('y'))
        }
        _ => head.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(entry: &str) -> Vec<String> {
        let mut forms = Vec::new();
        english_verb(entry, &mut |word, _| forms.push(word.to_owned()));
        forms
    }

    #[test]
    fn english_verbs_are_inflected_by_rule() {
        assert_eq!(forms("include"), ["include", "includes", "including", "included"]);
        assert_eq!(forms("drop+"), ["drop", "drops", "dropping", "dropped"]);
        assert_eq!(forms("copy"), ["copy", "copies", "copying", "copied"]);
        assert_eq!(forms("send/sent"), ["send", "sends", "sending", "sent"]);
        assert_eq!(forms("look_at/looked_at"), ["look_at", "looks_at", "looking_at", "looked_at"]);
    }

    #[test]
    fn every_line_of_the_lexicon_names_concepts_that_exist_and_a_known_kind() {
        let kinds = ["verb", "noun", "word", "open", "says", "base", "past", "doing"];
        for (language, data) in FILES {
            for line in data.lines().filter(|line| !line.starts_with('#')) {
                let columns: Vec<&str> = line.split('\t').collect();
                assert_eq!(columns.len(), 3, "{language:?}: {line}");
                for name in columns[0].split('+') {
                    assert!(Concept::named(name).is_some(), "{language:?}: `{name}` in {line}");
                }
                assert!(kinds.contains(&columns[1]), "{language:?}: `{}`", columns[1]);
            }
        }
    }
}
