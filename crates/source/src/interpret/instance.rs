//! Classes as values, and the instances that are made of them.

use super::call::member_name;
use super::state::{self, ObjectKind};
use super::{Arguments, DEEPEST_CALL, DEEPEST_RECURSION, Interpreter, Outcome};
use crate::fact::Checked;
use crate::ir::{Class, ExpressionKind, Language, Literal, MemberKind};
use crate::value::{ClassValue, Closure, ObjectId, Text, Value};
use std::rc::Rc;

impl<'a> Interpreter<'a> {
    /// Makes an instance. A class whose fields are made of the class itself is not followed for ever.
    pub(crate) fn instantiate(&mut self, class: &Value<'a>, arguments: Arguments<'a>) -> Outcome<Value<'a>> {
        let Value::Class(made) = class else { return self.instance(class, arguments) };
        let made = std::ptr::from_ref(made.class);
        let inside = self.instances.iter().filter(|other| std::ptr::eq(**other, made)).count();
        if self.instances.len() >= DEEPEST_CALL || inside >= DEEPEST_RECURSION {
            self.is_cut_by(0);
            let taint = arguments.all().fold(0, |taint, value| taint | self.taint(value));
            return Ok(self.unknown(taint));
        }
        self.instances.push(made);
        let outcome = self.instance(class, arguments);
        self.instances.pop();
        outcome
    }

    fn instance(&mut self, class: &Value<'a>, arguments: Arguments<'a>) -> Outcome<Value<'a>> {
        let Value::Class(class) = class else {
            return match class {
                // `new X()` of a library, or of something that is not known.
                // A type parameter.
                Value::Term(term)
                    if self.language() == Language::Go
                        && term.path().is_some_and(|path| !path.contains(['.', '(', '/'])) =>
                {
                    let id = self.state.allocate(ObjectKind::Record);
                    for (name, value) in arguments.named {
                        self.state.set_field(id, name, value);
                    }
                    Ok(Value::Object(id))
                }
                Value::Term(term) => match self.path_of(term) {
                    Some((path, receiver)) => self.library_call(&path, receiver, &arguments),
                    None => self.call_unknown(class, None, &arguments),
                },
                Value::Function(closure) => {
                    // A function as a class, as before classes: `this` is what it fills.
                    let id = self.state.allocate(ObjectKind::Record);
                    let this = Value::Object(id);
                    self.inherit(closure, id);
                    let closure = Value::Function(Rc::clone(closure));
                    self.call(&closure, Some(this.clone()), arguments)?;
                    Ok(this)
                }
                other => {
                    let other = other.clone();
                    self.call(&other, None, arguments)
                }
            };
        };
        if let Some(member) = self.enumeration_member(class, &arguments) {
            return Ok(member);
        }
        let id = self.state.allocate(ObjectKind::Instance(Rc::clone(class)));
        let this = Value::Object(id);
        self.fields(class, id, 12)?;
        let validates = std::mem::replace(&mut self.validates, false);
        if let Some(constructor) = self.constructor(class) {
            let Value::Function(closure) = &constructor else { return Ok(this) };
            let bound = Value::Function(Rc::new(Closure {
                function: closure.function,
                scope: closure.scope,
                this: Some(this.clone()),
                given: Vec::new(),
            }));
            self.call(&bound, Some(this.clone()), arguments)?;
            return Ok(this);
        }
        if let Some(base) = self.library_base(class, 6) {
            self.register_options(&base, &arguments);
        }
        self.validates = self.has_base(class, "BaseModel", 6);
        let is_model = self.validates;
        let outcome = self.fill(class, id, arguments);
        self.validates = validates;
        outcome?;
        if is_model {
            self.model_validators(class, &this)?;
        }
        if let Ok(after @ Value::Function(_)) = self.member(&this, "__post_init__") {
            self.call(&after, None, Arguments::default())?;
        }
        Ok(this)
    }

    /// Fields of an instance without a constructor of its own: dataclasses, models, structs.
    pub(crate) fn fill(
        &mut self,
        class: &Rc<ClassValue<'a>>,
        id: ObjectId,
        arguments: Arguments<'a>,
    ) -> Outcome<()> {
        // What a struct of Go embeds is a field like others.
        let depth = if self.language() == Language::Go { 0 } else { 6 };
        let fields: Vec<&'a crate::ir::Member> = annotated_fields(class, depth);
        let mut plain = arguments.plain.into_iter();
        if fields.is_empty()
            && let Some(Value::Object(given)) = plain.as_slice().first()
        {
            // A struct or model made of a record.
            let given = Value::Object(*given);
            self.copy_entries(&given, id);
            return Ok(());
        }
        for field in fields {
            let Some(name) = member_name(field) else { continue };
            let given =
                arguments.named.iter().find(|(key, _)| &**key == name).map(|(_, value)| value.clone());
            let value = match given.or_else(|| plain.next()) {
                Some(value) => Some(value),
                None => match &arguments.rest {
                    Some(rest) => {
                        let rest = rest.clone();
                        Some(self.member(&rest, name)?)
                    }
                    None => None,
                },
            };
            if let Some(value) = value {
                let mut value = self.annotated(value, field.annotation.as_ref(), class.scope)?;
                if self.validates {
                    if let MemberKind::Field(Some(constraint)) = &field.kind {
                        value = self.constrained(value, constraint, class.scope)?;
                    }
                    value = self.field_validators(class, name, value)?;
                }
                self.state.set_field(id, Text::from(name), value);
            }
        }
        for (name, value) in arguments.named {
            if self.state.field(id, &name).is_none() {
                self.state.set_field(id, name, value);
            }
        }
        if let Some(rest) = &arguments.rest {
            self.state.may_hold(id, rest);
        }
        Ok(())
    }

    /// What a model checks of itself as a whole, when it is filled (`@model_validator(mode="after")`).
    fn model_validators(&mut self, class: &Rc<ClassValue<'a>>, model: &Value<'a>) -> Outcome<()> {
        for member in &class.class.members {
            let MemberKind::Method(function) = &member.kind else { continue };
            if function.decorators.iter().any(validates_model) {
                let method = Value::Function(Rc::new(Closure {
                    function,
                    scope: class.scope,
                    this: Some(model.clone()),
                    given: Vec::new(),
                }));
                self.call(&method, None, Arguments::default())?;
            }
        }
        Ok(())
    }

    /// A field after the validators that its class declares for it (`@field_validator("host")`).
    pub(crate) fn field_validators(
        &mut self,
        class: &Rc<ClassValue<'a>>,
        field: &str,
        value: Value<'a>,
    ) -> Outcome<Value<'a>> {
        let mut value = value;
        for member in &class.class.members {
            let MemberKind::Method(function) = &member.kind else { continue };
            let is_for = function.decorators.iter().any(|decorator| {
                let ExpressionKind::Call { callee, arguments, .. } = &decorator.kind else { return false };
                let validates = match &callee.kind {
                    ExpressionKind::Name(name) | ExpressionKind::Member { name, .. } => {
                        matches!(&**name, "field_validator" | "validator")
                    }
                    _ => false,
                };
                validates
                    && arguments.iter().any(|argument| match argument {
                        crate::ir::Argument::Plain(expression) => {
                            matches!(&expression.kind, ExpressionKind::Literal(Literal::Text(name)) if &**name == field || &**name == "*")
                        }
                        _ => false,
                    })
            });
            if !is_for {
                continue;
            }
            let closure = Value::Function(Rc::new(Closure {
                function,
                scope: class.scope,
                this: None,
                given: vec![Value::Class(Rc::clone(class))],
            }));
            let validates = std::mem::replace(&mut self.validates, false);
            let checked = self.call(&closure, None, Arguments::of(vec![value.clone()]));
            self.validates = validates;
            value = checked?;
        }
        Ok(value)
    }

    /// First values of fields, those of the bases first.
    pub(crate) fn fields(&mut self, class: &Rc<ClassValue<'a>>, id: ObjectId, depth: usize) -> Outcome<()> {
        if depth > 0 {
            for base in &class.bases {
                if let Value::Class(base) = base {
                    let base = Rc::clone(base);
                    self.fields(&base, id, depth - 1)?;
                }
            }
        }
        let is_python = self.project.file(class.file).is_some_and(|file| file.language == Language::Python);
        for member in &class.class.members {
            if let (MemberKind::Field(value), Some(name)) = (&member.kind, member_name(member))
                && (!member.is_static || is_python)
            {
                let value = match value {
                    Some(value) => {
                        let value =
                            self.with_this(Value::Object(id), |me| me.evaluate(value, class.scope))?;
                        self.first_value(value)?
                    }
                    None if is_python => continue,
                    None => Value::Nothing,
                };
                self.state.set_field(id, Text::from(name), value);
            }
        }
        Ok(())
    }

    /// The first value of a field, where its class describes it instead of naming it
    /// (`field(default_factory=list)`).
    fn first_value(&mut self, value: Value<'a>) -> Outcome<Value<'a>> {
        let Some((path, operands)) = super::register::result_of(&value) else { return Ok(value) };
        let Some(Value::Object(options)) = operands.last().filter(|_| describes_field(path)) else {
            return Ok(value);
        };
        let options = *options;
        match self.state.field(options, "default_factory").or(self.state.field(options, "factory")).cloned() {
            Some(factory) => self.call(&factory, None, Arguments::default()),
            None => Ok(self.state.field(options, "default").cloned().unwrap_or(value)),
        }
    }

    /// Runs something with another `this`.
    pub(crate) fn with_this<T>(
        &mut self,
        this: Value<'a>,
        run: impl FnOnce(&mut Self) -> Outcome<T>,
    ) -> Outcome<T> {
        let before = self.frames.last_mut().map(|frame| frame.this.replace(this));
        let outcome = run(self);
        if let (Some(frame), Some(before)) = (self.frames.last_mut(), before) {
            frame.this = before;
        }
        outcome
    }

    /// A class as a value: its bases evaluated, its static members set.
    pub(crate) fn class_value(&mut self, class: &'a Class, scope: ObjectId) -> Outcome<Value<'a>> {
        let mut bases = Vec::new();
        for base in &class.bases {
            bases.push(self.evaluate(base, scope)?);
        }
        let statics = self.state.allocate(ObjectKind::Record);
        let inside = self.state.allocate(ObjectKind::Scope(Some(scope)));
        let value = Rc::new(ClassValue { class, file: self.here.file, scope: inside, bases, statics });
        self.state.set_field(inside, Text::from(&*class.name), Value::Class(Rc::clone(&value)));
        for member in &class.members {
            let Some(name) = member_name(member) else { continue };
            match &member.kind {
                MemberKind::Field(Some(initial)) if member.is_static => {
                    let class = Value::Class(Rc::clone(&value));
                    let initial = self.with_this(class, |me| me.evaluate(initial, inside))?;
                    self.state.set_field(statics, Text::from(name), initial.clone());
                    self.state.set_field(inside, Text::from(name), initial);
                }
                // `static instance?: Service;`: there is nothing until somebody writes it.
                MemberKind::Field(None) if member.is_static && self.language() == Language::JavaScript => {
                    self.state.set_field(statics, Text::from(name), Value::Nothing);
                }
                MemberKind::Method(function) if !function.decorators.is_empty() => {
                    // A decorator may register the method; it stays a method all the same.
                    let plain = function.decorators.iter().all(|decorator| {
                        matches!(&decorator.kind, ExpressionKind::Name(name) if matches!(&**name, "staticmethod" | "classmethod" | "property" | "abstractmethod" | "override"))
                    });
                    if !plain {
                        let mut closure = self.closure(function, inside);
                        if let Some(instance) = self.instance_for(&value, &function.decorators) {
                            closure = super::class_member::bound(closure, &instance);
                        }
                        let decorated = self.decorate(closure, &function.decorators, inside)?;
                        // What wraps a method stands in its place.
                        if let Value::Function(wrapper) = &decorated
                            && !std::ptr::eq(wrapper.function, &raw const **function)
                        {
                            self.state.set_field(statics, Text::from(name), decorated);
                        }
                    }
                }
                _ => {}
            }
        }
        self.note_subclass(&value)?;
        Ok(Value::Class(value))
    }

    /// Declares a class in a scope.
    pub(crate) fn declare_class(&mut self, class: &'a Class, scope: ObjectId) -> Outcome<()> {
        let mut value = self.class_value(class, scope)?;
        if !class.decorators.is_empty() {
            let decorated = self.decorate(value.clone(), &class.decorators, scope)?;
            if matches!(decorated, Value::Class(_)) {
                value = decorated;
            }
        }
        self.state.set_field(scope, Text::from(&*class.name), value);
        Ok(())
    }

    /// The value of a Python enumeration that is asked by value: one of its members, whatever was given.
    pub(crate) fn enumeration_member(
        &mut self,
        class: &Rc<ClassValue<'a>>,
        arguments: &Arguments<'a>,
    ) -> Option<Value<'a>> {
        if !self.has_base(class, "Enum", 4) {
            return None;
        }
        arguments.plain.first()?;
        let members: Vec<(Value<'a>, Checked<'a>)> = self
            .state
            .object(class.statics)?
            .fields
            .values()
            .map(|value| (value.clone(), Checked::NOTHING))
            .collect();
        (!members.is_empty()).then(|| state::either(&members))
    }
}

/// `@model_validator(mode="after")`.
fn validates_model(decorator: &crate::ir::Expression) -> bool {
    let ExpressionKind::Call { callee, arguments, .. } = &decorator.kind else { return false };
    let (ExpressionKind::Name(name) | ExpressionKind::Member { name, .. }) = &callee.kind else {
        return false;
    };
    &**name == "model_validator"
        && arguments.iter().any(|argument| match argument {
            crate::ir::Argument::Named(_, mode) => {
                matches!(&mode.kind, ExpressionKind::Literal(Literal::Text(mode)) if &**mode == "after")
            }
            _ => false,
        })
}

/// Whether a call describes a field of a class of data.
fn describes_field(path: &str) -> bool {
    matches!(
        path,
        "dataclasses.field"
            | "attr.ib"
            | "attrs.field"
            | "attr.field"
            | "pydantic.Field"
            | "pydantic.PrivateAttr"
            | "sqlmodel.Field"
    )
}

/// The fields of a class that take arguments in order: those of its bases first.
pub(crate) fn annotated_fields<'a>(class: &Rc<ClassValue<'a>>, depth: usize) -> Vec<&'a crate::ir::Member> {
    let mut fields = Vec::new();
    if depth > 0 {
        for base in &class.bases {
            if let Value::Class(base) = base {
                fields.extend(annotated_fields(base, depth - 1));
            }
        }
    }
    fields.extend(
        class
            .class
            .members
            .iter()
            .filter(|member| matches!(member.kind, MemberKind::Field(_)) && member.annotation.is_some()),
    );
    fields
}
