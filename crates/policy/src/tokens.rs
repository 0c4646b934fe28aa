//! Policy texts as words and signs, without recursion: for bounds before the parser, and for explanations.

use std::iter::Peekable;
use std::str::CharIndices;

use portcullis_model::Span;

/// A piece of a policy text. White space and comments are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'t> {
    /// A name, a keyword or a number.
    Word(&'t str),
    /// A text in quotes.
    Text,
    /// Any other character.
    Sign(char),
}

/// The tokens of `text` with their bytes.
pub(crate) fn tokens(text: &str) -> Tokens<'_> {
    Tokens { text, characters: text.char_indices().peekable() }
}

/// See [`tokens`].
pub(crate) struct Tokens<'t> {
    text: &'t str,
    characters: Peekable<CharIndices<'t>>,
}

impl<'t> Iterator for Tokens<'t> {
    type Item = (Span, Token<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (start, character) = self.characters.next()?;
            let token = match character {
                space if space.is_whitespace() => continue,
                '/' if self.characters.peek().is_some_and(|(_, next)| *next == '/') => {
                    while self.characters.next_if(|(_, inside)| !matches!(inside, '\n' | '\r')).is_some() {}
                    continue;
                }
                '"' => {
                    self.skip_text();
                    Token::Text
                }
                letter if is_word(letter) => {
                    while self.characters.next_if(|(_, inside)| is_word(*inside)).is_some() {}
                    Token::Word(self.text.get(start..self.offset()).unwrap_or_default())
                }
                sign => Token::Sign(sign),
            };
            return Some((Span::new(start, self.offset()), token));
        }
    }
}

impl Tokens<'_> {
    fn offset(&mut self) -> usize {
        self.characters.peek().map_or(self.text.len(), |(at, _)| *at)
    }

    /// To the end of a text whose opening quote was taken.
    fn skip_text(&mut self) {
        while let Some((_, inside)) = self.characters.next() {
            match inside {
                '\\' => drop(self.characters.next()),
                '"' => break,
                _ => {}
            }
        }
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}
