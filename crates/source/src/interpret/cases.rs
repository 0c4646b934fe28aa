//! `switch` and `match`.

use super::{Interpreter, Outcome};
use crate::ir::{Case, CaseTest};
use crate::value::{ObjectId, Text, Value};

impl<'a> Interpreter<'a> {
    pub(crate) fn cases(&mut self, subject: &Value<'a>, cases: &'a [Case], scope: ObjectId) -> Outcome<()> {
        let outer_depth = self.begin_loop(true);
        let goes_on = self.cases_from(subject, cases, scope).is_ok();
        self.end_loop(outer_depth, goes_on)
    }

    /// Tries the cases one after the other, each under the assumption that those before did not fit.
    pub(crate) fn cases_from(
        &mut self,
        subject: &Value<'a>,
        cases: &'a [Case],
        scope: ObjectId,
    ) -> Outcome<()> {
        // `default` may stand anywhere; it is taken last.
        let is_default = |case: &&Case| case.tests.is_empty();
        let ordered = cases.iter().filter(|case| !is_default(case)).chain(cases.iter().filter(is_default));
        let ordered: Vec<&'a Case> = ordered.collect();
        self.ordered_cases(subject, &ordered, scope)
    }

    pub(crate) fn ordered_cases(
        &mut self,
        subject: &Value<'a>,
        cases: &[&'a Case],
        scope: ObjectId,
    ) -> Outcome<()> {
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

    pub(crate) fn case_condition(
        &mut self,
        subject: &Value<'a>,
        case: &'a Case,
        scope: ObjectId,
    ) -> Outcome<Value<'a>> {
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
}
