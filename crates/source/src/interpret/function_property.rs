//! Functions of JavaScript as objects: properties that are written to them, and the methods of what they make.

use std::rc::Rc;

use super::class_member::bound;
use super::state::ObjectKind;
use super::{Interpreter, MOST_TURNS};
use crate::ir::Language;
use crate::value::{Closure, ObjectId, Text, Value};

impl<'a> Interpreter<'a> {
    /// A property that was written to a function. What it makes has the properties of its `prototype`.
    pub(crate) fn function_property(&mut self, closure: &Rc<Closure<'a>>, name: &str) -> Option<Value<'a>> {
        if self.language() != Language::JavaScript {
            return None;
        }
        let key = key(closure, name);
        if let Some(value) = self.state.field(self.store, &key) {
            return Some(value.clone());
        }
        if name != "prototype" {
            return None;
        }
        let prototype = Value::Object(self.state.allocate(ObjectKind::Record));
        self.state.set_field(self.store, key, prototype.clone());
        Some(prototype)
    }

    pub(crate) fn set_function_property(&mut self, closure: &Rc<Closure<'a>>, name: &str, value: Value<'a>) {
        self.state.set_field(self.store, key(closure, name), value);
    }

    /// Gives what a function makes the methods of its `prototype`.
    pub(crate) fn inherit(&mut self, closure: &Rc<Closure<'a>>, made: ObjectId) {
        let prototype = self.state.field(self.store, &key(closure, "prototype")).cloned();
        let Some(Value::Object(prototype)) = prototype else { return };
        let fields = self.state.object(prototype).map(|object| object.fields.clone()).unwrap_or_default();
        for (name, value) in fields.into_iter().take(MOST_TURNS) {
            self.state.set_field(made, name, bound(value, &Value::Object(made)));
        }
    }
}

fn key(closure: &Closure<'_>, name: &str) -> Text {
    Text::from(format!("{:p}/{}.{name}", closure.function, closure.scope.0))
}
