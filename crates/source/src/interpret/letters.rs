//! What a condition on every letter of a text says of the text: `all(letter in "abc" for letter in text)`.

use super::Interpreter;
use super::implied::pattern_of;
use crate::fact::{Anchored, Check, Fact, Pattern};
use crate::library::Op;
use crate::value::{Term, TermKind, Value};

/// A text whose letters were looked at one by one, and the inside of a class of what they are.
struct Letters<'a> {
    text: Term<'a>,
    class: String,
}

impl<'a> Interpreter<'a> {
    /// What holds of a text when a condition holds, or does not, for each of its letters.
    pub(crate) fn facts_of_letters(&self, condition: &Value<'a>, holds: bool) -> Option<Fact<'a>> {
        let letters = self.letters(condition, holds)?;
        let source = format!("[{}]*", letters.class);
        let pattern = Pattern { source, flags: String::new(), anchored: Anchored::Both };
        Some(self.fact(&letters.text, Check::Matches(pattern)))
    }

    fn letters(&self, condition: &Value<'a>, holds: bool) -> Option<Letters<'a>> {
        let TermKind::Apply(op, operands) = condition.term()?.kind() else { return None };
        match (op, operands.as_slice(), holds) {
            (Op::Not, [inner], _) => self.letters(inner, !holds),
            (Op::Or, [left, right], true) | (Op::And, [left, right], false) => {
                let (left, right) = (self.letters(left, holds)?, self.letters(right, holds)?);
                let class = format!("{}{}", left.class, right.class);
                (left.text == right.text).then_some(Letters { text: left.text, class })
            }
            (Op::And, [left, right], true) | (Op::Or, [left, right], false) => {
                self.letters(left, holds).or_else(|| self.letters(right, holds))
            }
            (Op::In, [letter, container], true) => {
                Some(Letters { text: text_of(letter)?, class: self.class_of_these(container)? })
            }
            (Op::Equal, [letter, Value::Text(one)], true) => {
                Some(Letters { text: text_of(letter)?, class: escaped(one) })
            }
            (Op::Matches, [letter, pattern, anchored], true) => {
                let class = match pattern_of(pattern, anchored)?.source.as_str() {
                    r"[^\W_]+" | r"[^\W\d_]+" => r"\w",
                    r"\d+" => r"\d",
                    _ => return None,
                };
                Some(Letters { text: text_of(letter)?, class: class.to_owned() })
            }
            _ => None,
        }
    }

    /// The letters of a text, or of a list of letters, that is known.
    fn class_of_these(&self, container: &Value<'a>) -> Option<String> {
        match container {
            Value::Text(text) => Some(escaped(text)),
            Value::Object(id) => {
                let object = self.state.object(*id).filter(|object| object.rest.is_none())?;
                let texts = object.elements.iter().map(|element| element.text());
                let letters: String = texts.collect::<Option<Vec<_>>>()?.concat();
                let are_letters = object.elements.len() == letters.chars().count();
                (are_letters && !letters.is_empty()).then(|| escaped(&letters))
            }
            _ => None,
        }
    }
}

/// The text that a symbol is some letter of.
fn text_of<'a>(letter: &Value<'a>) -> Option<Term<'a>> {
    match letter.term()?.operands(Op::Element)? {
        [Value::Term(text), Value::Nothing] => Some(text.clone()),
        _ => None,
    }
}

/// Letters as they stand in a class of a regular expression.
fn escaped(letters: &str) -> String {
    let mut class = String::new();
    for letter in letters.chars() {
        if letter.is_ascii_punctuation() {
            class.push('\\');
        }
        class.push(letter);
    }
    class
}
