//! What expressions give.

use std::rc::Rc;

use crate::ir::{Argument, Element, Expression, ExpressionKind, Language, Literal, Over, Part, Unary};
use crate::library::Op;
use crate::value::{Closure, ObjectId, Text, Value};

use super::state::{self, ObjectKind};
use super::{Arguments, Interpreter, MOST_TURNS, Outcome};

impl<'a> Interpreter<'a> {
    /// The value of an expression.
    pub(crate) fn evaluate(&mut self, expression: &'a Expression, scope: ObjectId) -> Outcome<Value<'a>> {
        self.step()?;
        self.here.at = expression.at;
        match &expression.kind {
            ExpressionKind::Name(name) => self.read_name(name, scope),
            ExpressionKind::This => {
                let this = self.frames.iter().rev().find_map(|frame| frame.this.clone());
                Ok(this.unwrap_or(Value::Nothing))
            }
            ExpressionKind::Super => Ok(self.super_object()),
            ExpressionKind::Literal(Literal::Text(text)) => Ok(Value::Text(self.shared(text))),
            ExpressionKind::Literal(literal) => Ok(constant(literal)),
            ExpressionKind::Regex { source, flags } => {
                let operands = vec![Value::Text(Text::from(&**source)), Value::Text(Text::from(&**flags))];
                Ok(self.apply(Op::Regex, operands))
            }
            ExpressionKind::Template { tag, parts } => {
                self.template(tag.as_deref(), parts, expression, scope)
            }
            ExpressionKind::Member { object, name, .. } => {
                let object = self.evaluate(object, scope)?;
                self.here.at = expression.at;
                self.member(&object, name)
            }
            ExpressionKind::Index { object, index } => {
                let object = self.evaluate(object, scope)?;
                let index = self.evaluate(index, scope)?;
                self.here.at = expression.at;
                self.index(&object, &index)
            }
            ExpressionKind::Slice { object, from, to } => {
                let object = self.evaluate(object, scope)?;
                let mut bounds = [None, None];
                for (bound, side) in bounds.iter_mut().zip([from, to]) {
                    if let Some(side) = side {
                        *bound = Some(self.evaluate(side, scope)?);
                    }
                }
                let [from, to] = bounds;
                Ok(self.slice(&object, from.as_ref(), to.as_ref()))
            }
            ExpressionKind::Call { callee, arguments, is_new } => {
                self.call_expression(callee, arguments, *is_new, expression, scope)
            }
            ExpressionKind::Unary(Unary::Not, operand) => {
                let operand = self.condition(operand, scope)?;
                Ok(self.not(operand))
            }
            ExpressionKind::Unary(operation, operand) => {
                let operand = self.evaluate(operand, scope)?;
                Ok(self.unary(*operation, operand))
            }
            ExpressionKind::Binary(operation, left, right) => {
                let left = self.evaluate(left, scope)?;
                let right = self.evaluate(right, scope)?;
                self.here.at = expression.at;
                Ok(self.binary(*operation, left, right))
            }
            ExpressionKind::Logical(operation, left, right) => self.logical(*operation, left, right, scope),
            ExpressionKind::Choose { condition, then, otherwise } => {
                let condition = self.condition(condition, scope)?;
                match self.truth(&condition) {
                    Some(true) => self.evaluate(then, scope),
                    Some(false) => self.evaluate(otherwise, scope),
                    None => {
                        let no = condition.clone();
                        self.observe_choice(&no, then, otherwise);
                        let values = self.fork(&mut [
                            &mut |me| {
                                me.assume(&condition, true)?;
                                me.under(&condition, true, |me| me.evaluate(then, scope))
                            },
                            &mut |me| {
                                me.assume(&no, false)?;
                                me.under(&no, false, |me| me.evaluate(otherwise, scope))
                            },
                        ])?;
                        Ok(state::one_of(&values))
                    }
                }
            }
            ExpressionKind::List(elements) => {
                let list = self.state.allocate(ObjectKind::List);
                let mut values = Vec::new();
                for element in elements {
                    match element {
                        Element::One(expression) => values.push(self.evaluate(expression, scope)?),
                        Element::Spread(expression) => {
                            let spread = self.evaluate(expression, scope)?;
                            let (known, rest) = self.iterate(&spread, Over::Elements);
                            values.extend(known);
                            if let Some(rest) = rest {
                                self.state.may_hold(list, &rest);
                            }
                        }
                    }
                }
                self.state.set_elements(list, values);
                Ok(Value::Object(list))
            }
            ExpressionKind::Record(entries) => self.record(entries, scope),
            ExpressionKind::Function(function) => Ok(self.closure(function, scope)),
            ExpressionKind::Class(class) => self.class_value(class, scope),
            ExpressionKind::Await(inner) => self.evaluate(inner, scope),
            ExpressionKind::Yield(inner) => {
                let Some(inner) = inner else { return Ok(Value::Nothing) };
                let value = self.evaluate(inner, scope)?;
                if let Some(frame) = self.frames.last_mut()
                    && frame.yields.len() < MOST_TURNS
                {
                    frame.yields.push(value.clone());
                }
                // Compilers write `await` as `yield` in a generator that is asked on.
                Ok(if self.language() == Language::JavaScript { value } else { Value::Nothing })
            }
            ExpressionKind::Assign { target, operation, value } => {
                let value = self.evaluate(value, scope)?;
                let value = match operation {
                    None => value,
                    Some(operation) => {
                        let before = self.current(target, scope)?;
                        self.here.at = expression.at;
                        self.binary(*operation, before, value)
                    }
                };
                self.assign(target, value.clone(), scope)?;
                Ok(value)
            }
            ExpressionKind::Comprehension { key, element, clauses } => {
                self.comprehension(key.as_deref(), element, clauses, scope)
            }
            ExpressionKind::Sequence(expressions) => {
                let mut last = Value::Nothing;
                for expression in expressions {
                    last = self.evaluate(expression, scope)?;
                }
                Ok(last)
            }
            ExpressionKind::ImportCall(module) => {
                let module = self.evaluate(module, scope)?;
                self.import_call(&module)
            }
            ExpressionKind::Opaque(inner) => {
                let mut taint = 0;
                for expression in inner {
                    let value = self.evaluate(expression, scope)?;
                    taint |= self.taint(&value);
                }
                Ok(self.unknown(taint))
            }
        }
    }

    /// The value of an expression that decides: a promise that nobody awaits is true.
    pub(crate) fn condition(&mut self, expression: &'a Expression, scope: ObjectId) -> Outcome<Value<'a>> {
        let value = self.evaluate(expression, scope)?;
        let is_promise = matches!(expression.kind, ExpressionKind::Call { .. })
            && self.gave_promise
            && self.language() == Language::JavaScript;
        Ok(if is_promise { Value::Bool(true) } else { value })
    }

    /// What stands in an assignment's target before it.
    pub(crate) fn current(&mut self, target: &'a crate::ir::Pattern, scope: ObjectId) -> Outcome<Value<'a>> {
        match target {
            crate::ir::Pattern::Name(name, _) => Ok(self.name(name, scope)),
            crate::ir::Pattern::Place(place) => self.evaluate(place, scope),
            _ => Ok(self.unknown(0)),
        }
    }

    /// A function as a value.
    pub(crate) fn closure(&mut self, function: &'a crate::ir::Function, scope: ObjectId) -> Value<'a> {
        let this = if function.keeps_this {
            self.frames.iter().rev().find_map(|frame| frame.this.clone())
        } else {
            None
        };
        Value::Function(Rc::new(Closure { function, scope, this, given: Vec::new() }))
    }

    pub(crate) fn template(
        &mut self,
        tag: Option<&'a Expression>,
        parts: &'a [Part],
        whole: &'a Expression,
        scope: ObjectId,
    ) -> Outcome<Value<'a>> {
        let mut values = Vec::new();
        for part in parts {
            values.push(match part {
                Part::Text(text) => Value::Text(self.shared(text)),
                Part::Value(expression) => self.evaluate(expression, scope)?,
            });
        }
        self.here.at = whole.at;
        let Some(tag) = tag else { return Ok(self.concat(values)) };
        let function = self.evaluate(tag, scope)?;
        if function.term().is_some_and(|term| term.path().as_deref() == Some("String.raw")) {
            return Ok(self.concat(values));
        }
        let texts: Vec<Value<'a>> = parts
            .iter()
            .zip(&values)
            .filter(|(part, _)| matches!(part, Part::Text(_)))
            .map(|(_, value)| value.clone())
            .collect();
        let mut arguments = vec![self.list(texts)];
        let given = parts.iter().zip(values).filter(|(part, _)| matches!(part, Part::Value(_)));
        arguments.extend(given.map(|(_, value)| value));
        self.here.at = whole.at;
        self.call(&function, None, Arguments::of(arguments))
    }

    /// A list of these.
    pub(crate) fn list(&mut self, values: Vec<Value<'a>>) -> Value<'a> {
        let id = self.state.allocate(ObjectKind::List);
        self.state.set_elements(id, values);
        Value::Object(id)
    }

    pub(crate) fn call_expression(
        &mut self,
        callee: &'a Expression,
        arguments: &'a [Argument],
        is_new: bool,
        whole: &'a Expression,
        scope: ObjectId,
    ) -> Outcome<Value<'a>> {
        // The receiver is evaluated once, before the arguments.
        let (function, this) = match &callee.kind {
            ExpressionKind::Member { object, name, .. } => {
                let receiver = self.evaluate(object, scope)?;
                self.here.at = callee.at;
                let mut function = match self.type_method(&receiver, name) {
                    Some(method) => method,
                    None => self.member(&receiver, name)?,
                };
                if self.is_promise_method(&receiver, name, &function) {
                    function = Value::Method(Rc::new((receiver.clone(), Text::from(&**name))));
                }
                let this = (!matches!(object.kind, ExpressionKind::Super)).then_some(receiver);
                (function, this)
            }
            ExpressionKind::Index { object, index } => {
                let receiver = self.evaluate(object, scope)?;
                let index = self.evaluate(index, scope)?;
                (self.index(&receiver, &index)?, Some(receiver))
            }
            _ => (self.evaluate(callee, scope)?, None),
        };
        let names = request_schema(callee, arguments);
        let arguments = self.arguments(arguments, scope)?;
        self.here.at = whole.at;
        if let (Some(name), [_, handler, ..]) = (names, arguments.plain.as_slice())
            && matches!(function, Value::Function(_))
        {
            // The SDK is in the bundle: the schema's name says what its value does not.
            let given = Arguments::of(vec![Value::Text(Text::from(name)), handler.clone()]);
            self.register_handler(&given);
            return Ok(Value::Nothing);
        }
        if is_new { self.instantiate(&function, arguments) } else { self.call(&function, this, arguments) }
    }

    pub(crate) fn arguments(&mut self, arguments: &'a [Argument], scope: ObjectId) -> Outcome<Arguments<'a>> {
        let mut given = Arguments::default();
        for argument in arguments {
            match argument {
                Argument::Plain(expression) => given.plain.push(self.evaluate(expression, scope)?),
                Argument::Named(name, expression) => {
                    let value = self.evaluate(expression, scope)?;
                    given.named.push((self.shared(name), value));
                }
                Argument::Spread(expression) => {
                    let value = self.evaluate(expression, scope)?;
                    let (known, rest) = self.iterate(&value, Over::Elements);
                    given.plain.extend(known);
                    given.rest = given.rest.or(rest);
                }
                Argument::SpreadNamed(expression) => {
                    let value = self.evaluate(expression, scope)?;
                    if let Value::Object(id) = &value
                        && let Some(object) = self.state.object(*id).cloned()
                    {
                        given.named.extend(object.fields);
                        given.rest = given.rest.or(object.rest);
                    } else {
                        // Which names there are is not known: each parameter asks for its own.
                        given.rest = Some(value);
                    }
                }
            }
        }
        Ok(given)
    }
}

pub(crate) fn constant<'a>(literal: &Literal) -> Value<'a> {
    match literal {
        Literal::Nothing => Value::Nothing,
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Number(value) => Value::Number(*value),
        Literal::Text(text) | Literal::Bytes(text) => Value::Text(Text::from(&**text)),
    }
}

/// A known key of a record.
pub(crate) fn key_of(key: &Value<'_>) -> Option<Text> {
    match key {
        Value::Text(text) => Some(text.clone()),
        Value::Number(number) => Some(Text::from(number.to_string())),
        Value::Bool(value) => Some(Text::from(value.to_string())),
        // Keys such as `TextDocument.uri` or a schema that names a request.
        Value::Term(term) => term.path(),
        _ => None,
    }
}

/// The name of the schema in `server.setRequestHandler(ListToolsRequestSchema, …)`, as bundlers keep it.
fn request_schema<'a>(callee: &Expression, arguments: &'a [Argument]) -> Option<&'a str> {
    let ExpressionKind::Member { name, .. } = &callee.kind else { return None };
    let Some(Argument::Plain(Expression { kind: ExpressionKind::Name(schema), .. })) = arguments.first()
    else {
        return None;
    };
    let schema = schema.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '$');
    (&**name == "setRequestHandler" && super::register::handler_kind(schema).is_some()).then_some(schema)
}
