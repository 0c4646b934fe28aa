//! What statements do.

use crate::ir::{Catch, Expression, ExpressionKind, Function, Language, Statement, StatementKind};
use crate::library::Op;
use crate::value::{ObjectId, Text, Value};

use super::state::{Delta, ObjectKind, either};
use super::{Ended, Exit, Interpreter, Outcome, TryFrame};

impl<'a> Interpreter<'a> {
    /// Runs statements in the scope they stand in. Functions and classes of it are there from the start.
    pub(crate) fn block(&mut self, statements: &'a [Statement], scope: ObjectId) -> Outcome<()> {
        self.hoist(statements, scope)?;
        for statement in statements {
            self.statement(statement, scope)?;
        }
        Ok(())
    }

    /// Statements with names of their own, where the language has such.
    pub(crate) fn inner(&mut self, statements: &'a [Statement], scope: ObjectId) -> Outcome<()> {
        let declares = |statement: &Statement| {
            matches!(
                statement.kind,
                StatementKind::Declare { .. } | StatementKind::Function(_) | StatementKind::Class(_)
            )
        };
        if self.language() == Language::Python || !statements.iter().any(declares) {
            return self.block(statements, scope);
        }
        let inside = self.state.allocate(ObjectKind::Scope(Some(scope)));
        self.block(statements, inside)
    }

    pub(crate) fn hoist(&mut self, statements: &'a [Statement], scope: ObjectId) -> Outcome<()> {
        for statement in statements {
            if let StatementKind::Function(function) = &statement.kind
                && function.decorators.is_empty()
            {
                let value = self.closure(function, scope);
                let name = self.shared(&function.name);
                self.state.set_field(scope, name, value);
            }
        }
        if self.language() == Language::Go {
            for statement in statements {
                if let StatementKind::Class(class) = &statement.kind {
                    self.declare_class(class, scope)?;
                }
            }
        }
        Ok(())
    }

    pub(crate) fn statement(&mut self, statement: &'a Statement, scope: ObjectId) -> Outcome<()> {
        self.step()?;
        self.here.at = statement.at;
        match &statement.kind {
            StatementKind::Expression(expression) => self.evaluate_alone(expression, scope),
            StatementKind::Declare { pattern, value, annotation } => {
                let value = match value {
                    Some(value) => self.evaluate(value, scope)?,
                    None if self.language() == Language::Go => self.zero_value(annotation.as_ref(), scope)?,
                    // Python's `name: type` alone binds nothing.
                    None if annotation.is_some() => return Ok(()),
                    None => Value::Nothing,
                };
                self.bind(pattern, value, scope)
            }
            StatementKind::If { condition, then, otherwise } => {
                let value = self.condition(condition, scope)?;
                match self.truth(&value) {
                    Some(true) => self.inner(then, scope),
                    Some(false) => self.inner(otherwise, scope),
                    None => {
                        let (yes, no) = (value.clone(), value);
                        self.observe_branches(&yes, then, otherwise);
                        self.fork::<()>(&mut [
                            &mut |me| {
                                me.assume(&yes, true)?;
                                me.under(&yes, true, |me| me.inner(then, scope))
                            },
                            &mut |me| {
                                me.assume(&no, false)?;
                                me.under(&no, false, |me| me.inner(otherwise, scope))
                            },
                        ])
                        .map(drop)
                    }
                }
            }
            StatementKind::ForEach { pattern, iterable, over, body, otherwise } => {
                let iterable = self.evaluate(iterable, scope)?;
                self.for_each(pattern, &iterable, *over, body, scope)?;
                self.inner(otherwise, scope)
            }
            StatementKind::While { condition, body, step, body_first } => {
                self.repeat(condition, body, step.as_ref(), *body_first, scope)
            }
            StatementKind::Match { subject, cases } => {
                let subject = self.evaluate(subject, scope)?;
                self.cases(&subject, cases, scope)
            }
            StatementKind::Try { body, catches, otherwise, finally } => {
                self.try_catch(body, catches, otherwise, finally, scope)
            }
            StatementKind::With { items, body } => {
                let mut managers = Vec::with_capacity(items.len());
                for (item, pattern) in items {
                    let value = self.evaluate(item, scope)?;
                    managers.push(value.clone());
                    let entered = self.entered(value)?;
                    if let Some(pattern) = pattern {
                        self.bind(pattern, entered, scope)?;
                    }
                }
                self.inner(body, scope)?;
                self.exited(&managers)
            }
            StatementKind::Return(value) => {
                let value = match value {
                    Some(value) => self.evaluate(value, scope)?,
                    None => Value::Nothing,
                };
                Err(self.leave(value))
            }
            StatementKind::Throw(value) => {
                let value = match value {
                    Some(value) => self.evaluate(value, scope)?,
                    None => Value::Nothing,
                };
                Err(self.thrown(value))
            }
            StatementKind::Break => {
                // `break` leaves a `switch`; in Python `match` has none.
                let is_python = self.language() == Language::Python;
                if let Some(frame) = self.frames.last_mut()
                    && let Some(inner) =
                        frame.loops.iter_mut().rev().find(|inner| !(is_python && inner.is_switch))
                {
                    inner.breaks.push(self.state.since(inner.outer_depth));
                }
                Err(Ended)
            }
            StatementKind::Continue => {
                if let Some(frame) = self.frames.last_mut()
                    && let Some(inner) = frame.loops.iter_mut().rev().find(|inner| !inner.is_switch)
                {
                    inner.continues.push(self.state.since(inner.depth));
                }
                Err(Ended)
            }
            StatementKind::Assert(condition) => {
                // Assertions can be switched off: one is no guard. What it says is still evaluated.
                self.evaluate(condition, scope).map(drop)
            }
            StatementKind::Function(function) => self.declare_function(function, scope),
            StatementKind::Class(class) => {
                if self.language() == Language::Go {
                    return Ok(());
                }
                self.declare_class(class, scope)
            }
            StatementKind::Import { module, bindings } => self.import(module, bindings, scope),
            StatementKind::Export { module, names } => {
                self.export(module.as_deref(), names, scope);
                Ok(())
            }
            StatementKind::ExportDefault(expression) => {
                let value = self.evaluate(expression, scope)?;
                self.export_default(value);
                Ok(())
            }
            StatementKind::Block(statements) => self.inner(statements, scope),
            StatementKind::Delete(expression) => self.delete_member(expression, scope),
        }
    }

    /// `delete object.name`: nothing stands there any more.
    fn delete_member(&mut self, expression: &'a Expression, scope: ObjectId) -> Outcome<()> {
        if let ExpressionKind::Member { object, name, .. } = &expression.kind
            && let Value::Object(id) = self.evaluate(object, scope)?
            && self.state.object(id).is_some_and(|object| object.fields.contains_key(&**name))
        {
            self.state.set_field(id, Text::from(&**name), Value::Nothing);
            return Ok(());
        }
        self.delete(expression, scope)
    }

    pub(crate) fn declare_function(&mut self, function: &'a Function, scope: ObjectId) -> Outcome<()> {
        if function.decorators.is_empty() {
            return Ok(());
        }
        let value = self.closure(function, scope);
        let value = self.decorate(value, &function.decorators, scope)?;
        self.state.set_field(scope, Text::from(&*function.name), value);
        Ok(())
    }

    /// Lets decorators make something of a function or class, the innermost first.
    pub(crate) fn decorate(
        &mut self,
        value: Value<'a>,
        decorators: &'a [Expression],
        scope: ObjectId,
    ) -> Outcome<Value<'a>> {
        let mut decorated = value;
        for decorator in decorators.iter().rev() {
            let function = self.evaluate(decorator, scope)?;
            decorated = self.apply_decorator(&function, decorated, decorator)?;
        }
        Ok(decorated)
    }

    /// Leaves the function with a value.
    pub(crate) fn leave(&mut self, value: Value<'a>) -> Ended {
        if let Some(frame) = self.frames.last_mut() {
            let delta = self.state.since(frame.depth);
            frame.returns.push(Exit { value, delta });
        }
        Ended
    }

    pub(crate) fn try_catch(
        &mut self,
        body: &'a [Statement],
        catches: &'a [Catch],
        otherwise: &'a [Statement],
        finally: &'a [Statement],
        scope: ObjectId,
    ) -> Outcome<()> {
        let depth = self.state.depth();
        let frames = self.frames.len();
        self.state.enter();
        self.tries.push(TryFrame { depth, throws: Vec::new() });
        let outcome = self.inner(body, scope).and_then(|()| self.inner(otherwise, scope));
        let throws = self.tries.pop().map(|frame| frame.throws).unwrap_or_default();
        self.frames.truncate(frames);
        let mut ways = Vec::new();
        let normal = self.state.since(depth);
        self.state.back();
        // Any call of the body may have thrown: then nothing that it checked holds.
        let mut thrown: Vec<(Value<'a>, Delta<'a>)> =
            throws.into_iter().map(|exit| (exit.value, exit.delta)).collect();
        let unknown = self.apply(Op::Measure, Vec::new());
        thrown.push((unknown, Delta::default()));
        if outcome.is_ok() {
            ways.push(normal);
        }
        for catch in catches {
            let depth = self.state.depth();
            self.state.enter();
            let values: Vec<_> =
                thrown.iter().map(|(value, delta)| (value.clone(), delta.facts.clone())).collect();
            let value = either(&values);
            self.state.apply_any(thrown.iter().map(|(_, delta)| delta.clone()).collect());
            let outcome = match &catch.pattern {
                Some(pattern) => self.bind(pattern, value, scope),
                None => Ok(()),
            }
            .and_then(|()| self.inner(&catch.body, scope));
            if outcome.is_ok() {
                ways.push(self.state.since(depth));
            }
            self.state.back();
        }
        if ways.is_empty() {
            // What runs in any case still runs, for what it does.
            self.state.enter();
            let _ = self.inner(finally, scope);
            self.state.back();
            return Err(Ended);
        }
        self.state.apply_any(ways);
        self.inner(finally, scope)
    }
}
