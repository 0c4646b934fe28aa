//! Which values a table means, and when a sink is one.

use super::{Arguments, Interpreter};
use crate::library::{Op, Sink, Slot, When};
use crate::value::{TermKind, Text, Value};

impl<'a> Interpreter<'a> {
    /// The values that a slot names.
    pub(crate) fn slot(
        &mut self,
        slot: Slot,
        receiver: Option<&Value<'a>>,
        arguments: &Arguments<'a>,
    ) -> Vec<Value<'a>> {
        let at = |position: u8| {
            let given = arguments.plain.get(usize::from(position)).cloned();
            given
                .or_else(|| arguments.rest.clone().filter(|_| usize::from(position) >= arguments.plain.len()))
        };
        match slot {
            Slot::At(position) => at(position).into_iter().collect(),
            Slot::Named(name) => arguments.named(name).cloned().into_iter().collect(),
            Slot::Either(position, name) => {
                arguments.named(name).cloned().or_else(|| at(position)).into_iter().collect()
            }
            Slot::Field(position, name) => match at(position) {
                Some(Value::Object(id)) => {
                    let is_list = |object: &&super::state::Object<'a>| {
                        matches!(object.kind, super::state::ObjectKind::List)
                    };
                    let object = self.state.object(id).filter(|object| !is_list(object));
                    object
                        .and_then(|object| object.fields.get(name).cloned().or_else(|| object.rest.clone()))
                        .into_iter()
                        .collect()
                }
                Some(value @ Value::Term(_)) if self.taint(&value) != 0 => {
                    self.member(&value, name).into_iter().collect()
                }
                _ => Vec::new(),
            },
            Slot::From(position) => {
                let given = arguments.plain.get(usize::from(position)..).unwrap_or_default();
                let named = arguments.named.iter().map(|(_, value)| value);
                given.iter().chain(named).chain(&arguments.rest).cloned().collect()
            }
            Slot::Plain(position) => {
                let given = arguments.plain.get(usize::from(position)..).unwrap_or_default();
                given.iter().chain(&arguments.rest).cloned().collect()
            }
            Slot::Formatted(position) => {
                let from = usize::from(position);
                let Some(template) = arguments.plain.get(from).cloned() else { return Vec::new() };
                let given = arguments.plain.get(from + 1..).unwrap_or_default().to_vec();
                if given.is_empty() {
                    return vec![template];
                }
                let values = self.list_with(given, arguments.rest.clone());
                vec![self.percent(template, &values)]
            }
            Slot::Template => self.words_of_template(arguments),
            Slot::Line(position) => match at(position) {
                Some(line) => self.words_of_text(&line),
                None => Vec::new(),
            },
            Slot::Text(text) => vec![Value::Text(Text::from(text))],
            Slot::Receiver => receiver.cloned().into_iter().collect(),
        }
    }

    pub(crate) fn applies(
        &mut self,
        sink: &Sink,
        value: &Value<'a>,
        receiver: Option<&Value<'a>>,
        arguments: &Arguments<'a>,
    ) -> bool {
        match sink.when {
            When::Always => true,
            When::Set(slot) => {
                let set = self.slot(slot, receiver, arguments);
                set.first().is_some_and(|value| self.truth(value) != Some(false))
            }
            When::Unset(slot) => {
                let set = self.slot(slot, receiver, arguments);
                set.first().is_none_or(|value| self.truth(value) != Some(true))
            }
            When::Writes(_) => true,
            When::Other(slot, names) => {
                let given = self.slot(slot, receiver, arguments);
                given.first().is_some_and(|value| !self.mentions(value, names, 3))
            }
            When::Mentions(slot, words) => {
                let object = self.slot(slot, receiver, arguments).into_iter().next();
                object.is_some_and(|object| self.mentions(&object, words, 6))
            }
            When::Configured(slot, name) => {
                let object = self.slot(slot, receiver, arguments).into_iter().next();
                object.is_some_and(|object| self.is_configured(&object, name, 6))
            }
            When::Unguarded(slot, names) => {
                let object = self.slot(slot, receiver, arguments).into_iter().next();
                !object.is_some_and(|object| names.iter().any(|name| self.is_configured(&object, name, 8)))
            }
            When::Begins(words) => self.known_start(value).is_some_and(|start| {
                let start = start.trim_start().to_ascii_lowercase();
                words.iter().any(|word| start.starts_with(&word.to_ascii_lowercase()))
            }),
            When::IsText => !matches!(value, Value::Object(_)),
            When::IsList => matches!(value, Value::Object(_)),
            When::Fewer(count) => arguments.plain.len() < usize::from(count),
            When::AtLeast(count) => arguments.plain.len() >= usize::from(count),
            When::NotNamed(slot, names) => {
                let set = self.slot(slot, receiver, arguments);
                let named = |value: &Value<'a>| {
                    let name = match value {
                        Value::Text(text) => Some(text.clone()),
                        Value::Term(term) => term.path(),
                        _ => None,
                    };
                    name.is_some_and(|name| names.iter().any(|safe| name.ends_with(safe)))
                };
                !set.iter().any(named)
            }
        }
    }

    /// Whether a known part of a value, or of what it was made with, contains one of these words.
    pub(crate) fn mentions(&self, value: &Value<'a>, words: &[&str], depth: usize) -> bool {
        if depth == 0 {
            return false;
        }
        match value {
            Value::Text(text) => words.iter().any(|word| text.contains(word)),
            Value::Term(term) => match term.kind() {
                TermKind::External(path) => words.iter().any(|word| path.contains(word)),
                TermKind::Apply(_, operands) | TermKind::Result(_, operands) => {
                    operands.iter().any(|operand| self.mentions(operand, words, depth - 1))
                }
                _ => false,
            },
            Value::Object(id) => self.state.object(*id).is_some_and(|object| {
                let inside = object.fields.values().chain(object.elements.iter());
                inside.take(50).any(|inner| self.mentions(inner, words, depth - 1))
            }),
            Value::Either(alternatives) => {
                alternatives.iter().any(|one| self.mentions(&one.value, words, depth - 1))
            }
            _ => false,
        }
    }

    /// Whether an object was made with an option, by its name or behind a text that ends with it.
    pub(crate) fn is_configured(&self, object: &Value<'a>, name: &str, depth: usize) -> bool {
        if depth == 0 {
            return false;
        }
        match object {
            Value::Term(term) => {
                let (TermKind::Result(_, operands) | TermKind::Apply(_, operands)) = term.kind() else {
                    return false;
                };
                let named = operands.windows(2).any(|pair| match pair {
                    [key, value] => {
                        let says = match key {
                            Value::Text(text) => text.ends_with(name),
                            Value::Term(key) => key.path().is_some_and(|path| path.ends_with(name)),
                            _ => false,
                        };
                        says && self.truth(value) != Some(false)
                    }
                    _ => false,
                });
                let set = self.state.field(self.store, &format!("{}.@configured", term.id()));
                let was_set = set.is_some_and(|options| self.is_configured(options, name, depth - 1));
                named
                    || was_set
                    || operands.iter().any(|operand| self.is_configured(operand, name, depth - 1))
            }
            Value::Object(id) => {
                let elements = self.state.elements(*id);
                let listed = elements.windows(2).any(|pair| match pair {
                    [Value::Text(text), value] => text.ends_with(name) && self.truth(value) != Some(false),
                    [Value::Term(key), value] => {
                        key.path().is_some_and(|path| path.ends_with(name))
                            && self.truth(value) != Some(false)
                    }
                    _ => false,
                });
                if listed {
                    return true;
                }
                let Some(object) = self.state.object(*id) else { return false };
                object.fields.iter().take(50).any(|(key, value)| {
                    (&**key == name && self.truth(value) != Some(false))
                        || self.is_configured(value, name, depth - 1)
                })
            }
            Value::Either(alternatives) => {
                alternatives.iter().any(|one| self.is_configured(&one.value, name, depth - 1))
            }
            _ => false,
        }
    }

    /// The text that a value begins with, where that is known.
    pub(crate) fn known_start(&self, value: &Value<'a>) -> Option<String> {
        match value {
            Value::Text(text) => Some(text.to_string()),
            Value::Term(term) => term.operands(Op::Concat)?.first().and_then(Value::text).map(str::to_owned),
            Value::Either(alternatives) => alternatives.iter().find_map(|one| self.known_start(&one.value)),
            _ => None,
        }
    }

    /// Whether an option that is a mode lets write; one that is not given does not.
    pub(crate) fn mode_writes(
        &mut self,
        mode: Slot,
        receiver: Option<&Value<'a>>,
        arguments: &Arguments<'a>,
    ) -> bool {
        match self.slot(mode, receiver, arguments).first() {
            Some(Value::Text(mode)) => mode.contains(['w', 'a', 'x', '+']),
            Some(Value::Number(_)) | None => false,
            Some(_) => true,
        }
    }
}
