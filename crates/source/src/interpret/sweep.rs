//! Between two offers: what the last one made and nobody can reach any more is let go.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::Interpreter;
use super::state::ObjectKind;
use crate::fact::{Check, Fact};
use crate::value::{ClassValue, Closure, ObjectId, Value};

/// Fewer objects than this are not worth it.
const FEWEST: u32 = 30_000;

/// What can be reached.
#[derive(Default)]
pub(crate) struct Reached<'a> {
    objects: FxHashSet<u32>,
    terms: FxHashSet<u32>,
    next: Vec<Next<'a>>,
    /// Objects before this one stay in any case.
    kept: u32,
}

enum Next<'a> {
    Object(ObjectId),
    Value(Value<'a>),
}

impl<'a> Interpreter<'a> {
    /// Lets go what the offers so far made on the heap, but for what is still in reach.
    pub(crate) fn sweep(&mut self) {
        let (kept, count) = (self.state.staying(), self.state.count());
        if self.state.depth() > 0 || count - kept < self.swept + FEWEST {
            return;
        }
        let mut reached = Reached::from(kept);
        for id in self.state.touched() {
            reached.next.push(Next::Object(ObjectId(id)));
        }
        for module in self.modules.values() {
            module.values().for_each(|value| reached.add(&value));
        }
        self.state.facts.iter().for_each(|fact| reached.fact(fact));
        self.wrapped.values().for_each(|closure| reached.closure(closure));
        for (function, given) in self.started.iter().chain(&self.beside) {
            reached.add(function);
            given.all().for_each(|value| reached.add(value));
        }
        for (on, _, function) in &self.listeners {
            reached.add(on);
            reached.add(function);
        }
        for registration in &self.registrations {
            let parts = [&registration.schema, &registration.annotations, &registration.handler];
            parts.into_iter().flatten().for_each(|value| reached.add(value));
        }
        self.reach_recorded(&mut reached);
        let Some(objects) = self.reach(reached, usize::MAX) else { return };
        self.state.keep_only(&objects);
        self.swept = self.state.count() - kept;
    }

    /// The objects that can be reached, from the first that is looked at; none if there are more than so many.
    pub(super) fn reach(&self, mut reached: Reached<'a>, most: usize) -> Option<FxHashSet<u32>> {
        while let Some(next) = reached.next.pop() {
            match next {
                Next::Value(value) => reached.value(&value),
                Next::Object(id) => {
                    let Some(object) = self.state.peek(id) else { continue };
                    match &object.kind {
                        ObjectKind::Instance(class) => reached.class(class),
                        ObjectKind::Scope(Some(outer)) => reached.object(*outer),
                        _ => {}
                    }
                    let inside = object.fields.values().chain(object.elements.iter()).chain(&object.rest);
                    inside.for_each(|value| reached.add(value));
                }
            }
            if reached.objects.len() > most {
                return None;
            }
        }
        Some(reached.objects)
    }
}

impl<'a> Reached<'a> {
    /// What is looked at are the objects from this one on.
    pub(super) fn from(kept: u32) -> Self {
        Self { kept, ..Self::default() }
    }

    fn object(&mut self, id: ObjectId) {
        if id.0 >= self.kept && self.objects.insert(id.0) {
            self.next.push(Next::Object(id));
        }
    }

    pub(super) fn add(&mut self, value: &Value<'a>) {
        match value {
            Value::Nothing | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
            Value::Object(id) => self.object(*id),
            value => self.next.push(Next::Value(value.clone())),
        }
    }

    fn value(&mut self, value: &Value<'a>) {
        match value {
            Value::Nothing | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
            Value::Object(id) => self.object(*id),
            Value::Function(closure) => self.closure(closure),
            Value::Class(class) => self.class(class),
            Value::Method(method) => self.add(&method.0),
            Value::Either(alternatives) => {
                for one in alternatives.iter() {
                    self.add(&one.value);
                    one.facts.iter().for_each(|fact| self.fact(fact));
                }
            }
            Value::Term(term) => {
                if self.terms.insert(term.id()) {
                    term.kind().operands().iter().for_each(|operand| self.add(operand));
                }
            }
        }
    }

    fn closure(&mut self, closure: &Rc<Closure<'a>>) {
        self.object(closure.scope);
        closure.this.iter().chain(&closure.given).for_each(|value| self.add(value));
    }

    fn class(&mut self, class: &Rc<ClassValue<'a>>) {
        self.object(class.scope);
        // What it extends was reached with what is static in it.
        if class.statics.0 >= self.kept && self.objects.insert(class.statics.0) {
            self.next.push(Next::Object(class.statics));
            class.bases.iter().for_each(|base| self.add(base));
        }
    }

    pub(super) fn fact(&mut self, fact: &Fact<'a>) {
        self.add(&Value::Term(fact.subject.clone()));
        let mut check = &fact.check;
        while let Check::Configured(inner) = check {
            check = inner;
        }
        match check {
            Check::StartsWith(value)
            | Check::StartsNotWith(value)
            | Check::EndsWith(value)
            | Check::Contains(value)
            | Check::ContainsNot(value)
            | Check::Inside(value)
            | Check::Equal(value) => self.add(value),
            _ => {}
        }
    }
}
