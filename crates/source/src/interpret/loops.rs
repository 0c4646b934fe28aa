//! Loops.

use super::state::{Delta, ObjectKind};
use super::{Ended, Interpreter, LoopFrame, MOST_TURNS, Outcome};
use crate::fact::Checked;
use crate::ir::{Expression, Language, Over, Pattern, Statement};
use crate::value::{ObjectId, Value};

impl<'a> Interpreter<'a> {
    pub(crate) fn for_each(
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
                let mut checked = Checked::NOTHING;
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
                    for fact in checked.iter() {
                        if roots(&rest).iter().any(|root| crate::judge::made_of(&fact.subject, root)) {
                            self.hold(fact.clone());
                        }
                    }
                }
            }
        }
        self.end_loop(outer_depth, goes_on)
    }

    pub(crate) fn repeat(
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

    pub(crate) fn begin_loop(&mut self, is_switch: bool) -> usize {
        let outer_depth = self.state.depth();
        self.state.enter();
        let frame = LoopFrame { depth: outer_depth, outer_depth, is_switch, ..LoopFrame::default() };
        if let Some(function) = self.frames.last_mut() {
            function.loops.push(frame);
        }
        outer_depth
    }

    /// Leaves a loop: after its last turn if that goes on, and from each `break`.
    pub(crate) fn end_loop(&mut self, outer_depth: usize, goes_on: bool) -> Outcome<()> {
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
    pub(crate) fn turn(
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
}

/// The symbols that an element of a loop is, or holds side by side.
pub(crate) fn roots<'a>(element: &Value<'a>) -> Vec<crate::value::Term<'a>> {
    let mut roots = Vec::new();
    element.alternatives(&mut |one, _| {
        if let Value::Term(term) = one {
            roots.push(term.clone());
        }
    });
    roots
}
