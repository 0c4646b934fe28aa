//! Records and comprehensions.

use super::expression::key_of;
use super::sources::ATTACKER;
use super::state::{self, ObjectKind};
use super::{Arguments, Interpreter, MOST_TURNS, Outcome};
use crate::fact::Checked;
use crate::ir::{Clause, Entry, Expression, Language, Over};
use crate::value::{Closure, ObjectId, Value};
use std::rc::Rc;

impl<'a> Interpreter<'a> {
    pub(crate) fn record(&mut self, entries: &'a [Entry], scope: ObjectId) -> Outcome<Value<'a>> {
        let id = self.state.allocate(ObjectKind::Record);
        let record = Value::Object(id);
        for entry in entries {
            match entry {
                Entry::Pair(key, value) => {
                    let key = self.evaluate(key, scope)?;
                    let value = self.evaluate(value, scope)?;
                    // Methods of an object literal see it as `this`.
                    let value = match value {
                        Value::Function(closure)
                            if self.language() == Language::JavaScript
                                && closure.this.is_none()
                                && !closure.function.keeps_this =>
                        {
                            Value::Function(Rc::new(Closure {
                                function: closure.function,
                                scope: closure.scope,
                                this: Some(record.clone()),
                                given: closure.given.clone(),
                            }))
                        }
                        value => value,
                    };
                    self.set_entry(id, &key, value);
                }
                Entry::Spread(expression) => {
                    let other = self.evaluate(expression, scope)?;
                    self.copy_entries(&other, id);
                }
                Entry::Getter(key, function) => {
                    let key = self.evaluate(key, scope)?;
                    let closure = self.closure(function, scope);
                    let value = self.call(&closure, Some(record.clone()), Arguments::default())?;
                    self.set_entry(id, &key, value);
                }
            }
        }
        Ok(record)
    }

    pub(crate) fn set_entry(&mut self, id: ObjectId, key: &Value<'a>, value: Value<'a>) {
        match key_of(key) {
            Some(name) => self.state.set_field(id, name, value),
            None => self.may_hold_under(id, key, &value),
        }
    }

    /// Copies what a record holds into another.
    pub(crate) fn copy_entries(&mut self, from: &Value<'a>, into: ObjectId) {
        let mut ways = Vec::new();
        from.alternatives(&mut |value, _| ways.push(value.clone()));
        for value in ways {
            match value {
                Value::Object(other) => {
                    let Some(object) = self.state.object(other).cloned() else { continue };
                    if let Some(rest) = &object.rest {
                        self.overwrite(into, |_, _| Ok(rest.clone()));
                        self.state.may_hold(into, rest);
                    }
                    for (name, value) in self.properties(&object) {
                        self.state.set_field(into, name, value);
                    }
                }
                value if matches!(value, Value::Term(_)) => {
                    self.overwrite(into, |me, name| me.member(&value, name));
                    let part = self.of_same_name(value);
                    self.state.may_hold(into, &part);
                }
                _ => {}
            }
        }
    }

    /// What a caller's entries stand for that come behind the known ones of a record: `{depth: 1, ...options}`.
    fn overwrite(&mut self, into: ObjectId, mut by: impl FnMut(&mut Self, &str) -> Outcome<Value<'a>>) {
        const MOST: usize = 40;
        let Some(object) = self.state.object(into) else { return };
        let known: Vec<_> =
            object.fields.iter().take(MOST).map(|(name, value)| (name.clone(), value.clone())).collect();
        for (name, before) in known {
            let Ok(value) = by(self, &name) else { continue };
            if value.taint() & ATTACKER != 0 {
                self.state.set_field(into, name, state::one_or_other(&before, &value));
            }
        }
    }

    pub(crate) fn comprehension(
        &mut self,
        key: Option<&'a Expression>,
        element: &'a Expression,
        clauses: &'a [Clause],
        scope: ObjectId,
    ) -> Outcome<Value<'a>> {
        let kind = if key.is_some() { ObjectKind::Record } else { ObjectKind::List };
        let result = self.state.allocate(kind);
        let inside = self.state.allocate(ObjectKind::Scope(Some(scope)));
        let depth = self.state.depth();
        self.state.enter();
        let outcome = self.clause(clauses, (key, element), result, inside, false, depth);
        let written = self.state.since(depth).without_facts();
        self.state.back();
        self.state.apply(written);
        outcome?;
        Ok(Value::Object(result))
    }

    pub(crate) fn clause(
        &mut self,
        clauses: &'a [Clause],
        (key, element): (Option<&'a Expression>, &'a Expression),
        result: ObjectId,
        scope: ObjectId,
        uncertain: bool,
        depth: usize,
    ) -> Outcome<()> {
        self.step()?;
        let Some((clause, inner)) = clauses.split_first() else {
            let key = match key {
                Some(key) => Some(self.evaluate(key, scope)?),
                None => None,
            };
            let mut value = self.evaluate(element, scope)?;
            // What the conditions check holds for the element that is kept: it travels with it.
            let facts = self.state.since(depth).facts;
            if !facts.is_empty() && self.taint(&value) != 0 {
                value = state::either(&[(value, facts.clone()), (Value::Nothing, Checked::NOTHING)]);
            }
            let key = key.map(|key| match self.taint(&key) {
                0 => key,
                _ if facts.is_empty() => key,
                _ => state::either(&[(key, facts), (Value::Nothing, Checked::NOTHING)]),
            });
            match key {
                Some(key) if !uncertain => self.set_entry(result, &key, value),
                None if !uncertain => self.state.push_element(result, value),
                Some(key) => self.may_hold_under(result, &key, &value),
                None => self.state.may_hold(result, &value),
            }
            return Ok(());
        };
        let iterable = self.evaluate(&clause.iterable, scope)?;
        let (known, rest) = self.iterate(&iterable, Over::Elements);
        let turns = known.into_iter().take(MOST_TURNS).map(|value| (value, uncertain));
        for (value, uncertain) in turns.chain(rest.map(|rest| (rest, true))) {
            let inside = self.state.allocate(ObjectKind::Scope(Some(scope)));
            self.bind(&clause.pattern, value, inside)?;
            let mut certain = !uncertain;
            let before = self.state.depth();
            self.state.enter();
            let mut keeps = true;
            for condition in &clause.conditions {
                let value = self.evaluate(condition, inside)?;
                match self.truth(&value) {
                    Some(true) => {}
                    Some(false) => keeps = false,
                    None => {
                        certain = false;
                        keeps &= self.assume(&value, true).is_ok();
                    }
                }
            }
            let outcome = if keeps {
                self.clause(inner, (key, element), result, inside, !certain, depth)
            } else {
                Ok(())
            };
            let written = self.state.since(before).without_facts();
            self.state.back();
            self.state.apply(written);
            outcome?;
        }
        Ok(())
    }
}
