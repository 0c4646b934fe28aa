//! Conditions: what they are, and what holds when they do.

use crate::fact::{Check, Fact};
use crate::library::Op;
use crate::value::{TermKind, Text, Value};

use super::state::{ObjectKind, common_facts};
use super::{Ended, Interpreter, Outcome};

/// Lists longer than this are not compared element by element.
pub(crate) const MOST_COMPARED: usize = 2000;

impl<'a> Interpreter<'a> {
    /// Whether a value is true, where that is known.
    pub(crate) fn truth(&self, value: &Value<'a>) -> Option<bool> {
        match value {
            Value::Nothing => Some(false),
            Value::Bool(value) => Some(*value),
            Value::Number(number) => Some(*number != 0.0 && !number.is_nan()),
            Value::Text(text) => Some(!text.is_empty()),
            Value::Object(id) => {
                let object = self.state.object(*id)?;
                let is_list = matches!(object.kind, ObjectKind::List);
                if self.language() != crate::ir::Language::Python || object.rest.is_some() {
                    return if object.rest.is_some() { None } else { Some(true) };
                }
                match &object.kind {
                    ObjectKind::Record | ObjectKind::List => {
                        Some(if is_list { !object.elements.is_empty() } else { !object.fields.is_empty() })
                    }
                    _ => Some(true),
                }
            }
            Value::Function(_) | Value::Class(_) | Value::Method(_) => Some(true),
            Value::Term(term) => match term.kind() {
                TermKind::Apply(Op::Regex | Op::ParseUrl | Op::ParseAddress, _) => Some(true),
                _ => None,
            },
            Value::Either(alternatives) => {
                let mut truths = alternatives.iter().map(|one| self.truth(&one.value));
                let first = truths.next()??;
                truths.all(|truth| truth == Some(first)).then_some(first)
            }
        }
    }

    pub(crate) fn not(&mut self, value: Value<'a>) -> Value<'a> {
        match self.truth(&value) {
            Some(truth) => Value::Bool(!truth),
            None => match &value {
                Value::Term(term) => match term.operands(Op::Not) {
                    Some([inner]) => inner.clone(),
                    _ => self.apply(Op::Not, vec![value]),
                },
                _ => self.apply(Op::Not, vec![value]),
            },
        }
    }

    pub(crate) fn and(&mut self, left: Value<'a>, right: Value<'a>) -> Value<'a> {
        match self.truth(&left) {
            Some(true) => right,
            Some(false) => left,
            None => self.apply(Op::And, vec![left, right]),
        }
    }

    pub(crate) fn or(&mut self, left: Value<'a>, right: Value<'a>) -> Value<'a> {
        match self.truth(&left) {
            Some(true) => left,
            Some(false) => right,
            None => self.apply(Op::Or, vec![left, right]),
        }
    }

    /// Whether two values are equal.
    pub(crate) fn equal(&mut self, left: &Value<'a>, right: &Value<'a>) -> Value<'a> {
        let is_known = |value: &Value<'a>| {
            matches!(
                value,
                Value::Nothing
                    | Value::Bool(_)
                    | Value::Number(_)
                    | Value::Text(_)
                    | Value::Function(_)
                    | Value::Class(_)
            )
        };
        if is_known(left) && is_known(right) {
            return Value::Bool(left == right);
        }
        if let (Value::Term(a), Value::Term(b)) = (left, right)
            && a == b
            // Some element of a list is not always the same one.
            && !super::implied::is_element(a, 4)
        {
            return Value::Bool(true);
        }
        // An enumeration's member and a symbol of a library are equal only to themselves.
        if let (Value::Term(a), Value::Term(b)) = (left, right)
            && let (TermKind::External(a), TermKind::External(b)) = (a.kind(), b.kind())
        {
            return Value::Bool(a == b);
        }
        let null = |one: &Value<'a>, other: &Value<'a>| {
            matches!(one, Value::Nothing)
                && (matches!(
                    other,
                    Value::Object(_) | Value::Function(_) | Value::Class(_) | Value::Method(_)
                ) || is_failure(other))
        };
        if null(left, right) || null(right, left) {
            return Value::Bool(false);
        }
        // One of several values against nothing: each is compared, so that what holds of it stays with it.
        if let (Value::Either(alternatives), Value::Nothing) | (Value::Nothing, Value::Either(alternatives)) =
            (left, right)
        {
            let alternatives = alternatives.clone();
            let ways: Vec<_> = alternatives
                .iter()
                .map(|one| {
                    let is_there = one.value.term().is_some_and(|term| {
                        one.facts.iter().any(|fact| fact.about() == term.id() && fact.check == Check::True)
                    });
                    let nothing =
                        if is_there { Value::Bool(false) } else { self.equal(&one.value, &Value::Nothing) };
                    (nothing, one.facts.clone())
                })
                .collect();
            return super::state::either(&ways);
        }
        self.apply(Op::Equal, vec![left.clone(), right.clone()])
    }

    /// Whether a value is in a container or text.
    pub(crate) fn contained(&mut self, value: Value<'a>, container: Value<'a>) -> Value<'a> {
        if let (Some(part), Some(text)) = (value.text(), container.text()) {
            return Value::Bool(text.contains(part));
        }
        if let Ok(Some(is_in)) = self.by_protocol(&container, "__contains__", vec![value.clone()]) {
            return is_in;
        }
        if let (Value::Object(id), true) = (&container, value.taint() == 0)
            && let Some(object) = self.state.object(*id)
            && object.rest.is_none()
            && let Some(key) = super::expression::key_of(&value)
        {
            let in_list = object.elements.iter().all(|element| super::text::shown(element).is_some());
            if matches!(object.kind, ObjectKind::Record | ObjectKind::Instance(_)) {
                return Value::Bool(object.fields.contains_key(&key) || object.elements.contains(&value));
            }
            if in_list {
                return Value::Bool(object.elements.contains(&value));
            }
        }
        self.apply(Op::In, vec![value, container])
    }

    pub(crate) fn type_of(&mut self, value: Value<'a>) -> Value<'a> {
        Value::Text(Text::from(match value {
            Value::Nothing => "undefined",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::Text(_) => "string",
            Value::Function(_) | Value::Class(_) | Value::Method(_) => "function",
            Value::Object(_) => "object",
            value => return self.apply(Op::IsInstance, vec![value]),
        }))
    }

    /// Goes on where a condition holds, or does not. Ends where that cannot be.
    pub(crate) fn assume(&mut self, condition: &Value<'a>, holds: bool) -> Outcome<()> {
        if let Some(truth) = self.truth(condition) {
            return if truth == holds { Ok(()) } else { Err(Ended) };
        }
        match condition {
            Value::Either(alternatives) => {
                let mut fitting = Vec::new();
                for one in alternatives.iter() {
                    let truth = self.truth(&one.value);
                    if truth == Some(!holds) {
                        continue;
                    }
                    let mut facts = one.facts.to_vec();
                    if truth.is_none() {
                        facts.extend(self.implied(&one.value, holds));
                    }
                    fitting.push(facts);
                }
                if fitting.is_empty() {
                    return Err(Ended);
                }
                for fact in alike_facts(&fitting) {
                    self.hold(fact);
                }
                Ok(())
            }
            Value::Term(_) | Value::Object(_) => {
                for fact in self.implied(condition, holds) {
                    self.hold(fact);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// A failure that was made here: `new Error()`, `fmt.Errorf()`, and in Go a failure with a name.
fn is_failure(value: &Value<'_>) -> bool {
    let Some(term) = value.term() else { return false };
    match term.kind() {
        TermKind::Result(path, _) => {
            let last = path.rsplit('.').next().unwrap_or_default();
            matches!(&**path, "errors.New" | "fmt.Errorf") || last.ends_with("Error")
        }
        TermKind::External(path) => {
            let last = path.rsplit('.').next().unwrap_or_default();
            last.starts_with("Err") && last.chars().nth(3).is_some_and(char::is_uppercase)
        }
        _ => false,
    }
}

/// What holds on every way, and what was checked in the same manner of each of several values: which of them is used
/// depends on the same as which of them was checked.
pub(crate) fn alike_facts<'a>(ways: &[Vec<Fact<'a>>]) -> Vec<Fact<'a>> {
    let slices: Vec<&[Fact<'a>]> = ways.iter().map(Vec::as_slice).collect();
    let mut facts = common_facts(&slices);
    let alike = |one: &Fact<'a>, other: &Fact<'a>| {
        std::mem::discriminant(&one.check) == std::mem::discriminant(&other.check)
            && one.place == other.place
            && !matches!(one.check, Check::True | Check::False)
    };
    for way in ways {
        for fact in way {
            if !facts.contains(fact) && ways.iter().all(|other| other.iter().any(|one| alike(one, fact))) {
                facts.push(fact.clone());
            }
        }
    }
    facts.extend(super::containment::shared(&slices));
    facts
}
