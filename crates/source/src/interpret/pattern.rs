//! Binding names: declarations, parameters, destructuring, shapes of `match`.

use crate::ir::{ExpressionKind, Pattern};
use crate::library::Op;
use crate::value::{ObjectId, Text, Value};

use super::state::ObjectKind;
use super::{Interpreter, Outcome};

impl<'a> Interpreter<'a> {
    /// Binds a pattern in a scope.
    pub(crate) fn bind(&mut self, pattern: &'a Pattern, value: Value<'a>, scope: ObjectId) -> Outcome<()> {
        self.take(pattern, value, scope, true)
    }

    /// Assigns to a pattern: names are looked for in the scopes around.
    pub(crate) fn assign(&mut self, pattern: &'a Pattern, value: Value<'a>, scope: ObjectId) -> Outcome<()> {
        self.take(pattern, value, scope, false)
    }

    fn take(
        &mut self,
        pattern: &'a Pattern,
        value: Value<'a>,
        scope: ObjectId,
        declares: bool,
    ) -> Outcome<()> {
        match pattern {
            Pattern::Name(name, _) => {
                let owner = if declares { None } else { self.owner(name, scope) };
                let name = self.shared(name);
                self.state.set_field(owner.unwrap_or(scope), name, value);
                Ok(())
            }
            Pattern::Place(place) => self.assign_place(place, value, scope),
            Pattern::List { elements, rest } => {
                self.take_list(elements, rest.as_ref(), &value, scope, declares)
            }
            Pattern::Record { entries, rest } => {
                let mut taken = Vec::new();
                for (key, inner) in entries {
                    let key = self.evaluate(key, scope)?;
                    let part = self.index(&value, &key)?;
                    if let Some(name) = key.text() {
                        taken.push(Text::from(name));
                    }
                    self.take(inner, part, scope, declares)?;
                }
                if let Some(rest) = rest {
                    let others = self.without(&value, &taken);
                    self.take(rest, others, scope, declares)?;
                }
                Ok(())
            }
            Pattern::Default(inner, default) => {
                let value = match value {
                    Value::Nothing => self.evaluate(default, scope)?,
                    Value::Term(_) | Value::Either(_) => {
                        let default = self.evaluate(default, scope)?;
                        self.with_default(value, &default)
                    }
                    value => value,
                };
                self.take(inner, value, scope, declares)
            }
            Pattern::Instance(_, entries) => {
                for (name, inner) in entries {
                    let part = self.member(&value, name)?;
                    self.take(inner, part, scope, declares)?;
                }
                Ok(())
            }
            Pattern::As(inner, name, _) => {
                let name = self.shared(name);
                self.state.set_field(scope, name, value.clone());
                self.take(inner, value, scope, declares)
            }
            Pattern::Equal(_) | Pattern::AnyOf(_) | Pattern::Ignore => Ok(()),
        }
    }

    /// A value that may be missing, with what stands for it then.
    pub(crate) fn with_default(&mut self, value: Value<'a>, default: &Value<'a>) -> Value<'a> {
        if *default == Value::Nothing
            || matches!(default, Value::Bool(_) | Value::Number(_)) && value.taint() != 0
        {
            return value;
        }
        super::state::one_or_other(&value, default)
    }

    fn take_list(
        &mut self,
        elements: &'a [Option<Pattern>],
        rest: Option<&'a (usize, Box<Pattern>)>,
        value: &Value<'a>,
        scope: ObjectId,
        declares: bool,
    ) -> Outcome<()> {
        let is_tuples = |value: &Value<'a>| match value {
            Value::Either(ways) => ways.iter().all(|one| {
                matches!(one.value, Value::Object(id)
                    if matches!(self.state.object(id).map(|object| &object.kind), Some(ObjectKind::List)))
            }),
            _ => false,
        };
        if rest.is_none() && is_tuples(value) {
            // One of several lists: what holds of each stays with its elements.
            for (index, inner) in elements.iter().enumerate() {
                let Some(inner) = inner else { continue };
                let part = self.index(value, &Value::Number(index as f64))?;
                self.take(inner, part, scope, declares)?;
            }
            return Ok(());
        }
        if self.language() == crate::ir::Language::Go && !matches!(value, Value::Object(_)) {
            for (index, inner) in elements.iter().enumerate() {
                let Some(inner) = inner else { continue };
                let part = if index == 0 {
                    value.clone()
                } else {
                    self.further_result(value, index, elements.len())
                };
                self.take(inner, part, scope, declares)?;
            }
            return Ok(());
        }
        let (known, others) = self.iterate(value, crate::ir::Over::Elements);
        let is_known = others.is_none();
        let before = rest.map_or(elements.len(), |(position, _)| *position);
        let after = elements.len().saturating_sub(before);
        for (index, inner) in elements.iter().enumerate() {
            let Some(inner) = inner else { continue };
            let position =
                if index < before { index } else { known.len().saturating_sub(after) + (index - before) };
            let part = match known.get(position) {
                Some(part) => part.clone(),
                None if is_known => Value::Nothing,
                None => self.index(value, &Value::Number(position as f64))?,
            };
            self.take(inner, part, scope, declares)?;
        }
        if let Some((position, inner)) = rest {
            let end = known.len().saturating_sub(after).max(*position);
            let middle = known.get(*position..end.min(known.len())).unwrap_or_default().to_vec();
            let list = self.list(middle);
            if let (Value::Object(id), Some(others)) = (&list, others) {
                self.state.may_hold(*id, &others);
            }
            self.take(inner, list, scope, declares)?;
        }
        Ok(())
    }

    /// A record's other entries.
    fn without(&mut self, value: &Value<'a>, taken: &[Text]) -> Value<'a> {
        let Value::Object(id) = value else { return value.clone() };
        let Some(object) = self.state.object(*id).cloned() else { return Value::Nothing };
        let copy = self.state.allocate(ObjectKind::Record);
        for (name, value) in object.fields.into_iter().filter(|(name, _)| !taken.contains(name)) {
            self.state.set_field(copy, name, value);
        }
        if let Some(rest) = &object.rest {
            self.state.may_hold(copy, rest);
        }
        Value::Object(copy)
    }

    /// Whether a value has a shape, as a condition; binds what the shape names.
    pub(crate) fn fits(
        &mut self,
        pattern: &'a Pattern,
        value: &Value<'a>,
        scope: ObjectId,
    ) -> Outcome<Value<'a>> {
        match pattern {
            Pattern::Name(..) | Pattern::Ignore => {
                self.bind(pattern, value.clone(), scope)?;
                Ok(Value::Bool(true))
            }
            Pattern::Equal(expression) => {
                let other = self.evaluate(expression, scope)?;
                Ok(self.equal(value, &other))
            }
            Pattern::Instance(class, entries) => {
                let class = self.evaluate(class, scope)?;
                let mut fits = self.apply(Op::IsInstance, vec![value.clone(), class]);
                for (name, inner) in entries {
                    let part = match (name.parse::<usize>(), self.class_of_instance(value)) {
                        (Ok(position), Some(class)) => {
                            let mut parts = self.positions(&class, value).into_iter();
                            parts.nth(position).unwrap_or(Value::Nothing)
                        }
                        _ => self.member(value, name)?,
                    };
                    let this = self.fits(inner, &part, scope)?;
                    fits = self.and(fits, this);
                }
                Ok(fits)
            }
            Pattern::List { elements, rest } => {
                let mut fits = Value::Bool(true);
                for (index, inner) in elements.iter().enumerate() {
                    let Some(inner) = inner else { continue };
                    let part = self.index(value, &Value::Number(index as f64))?;
                    let this = self.fits(inner, &part, scope)?;
                    fits = self.and(fits, this);
                }
                if let Some((_, inner)) = rest {
                    self.bind(inner, value.clone(), scope)?;
                }
                Ok(fits)
            }
            Pattern::Record { entries, rest } => {
                let mut fits = Value::Bool(true);
                for (key, inner) in entries {
                    let key = self.evaluate(key, scope)?;
                    let part = self.index(value, &key)?;
                    let this = self.fits(inner, &part, scope)?;
                    fits = self.and(fits, this);
                }
                if let Some(inner) = rest {
                    self.bind(inner, value.clone(), scope)?;
                }
                Ok(fits)
            }
            Pattern::Default(inner, _) => self.fits(inner, value, scope),
            Pattern::As(inner, name, _) => {
                let name = self.shared(name);
                self.state.set_field(scope, name, value.clone());
                self.fits(inner, value, scope)
            }
            Pattern::AnyOf(shapes) => {
                let mut fits = Value::Bool(false);
                for shape in shapes {
                    let this = self.fits(shape, value, scope)?;
                    fits = self.or(fits, this);
                }
                Ok(fits)
            }
            Pattern::Place(_) => Ok(Value::Bool(true)),
        }
    }

    /// Assigns to a property or element.
    fn assign_place(
        &mut self,
        place: &'a crate::ir::Expression,
        value: Value<'a>,
        scope: ObjectId,
    ) -> Outcome<()> {
        match &place.kind {
            ExpressionKind::Member { object, name, .. } => {
                let object = self.evaluate(object, scope)?;
                self.set_member(&object, name, value)
            }
            ExpressionKind::Index { object, index } => {
                let object = self.evaluate(object, scope)?;
                let index = self.evaluate(index, scope)?;
                self.here.at = place.at;
                self.set_index(&object, &index, value)
            }
            ExpressionKind::Slice { object, .. } => {
                let object = self.evaluate(object, scope)?;
                let (known, rest) = self.iterate(&value, crate::ir::Over::Elements);
                if let Value::Object(id) = object {
                    known.iter().chain(&rest).for_each(|element| self.state.may_hold(id, element));
                }
                Ok(())
            }
            ExpressionKind::Name(name) => {
                let owner = self.owner(name, scope).unwrap_or(scope);
                self.state.set_field(owner, Text::from(&**name), value);
                Ok(())
            }
            _ => self.evaluate(place, scope).map(drop),
        }
    }
}
