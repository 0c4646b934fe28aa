//! Words of a command line and the arguments they came from.

use std::ops::Range;

/// One word, and where in the configured arguments it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// The word with quotes resolved.
    pub(super) text: String,
    /// Index into the arguments; `None` for the command itself.
    pub(super) argument: Option<usize>,
    /// First byte of the word inside that argument; `None` when quoting changed its bytes.
    pub(super) start: Option<usize>,
}

impl Word {
    /// The last `length` bytes of the word as a range inside its argument.
    pub(super) fn tail_span(&self, length: usize) -> Option<Range<usize>> {
        let end = self.start? + self.text.len();
        Some(end.checked_sub(length)?..end)
    }
}

/// The configured command and arguments as words.
pub(super) fn words_of(command: &str, args: &[&str]) -> Vec<Word> {
    let first = Word { text: command.to_owned(), argument: None, start: Some(0) };
    let rest = args.iter().enumerate().map(|(index, argument)| Word {
        text: (*argument).to_owned(),
        argument: Some(index),
        start: Some(0),
    });
    std::iter::once(first).chain(rest).collect()
}

/// How the words of a script end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    /// `&&`, `||`, `;`, `&` or a new line.
    Then,
    /// `|`.
    Pipe,
    /// The end of the script.
    End,
}

/// One simple command of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Simple {
    pub(super) words: Vec<Word>,
    pub(super) joint: Joint,
}

/// Whose quoting rules a script follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quoting {
    /// POSIX: a backslash escapes.
    Posix,
    /// cmd and PowerShell: a backslash is part of a path.
    Windows,
}

/// Longer scripts are programs of their own and are not read here.
const SCRIPT_LIMIT: usize = 64 * 1024;

/// Splits a script into simple commands and their words. Substitutions and variables stay as they are written:
/// nothing is evaluated.
pub(super) fn split_script(script: &Word, quoting: Quoting) -> Vec<Simple> {
    let mut splitter = Splitter { script, commands: Vec::new(), words: Vec::new(), word: None, exact: true };
    if script.text.len() > SCRIPT_LIMIT {
        return splitter.commands;
    }
    let mut characters = script.text.char_indices().peekable();
    let mut quote: Option<char> = None;
    while let Some((at, character)) = characters.next() {
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (Some('"') | None, '\\') if quoting == Quoting::Posix => {
                splitter.exact = false;
                if let Some((_, escaped)) = characters.next() {
                    splitter.push(at, escaped);
                }
            }
            (Some(_), _) => splitter.push(at, character),
            (None, '"' | '\'') => {
                quote = Some(character);
                splitter.open_quote(at);
            }
            (None, '&' | '|' | ';' | '\n') => {
                let doubled = characters.next_if(|&(_, next)| next == character).is_some();
                let joint = if character == '|' && !doubled { Joint::Pipe } else { Joint::Then };
                splitter.end_command(joint);
            }
            (None, _) if character.is_whitespace() => splitter.end_word(),
            (None, _) => splitter.push(at, character),
        }
    }
    splitter.end_command(Joint::End);
    splitter.commands
}

struct Splitter<'s> {
    script: &'s Word,
    commands: Vec<Simple>,
    words: Vec<Word>,
    word: Option<(usize, String)>,
    exact: bool,
}

impl Splitter<'_> {
    fn push(&mut self, at: usize, character: char) {
        self.word.get_or_insert_with(|| (at, String::new())).1.push(character);
    }

    /// A quote at the start of a word shifts its first byte by one; inside a word the bytes no longer match.
    fn open_quote(&mut self, at: usize) {
        match &self.word {
            None => self.word = Some((at + 1, String::new())),
            Some(_) => self.exact = false,
        }
    }

    fn end_word(&mut self) {
        if let Some((start, text)) = self.word.take() {
            let start = self.script.start.filter(|_| self.exact).map(|base| base + start);
            self.words.push(Word { text, argument: self.script.argument, start });
        }
        self.exact = true;
    }

    fn end_command(&mut self, joint: Joint) {
        self.end_word();
        if !self.words.is_empty() {
            self.commands.push(Simple { words: std::mem::take(&mut self.words), joint });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(script: &str, quoting: Quoting) -> Vec<Vec<String>> {
        let word = Word { text: script.to_owned(), argument: Some(0), start: Some(0) };
        split_script(&word, quoting)
            .into_iter()
            .map(|simple| simple.words.into_iter().map(|word| word.text).collect())
            .collect()
    }

    #[test]
    fn a_script_is_split_at_operators_and_quotes_are_resolved() {
        assert_eq!(
            texts("cd '/my dir' && npx -y \"a b\" c\\ d; e", Quoting::Posix),
            [vec!["cd", "/my dir"], vec!["npx", "-y", "a b", "c d"], vec!["e"]]
        );
        assert_eq!(texts(r"C:\n\npx.cmd -y x", Quoting::Windows), [vec![r"C:\n\npx.cmd", "-y", "x"]]);
    }

    #[test]
    fn a_word_of_a_script_knows_its_bytes_unless_quoting_changed_them() {
        let script = Word { text: "npx 'a@1' b\\@2 c@3".to_owned(), argument: Some(1), start: Some(0) };
        let words = split_script(&script, Quoting::Posix).remove(0).words;
        assert_eq!(words[1].tail_span(3), Some(5..8));
        assert_eq!(words[2].tail_span(3), None);
        assert_eq!(script.text.get(words[3].tail_span(3).unwrap()), Some("c@3"));
    }

    #[test]
    fn an_unclosed_quote_or_a_trailing_backslash_ends_with_the_script() {
        assert_eq!(texts("a 'b c", Quoting::Posix), [vec!["a", "b c"]]);
        assert_eq!(texts("a b\\", Quoting::Posix), [vec!["a", "b"]]);
        assert!(texts(&"x ".repeat(SCRIPT_LIMIT), Quoting::Posix).is_empty());
    }
}
