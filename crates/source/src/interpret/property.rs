//! Properties that functions give, and what can be enumerated of a record.

use super::state::{Object, ObjectKind};
use super::{Arguments, Interpreter};
use crate::value::{ObjectId, Text, Value};

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
        let returned = self.state.field(id, RETURNED)?.clone();
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
