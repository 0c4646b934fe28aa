//! What a condition on every letter of a text says of the text, and one on every element of a list of the list:
//! `all(letter in "abc" for letter in text)`, `if [name for name in names if name not in KNOWN]: raise`.

use super::Interpreter;
use super::implied::pattern_of;
use crate::fact::{Anchored, Check, Fact, Pattern};
use crate::library::Op;
use crate::value::{ObjectId, Term, TermKind, Value};

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

    /// What holds where a list of what does not fit is empty: what each of its elements would be kept for does not.
    pub(crate) fn none_kept(&self, list: ObjectId) -> Vec<Fact<'a>> {
        let Some(object) = self.state.object(list).filter(|_| self.is_list_like(list)) else {
            return Vec::new();
        };
        let mut facts = Vec::new();
        for element in object.elements.iter().chain(&object.rest) {
            let Value::Either(ways) = element else { continue };
            let mut kept = ways.iter().filter(|way| !matches!(way.value, Value::Nothing));
            // Of several conditions it is not known which one does not hold.
            if let (Some(one), None) = (kept.next(), kept.next())
                && let [fact] = &*one.facts
                && let Some(check) = opposite(&fact.check)
            {
                facts.push(self.fact(&fact.subject, check));
            }
        }
        facts
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

/// What holds where a check does not, if that says anything.
fn opposite<'a>(check: &Check<'a>) -> Option<Check<'a>> {
    Some(match check {
        Check::NoneOf => Check::OneOf,
        Check::MatchesNot(pattern) => Check::Matches(pattern.clone()),
        Check::StartsNotWith(start) => Check::StartsWith(start.clone()),
        _ => return None,
    })
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
