//! Command lines that no shell reads: a library splits them at white space into a program and its arguments.

use super::{Arguments, Interpreter};
use crate::ir::Over;
use crate::library::Op;
use crate::value::{Text, Value};

impl<'a> Interpreter<'a> {
    /// The parts of a tagged template: `` $`cat ${name}` ``.
    pub(crate) fn words_of_template(&mut self, arguments: &Arguments<'a>) -> Vec<Value<'a>> {
        let Some((texts, values)) = arguments.plain.split_first() else { return Vec::new() };
        let (texts, _) = self.iterate(texts, Over::Elements);
        let mut values = values.iter().chain(&arguments.rest).cloned();
        let mut parts = Vec::new();
        for text in texts {
            parts.push(text);
            parts.extend(values.next());
        }
        parts.extend(values);
        self.words(parts)
    }

    /// The parts of a text that was put together: `"cat " + name`.
    pub(crate) fn words_of_text(&mut self, value: &Value<'a>) -> Vec<Value<'a>> {
        let parts = value.term().and_then(|term| term.operands(Op::Concat));
        match parts.map(<[Value<'a>]>::to_vec) {
            Some(parts) => self.words(parts),
            None => vec![value.clone()],
        }
    }

    /// Known texts are split, what is not known stays in the word in which it stands.
    fn words(&mut self, parts: Vec<Value<'a>>) -> Vec<Value<'a>> {
        let mut words: Vec<Vec<Value<'a>>> = vec![Vec::new()];
        for part in parts {
            let Value::Text(text) = part else {
                words.last_mut().into_iter().for_each(|word| word.push(part.clone()));
                continue;
            };
            for (index, piece) in text.split(char::is_whitespace).enumerate() {
                if index > 0 {
                    words.push(Vec::new());
                }
                if !piece.is_empty() {
                    words.last_mut().into_iter().for_each(|word| word.push(Value::Text(Text::from(piece))));
                }
            }
        }
        words.retain(|word| !word.is_empty());
        let whole = |me: &mut Self, mut word: Vec<Value<'a>>| match word.len() {
            1 => word.pop(),
            _ => Some(me.concat(word)),
        };
        words.into_iter().filter_map(|word| whole(self, word)).collect()
    }
}
