//! Calls: of functions, classes, methods and what is not known.

use std::rc::Rc;

use crate::ir::{ExpressionKind, Function, Language, Literal, MemberKind, Parameter, ParameterKind};
use crate::value::{ClassValue, Closure, ObjectId, Term, TermKind, Text, Value};

use super::handlers::OFFER_STEPS;
use super::state::ObjectKind;
use super::{Arguments, Exit, Frame, Interpreter, Outcome};

/// Steps for a function that a tool hands to something that is not known, with nothing of an input beside it.
const JOB_STEPS: u64 = 8_000;

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
        let promised = self.may_be_task(function).then(|| (function.clone(), arguments.clone()));
        let outcome = match function {
            Value::Function(closure) => self.repeated(closure, this, arguments),
            Value::Class(_) => self.repeated_instance(function, arguments),
            Value::Method(method) => {
                let (receiver, name) = (method.0.clone(), method.1.clone());
                self.call_method(&receiver, &name, &arguments)
            }
            Value::Term(term) => match self.path_of(term).or_else(|| self.made_function(term)) {
                Some((path, receiver)) => {
                    let receiver = receiver.or_else(|| this.filter(|this| self.extends_owner(this, &path)));
                    self.library_call(&path, receiver, &arguments)
                }
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
                Ok(super::state::one_of(&values))
            }
            Value::Object(id) => self.call_object(*id, arguments),
            _ => {
                let taint = arguments.all().fold(0, |taint, value| taint | self.taint(value));
                Ok(self.unknown(taint))
            }
        };
        self.here = here;
        self.promised = promised.or_else(|| self.promised.take());
        self.gave_promise = matches!(function, Value::Function(closure) if closure.function.is_async);
        outcome
    }

    /// An instance with `__call__`, or a record whose call nobody understands.
    pub(crate) fn call_object(&mut self, id: ObjectId, arguments: Arguments<'a>) -> Outcome<Value<'a>> {
        if let Some(function) = self.call_decorator(id, &arguments) {
            return Ok(function);
        }
        if self.state.field(id, super::class_member::SUPER).is_some() {
            return self.super_call(id, arguments);
        }
        if let Some(value) = self.call_partial(id, &arguments)? {
            return Ok(value);
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
    pub(crate) fn validator(&mut self, function: &Term<'a>, arguments: &Arguments<'a>) -> Option<Value<'a>> {
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
        self.check_named_member(function);
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
            let limit = self.limit;
            if self.offer.is_none() {
                // It may be the handler of a tool: that is run by itself, and not at the price of what is still to be loaded.
                self.limit = limit.min(self.steps + OFFER_STEPS);
            } else if taint == 0 {
                // A job that is put into a calendar: the tool has more to do.
                self.limit = limit.min(self.steps + JOB_STEPS);
            }
            let outcome = self.fork::<()>(&mut [&mut |_| Ok(()), &mut |me| {
                me.call(&function, None, given.clone()).map(drop)
            }]);
            self.limit = limit;
            if self.gave_up && self.steps < limit && self.offer.is_none() {
                self.gave_up = false;
                self.gave_up_loading = true;
            }
            outcome?;
        }
        Ok(())
    }

    pub(crate) fn call_closure(
        &mut self,
        closure: &Rc<Closure<'a>>,
        this: Option<Value<'a>>,
        mut arguments: Arguments<'a>,
    ) -> Outcome<Value<'a>> {
        let function = closure.function;
        if self.language() == Language::JavaScript
            && let Some(value) =
                self.bundled_registration(closure, closure.this.as_ref().or(this.as_ref()), &arguments)
        {
            return Ok(value);
        }
        if !closure.given.is_empty() {
            arguments.plain.splice(0..0, closure.given.iter().cloned());
        }
        if let Some(unknown) = self.not_followed(function, &mut arguments) {
            return Ok(unknown);
        }
        self.ran.insert(std::ptr::from_ref(function));
        let this = closure.this.clone().or(this);
        let language = self.project.file(function.file).map_or(Language::Python, |file| file.language);
        let class = self.class_of(this.as_ref(), function);
        let depth = self.state.depth();
        self.state.enter();
        let scope = self.state.allocate(ObjectKind::Scope(Some(closure.scope)));
        let given = (language == Language::JavaScript && !function.keeps_this).then(|| arguments.clone());
        self.frames.push(Frame {
            function: Some(function),
            given,
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
        let given = self.tainted(&arguments);
        let compared = std::mem::take(&mut self.compared);
        let outcome = self.parameters(&function.parameters, arguments, scope).and_then(|()| {
            self.validates = false;
            self.block(&function.body, scope)
        });
        self.validates = validates;
        self.here = caller;
        let inside = std::mem::replace(&mut self.compared, compared);
        self.compared |= inside;
        let Some(frame) = self.frames.pop() else { return Err(super::Ended) };
        let value = self.returned(outcome.is_ok(), frame.returns, depth)?;
        self.hold_validated(function, &given, &value, inside);
        if function.is_generator && (language == Language::JavaScript || !frame.yields.is_empty()) {
            return Ok(self.generated(frame.yields, value));
        }
        Ok(value)
    }

    /// JavaScript's `arguments`: what the function that runs was given.
    pub(crate) fn given_arguments(&mut self) -> Value<'a> {
        let given = self.frames.iter().rev().find_map(|frame| frame.given.clone());
        match given {
            Some(given) => self.list_with(given.plain, given.rest),
            None => self.unknown(0),
        }
    }

    /// The class whose method a function is, for `super`.
    pub(crate) fn class_of(
        &self,
        this: Option<&Value<'a>>,
        function: &Function,
    ) -> Option<Rc<ClassValue<'a>>> {
        let mut next = match this? {
            Value::Object(id) => match &self.state.object(*id)?.kind {
                ObjectKind::Instance(class) => Some(Rc::clone(class)),
                _ => None,
            },
            Value::Class(class) => Some(Rc::clone(class)),
            _ => None,
        };
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
    pub(crate) fn returned(
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
        let ways: Vec<_> = exits.iter().map(|exit| (exit.value.clone(), exit.delta.facts.clone())).collect();
        let held = if ways.len() > 1 { self.let_by_settings(&ways) } else { Vec::new() };
        let value = if exits.len() == 1 {
            exits.first().map_or(Value::Nothing, |exit| exit.value.clone())
        } else {
            super::state::one_of(&ways)
        };
        self.state.apply_any(exits.into_iter().map(|exit| exit.delta).collect());
        held.into_iter().for_each(|fact| self.hold(fact));
        Ok(value)
    }

    /// Gives parameters their arguments.
    pub(crate) fn parameters(
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
                // A decorator gives it: an option of the command line.
                (None, None) if self.language() == crate::ir::Language::Python => self.unknown(0),
                (None, None) => Value::Nothing,
            };
            let value = self.annotated(value, parameter.annotation.as_ref(), scope)?;
            self.bind(&parameter.pattern, value, scope)?;
        }
        Ok(())
    }

    pub(crate) fn some_of(&mut self, rest: &Value<'a>) -> Value<'a> {
        match rest {
            Value::Object(id) => self.some_element(*id),
            value => value.clone(),
        }
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
