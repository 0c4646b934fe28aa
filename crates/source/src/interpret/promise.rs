//! Promises: what one gives stands for it. What nobody awaits happens all the same, but what it checks stops nobody.

use std::rc::Rc;

use super::state::ObjectKind;
use super::{Arguments, Interpreter, Outcome};
use crate::ir::{Expression, ExpressionKind, Language};
use crate::library::Op;
use crate::value::{ObjectId, Text, Value};

impl<'a> Interpreter<'a> {
    /// `new Promise((resolve, reject) => …)`: what `resolve` is given.
    pub(crate) fn promise(&mut self, executor: Option<Value<'a>>) -> Outcome<Value<'a>> {
        let Some(executor) = executor else { return Ok(self.unknown(0)) };
        let cell = self.state.allocate(ObjectKind::List);
        let resolve = Value::Method(Rc::new((Value::Object(cell), Text::from("push"))));
        let reject = self.external("reject");
        let _ = self.call(&executor, None, Arguments::of(vec![resolve, reject]));
        Ok(self.some_element(cell))
    }

    /// Whether a method that is called is one of a promise: what a promise gives stands for it, and has no such method
    /// itself.
    pub(crate) fn is_promise_method(&self, receiver: &Value<'a>, name: &str, member: &Value<'a>) -> bool {
        let gives = match receiver {
            Value::Object(_) => *member == Value::Nothing,
            Value::Nothing => true,
            _ => false,
        };
        gives && matches!(name, "then" | "catch" | "finally") && self.language() == Language::JavaScript
    }

    /// `promise.then(function, failed)`.
    pub(crate) fn then(
        &mut self,
        given: &Value<'a>,
        function: Option<&Value<'a>>,
        failed: Option<&Value<'a>>,
    ) -> Outcome<Value<'a>> {
        let then = |me: &mut Self| match function {
            Some(function) if *function != Value::Nothing => {
                me.call(function, None, Arguments::of(vec![given.clone()]))
            }
            _ => Ok(given.clone()),
        };
        let Some(failed @ Value::Function(_)) = failed else { return then(self) };
        let failure = self.apply(Op::Measure, Vec::new());
        let failure = Arguments::of(vec![failure]);
        let ways = self.fork(&mut [&mut |me| then(me), &mut |me| me.call(failed, None, failure.clone())])?;
        Ok(super::state::one_of(&ways))
    }

    /// An expression as a statement. A call of an asynchronous function that nobody awaits throws nothing here, and what it
    /// checks does not hold of what comes next.
    pub(crate) fn evaluate_alone(&mut self, expression: &'a Expression, scope: ObjectId) -> Outcome<()> {
        let is_call = matches!(expression.kind, ExpressionKind::Call { .. });
        if !is_call || self.language() != Language::JavaScript {
            return self.evaluate(expression, scope).map(drop);
        }
        let depth = self.state.depth();
        self.state.enter();
        self.gave_promise = false;
        let outcome = self.evaluate(expression, scope);
        if !self.gave_promise || self.gave_up {
            self.state.keep();
            return outcome.map(drop);
        }
        let written = self.state.since(depth).without_facts();
        self.state.back();
        self.state.apply(written);
        Ok(())
    }
}
