//! Members of classes and of what their bases are.

use super::member::DEEPEST_CLASS;
use super::member::Found;
use super::state::ObjectKind;
use super::{Arguments, Interpreter, Outcome};
use crate::ir::{Language, MemberKind};
use crate::value::{ClassValue, Closure, ObjectId, Text, Value};
use std::rc::Rc;

/// The field of what `super` gives that holds the instance.
pub(crate) const SUPER: &str = "\u{0}super";

impl<'a> Interpreter<'a> {
    pub(crate) fn class_member(
        &mut self,
        class: &Rc<ClassValue<'a>>,
        name: &str,
        is_static: bool,
        depth: usize,
    ) -> Found<'a> {
        if let Some(value) = self.state.field(class.statics, name) {
            return Found::Value(value.clone());
        }
        for member in &class.class.members {
            let crate::ir::ExpressionKind::Literal(crate::ir::Literal::Text(own)) = &member.name.kind else {
                continue;
            };
            if &**own != name || (is_static && !member.is_static && self.language() != Language::Python) {
                continue;
            }
            match &member.kind {
                MemberKind::Method(function) => {
                    let value = Value::Function(Rc::new(Closure {
                        function,
                        scope: class.scope,
                        this: None,
                        given: Vec::new(),
                    }));
                    return Found::Value(value);
                }
                MemberKind::Getter(function) => {
                    let value = Value::Function(Rc::new(Closure {
                        function,
                        scope: class.scope,
                        this: None,
                        given: Vec::new(),
                    }));
                    return if is_static { Found::Value(value) } else { Found::Getter(value) };
                }
                MemberKind::Setter(_) | MemberKind::Field(_) => {}
            }
        }
        if depth == 0 {
            return Found::No;
        }
        let bases = class.bases.clone();
        for base in &bases {
            match base {
                Value::Class(base) => match self.class_member(base, name, is_static, depth - 1) {
                    Found::No => {}
                    found => return found,
                },
                Value::Term(term) => {
                    if let Some(path) = term.path().filter(|path| !is_plain_base(path)) {
                        return Found::Library(path);
                    }
                }
                _ => {}
            }
        }
        Found::No
    }

    /// The method of a class that sets an instance up.
    pub(crate) fn constructor(&mut self, class: &Rc<ClassValue<'a>>) -> Option<Value<'a>> {
        let name = if self.language() == Language::Python { "__init__" } else { "constructor" };
        match self.class_member(class, name, false, DEEPEST_CLASS) {
            Found::Value(value @ Value::Function(_)) => Some(value),
            _ => None,
        }
    }

    /// The library class that a class extends, if any.
    pub(crate) fn library_base(&self, class: &ClassValue<'a>, depth: usize) -> Option<Text> {
        class.bases.iter().find_map(|base| match base {
            Value::Class(base) if depth > 0 => self.library_base(base, depth - 1),
            Value::Term(term) => term.path(),
            _ => None,
        })
    }

    /// Whether a method of a library is called on an instance whose class extends its class: `this.emit(…)`.
    pub(crate) fn extends_owner(&self, this: &Value<'a>, path: &str) -> bool {
        let Value::Object(id) = this else { return false };
        let Some(ObjectKind::Instance(class)) = self.state.object(*id).map(|object| &object.kind) else {
            return false;
        };
        let owner = path.rsplit_once("().").map(|(owner, _)| owner);
        self.language() == Language::JavaScript
            && self.library_base(class, 6).as_deref() == owner
            && owner.is_some()
    }

    /// `super`: the first base of the class whose method runs, with its instance.
    pub(crate) fn super_object(&mut self) -> Value<'a> {
        let frame = self.frames.iter().rev().find(|frame| frame.class.is_some());
        let Some((class, this)) = frame.and_then(|frame| Some((frame.class.clone()?, frame.this.clone())))
        else {
            return self.unknown(0);
        };
        match (class.bases.first(), this) {
            (Some(Value::Class(base)), Some(this)) => {
                let id = self.state.allocate(ObjectKind::Instance(Rc::clone(base)));
                self.state.set_field(id, Text::from(SUPER), this);
                Value::Object(id)
            }
            (Some(base), _) => base.clone(),
            (None, _) => self.unknown(0),
        }
    }

    /// A member of a class as it is reached through the class itself or an instance: bound to either.
    pub(crate) fn bound_method(&self, value: Value<'a>, this: &Value<'a>) -> Value<'a> {
        if !is_class_method(&value) {
            return if matches!(this, Value::Class(_)) { value } else { bound(value, this) };
        }
        let class = match this {
            Value::Object(id) => match self.state.peek(*id).map(|object| &object.kind) {
                Some(ObjectKind::Instance(class)) => Value::Class(Rc::clone(class)),
                _ => this.clone(),
            },
            this => this.clone(),
        };
        bound(value, &class)
    }

    /// A member of `super`: what the base says of it, or else what the instance holds.
    pub(crate) fn super_member(
        &mut self,
        base: &Rc<ClassValue<'a>>,
        this: &Value<'a>,
        name: &str,
    ) -> Outcome<Value<'a>> {
        match self.class_member(base, name, false, DEEPEST_CLASS) {
            Found::Value(value) => Ok(self.bound_method(value, this)),
            Found::Getter(getter) => {
                let getter = bound(getter, this);
                self.call(&getter, Some(this.clone()), Arguments::default())
            }
            Found::Library(path) => Ok(self.external(&format!("{path}().{name}"))),
            Found::No => self.member(this, name),
        }
    }

    /// `super(…)` of JavaScript: what the constructor of the base does with the instance, then the first values of the
    /// class's own fields.
    pub(crate) fn super_call(&mut self, id: ObjectId, arguments: Arguments<'a>) -> Outcome<Value<'a>> {
        let Some(this) = self.state.field(id, SUPER).cloned() else { return Ok(Value::Nothing) };
        let Some(ObjectKind::Instance(base)) = self.state.object(id).map(|object| object.kind.clone()) else {
            return Ok(Value::Nothing);
        };
        let own = self.frames.iter().rev().find_map(|frame| frame.class.clone());
        if let Some(constructor) = self.constructor(&base) {
            let constructor = bound(constructor, &this);
            self.call(&constructor, Some(this.clone()), arguments)?;
        }
        if let (Some(own), Value::Object(id)) = (own, &this) {
            self.fields(&own, *id, 0)?;
        }
        Ok(this)
    }
}

/// A method bound to its instance; static ones and values stay as they are.
pub(crate) fn bound<'a>(value: Value<'a>, this: &Value<'a>) -> Value<'a> {
    match value {
        Value::Function(closure)
            if closure.this.is_none()
                && !closure.function.decorators.iter().any(|decorator| {
                    matches!(&decorator.kind, crate::ir::ExpressionKind::Name(name) if &**name == "staticmethod")
                }) =>
        {
            Value::Function(Rc::new(Closure {
                function: closure.function,
                scope: closure.scope,
                this: Some(this.clone()),
                given: closure.given.clone(),
            }))
        }
        value => value,
    }
}

/// Whether a value is a method that Python gives its class.
fn is_class_method(value: &Value<'_>) -> bool {
    let Value::Function(closure) = value else { return false };
    closure.function.decorators.iter().any(
        |decorator| matches!(&decorator.kind, crate::ir::ExpressionKind::Name(name) if &**name == "classmethod"),
    )
}

/// What sets a property of a class's instances: that of the class, or else of the nearest base.
pub(crate) fn setter_of<'a>(class: &Rc<ClassValue<'a>>, name: &str, depth: usize) -> Option<Value<'a>> {
    let own = class.class.members.iter().find_map(|member| match (&member.kind, &member.name.kind) {
        (MemberKind::Setter(function), crate::ir::ExpressionKind::Literal(crate::ir::Literal::Text(own)))
            if &**own == name =>
        {
            Some(Value::Function(Rc::new(Closure {
                function,
                scope: class.scope,
                this: None,
                given: Vec::new(),
            })))
        }
        _ => None,
    });
    let deeper = depth.checked_sub(1)?;
    own.or_else(|| {
        class.bases.iter().find_map(|base| match base {
            Value::Class(base) => setter_of(base, name, deeper),
            _ => None,
        })
    })
}

/// Bases that bring no methods worth asking a library for.
pub(crate) fn is_plain_base(path: &str) -> bool {
    let last = path.rsplit('.').next().unwrap_or(path);
    matches!(
        last,
        "object"
            | "ABC"
            | "Enum"
            | "StrEnum"
            | "IntEnum"
            | "str"
            | "Exception"
            | "Error"
            | "Protocol"
            | "Generic"
            | "TypedDict"
            | "NamedTuple"
            | "BaseModel"
            | "BaseSettings"
    )
}
