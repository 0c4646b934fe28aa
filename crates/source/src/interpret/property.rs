//! Properties that functions give, and what can be enumerated of a record.

use super::register::result_of;
use super::state::{Object, ObjectKind};
use super::{Arguments, Interpreter};
use crate::value::{ObjectId, TermKind, Text, Value};

/// What stands before the name of a property that a function gives.
const GETTER: &str = "\u{0}get ";

/// The field of what a generator gives that holds what it returned.
const RETURNED: &str = "\u{0}returned";

impl<'a> Interpreter<'a> {
    /// `Object.defineProperty(object, name, descriptor)`: how compilers and bundlers name what a module exports. What a
    /// function gives is read when it is asked for.
    pub(crate) fn define_property(&mut self, id: ObjectId, name: &Text, descriptor: &Value<'a>) {
        let mut ways = Vec::new();
        descriptor.alternatives(&mut |way, _| ways.push(way.clone()));
        for way in ways {
            let Value::Object(descriptor) = way else { continue };
            let field = |key: &str| self.state.field(descriptor, key).cloned();
            let (get, value) = (field("get"), field("value"));
            if let Some(get) = get {
                self.state.remove_field(id, Text::clone(name));
                self.state.set_field(id, Text::from(format!("{GETTER}{name}")), get);
            } else if let Some(value) = value {
                self.state.set_field(id, Text::clone(name), value);
            }
        }
    }

    /// `Object.create(…)`: an empty record, or how bundlers copy a module of a library, which is that module.
    pub(crate) fn made_like(&mut self, prototype: Option<&Value<'a>>) -> Option<Value<'a>> {
        let prototype = prototype?;
        if *prototype == Value::Nothing {
            return Some(Value::Object(self.state.allocate(ObjectKind::Record)));
        }
        let (path, operands) = result_of(prototype)?;
        let is_module =
            |of: &&Value<'a>| of.term().is_some_and(|of| matches!(of.kind(), TermKind::External(_)));
        operands.get(1).filter(|_| path == "Object.getPrototypeOf").filter(is_module).cloned()
    }

    /// Defines a property of an object, or of each that it may be. One that an input names is not defined here.
    pub(crate) fn defined(
        &mut self,
        object: &Value<'a>,
        name: &Value<'a>,
        descriptor: &Value<'a>,
    ) -> Option<Value<'a>> {
        let mut objects = Vec::new();
        object.alternatives(&mut |one, _| {
            if let Value::Object(id) = one {
                objects.push(*id);
            }
        });
        if objects.is_empty() || self.taint(name) != 0 {
            return None;
        }
        for id in objects {
            match name {
                Value::Text(name) => self.define_property(id, name, descriptor),
                _ => self.define_some_property(id, descriptor),
            }
        }
        Some(object.clone())
    }

    /// The same for a name that is not known: it may hold what the descriptor says.
    fn define_some_property(&mut self, id: ObjectId, descriptor: &Value<'a>) {
        let mut ways = Vec::new();
        descriptor.alternatives(&mut |way, _| ways.push(way.clone()));
        for way in ways {
            let Value::Object(descriptor) = way else { continue };
            let get = self.state.field(descriptor, "get").cloned();
            let value = match get {
                Some(get) => self.call(&get, None, Arguments::default()).ok(),
                None => self.state.field(descriptor, "value").cloned(),
            };
            if let Some(value) = value {
                self.state.may_hold(id, &value);
            }
        }
    }

    /// What a function gives for a property of a record, if one does.
    pub(crate) fn got(&mut self, id: ObjectId, name: &str) -> Option<Value<'a>> {
        let getter = self.state.field(id, &format!("{GETTER}{name}"))?.clone();
        self.call(&getter, Some(Value::Object(id)), Arguments::default()).ok()
    }

    /// A property of a record, also one that a function gives.
    pub(crate) fn own_property(&mut self, id: ObjectId, name: &str) -> Option<Value<'a>> {
        match self.state.field(id, name) {
            Some(value) => Some(value.clone()),
            None => self.got(id, name),
        }
    }

    /// Names and values of an object, as a loop over it meets them.
    pub(crate) fn properties(&mut self, object: &Object<'a>) -> Vec<(Text, Value<'a>)> {
        let mut found = Vec::new();
        for (name, value) in &object.fields {
            if let Some(shown) = name.strip_prefix(GETTER) {
                let value = self.call(value, None, Arguments::default()).unwrap_or(Value::Nothing);
                found.push((Text::from(shown), value));
            } else if !is_hidden(name) {
                found.push((Text::clone(name), value.clone()));
            }
        }
        found
    }

    /// What a call of a generator gives: a list of what it yields that knows what it returns.
    pub(crate) fn generated(&mut self, yields: Vec<Value<'a>>, returned: Value<'a>) -> Value<'a> {
        let list = self.list(yields);
        if let Value::Object(id) = &list {
            self.state.set_field(*id, Text::from(RETURNED), returned);
        }
        list
    }

    /// `generator.next()`: whether it has come to its end is not known. Code that awaits as compilers write it asks for
    /// what is returned.
    pub(crate) fn next_of(&mut self, id: ObjectId) -> Option<Value<'a>> {
        let is_list = matches!(self.state.object(id)?.kind, ObjectKind::List);
        let returned = self.state.field(id, RETURNED).cloned();
        let returned = returned.or(is_list.then_some(Value::Nothing))?;
        let value = match returned {
            Value::Nothing => self.some_element(id),
            returned => returned,
        };
        let done = self.unknown(0);
        let next = self.state.allocate(ObjectKind::Record);
        self.state.set_field(next, Text::from("done"), done);
        self.state.set_field(next, Text::from("value"), value);
        Some(Value::Object(next))
    }
}

/// The names of a record's properties, as a loop over it meets them.
pub(crate) fn names(object: &Object<'_>) -> Vec<Text> {
    let shown = object.fields.keys().map(|name| name.strip_prefix(GETTER).unwrap_or(name));
    shown.filter(|name| !is_hidden(name)).map(Text::from).collect()
}

/// What stands under names that a loop meets.
pub(crate) fn shown<'o, 'a>(object: &'o Object<'a>) -> impl Iterator<Item = &'o Value<'a>> {
    object.fields.iter().filter(|(name, _)| !is_hidden(name)).map(|(_, value)| value)
}

/// Names that no loop meets: our own, and the mark of a module that compilers write.
pub(crate) fn is_hidden(name: &str) -> bool {
    name.starts_with('\u{0}') || name == "__esModule"
}
