//! Splits names and prose into lower-case words.

/// The lower-case words of a text, in one allocation for the letters and one for the ends.
#[derive(Debug, Default)]
pub(crate) struct Words {
    letters: String,
    words: Vec<Word>,
}

/// One word and what stood before it.
#[derive(Debug, Clone, Copy)]
struct Word {
    start: usize,
    end: usize,
    opens: Opens,
}

/// How a word is separated from the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opens {
    /// It continues.
    Nothing,
    /// A comma, a slash, a bracket: a new part of the same sentence.
    Part,
    /// A full stop, a line break, a semicolon: a new sentence.
    Sentence,
}

impl Words {
    /// The words of a name: split at everything that is no letter or digit, and between the humps of camelCase.
    pub(crate) fn of_name(name: &str) -> Self {
        let mut words = Self::default();
        let mut characters = name.chars().peekable();
        let mut before = ' ';
        while let Some(character) = characters.next() {
            let starts_word = || {
                let mut next = characters.clone();
                next.next_if_eq(&'s');
                next.next().is_some_and(char::is_lowercase)
            };
            let hump = character.is_uppercase()
                && (before.is_lowercase()
                    || before.is_ascii_digit()
                    || (before.is_uppercase() && starts_word()));
            if character.is_alphanumeric() {
                if hump {
                    words.close(Opens::Nothing);
                }
                words.letters.extend(character.to_lowercase());
            } else {
                words.close(Opens::Nothing);
            }
            before = character;
        }
        words.close(Opens::Nothing);
        words
    }

    /// The words of the first `most` bytes of a text. Apostrophes belong to words: `don't`.
    pub(crate) fn of_prose(text: &str, most: usize) -> Self {
        let mut words = Self::default();
        let mut opens = Opens::Sentence;
        let mut characters = text.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            if at >= most {
                break;
            }
            if character.is_alphanumeric() || character == '_' || character == '\'' || character == '’' {
                words.letters.extend(character.to_lowercase());
                continue;
            }
            if words.close(opens) {
                opens = Opens::Nothing;
            }
            let next = characters.peek().map_or(' ', |(_, next)| *next);
            opens = match character {
                '.' | '!' | '?' if next.is_whitespace() => Opens::Sentence,
                '\n' if next == '\n' || next == '-' || next == '*' || next == '#' => Opens::Sentence,
                ';' | '。' | '：' => Opens::Sentence,
                ',' | '/' | '(' | ')' | ':' | '&' | '+' | '、' | '，' if opens == Opens::Nothing => {
                    Opens::Part
                }
                _ => opens,
            };
        }
        words.close(opens);
        words
    }

    /// Number of words.
    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    /// The word at `index`; empty past the end.
    pub(crate) fn at(&self, index: usize) -> &str {
        self.words.get(index).and_then(|word| self.letters.get(word.start..word.end)).unwrap_or_default()
    }

    /// How the word at `index` is separated from the one before it.
    pub(crate) fn opens(&self, index: usize) -> Opens {
        self.words.get(index).map_or(Opens::Sentence, |word| word.opens)
    }

    /// The words.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.words.iter().filter_map(|word| self.letters.get(word.start..word.end))
    }

    /// True when one of the words is `wanted`.
    pub(crate) fn contains(&self, wanted: &str) -> bool {
        self.iter().any(|word| word == wanted)
    }

    /// Ends the word whose letters were taken; false when there are none.
    fn close(&mut self, opens: Opens) -> bool {
        let start = self.words.last().map_or(0, |word| word.end);
        let end = self.letters.len();
        let closes = end > start;
        if closes {
            self.words.push(Word { start, end, opens });
        }
        closes
    }
}

/// A table for [`look_up`] from groups of words that share a value.
pub(crate) fn sorted<T: Copy>(groups: impl Iterator<Item = (T, &'static str)>) -> Vec<(&'static str, T)> {
    let mut table: Vec<_> =
        groups.flat_map(|(value, words)| words.split_whitespace().map(move |word| (word, value))).collect();
    table.sort_unstable_by_key(|(word, _)| *word);
    table
}

/// Looks a word up in a sorted table, in the form it has and with its English endings taken off.
pub(crate) fn look_up<T>(table: &'static [(&'static str, T)], word: &str) -> Option<&'static T> {
    let exact = |form: &str| {
        table
            .binary_search_by(|(key, _)| (*key).cmp(form))
            .ok()
            .and_then(|at| table.get(at))
            .map(|(_, value)| value)
    };
    exact(word).or_else(|| base_forms(word, &exact))
}

/// Tries what a word may be an inflected form of: `retrieves`, `queries`, `searching`, `getting`, `created`.
fn base_forms<T>(word: &str, exact: &impl Fn(&str) -> Option<&'static T>) -> Option<&'static T> {
    const LONGEST: usize = 24;
    if word.len() < 4 || word.len() > LONGEST || !word.is_ascii() {
        return None;
    }
    let with = |stem: &str, ending: &str| -> Option<&'static T> {
        let mut form = String::with_capacity(LONGEST);
        form.push_str(stem);
        form.push_str(ending);
        exact(&form)
    };
    if let Some(stem) = word.strip_suffix("ies").or_else(|| word.strip_suffix("ied")) {
        return with(stem, "y");
    }
    if let Some(stem) = word.strip_suffix('s').filter(|stem| !stem.ends_with('s')) {
        return exact(stem).or_else(|| word.strip_suffix("es").and_then(exact));
    }
    let stem = word.strip_suffix("ing").or_else(|| word.strip_suffix("ed"))?;
    let undoubled = || {
        let mut ends = stem.bytes().rev();
        (ends.next() == ends.next()).then(|| stem.get(..stem.len() - 1)).flatten().and_then(exact)
    };
    exact(stem).or_else(|| with(stem, "e")).or_else(undoubled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(name: &str) -> Vec<String> {
        Words::of_name(name).iter().map(str::to_owned).collect()
    }

    #[test]
    fn names_split_at_marks_and_between_humps() {
        assert_eq!(name("get_file-contents"), ["get", "file", "contents"]);
        assert_eq!(name("sendHTTPRequest"), ["send", "http", "request"]);
        assert_eq!(name("github.listPRs/v2"), ["github", "list", "prs", "v2"]);
        assert_eq!(name("__"), Vec::<String>::new());
    }

    #[test]
    fn prose_knows_where_a_part_and_a_sentence_begin() {
        let words = Words::of_prose("Reads, then deletes files (all). Don't worry.", 400);
        let all: Vec<_> = words.iter().collect();
        assert_eq!(all, ["reads", "then", "deletes", "files", "all", "don't", "worry"]);
        assert_eq!(words.opens(0), Opens::Sentence);
        assert_eq!(words.opens(1), Opens::Part);
        assert_eq!(words.opens(2), Opens::Nothing);
        assert_eq!(words.opens(5), Opens::Sentence);
    }

    #[test]
    fn inflected_words_are_found_under_their_base() {
        static TABLE: &[(&str, u8)] = &[("create", 1), ("get", 2), ("query", 3), ("search", 4)];
        for (word, value) in
            [("creates", 1), ("creating", 1), ("created", 1), ("getting", 2), ("queries", 3), ("searches", 4)]
        {
            assert_eq!(look_up(TABLE, word), Some(&value), "{word}");
        }
        assert_eq!(look_up(TABLE, "gets"), Some(&2));
        assert_eq!(look_up(TABLE, "class"), None);
    }
}
