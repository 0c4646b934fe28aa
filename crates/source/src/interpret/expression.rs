//! What expressions give.

use std::rc::Rc;

use crate::ir::{
    Argument, Binary, Clause, Element, Entry, Expression, ExpressionKind, Language, Literal, Logical, Over,
    Part, Unary,
};
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
            ExpressionKind::Name(name) => Ok(self.name(name, scope)),
            ExpressionKind::This => {
                let this = self.frames.iter().rev().find_map(|frame| frame.this.clone());
                Ok(this.unwrap_or(Value::Nothing))
            }
            ExpressionKind::Super => Ok(self.super_object()),
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
                        Ok(one_of(values))
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
                if let Some(inner) = inner {
                    let value = self.evaluate(inner, scope)?;
                    if let Some(frame) = self.frames.last_mut()
                        && frame.yields.len() < MOST_TURNS
                    {
                        frame.yields.push(value);
                    }
                }
                Ok(Value::Nothing)
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
    fn current(&mut self, target: &'a crate::ir::Pattern, scope: ObjectId) -> Outcome<Value<'a>> {
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

    fn template(
        &mut self,
        tag: Option<&'a Expression>,
        parts: &'a [Part],
        whole: &'a Expression,
        scope: ObjectId,
    ) -> Outcome<Value<'a>> {
        let mut values = Vec::new();
        for part in parts {
            values.push(match part {
                Part::Text(text) => Value::Text(Text::from(&**text)),
                Part::Value(expression) => self.evaluate(expression, scope)?,
            });
        }
        self.here.at = whole.at;
        let Some(tag) = tag else { return Ok(self.concat(values)) };
        let function = self.evaluate(tag, scope)?;
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

    fn record(&mut self, entries: &'a [Entry], scope: ObjectId) -> Outcome<Value<'a>> {
        let id = self.state.allocate(ObjectKind::Record);
        let record = Value::Object(id);
        for entry in entries {
            match entry {
                Entry::Pair(key, value) => {
                    let key = self.evaluate(key, scope)?;
                    let value = self.evaluate(value, scope)?;
                    // Methods of an object literal see it as `this`.
                    let value = match value {
                        Value::Function(closure)
                            if self.language() == Language::JavaScript
                                && closure.this.is_none()
                                && !closure.function.keeps_this =>
                        {
                            Value::Function(Rc::new(Closure {
                                function: closure.function,
                                scope: closure.scope,
                                this: Some(record.clone()),
                                given: closure.given.clone(),
                            }))
                        }
                        value => value,
                    };
                    self.set_entry(id, &key, value);
                }
                Entry::Spread(expression) => {
                    let other = self.evaluate(expression, scope)?;
                    self.copy_entries(&other, id);
                }
                Entry::Getter(key, function) => {
                    let key = self.evaluate(key, scope)?;
                    let closure = self.closure(function, scope);
                    let value = self.call(&closure, Some(record.clone()), Arguments::default())?;
                    self.set_entry(id, &key, value);
                }
            }
        }
        Ok(record)
    }

    fn set_entry(&mut self, id: ObjectId, key: &Value<'a>, value: Value<'a>) {
        match key_of(key) {
            Some(name) => self.state.set_field(id, name, value),
            None => self.state.may_hold(id, &value),
        }
    }

    /// Copies what a record holds into another.
    pub(crate) fn copy_entries(&mut self, from: &Value<'a>, into: ObjectId) {
        let mut ways = Vec::new();
        from.alternatives(&mut |value, _| ways.push(value.clone()));
        for value in ways {
            match value {
                Value::Object(other) => {
                    let Some(object) = self.state.object(other).cloned() else { continue };
                    for (name, value) in object.fields {
                        self.state.set_field(into, name, value);
                    }
                    if let Some(rest) = object.rest {
                        self.state.may_hold(into, &rest);
                    }
                }
                value if matches!(value, Value::Term(_)) => {
                    let part = self.apply(Op::Element, vec![value, Value::Nothing]);
                    self.state.may_hold(into, &part);
                }
                _ => {}
            }
        }
    }

    fn comprehension(
        &mut self,
        key: Option<&'a Expression>,
        element: &'a Expression,
        clauses: &'a [Clause],
        scope: ObjectId,
    ) -> Outcome<Value<'a>> {
        let kind = if key.is_some() { ObjectKind::Record } else { ObjectKind::List };
        let result = self.state.allocate(kind);
        let inside = self.state.allocate(ObjectKind::Scope(Some(scope)));
        let depth = self.state.depth();
        self.state.enter();
        let outcome = self.clause(clauses, (key, element), result, inside, false, depth);
        let written = self.state.since(depth).without_facts();
        self.state.back();
        self.state.apply(written);
        outcome?;
        Ok(Value::Object(result))
    }

    fn clause(
        &mut self,
        clauses: &'a [Clause],
        (key, element): (Option<&'a Expression>, &'a Expression),
        result: ObjectId,
        scope: ObjectId,
        uncertain: bool,
        depth: usize,
    ) -> Outcome<()> {
        self.step()?;
        let Some((clause, inner)) = clauses.split_first() else {
            let key = match key {
                Some(key) => Some(self.evaluate(key, scope)?),
                None => None,
            };
            let mut value = self.evaluate(element, scope)?;
            // What the conditions check holds for the element that is kept: it travels with it.
            let facts = self.state.since(depth).facts;
            if !facts.is_empty() && self.taint(&value) != 0 {
                value = state::either(vec![(value, facts), (Value::Nothing, Vec::new())]);
            }
            match key {
                Some(key) if !uncertain => self.set_entry(result, &key, value),
                None if !uncertain => self.state.push_element(result, value),
                _ => self.state.may_hold(result, &value),
            }
            return Ok(());
        };
        let iterable = self.evaluate(&clause.iterable, scope)?;
        let (known, rest) = self.iterate(&iterable, Over::Elements);
        let turns = known.into_iter().take(MOST_TURNS).map(|value| (value, uncertain));
        for (value, uncertain) in turns.chain(rest.map(|rest| (rest, true))) {
            let inside = self.state.allocate(ObjectKind::Scope(Some(scope)));
            self.bind(&clause.pattern, value, inside)?;
            let mut certain = !uncertain;
            let before = self.state.depth();
            self.state.enter();
            let mut keeps = true;
            for condition in &clause.conditions {
                let value = self.evaluate(condition, inside)?;
                match self.truth(&value) {
                    Some(true) => {}
                    Some(false) => keeps = false,
                    None => {
                        certain = false;
                        keeps &= self.assume(&value, true).is_ok();
                    }
                }
            }
            let outcome = if keeps {
                self.clause(inner, (key, element), result, inside, !certain, depth)
            } else {
                Ok(())
            };
            let written = self.state.since(before).without_facts();
            self.state.back();
            self.state.apply(written);
            outcome?;
        }
        Ok(())
    }

    fn logical(
        &mut self,
        operation: Logical,
        left: &'a Expression,
        right: &'a Expression,
        scope: ObjectId,
    ) -> Outcome<Value<'a>> {
        let left = self.evaluate(left, scope)?;
        let truth = match operation {
            Logical::Coalesce => match &left {
                Value::Nothing => Some(false),
                Value::Term(_) | Value::Either(_) => None,
                _ => Some(true),
            },
            _ => self.truth(&left),
        };
        match (operation, truth) {
            (Logical::And, Some(false)) | (Logical::Or | Logical::Coalesce, Some(true)) => Ok(left),
            (_, Some(_)) => self.evaluate(right, scope),
            (_, None) => {
                let first = left.clone();
                // The second is evaluated only when the first did not decide.
                let values = self.fork(&mut [&mut |_| Ok(None), &mut |me| {
                    if operation != Logical::Coalesce {
                        me.assume(&first, operation == Logical::And)?;
                    }
                    me.evaluate(right, scope).map(Some)
                }])?;
                let Some(right) = values.into_iter().find_map(|(value, _)| value) else {
                    // The second throws or leaves: what goes on is the first, decided.
                    self.assume(&left, operation != Logical::And)?;
                    return Ok(left);
                };
                Ok(match operation {
                    Logical::And => self.and(left, right),
                    Logical::Or | Logical::Coalesce => self.or(left, right),
                })
            }
        }
    }

    fn unary(&mut self, operation: Unary, operand: Value<'a>) -> Value<'a> {
        match operation {
            Unary::Not => self.not(operand),
            Unary::Minus => match operand {
                Value::Number(number) => Value::Number(-number),
                operand => self.apply(Op::Number, vec![operand]),
            },
            Unary::Plus | Unary::Invert => match operand {
                Value::Number(_) => operand,
                operand => self.apply(Op::Number, vec![operand]),
            },
            Unary::TypeOf => self.type_of(operand),
            Unary::Void => Value::Nothing,
        }
    }

    pub(crate) fn binary(&mut self, operation: Binary, left: Value<'a>, right: Value<'a>) -> Value<'a> {
        match operation {
            Binary::Add => self.add(left, right),
            Binary::Divide
                if self.language() == Language::Python
                    && (self.is_path(&left, &right) || !(is_numeric(&left) || is_numeric(&right))) =>
            {
                self.apply(Op::JoinPath, vec![left, right])
            }
            Binary::Remainder if self.language() == Language::Python && !is_number(&left) => {
                self.percent(left, &right)
            }
            Binary::Multiply if left.text().is_some() || right.text().is_some() => {
                self.concat(vec![left, right])
            }
            Binary::Subtract | Binary::Multiply | Binary::Divide | Binary::Remainder | Binary::Arithmetic => {
                arithmetic(operation, &left, &right)
                    .unwrap_or_else(|| self.apply(Op::Number, vec![left, right]))
            }
            Binary::Or => {
                if let (Value::Object(_), Value::Object(_)) = (&left, &right) {
                    let id = self.state.allocate(ObjectKind::Record);
                    self.copy_entries(&left, id);
                    self.copy_entries(&right, id);
                    let (mut known, rest) = self.iterate(&left, Over::Elements);
                    let (more, others) = self.iterate(&right, Over::Elements);
                    known.extend(more);
                    self.state.set_elements(id, known);
                    for rest in [rest, others].into_iter().flatten() {
                        self.state.may_hold(id, &rest);
                    }
                    return Value::Object(id);
                }
                self.apply(Op::Number, vec![left, right])
            }
            Binary::Equal => self.equal(&left, &right),
            Binary::NotEqual => {
                let equal = self.equal(&left, &right);
                self.not(equal)
            }
            Binary::Less => self.less(left, right),
            Binary::GreaterOrEqual => {
                let less = self.less(left, right);
                self.not(less)
            }
            Binary::Greater => self.less(right, left),
            Binary::LessOrEqual => {
                let less = self.less(right, left);
                self.not(less)
            }
            Binary::In => self.contained(left, right),
            Binary::NotIn => {
                let is_in = self.contained(left, right);
                self.not(is_in)
            }
            Binary::InstanceOf => self.apply(Op::IsInstance, vec![left, right]),
        }
    }

    fn less(&mut self, left: Value<'a>, right: Value<'a>) -> Value<'a> {
        match (&left, &right) {
            (Value::Number(left), Value::Number(right)) => Value::Bool(left < right),
            _ => self.apply(Op::Less, vec![left, right]),
        }
    }

    fn add(&mut self, left: Value<'a>, right: Value<'a>) -> Value<'a> {
        match (&left, &right) {
            (Value::Number(left), Value::Number(right)) => Value::Number(left + right),
            (Value::Object(_), Value::Object(_)) if self.language() == Language::Python => {
                let (mut known, rest) = self.iterate(&left, Over::Elements);
                let (more, others) = self.iterate(&right, Over::Elements);
                known.extend(more);
                let list = self.list(known);
                if let Value::Object(id) = &list {
                    for rest in [rest, others].into_iter().flatten() {
                        self.state.may_hold(*id, &rest);
                    }
                }
                list
            }
            (Value::Term(term), Value::Number(_)) | (Value::Number(_), Value::Term(term))
                if term.operands(Op::Number).is_some() || term.operands(Op::Measure).is_some() =>
            {
                self.apply(Op::Number, vec![left, right])
            }
            _ => self.concat(vec![left, right]),
        }
    }

    fn call_expression(
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
                let function = self.member(&receiver, name)?;
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
        let arguments = self.arguments(arguments, scope)?;
        self.here.at = whole.at;
        if is_new { self.instantiate(&function, arguments) } else { self.call(&function, this, arguments) }
    }

    fn arguments(&mut self, arguments: &'a [Argument], scope: ObjectId) -> Outcome<Arguments<'a>> {
        let mut given = Arguments::default();
        for argument in arguments {
            match argument {
                Argument::Plain(expression) => given.plain.push(self.evaluate(expression, scope)?),
                Argument::Named(name, expression) => {
                    let value = self.evaluate(expression, scope)?;
                    given.named.push((Text::from(&**name), value));
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

/// The value of a fork's ways.
pub(crate) fn one_of<'a>(values: Vec<(Value<'a>, Vec<crate::fact::Fact<'a>>)>) -> Value<'a> {
    let mut ways = Vec::new();
    for (value, facts) in values {
        value.alternatives(&mut |one, own| {
            let mut all = own.to_vec();
            all.extend(facts.iter().cloned());
            ways.push((one.clone(), all));
        });
    }
    state::either(ways)
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

/// Whether a value can only be a number.
fn is_numeric(value: &Value<'_>) -> bool {
    match value {
        Value::Number(_) => true,
        Value::Term(term) => {
            [Op::Number, Op::Measure, Op::IndexOf].iter().any(|op| term.operands(*op).is_some())
        }
        _ => false,
    }
}

const fn is_number(value: &Value<'_>) -> bool {
    matches!(value, Value::Number(_))
}

fn arithmetic<'a>(operation: Binary, left: &Value<'a>, right: &Value<'a>) -> Option<Value<'a>> {
    let (Value::Number(left), Value::Number(right)) = (left, right) else { return None };
    Some(Value::Number(match operation {
        Binary::Subtract => left - right,
        Binary::Multiply => left * right,
        Binary::Divide => left / right,
        Binary::Remainder => left % right,
        _ => return None,
    }))
}
