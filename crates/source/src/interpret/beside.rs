//! What runs beside the program: functions that Go's `go`, a thread or a task starts.

use crate::value::Value;

use super::{Arguments, Interpreter, Outcome};

/// Functions that were started while files were loaded; more are not run again.
pub(super) const MOST_STARTED: usize = 32;

impl<'a> Interpreter<'a> {
    /// `go f(x)`, or a thread: runs now, and again where a handler waits and after it, for what that has sent.
    pub(crate) fn start(&mut self, function: &Value<'a>, given: &Arguments<'a>) -> Outcome<()> {
        let started = if self.offer.is_none() { &mut self.started } else { &mut self.beside };
        if started.len() < MOST_STARTED && !self.goes_on_beside {
            started.push((function.clone(), given.clone()));
        }
        // What happens in it ends nothing here.
        self.fork::<()>(&mut [&mut |_| Ok(()), &mut |me| me.call(function, None, given.clone()).map(drop)])
            .map(drop)
    }

    /// Runs what was started once more, where a handler waits and where it has ended: a worker takes what was put in its
    /// queue since.
    pub(crate) fn go_on_beside(&mut self) {
        if self.offer.is_none() || std::mem::replace(&mut self.goes_on_beside, true) {
            return;
        }
        let here = self.here;
        for (function, given) in self.started.iter().chain(&self.beside).cloned().collect::<Vec<_>>() {
            if let Value::Function(closure) = &function {
                self.here.file = closure.function.file;
            }
            let _ = self.fork::<()>(&mut [&mut |_| Ok(()), &mut |me| {
                me.call(&function, None, given.clone()).map(drop)
            }]);
        }
        self.here = here;
        self.goes_on_beside = false;
    }
}
