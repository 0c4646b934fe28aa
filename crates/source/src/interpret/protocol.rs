//! Python's protocols: what a class of the program says by methods with names of their own (`__getitem__`, `__iter__`).

use std::rc::Rc;

use super::class_member::bound;
use super::member::{DEEPEST_CLASS, Found};
use super::state::ObjectKind;
use super::{Arguments, Interpreter, Outcome};
use crate::ir::{Binary, Language, Over};
use crate::value::{ClassValue, ObjectId, Text, Value};

/// The field of a class that holds the classes that extend it.
const SUBCLASSES: &str = "\u{0}subclasses";

/// The elements that are known, in order, and what others may be.
type Elements<'a> = (Vec<Value<'a>>, Option<Value<'a>>);

impl<'a> Interpreter<'a> {
    /// What a method of a protocol gives, if the value is an instance of a class that has it.
    pub(crate) fn by_protocol(
        &mut self,
        object: &Value<'a>,
        name: &str,
        given: Vec<Value<'a>>,
    ) -> Outcome<Option<Value<'a>>> {
        let Some(class) = self.class_of_instance(object) else { return Ok(None) };
        let Found::Value(method @ Value::Function(_)) = self.class_member(&class, name, false, DEEPEST_CLASS)
        else {
            return Ok(None);
        };
        self.call(&bound(method, object), Some(object.clone()), Arguments::of(given)).map(Some)
    }

    /// The class of an instance, in Python.
    pub(crate) fn class_of_instance(&self, object: &Value<'a>) -> Option<Rc<ClassValue<'a>>> {
        let Value::Object(id) = object else { return None };
        match &self.state.peek(*id)?.kind {
            ObjectKind::Instance(class) if self.language() == Language::Python => Some(Rc::clone(class)),
            _ => None,
        }
    }

    /// What a loop over an instance meets: what its iterator gives, or its elements one by one.
    pub(crate) fn iterated(&mut self, object: &Value<'a>) -> Option<Elements<'a>> {
        for name in ["__iter__", "__aiter__"] {
            let Ok(Some(iterator)) = self.by_protocol(object, name, Vec::new()) else { continue };
            return Some(if iterator == *object {
                (Vec::new(), self.next_by_protocol(object))
            } else {
                self.iterate(&iterator, Over::Elements)
            });
        }
        let index = self.unknown(0);
        let element = self.by_protocol(object, "__getitem__", vec![index]).ok().flatten();
        if element.is_some() {
            return Some((Vec::new(), element));
        }
        let class = self.class_of_instance(object)?;
        if !self.has_base(&class, "NamedTuple", 4) {
            return None;
        }
        Some((self.positions(&class, object), None))
    }

    fn next_by_protocol(&mut self, object: &Value<'a>) -> Option<Value<'a>> {
        let next = self.by_protocol(object, "__next__", Vec::new()).ok().flatten();
        next.or_else(|| self.by_protocol(object, "__anext__", Vec::new()).ok().flatten())
    }

    /// The fields of an instance that is a tuple, in order.
    pub(crate) fn positions(&mut self, class: &Rc<ClassValue<'a>>, object: &Value<'a>) -> Vec<Value<'a>> {
        let Value::Object(id) = object else { return Vec::new() };
        let fields = super::instance::annotated_fields(class, 6);
        let names = fields.into_iter().filter_map(super::call::member_name);
        names.map(|name| self.state.field(*id, name).cloned().unwrap_or(Value::Nothing)).collect()
    }

    /// An instance as a text, where its class says how it is written.
    pub(crate) fn written(&mut self, object: &Value<'a>) -> Option<Value<'a>> {
        let written = self.by_protocol(object, "__str__", Vec::new()).ok().flatten();
        written.or_else(|| self.by_protocol(object, "__repr__", Vec::new()).ok().flatten())
    }

    /// What an operator gives between an instance and a value, where its class says so.
    pub(crate) fn operated(
        &mut self,
        operation: Binary,
        left: &Value<'a>,
        right: &Value<'a>,
    ) -> Option<Value<'a>> {
        let name = match operation {
            Binary::Add => "__add__",
            Binary::Divide => "__truediv__",
            Binary::Or => "__or__",
            Binary::Equal => "__eq__",
            _ => return None,
        };
        self.by_protocol(left, name, vec![right.clone()]).ok().flatten()
    }

    /// Tells the bases of a class of it, as Python does.
    pub(crate) fn note_subclass(&mut self, class: &Rc<ClassValue<'a>>) -> Outcome<()> {
        if self.language() != Language::Python {
            return Ok(());
        }
        let this = Value::Class(Rc::clone(class));
        for base in &class.bases {
            let Value::Class(base) = base else { continue };
            let list = match self.state.field(base.statics, SUBCLASSES) {
                Some(Value::Object(list)) => *list,
                _ => self.state.allocate(ObjectKind::List),
            };
            self.state.push_element(list, this.clone());
            self.state.set_field(base.statics, Text::from(SUBCLASSES), Value::Object(list));
            if let Found::Value(hook @ Value::Function(_)) =
                self.class_member(base, "__init_subclass__", false, DEEPEST_CLASS)
            {
                self.call(&bound(hook, &this), Some(this.clone()), Arguments::default())?;
            }
        }
        Ok(())
    }

    /// `Base.__subclasses__()`.
    pub(crate) fn subclasses(&mut self, class: &Rc<ClassValue<'a>>) -> Value<'a> {
        match self.state.field(class.statics, SUBCLASSES) {
            Some(list) => list.clone(),
            None => self.list(Vec::new()),
        }
    }

    /// Leaves what `with` entered.
    pub(crate) fn exited(&mut self, entered: &[Value<'a>]) -> Outcome<()> {
        for value in entered.iter().rev() {
            for name in ["__exit__", "__aexit__"] {
                let given = vec![Value::Nothing, Value::Nothing, Value::Nothing];
                self.by_protocol(value, name, given)?;
            }
        }
        Ok(())
    }

    /// Whether an object is a list, or an instance of a class that extends Python's.
    pub(crate) fn is_list_like(&self, id: ObjectId) -> bool {
        match self.state.peek(id).map(|object| &object.kind) {
            Some(ObjectKind::List) => true,
            Some(ObjectKind::Instance(class)) => {
                self.language() == Language::Python
                    && self.library_base(class, 6).is_some_and(|base| {
                        matches!(&*base, "list" | "set" | "collections.UserList" | "collections.deque")
                    })
            }
            _ => false,
        }
    }
}

/// Whether instances of a class of the library are containers or threads that the interpreter knows itself.
pub(crate) fn is_followed(path: &str) -> bool {
    is_thread(path)
        || matches!(
            path,
            "list"
                | "set"
                | "dict"
                | "collections.UserList"
                | "collections.UserDict"
                | "collections.OrderedDict"
                | "collections.deque"
        )
}

/// Whether a class of the library runs a method of its own beside the program.
pub(crate) fn is_thread(path: &str) -> bool {
    matches!(path, "threading.Thread" | "multiprocessing.Process")
}
