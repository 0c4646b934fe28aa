//! Elements and entries: reading, writing, slicing, iterating.

use super::expression::key_of;
use super::same_name::is_key_of;
use super::state::ObjectKind;
use super::{Arguments, Interpreter, MOST_TURNS, Outcome};
use crate::fact::{Check, Checked, Fact};
use crate::ir::{Language, Over};
use crate::library::Op;
use crate::value::{ObjectId, TermKind, Text, Value};
use std::collections::HashSet;

impl<'a> Interpreter<'a> {
    /// An element or entry.
    pub(crate) fn index(&mut self, object: &Value<'a>, index: &Value<'a>) -> Outcome<Value<'a>> {
        self.step()?;
        if let Value::Either(alternatives) = object {
            let mut ways = Vec::new();
            for one in alternatives.iter().filter(|one| !matches!(one.value, Value::Nothing)) {
                let value = self.index(&one.value, index)?;
                ways.push((value, one.facts.clone()));
            }
            return Ok(super::state::one_of(&ways));
        }
        if let Value::Either(alternatives) = index
            && matches!(object, Value::Object(_))
        {
            let mut ways = Vec::new();
            for one in alternatives.iter() {
                let value = self.index(object, &one.value)?;
                ways.push((value, one.facts.clone()));
            }
            return Ok(super::state::one_of(&ways));
        }
        match object {
            Value::Object(id) => {
                if let Some(class) = self.class_of_instance(object) {
                    if let Some(value) = self.by_protocol(object, "__getitem__", vec![index.clone()])? {
                        return Ok(value);
                    }
                    if let Value::Number(number) = index
                        && let Some(value) = self.positions(&class, object).get(*number as usize)
                    {
                        return Ok(value.clone());
                    }
                }
                let Some(found) = self.state.object(*id).cloned() else { return Ok(Value::Nothing) };
                if matches!(found.kind, ObjectKind::List) {
                    if let Value::Number(number) = index {
                        let length = found.elements.len();
                        let position = if *number < 0.0 { length as f64 + number } else { *number };
                        let value = found.elements.get(position.max(0.0) as usize).cloned();
                        let others = found.elements.len() > 1 || found.rest.as_ref() != Some(&Value::Nothing);
                        if others && found.rest.is_some() && value.as_ref().is_some_and(may_be_missing) {
                            return Ok(self.some_element(*id));
                        }
                        return Ok(match (value, found.rest) {
                            (Some(value), _) => value,
                            (None, Some(rest)) => self.element_at(&rest, *number),
                            (None, None) => Value::Nothing,
                        });
                    }
                    return Ok(self.some_element(*id));
                }
                if let Some(name) = key_of(index) {
                    if let Some(value) = found.fields.get(&name) {
                        return Ok(value.clone());
                    }
                    if let Some(value) = self.got(*id, &name) {
                        return Ok(value);
                    }
                    if matches!(found.kind, ObjectKind::Instance(_)) {
                        return self.member(object, &name);
                    }
                    let missing =
                        found.rest.map_or_else(|| self.made_on_demand(*id, index), |rest| Ok(Some(rest)));
                    let missing = missing?.unwrap_or(Value::Nothing);
                    return self.named(missing, &name);
                }
                if found.rest.is_none() {
                    self.made_on_demand(*id, index)?;
                }
                Ok(self.some_entry(*id, index))
            }
            Value::Term(term) if term.path().as_deref() == Some("sys.modules") => {
                Ok(self.module_scope().unwrap_or(Value::Nothing))
            }
            Value::Term(_) if is_key_of(index, object) => Ok(self.of_same_name(object.clone())),
            Value::Term(term) => {
                if let Some(name) = index.text() {
                    let name = name.to_owned();
                    return Ok(self.term_member(term, &name));
                }
                let is_text = term.operands(Op::Part).is_some() || term.operands(Op::Fold).is_some();
                if is_text && !matches!(index, Value::Number(_)) {
                    return Ok(self.apply(Op::Part, vec![object.clone()]));
                }
                Ok(self.apply(Op::Element, vec![object.clone(), index.clone()]))
            }
            Value::Text(text) => Ok(match index {
                Value::Number(number) if *number >= 0.0 => {
                    let letter = text.chars().nth(*number as usize);
                    letter.map_or(Value::Nothing, |letter| Value::Text(Text::from(letter.to_string())))
                }
                _ => Value::Text(text.clone()),
            }),
            Value::Class(_) => match index.text() {
                Some(name) => {
                    let name = name.to_owned();
                    self.member(object, &name)
                }
                None => Ok(object.clone()),
            },
            Value::Nothing => Ok(self.unknown(0)),
            other => Ok(other.clone()),
        }
    }

    /// The element at a place, of a list whose elements are all alike: what was checked of all of them holds of it, and what
    /// is checked of it does not hold of the others.
    fn element_at(&mut self, any: &Value<'a>, position: f64) -> Value<'a> {
        let Value::Term(term) = any else { return any.clone() };
        let Some([list, Value::Nothing]) = term.operands(Op::Element) else { return any.clone() };
        let element = self.apply(Op::Element, vec![list.clone(), Value::Number(position)]);
        if let Value::Term(one) = &element {
            let of_all = self.state.facts.iter().filter(|fact| fact.subject == *term);
            let held: Vec<Fact<'a>> =
                of_all.map(|fact| Fact::new(one.clone(), fact.check.clone(), fact.place)).collect();
            held.into_iter().for_each(|fact| self.hold(fact));
        }
        element
    }

    /// Any entry of a record, chosen by a key that is not known: known entries are from the program itself.
    pub(crate) fn some_entry(&mut self, id: ObjectId, key: &Value<'a>) -> Value<'a> {
        let Some(object) = self.state.object(id).cloned() else { return Value::Nothing };
        let is_go = self.language() == Language::Go;
        // In Go a key that is not there gives nothing: what is there was asked by one of the keys.
        let held: Checked<'a> =
            if is_go { self.facts_of(key, &Check::OneOf).into() } else { Checked::NOTHING };
        let mut ways: Vec<(Value<'a>, Checked<'a>)> = super::property::shown(&object)
            .take(MOST_TURNS)
            .map(|value| (value.clone(), held.clone()))
            .collect();
        ways.extend(object.rest.map(|rest| (rest, Checked::NOTHING)));
        let key_taint = self.taint(key);
        if ways.len() > 8 && ways.iter().all(|(value, _)| matches!(value, Value::Function(_))) {
            // A table of handlers: all of them are possible, no few stand for the others.
            return Value::Either(
                ways.into_iter()
                    .map(|(value, _)| crate::value::Alternative { value, facts: Checked::NOTHING })
                    .collect(),
            );
        }
        // One that is not there, or that every object has (`__proto__`): a mark that carries nothing.
        let marked = if key_taint == 0 || (is_go && !ways.is_empty()) {
            Value::Nothing
        } else {
            let operands = vec![Value::Object(id), key.clone()];
            self.intern(TermKind::Apply(Op::Element, operands), 0, None)
        };
        ways.push((marked, Checked::NOTHING));
        super::state::either(&ways)
    }

    /// Any element of a list.
    pub(crate) fn some_element(&mut self, id: ObjectId) -> Value<'a> {
        let Some(object) = self.state.object(id).cloned() else { return Value::Nothing };
        let mut ways: Vec<(Value<'a>, Checked<'a>)> =
            object.elements.iter().take(MOST_TURNS).map(|value| (value.clone(), Checked::NOTHING)).collect();
        ways.extend(object.rest.map(|rest| (rest, Checked::NOTHING)));
        if ways.is_empty() {
            return Value::Nothing;
        }
        super::state::either(&ways)
    }

    /// Writes an element or entry.
    pub(crate) fn set_index(
        &mut self,
        object: &Value<'a>,
        index: &Value<'a>,
        value: Value<'a>,
    ) -> Outcome<()> {
        self.check_key(object, index, &value);
        if let Value::Term(table) = object
            && let Some([_, Value::Text(name)]) = table.operands(Op::Field)
            && &**name == "request_handlers"
        {
            self.register_handler(&Arguments::of(vec![index.clone(), value.clone()]));
        }
        if self.by_protocol(object, "__setitem__", vec![index.clone(), value.clone()])?.is_some() {
            return Ok(());
        }
        match object {
            Value::Object(id) => {
                let is_list =
                    matches!(self.state.object(*id).map(|object| &object.kind), Some(ObjectKind::List));
                match index {
                    Value::Number(number) if is_list => {
                        let mut elements = self.state.elements(*id).as_ref().clone();
                        let position = *number as usize;
                        if let Some(place) = elements.get_mut(position) {
                            *place = value;
                        } else if elements.len() < MOST_TURNS {
                            let before = position.min(MOST_TURNS).max(elements.len());
                            elements.resize(before, Value::Nothing);
                            elements.push(value);
                        }
                        self.state.set_elements(*id, elements);
                    }
                    _ => match key_of(index).filter(|_| !is_list) {
                        Some(name) => return self.set_member(object, &name, value),
                        None => self.may_hold_under(*id, index, &value),
                    },
                }
                Ok(())
            }
            Value::Either(alternatives) => {
                for one in alternatives.iter() {
                    if matches!(one.value, Value::Object(_)) {
                        self.set_index(&one.value, index, value.clone())?;
                    }
                }
                Ok(())
            }
            Value::Term(_) | Value::Class(_) => match key_of(index) {
                Some(name) => self.set_member(object, &name, value),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// A part of a text or list.
    pub(crate) fn slice(
        &mut self,
        object: &Value<'a>,
        from: Option<&Value<'a>>,
        to: Option<&Value<'a>>,
    ) -> Value<'a> {
        let bound = |value: Option<&Value<'a>>, length: usize, default: usize| match value {
            None => Some(default),
            Some(Value::Number(number)) if *number < 0.0 => Some((length as f64 + number).max(0.0) as usize),
            Some(Value::Number(number)) => Some(*number as usize),
            Some(_) => None,
        };
        match object {
            Value::Object(id) => {
                let Some(found) = self.state.object(*id).cloned() else { return Value::Nothing };
                let length = found.elements.len();
                if let (Some(from), Some(to)) = (bound(from, length, 0), bound(to, length, length)) {
                    let part =
                        found.elements.get(from.min(length)..to.min(length)).unwrap_or_default().to_vec();
                    let list = self.list(part);
                    if let (Value::Object(id), Some(rest)) = (&list, &found.rest) {
                        self.state.may_hold(*id, rest);
                    }
                    return list;
                }
                object.clone()
            }
            Value::Text(text) => {
                let length = text.chars().count();
                match (bound(from, length, 0), bound(to, length, length)) {
                    (Some(from), Some(to)) => {
                        let part: String = text.chars().skip(from).take(to.saturating_sub(from)).collect();
                        Value::Text(Text::from(part))
                    }
                    _ => object.clone(),
                }
            }
            other => {
                // Another part of the same text is another symbol: what was checked of one says nothing of the other.
                let mut operands = vec![other.clone()];
                if from.is_some() || to.is_some() {
                    operands.extend([from, to].map(|bound| bound.cloned().unwrap_or(Value::Nothing)));
                }
                self.apply(Op::Part, operands)
            }
        }
    }

    /// The elements that are known, in order, and what others may be.
    pub(crate) fn iterate(&mut self, value: &Value<'a>, over: Over) -> (Vec<Value<'a>>, Option<Value<'a>>) {
        if (over == Over::Keys || matches!(value, Value::Function(_)))
            && self.language() == Language::Go
            && let Some(range) = self.go_range(value, over)
        {
            return range;
        }
        if let Some(elements) = self.iterated(value) {
            return elements;
        }
        match value {
            Value::Object(id) => {
                let Some(object) = self.state.object(*id).cloned() else { return (Vec::new(), None) };
                let keys = matches!(object.kind, ObjectKind::Record)
                    && (over == Over::Keys
                        || (over == Over::Elements && self.language() == Language::Python));
                if keys {
                    let known = super::property::names(&object).into_iter().map(Value::Text).collect();
                    let rest = object.rest.as_ref().map(|rest| self.key_of_entry(value, &object, rest));
                    return (known, rest);
                }
                match over {
                    Over::Pairs => self.pairs(&object),
                    Over::Keys => {
                        let known =
                            (0..object.elements.len()).map(|index| Value::Number(index as f64)).collect();
                        (known, object.rest.map(|_| self.apply(Op::Measure, vec![value.clone()])))
                    }
                    Over::Elements if matches!(object.kind, ObjectKind::Record) => {
                        // A Map gives pairs, a Set its elements.
                        if object.elements.is_empty() {
                            self.pairs(&object)
                        } else {
                            (object.elements.to_vec(), object.rest)
                        }
                    }
                    Over::Elements => (object.elements.to_vec(), object.rest),
                }
            }
            Value::Text(text) => {
                let known =
                    text.chars().take(MOST_TURNS).map(|letter| Value::Text(Text::from(letter.to_string())));
                (known.collect(), None)
            }
            Value::Either(alternatives) => {
                let mut ways = Vec::new();
                for one in alternatives.iter() {
                    let (known, rest) = self.iterate(&one.value, over);
                    ways.extend(known.into_iter().chain(rest).map(|value| (value, one.facts.clone())));
                }
                if ways.is_empty() {
                    return (Vec::new(), None);
                }
                if ways.len() > super::state::MOST_ALTERNATIVES {
                    return (one_by_one(ways), Some(Value::Nothing));
                }
                (Vec::new(), Some(super::state::one_of(&ways)))
            }
            Value::Term(term) => {
                // The parameters of a query are not what it was written as.
                let value = &match term.operands(Op::EncodeUrl).map(<[Value<'a>]>::to_vec) {
                    Some(written) => self.apply(Op::Decode, written),
                    None => value.clone(),
                };
                let element = self.apply(Op::Element, vec![value.clone(), Value::Nothing]);
                let element = match over {
                    Over::Elements => element,
                    Over::Keys => self.apply(Op::Key, vec![value.clone()]),
                    Over::Pairs => {
                        // A position, or in a record of the caller's a name that the caller chose.
                        let op = if self.language() == Language::Go { Op::Measure } else { Op::Key };
                        let key = self.apply(op, vec![value.clone()]);
                        self.list(vec![key, element])
                    }
                };
                (Vec::new(), Some(element))
            }
            Value::Class(class) => {
                // An enumeration: its members.
                let known = self
                    .state
                    .object(class.statics)
                    .map(|object| super::property::shown(object).cloned().collect());
                (known.unwrap_or_default(), None)
            }
            _ => (Vec::new(), None),
        }
    }

    /// Pairs of key and value.
    pub(crate) fn pairs(&mut self, object: &super::state::Object<'a>) -> (Vec<Value<'a>>, Option<Value<'a>>) {
        let mut known = Vec::new();
        for (name, value) in self.properties(object) {
            known.push(self.list(vec![Value::Text(name), value]));
        }
        for (index, value) in object.elements.iter().enumerate() {
            known.push(self.list(vec![Value::Number(index as f64), value.clone()]));
        }
        let rest = object.rest.clone().map(|rest| {
            let key = self.key_of_entry(&rest, object, &rest);
            self.list(vec![key, rest])
        });
        (known, rest)
    }
}

/// Whether an element is one that a condition kept or not: then others may stand at its place.
fn may_be_missing(element: &Value<'_>) -> bool {
    matches!(element, Value::Either(ways) if ways.iter().any(|one| matches!(one.value, Value::Nothing)))
}

/// Elements of lists of which one is there, where they are too many to be told apart as one value: each of them may be
/// missing.
fn one_by_one<'a>(ways: Vec<(Value<'a>, Checked<'a>)>) -> Vec<Value<'a>> {
    let mut seen = HashSet::new();
    ways.into_iter()
        .filter(|(value, _)| seen.insert(value.clone()))
        .map(|way| super::state::one_of(&[way, (Value::Nothing, Checked::NOTHING)]))
        .collect()
}
