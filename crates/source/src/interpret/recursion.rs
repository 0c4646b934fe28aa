//! How deep calls inside calls are followed, and what stands for what is not.

use super::{Arguments, DEEPEST_CALL, DEEPEST_RECURSION, Frame, Interpreter};
use crate::ir::Function;
use crate::value::Value;

/// A function that runs for one thing inside of another, as loaders of modules do, is followed so deep.
const DEEPEST_LOADING: usize = 12;

impl<'a> Interpreter<'a> {
    /// What stands for a call that is not followed, because it is too deep or the same function runs too often. The last
    /// one that is followed of a recursion may be any of its turns.
    pub(crate) fn not_followed(
        &mut self,
        function: &'a Function,
        arguments: &mut Arguments<'a>,
    ) -> Option<Value<'a>> {
        let runs = |frame: &Frame<'a>| frame.function.is_some_and(|one| std::ptr::eq(one, function));
        let deep = self.frames.len() >= DEEPEST_CALL;
        let inside = self.frames.iter().filter(|frame| runs(frame)).count();
        if !deep && inside < DEEPEST_LOADING && self.is_another(function, arguments) {
            return None;
        }
        if deep || inside >= DEEPEST_RECURSION {
            let cause = if deep { 0 } else { self.frames.iter().position(runs).unwrap_or_default() };
            self.is_cut_by(cause);
            let taint = arguments.all().fold(0, |taint, value| taint | self.taint(value));
            return Some(self.unknown(taint));
        }
        if inside + 1 == DEEPEST_RECURSION {
            self.count_on(arguments);
        }
        None
    }

    /// Whether a function runs for something known that none of its running calls was given: `__webpack_require__(7)`.
    fn is_another(&self, function: &Function, arguments: &Arguments<'a>) -> bool {
        let [one @ (Value::Number(_) | Value::Text(_))] = arguments.plain.as_slice() else { return false };
        let running = self
            .frames
            .iter()
            .filter(|frame| frame.function.is_some_and(|known| std::ptr::eq(known, function)));
        running
            .map(|frame| frame.given.as_ref())
            .all(|given| given.is_some_and(|given| given.plain.first() != Some(one)))
    }

    /// What a recursion counts may have come to any number, also to the one at which it ends.
    fn count_on(&mut self, arguments: &mut Arguments<'a>) {
        for argument in &mut arguments.plain {
            if matches!(argument, Value::Number(_)) {
                *argument = self.unknown(0);
            }
        }
    }
}
