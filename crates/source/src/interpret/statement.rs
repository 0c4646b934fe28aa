//! What statements do.

use crate::ir::{
    Case, CaseTest, Catch, Expression, Function, Language, Over, Pattern, Statement, StatementKind,
};
use crate::library::Op;
use crate::value::{ObjectId, Text, Value};

use super::state::{Delta, ObjectKind, either};
use super::{Ended, Exit, Interpreter, LoopFrame, MOST_TURNS, Outcome, TryFrame};

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
    fn inner(&mut self, statements: &'a [Statement], scope: ObjectId) -> Outcome<()> {
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

    fn hoist(&mut self, statements: &'a [Statement], scope: ObjectId) -> Outcome<()> {
        for statement in statements {
            if let StatementKind::Function(function) = &statement.kind
                && function.decorators.is_empty()
            {
                let value = self.closure(function, scope);
                self.state.set_field(scope, Text::from(&*function.name), value);
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

    fn statement(&mut self, statement: &'a Statement, scope: ObjectId) -> Outcome<()> {
        self.step()?;
        self.here.at = statement.at;
        match &statement.kind {
            StatementKind::Expression(expression) => self.evaluate(expression, scope).map(drop),
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
                for (item, pattern) in items {
                    let value = self.evaluate(item, scope)?;
                    let entered = self.entered(value)?;
                    if let Some(pattern) = pattern {
                        self.bind(pattern, entered, scope)?;
                    }
                }
                self.inner(body, scope)
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
            StatementKind::Delete(expression) => self.evaluate(expression, scope).map(drop),
        }
    }

    fn declare_function(&mut self, function: &'a Function, scope: ObjectId) -> Outcome<()> {
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

    fn for_each(
        &mut self,
        pattern: &'a Pattern,
        iterable: &Value<'a>,
        over: Over,
        body: &'a [Statement],
        scope: ObjectId,
    ) -> Outcome<()> {
        let (known, rest) = self.iterate(iterable, over);
        let outer_depth = self.begin_loop(false);
        let mut goes_on = true;
        for element in known.into_iter().take(MOST_TURNS) {
            if self.turn(Some((pattern, element)), body, None, scope).is_err() {
                goes_on = false;
                break;
            }
        }
        if let Some(rest) = rest
            && goes_on
        {
            // What is not known may come never, once, or often.
            for _ in 0..2 {
                let element = rest.clone();
                let mut checked = Vec::new();
                let outcome = self.fork::<()>(&mut [&mut |_| Ok(()), &mut |me| {
                    let depth = me.state.depth();
                    me.state.enter();
                    let outcome = me.turn(Some((pattern, element.clone())), body, None, scope);
                    checked = me.state.since(depth).facts;
                    me.state.keep();
                    outcome
                }]);
                if outcome.is_err() {
                    goes_on = false;
                    break;
                }
                // What every turn checks of its element holds of all of them, also if there are none.
                let leaves = self.frames.last().and_then(|frame| frame.loops.last());
                if leaves.is_some_and(|frame| frame.breaks.is_empty()) {
                    for fact in checked {
                        if roots(&rest).iter().any(|root| crate::judge::made_of(&fact.subject, root)) {
                            self.hold(fact);
                        }
                    }
                }
            }
        }
        self.end_loop(outer_depth, goes_on)
    }

    fn repeat(
        &mut self,
        condition: &'a Expression,
        body: &'a [Statement],
        step: Option<&'a Expression>,
        body_first: bool,
        scope: ObjectId,
    ) -> Outcome<()> {
        let outer_depth = self.begin_loop(false);
        let mut goes_on = true;
        for turn in 0..MOST_TURNS {
            let outcome = (|| -> Outcome<bool> {
                if !(body_first && turn == 0) {
                    let value = self.evaluate(condition, scope)?;
                    match self.truth(&value) {
                        Some(false) => return Ok(false),
                        Some(true) => {}
                        None => {
                            // Not known: the body may run, or not; twice is enough to carry values around.
                            let no = value.clone();
                            self.fork::<()>(&mut [&mut |me| me.assume(&no, false), &mut |me| {
                                me.assume(&value, true)?;
                                me.turn(None, body, step, scope)
                            }])?;
                            return Ok(turn < 1);
                        }
                    }
                }
                self.turn(None, body, step, scope)?;
                // A loop that nothing known ends is left by `break`, or never: two turns show all it does.
                Ok(turn < 2 || step.is_some())
            })();
            match outcome {
                Ok(true) => {}
                Ok(false) => break,
                Err(Ended) => {
                    goes_on = false;
                    break;
                }
            }
        }
        self.end_loop(outer_depth, goes_on)
    }

    fn begin_loop(&mut self, is_switch: bool) -> usize {
        let outer_depth = self.state.depth();
        self.state.enter();
        let frame = LoopFrame { depth: outer_depth, outer_depth, is_switch, ..LoopFrame::default() };
        if let Some(function) = self.frames.last_mut() {
            function.loops.push(frame);
        }
        outer_depth
    }

    /// Leaves a loop: after its last turn if that goes on, and from each `break`.
    fn end_loop(&mut self, outer_depth: usize, goes_on: bool) -> Outcome<()> {
        let mut ways: Vec<Delta<'a>> = self
            .frames
            .last_mut()
            .and_then(|frame| frame.loops.pop())
            .map(|frame| frame.breaks)
            .unwrap_or_default();
        if goes_on && ways.is_empty() {
            self.state.keep();
            return Ok(());
        }
        if goes_on {
            ways.push(self.state.since(outer_depth));
        }
        self.state.back();
        if ways.is_empty() {
            return Err(Ended);
        }
        self.state.apply_any(ways);
        Ok(())
    }

    /// One turn of a loop.
    fn turn(
        &mut self,
        element: Option<(&'a Pattern, Value<'a>)>,
        body: &'a [Statement],
        step: Option<&'a Expression>,
        scope: ObjectId,
    ) -> Outcome<()> {
        self.step()?;
        let depth = self.state.depth();
        self.state.enter();
        let outer = self.frames.last_mut().and_then(|frame| {
            let inner = frame.loops.last_mut()?;
            Some((std::mem::replace(&mut inner.depth, depth), std::mem::take(&mut inner.continues)))
        });
        let inside = if self.language() == Language::Python {
            scope
        } else {
            self.state.allocate(ObjectKind::Scope(Some(scope)))
        };
        let outcome = match element {
            Some((pattern, element)) => self.bind(pattern, element, inside),
            None => Ok(()),
        }
        .and_then(|()| self.block(body, inside));
        let mut ways = Vec::new();
        if let Some((outer_depth, outer_continues)) = outer
            && let Some(inner) = self.frames.last_mut().and_then(|frame| frame.loops.last_mut())
        {
            inner.depth = outer_depth;
            ways = std::mem::replace(&mut inner.continues, outer_continues);
        }
        if outcome.is_ok() && ways.is_empty() {
            self.state.keep();
        } else {
            if outcome.is_ok() {
                ways.push(self.state.since(depth));
            }
            self.state.back();
            if ways.is_empty() {
                return Err(Ended);
            }
            self.state.apply_any(ways);
        }
        match step {
            Some(step) => self.evaluate(step, scope).map(drop),
            None => Ok(()),
        }
    }

    fn cases(&mut self, subject: &Value<'a>, cases: &'a [Case], scope: ObjectId) -> Outcome<()> {
        let outer_depth = self.begin_loop(true);
        let goes_on = self.cases_from(subject, cases, scope).is_ok();
        self.end_loop(outer_depth, goes_on)
    }

    /// Tries the cases one after the other, each under the assumption that those before did not fit.
    fn cases_from(&mut self, subject: &Value<'a>, cases: &'a [Case], scope: ObjectId) -> Outcome<()> {
        // `default` may stand anywhere; it is taken last.
        let is_default = |case: &&Case| case.tests.is_empty();
        let ordered = cases.iter().filter(|case| !is_default(case)).chain(cases.iter().filter(is_default));
        let ordered: Vec<&'a Case> = ordered.collect();
        self.ordered_cases(subject, &ordered, scope)
    }

    fn ordered_cases(&mut self, subject: &Value<'a>, cases: &[&'a Case], scope: ObjectId) -> Outcome<()> {
        let Some((case, later)) = cases.split_first() else { return Ok(()) };
        let condition = self.case_condition(subject, case, scope)?;
        match self.truth(&condition) {
            Some(true) => self.inner(&case.body, scope),
            Some(false) => self.ordered_cases(subject, later, scope),
            None => {
                let no = condition.clone();
                self.fork::<()>(&mut [
                    &mut |me| {
                        me.assume(&condition, true)?;
                        me.inner(&case.body, scope)
                    },
                    &mut |me| {
                        me.assume(&no, false)?;
                        me.ordered_cases(subject, later, scope)
                    },
                ])
                .map(drop)
            }
        }
    }

    fn case_condition(&mut self, subject: &Value<'a>, case: &'a Case, scope: ObjectId) -> Outcome<Value<'a>> {
        let mut fits = if case.tests.is_empty() { Value::Bool(true) } else { Value::Bool(false) };
        for test in &case.tests {
            let this = match test {
                CaseTest::Equal(expression) => {
                    let value = self.evaluate(expression, scope)?;
                    self.equal(subject, &value)
                }
                CaseTest::Shape(pattern) => self.fits(pattern, subject, scope)?,
                CaseTest::Capture(name) => {
                    self.state.set_field(scope, Text::from(&**name), subject.clone());
                    Value::Bool(true)
                }
                CaseTest::When(expression) => self.evaluate(expression, scope)?,
            };
            fits = self.or(fits, this);
            if self.truth(&fits) == Some(true) {
                break;
            }
        }
        if let Some(guard) = &case.guard
            && self.truth(&fits) != Some(false)
        {
            let guard = self.evaluate(guard, scope)?;
            fits = self.and(fits, guard);
        }
        Ok(fits)
    }

    fn try_catch(
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
            let values = thrown.iter().map(|(value, delta)| (value.clone(), delta.facts.clone())).collect();
            let value = either(values);
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
            let depth = self.state.depth();
            self.state.enter();
            let _ = self.inner(finally, scope);
            let _ = depth;
            self.state.back();
            return Err(Ended);
        }
        self.state.apply_any(ways);
        self.inner(finally, scope)
    }
}

/// The symbols that an element of a loop is, or holds side by side.
fn roots<'a>(element: &Value<'a>) -> Vec<crate::value::Term<'a>> {
    let mut roots = Vec::new();
    element.alternatives(&mut |one, _| {
        if let Value::Term(term) = one {
            roots.push(term.clone());
        }
    });
    roots
}
