//! Calls: of functions, classes, methods and what is not known.

use std::rc::Rc;

use crate::ir::{Class, ExpressionKind, Function, Language, Literal, MemberKind, Parameter, ParameterKind};
use crate::value::{ClassValue, Closure, ObjectId, Term, TermKind, Text, Value};

use super::state::{self, ObjectKind};
use super::{Arguments, DEEPEST_CALL, DEEPEST_RECURSION, Exit, Frame, Interpreter, Outcome};

impl<'a> Interpreter<'a> {
    /// Calls a value. `this` is what stands before the last dot of the callee.
    pub(crate) fn call(
        &mut self,
        function: &Value<'a>,
        this: Option<Value<'a>>,
        arguments: Arguments<'a>,
    ) -> Outcome<Value<'a>> {
        self.step()?;
        let here = self.here;
        let outcome = match function {
            Value::Function(closure) => self.call_closure(closure, this, arguments),
            Value::Class(_) => self.instantiate(function, arguments),
            Value::Method(method) => {
                let (receiver, name) = (method.0.clone(), method.1.clone());
                self.call_method(&receiver, &name, &arguments)
            }
            Value::Term(term) => match self.path_of(term) {
                Some((path, receiver)) => self.library_call(&path, receiver, &arguments),
                None => match self.validator(term, &arguments) {
                    Some(condition) => Ok(condition),
                    None => self.call_unknown(function, this, &arguments),
                },
            },
            Value::Either(alternatives) => {
                let callable: Vec<_> =
                    alternatives.iter().filter(|one| !matches!(one.value, Value::Nothing)).cloned().collect();
                let mut values = Vec::new();
                let mut deltas = Vec::new();
                for one in callable {
                    let depth = self.state.depth();
                    self.state.enter();
                    for fact in one.facts.iter() {
                        self.hold(fact.clone());
                    }
                    let outcome = self.call(&one.value, this.clone(), arguments.clone());
                    let delta = self.state.since(depth);
                    self.state.back();
                    if let Ok(value) = outcome {
                        values.push((value, delta.facts.clone()));
                        deltas.push(delta);
                    }
                }
                if deltas.is_empty() {
                    return Err(super::Ended);
                }
                self.state.apply_any(deltas);
                Ok(super::expression::one_of(values))
            }
            Value::Object(id) => self.call_object(*id, arguments),
            _ => {
                let taint = arguments.all().fold(0, |taint, value| taint | self.taint(value));
                Ok(self.unknown(taint))
            }
        };
        self.here = here;
        self.gave_promise = matches!(function, Value::Function(closure) if closure.function.is_async);
        outcome
    }

    /// An instance with `__call__`, or a record whose call nobody understands.
    fn call_object(&mut self, id: ObjectId, arguments: Arguments<'a>) -> Outcome<Value<'a>> {
        if let Some(function) = self.call_decorator(id, &arguments) {
            return Ok(function);
        }
        if matches!(self.state.object(id).map(|object| &object.kind), Some(ObjectKind::Instance(_))) {
            let method = self.member(&Value::Object(id), "__call__")?;
            if matches!(method, Value::Function(_)) {
                return self.call(&method, None, arguments);
            }
        }
        let taint = arguments.all().fold(0, |taint, value| taint | self.taint(value));
        Ok(self.unknown(taint))
    }

    /// A compiled schema that is called: whether the value fits it.
    fn validator(&mut self, function: &Term<'a>, arguments: &Arguments<'a>) -> Option<Value<'a>> {
        let TermKind::Result(path, operands) = function.kind() else { return None };
        if !path.ends_with(".compile") && !path.ends_with(".getSchema") {
            return None;
        }
        let schema = operands.iter().rev().find(|operand| matches!(operand, Value::Object(_)))?.clone();
        let value = arguments.plain.first()?.clone();
        Some(self.apply(crate::library::Op::IsInstance, vec![value, schema]))
    }

    /// Something that is called without being known: it may call what it is given.
    pub(crate) fn call_unknown(
        &mut self,
        function: &Value<'a>,
        this: Option<Value<'a>>,
        arguments: &Arguments<'a>,
    ) -> Outcome<Value<'a>> {
        let mut taint = self.taint(function) | this.map_or(0, |this| self.taint(&this));
        for argument in arguments.all() {
            taint |= self.taint(argument);
        }
        self.call_back(arguments, taint)?;
        let operands = arguments.all().cloned().collect();
        let name = match function {
            Value::Term(term) => match term.kind() {
                TermKind::Apply(_, operands) => {
                    operands.last().and_then(Value::text).unwrap_or_default().to_owned()
                }
                _ => String::new(),
            },
            _ => String::new(),
        };
        Ok(self.result(Text::from(name), operands, taint))
    }

    /// Runs the functions among arguments, once, as something that is not known would.
    pub(crate) fn call_back(&mut self, arguments: &Arguments<'a>, taint: u64) -> Outcome<()> {
        let functions: Vec<Value<'a>> =
            arguments.all().filter(|value| matches!(value, Value::Function(_))).cloned().collect();
        for function in functions {
            let given = (0..4).map(|_| self.unknown(taint)).collect();
            let given = Arguments::of(given);
            self.fork::<()>(&mut [&mut |_| Ok(()), &mut |me| {
                me.call(&function, None, given.clone()).map(drop)
            }])?;
        }
        Ok(())
    }

    fn call_closure(
        &mut self,
        closure: &Rc<Closure<'a>>,
        this: Option<Value<'a>>,
        mut arguments: Arguments<'a>,
    ) -> Outcome<Value<'a>> {
        let function = closure.function;
        let deep = self.frames.len() >= DEEPEST_CALL;
        let inside = self
            .frames
            .iter()
            .filter(|frame| frame.function.is_some_and(|running| std::ptr::eq(running, function)))
            .count();
        if deep || inside >= DEEPEST_RECURSION {
            let taint = arguments.all().fold(0, |taint, value| taint | self.taint(value));
            return Ok(self.unknown(taint));
        }
        self.ran.insert(std::ptr::from_ref(function));
        if !closure.given.is_empty() {
            arguments.plain.splice(0..0, closure.given.iter().cloned());
        }
        let this = closure.this.clone().or(this);
        let language = self.project.file(function.file).map_or(Language::Python, |file| file.language);
        let scope = self.state.allocate(ObjectKind::Scope(Some(closure.scope)));
        let class = self.class_of(this.as_ref(), function);
        let depth = self.state.depth();
        self.state.enter();
        self.frames.push(Frame {
            function: Some(function),
            this: if language == Language::JavaScript { this.clone() } else { closure.this.clone() },
            class,
            depth,
            returns: Vec::new(),
            yields: Vec::new(),
            loops: Vec::new(),
        });
        let inside = crate::value::Place { file: function.file, at: function.at };
        let caller = std::mem::replace(&mut self.here, inside);
        let takes_this = matches!(language, Language::Python | Language::Go)
            && closure.this.is_some()
            && !arguments_hold_this(&arguments, closure.this.as_ref());
        if takes_this && let Some(this) = &closure.this {
            arguments.plain.insert(0, this.clone());
        }
        let validates = self.validates;
        let outcome = self.parameters(&function.parameters, arguments, scope).and_then(|()| {
            self.validates = false;
            self.block(&function.body, scope)
        });
        self.validates = validates;
        self.here = caller;
        let Some(frame) = self.frames.pop() else { return Err(super::Ended) };
        let value = self.returned(outcome.is_ok(), frame.returns, depth)?;
        if function.is_generator && !frame.yields.is_empty() {
            return Ok(self.list(frame.yields));
        }
        Ok(value)
    }

    /// The class whose method a function is, for `super`.
    fn class_of(&self, this: Option<&Value<'a>>, function: &Function) -> Option<Rc<ClassValue<'a>>> {
        let Some(Value::Object(id)) = this else { return None };
        let ObjectKind::Instance(class) = &self.state.object(*id)?.kind else { return None };
        let mut next = Some(Rc::clone(class));
        for _ in 0..12 {
            let class = next?;
            let owns = class.class.members.iter().any(|member| match &member.kind {
                MemberKind::Method(own) | MemberKind::Getter(own) | MemberKind::Setter(own) => {
                    std::ptr::eq(&raw const **own, std::ptr::from_ref(function))
                }
                MemberKind::Field(_) => false,
            });
            if owns {
                return Some(class);
            }
            next = class.bases.iter().find_map(|base| match base {
                Value::Class(base) => Some(Rc::clone(base)),
                _ => None,
            });
        }
        None
    }

    /// Joins the ways out of a function.
    fn returned(
        &mut self,
        falls_through: bool,
        mut exits: Vec<Exit<'a>>,
        depth: usize,
    ) -> Outcome<Value<'a>> {
        if exits.is_empty() && falls_through {
            self.state.keep();
            return Ok(Value::Nothing);
        }
        if falls_through {
            exits.push(Exit { value: Value::Nothing, delta: self.state.since(depth) });
        }
        self.state.back();
        if exits.is_empty() {
            return Err(super::Ended);
        }
        let ways = exits.iter().map(|exit| (exit.value.clone(), exit.delta.facts.clone())).collect();
        let value = if exits.len() == 1 {
            exits.first().map_or(Value::Nothing, |exit| exit.value.clone())
        } else {
            super::expression::one_of(ways)
        };
        self.state.apply_any(exits.into_iter().map(|exit| exit.delta).collect());
        Ok(value)
    }

    /// Gives parameters their arguments.
    fn parameters(
        &mut self,
        parameters: &'a [Parameter],
        arguments: Arguments<'a>,
        scope: ObjectId,
    ) -> Outcome<()> {
        let Arguments { plain, mut named, rest } = arguments;
        let mut plain = plain.into_iter();
        for parameter in parameters {
            let value = match parameter.kind {
                ParameterKind::Rest => {
                    let list = self.list(plain.by_ref().collect());
                    if let (Value::Object(id), Some(rest)) = (&list, &rest) {
                        let rest = self.some_of(rest);
                        self.state.may_hold(*id, &rest);
                    }
                    Some(list)
                }
                ParameterKind::RestNamed => {
                    let id = self.state.allocate(ObjectKind::Record);
                    for (name, value) in named.drain(..) {
                        self.state.set_field(id, name, value);
                    }
                    if let Some(rest) = &rest {
                        self.copy_entries(rest, id);
                        if let Value::Term(term) = rest {
                            // All that the input holds, by the same names.
                            let whole = Value::Term(term.clone());
                            self.state.may_hold(id, &whole);
                        }
                    }
                    Some(Value::Object(id))
                }
                ParameterKind::Plain | ParameterKind::NamedOnly => {
                    let name = name_of(parameter);
                    let position = name.and_then(|name| named.iter().position(|(key, _)| &**key == name));
                    let given = match position {
                        Some(position) => Some(named.remove(position).1),
                        None if parameter.kind == ParameterKind::Plain => plain.next(),
                        None => None,
                    };
                    match (given, &rest, name) {
                        (Some(value), _, _) => Some(value),
                        (None, Some(rest), Some(name)) => {
                            let rest = rest.clone();
                            Some(self.member(&rest, name)?)
                        }
                        (None, Some(rest), None) => Some(rest.clone()),
                        (None, None, _) => None,
                    }
                }
            };
            let value = match (value, &parameter.default) {
                (Some(Value::Nothing) | None, Some(default)) => self.evaluate(default, scope)?,
                (Some(value), _) => value,
                (None, None) => Value::Nothing,
            };
            let value = self.annotated(value, parameter.annotation.as_ref(), scope)?;
            self.bind(&parameter.pattern, value, scope)?;
        }
        Ok(())
    }

    fn some_of(&mut self, rest: &Value<'a>) -> Value<'a> {
        match rest {
            Value::Object(id) => self.some_element(*id),
            value => value.clone(),
        }
    }

    /// Makes an instance.
    pub(crate) fn instantiate(&mut self, class: &Value<'a>, arguments: Arguments<'a>) -> Outcome<Value<'a>> {
        let Value::Class(class) = class else {
            return match class {
                // `new X()` of a library, or of something that is not known.
                Value::Term(term) => match self.path_of(term) {
                    Some((path, receiver)) => self.library_call(&path, receiver, &arguments),
                    None => self.call_unknown(class, None, &arguments),
                },
                Value::Function(closure) => {
                    // A function as a class, as before classes: `this` is what it fills.
                    let id = self.state.allocate(ObjectKind::Record);
                    let this = Value::Object(id);
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
        self.validates = self.has_base(class, "BaseModel", 6);
        let outcome = self.fill(class, id, arguments);
        self.validates = validates;
        outcome?;
        if let Ok(after @ Value::Function(_)) = self.member(&this, "__post_init__") {
            self.call(&after, None, Arguments::default())?;
        }
        Ok(this)
    }

    /// Fields of an instance without a constructor of its own: dataclasses, models, structs.
    fn fill(&mut self, class: &Rc<ClassValue<'a>>, id: ObjectId, arguments: Arguments<'a>) -> Outcome<()> {
        let fields: Vec<&'a crate::ir::Member> = annotated_fields(class, 6);
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

    /// A field after the validators that its class declares for it (`@field_validator("host")`).
    fn field_validators(
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
    fn fields(&mut self, class: &Rc<ClassValue<'a>>, id: ObjectId, depth: usize) -> Outcome<()> {
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
                    Some(value) => self.with_this(Value::Object(id), |me| me.evaluate(value, class.scope))?,
                    None if is_python => continue,
                    None => Value::Nothing,
                };
                self.state.set_field(id, Text::from(name), value);
            }
        }
        Ok(())
    }

    /// Runs something with another `this`.
    fn with_this<T>(&mut self, this: Value<'a>, run: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
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
                MemberKind::Method(function) if !function.decorators.is_empty() => {
                    // A decorator may register the method; it stays a method all the same.
                    let plain = function.decorators.iter().all(|decorator| {
                        matches!(&decorator.kind, ExpressionKind::Name(name) if matches!(&**name, "staticmethod" | "classmethod" | "property" | "abstractmethod" | "override"))
                    });
                    if !plain {
                        let closure = self.closure(function, inside);
                        self.decorate(closure, &function.decorators, inside)?;
                    }
                }
                _ => {}
            }
        }
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
    fn enumeration_member(
        &mut self,
        class: &Rc<ClassValue<'a>>,
        arguments: &Arguments<'a>,
    ) -> Option<Value<'a>> {
        if !self.has_base(class, "Enum", 4) {
            return None;
        }
        arguments.plain.first()?;
        let members: Vec<(Value<'a>, Vec<_>)> = self
            .state
            .object(class.statics)?
            .fields
            .values()
            .map(|value| (value.clone(), Vec::new()))
            .collect();
        (!members.is_empty()).then(|| state::either(members))
    }
}

fn arguments_hold_this(arguments: &Arguments<'_>, this: Option<&Value<'_>>) -> bool {
    !arguments.plain.is_empty() && arguments.plain.first() == this
}

/// The name that a parameter is given by.
pub(crate) fn name_of(parameter: &Parameter) -> Option<&str> {
    match &parameter.pattern {
        crate::ir::Pattern::Name(name, _) => Some(name),
        crate::ir::Pattern::Default(inner, _) => match inner.as_ref() {
            crate::ir::Pattern::Name(name, _) => Some(name),
            _ => None,
        },
        _ => None,
    }
}

/// The name of a class's member.
pub(crate) fn member_name(member: &crate::ir::Member) -> Option<&str> {
    match &member.name.kind {
        ExpressionKind::Literal(Literal::Text(name)) => Some(name),
        _ => None,
    }
}

/// The fields of a class that take arguments in order: those of its bases first.
fn annotated_fields<'a>(class: &Rc<ClassValue<'a>>, depth: usize) -> Vec<&'a crate::ir::Member> {
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
