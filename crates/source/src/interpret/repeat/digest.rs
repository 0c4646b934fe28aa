//! What a call is given, as a number: equal where a function cannot tell the difference.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use super::super::sources::ATTACKER;
use super::super::state::ObjectKind;
use super::super::{Arguments, Interpreter};
use crate::value::{Closure, ObjectId, TermKind, Value};

/// Records and lists are compared by what they hold, so many values deep.
const DEPTH: u8 = 5;

/// Values beyond this are not compared: the call is run.
const MOST_VALUES: usize = 160;

/// What is compared.
struct Digest<'i, 'a> {
    interpreter: &'i Interpreter<'a>,
    hasher: DefaultHasher,
    /// Objects that are compared by what they hold.
    shaped: Vec<u32>,
    left: usize,
}

impl<'a> Interpreter<'a> {
    /// A number for what a function is given, and the objects that are compared by what they hold. None where an input
    /// is given, or too much.
    pub(super) fn digest(
        &self,
        function: usize,
        closure: &Closure<'a>,
        this: Option<&Value<'a>>,
        arguments: &Arguments<'a>,
    ) -> Option<(u64, Vec<u32>)> {
        let mut digest = self.digest_arguments(function, arguments)?;
        let given = || closure.given.iter().chain(&closure.this).chain(this);
        if given().any(|value| self.taint(value) & ATTACKER != 0) {
            return None;
        }
        (closure.scope, closure.given.len(), this.is_some()).hash(&mut digest.hasher);
        given().try_for_each(|value| digest.value(value, DEPTH))?;
        Some((digest.hasher.finish(), digest.shaped))
    }

    /// The same for a class of which an instance is made.
    pub(super) fn digest_of(
        &self,
        function: usize,
        class: &Value<'a>,
        arguments: &Arguments<'a>,
    ) -> Option<(u64, Vec<u32>)> {
        let mut digest = self.digest_arguments(function, arguments)?;
        digest.value(class, DEPTH)?;
        Some((digest.hasher.finish(), digest.shaped))
    }

    fn digest_arguments(&self, function: usize, arguments: &Arguments<'a>) -> Option<Digest<'_, 'a>> {
        if arguments.all().any(|value| self.taint(value) & ATTACKER != 0) {
            return None;
        }
        let mut digest =
            Digest { interpreter: self, hasher: DefaultHasher::new(), shaped: Vec::new(), left: MOST_VALUES };
        (function, self.validates, self.offer.is_some()).hash(&mut digest.hasher);
        (arguments.plain.len(), arguments.rest.is_some()).hash(&mut digest.hasher);
        arguments.named.iter().for_each(|(name, _)| name.hash(&mut digest.hasher));
        arguments.all().try_for_each(|value| digest.value(value, DEPTH))?;
        Some(digest)
    }
}

impl<'a> Digest<'_, 'a> {
    fn value(&mut self, value: &Value<'a>, depth: u8) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        std::mem::discriminant(value).hash(&mut self.hasher);
        match value {
            Value::Object(id) => self.object(*id, depth),
            Value::Function(closure) => {
                std::ptr::from_ref(closure.function).hash(&mut self.hasher);
                (closure.scope, closure.given.len()).hash(&mut self.hasher);
                closure.this.iter().chain(&closure.given).try_for_each(|value| self.value(value, depth))
            }
            Value::Method(method) => {
                method.1.hash(&mut self.hasher);
                self.value(&method.0, depth)
            }
            Value::Either(alternatives) => {
                alternatives.len().hash(&mut self.hasher);
                alternatives.iter().try_for_each(|one| {
                    one.facts.len().hash(&mut self.hasher);
                    self.value(&one.value, depth)
                })
            }
            Value::Term(term) => {
                std::mem::discriminant(term.kind()).hash(&mut self.hasher);
                match term.kind() {
                    TermKind::Unknown => {
                        term.taint().hash(&mut self.hasher);
                        return Some(());
                    }
                    TermKind::Input(position) => position.hash(&mut self.hasher),
                    TermKind::External(path) => path.hash(&mut self.hasher),
                    _ if depth == 0 => term.hash(&mut self.hasher),
                    TermKind::Apply(op, _) => op.hash(&mut self.hasher),
                    TermKind::Result(path, _) => path.hash(&mut self.hasher),
                }
                if depth == 0 {
                    return Some(());
                }
                term.kind().operands().len().hash(&mut self.hasher);
                term.kind().operands().iter().try_for_each(|operand| self.value(operand, depth - 1))
            }
            Value::Class(class) => {
                (Rc::as_ptr(class), class.statics).hash(&mut self.hasher);
                Some(())
            }
            Value::Text(text) => {
                text.hash(&mut self.hasher);
                Some(())
            }
            Value::Number(number) => {
                number.to_bits().hash(&mut self.hasher);
                Some(())
            }
            Value::Bool(value) => {
                value.hash(&mut self.hasher);
                Some(())
            }
            Value::Nothing => Some(()),
        }
    }

    /// Records and lists are made anew for each call: what they hold is compared. Others are the same ones or not.
    fn object(&mut self, id: ObjectId, depth: u8) -> Option<()> {
        let interpreter = self.interpreter;
        let object = interpreter.state.peek(id)?;
        let is_shaped = matches!(object.kind, ObjectKind::Record | ObjectKind::List)
            && id.0 >= interpreter.loaded_objects
            && object.fields.len() + object.elements.len() <= 24
            && depth > 0;
        is_shaped.hash(&mut self.hasher);
        if !is_shaped {
            id.hash(&mut self.hasher);
            return Some(());
        }
        if let Some(known) = self.shaped.iter().position(|other| *other == id.0) {
            known.hash(&mut self.hasher);
            return Some(());
        }
        self.shaped.push(id.0);
        matches!(object.kind, ObjectKind::List).hash(&mut self.hasher);
        (object.fields.len(), object.elements.len(), object.rest.is_some()).hash(&mut self.hasher);
        object.fields.keys().for_each(|name| name.hash(&mut self.hasher));
        let inside = object.fields.values().chain(object.elements.iter()).chain(&object.rest);
        inside.into_iter().try_for_each(|value| self.value(value, depth - 1))
    }
}
