//! Functions that call functions with elements.

use super::state::ObjectKind;
use super::{Arguments, Interpreter, MOST_TURNS, Outcome};
use crate::fact::Checked;
use crate::ir::{Language, Over};
use crate::library::Op;
use crate::value::Value;

/// How many numbers of a range are listed one by one.
const FEW_NUMBERS: f64 = 100.0;

impl<'a> Interpreter<'a> {
    pub(crate) fn map(
        &mut self,
        receiver: &Value<'a>,
        function: Option<Value<'a>>,
        arguments: &Arguments<'a>,
    ) -> Outcome<Value<'a>> {
        // Python's `map(function, list)` has the list behind the function.
        let (function, list) = match (&function, receiver) {
            (Some(list), Value::Nothing) if !self.is_callable(list) => {
                (arguments.plain.first().cloned(), list.clone())
            }
            (_, Value::Nothing) => (function, arguments.plain.get(1).cloned().unwrap_or(Value::Nothing)),
            _ => (function, receiver.clone()),
        };
        let Some(function) = function else { return Ok(list) };
        let (known, rest) = self.iterate(&list, Over::Elements);
        let mut mapped = Vec::new();
        for (index, element) in known.into_iter().take(MOST_TURNS).enumerate() {
            let given = Arguments::of(vec![element, Value::Number(index as f64)]);
            let given = self.fitting(&function, given);
            mapped.push(self.call(&function, None, given)?);
        }
        let rest = match rest {
            Some(rest) => {
                let index = self.apply(Op::Measure, vec![list.clone()]);
                let given = self.fitting(&function, Arguments::of(vec![rest, index]));
                let values = self.fork(&mut [&mut |_| Ok(None), &mut |me| {
                    me.call(&function, None, given.clone()).map(Some)
                }])?;
                values.into_iter().find_map(|(value, _)| value)
            }
            None => None,
        };
        Ok(self.list_with(mapped, rest))
    }

    /// The arguments that a function takes: Python's and Go's do not ignore what is too much.
    pub(crate) fn fitting(&self, function: &Value<'a>, mut given: Arguments<'a>) -> Arguments<'a> {
        let only_one = self.language() != Language::JavaScript || !matches!(function, Value::Function(_));
        if only_one {
            given.plain.truncate(1);
        }
        given
    }

    pub(crate) fn filter(
        &mut self,
        receiver: &Value<'a>,
        function: Option<Value<'a>>,
        arguments: &Arguments<'a>,
    ) -> Outcome<Value<'a>> {
        let list = if *receiver == Value::Nothing {
            arguments.plain.get(1).cloned().unwrap_or(Value::Nothing)
        } else {
            receiver.clone()
        };
        let Some(function) = function else { return Ok(list) };
        let (known, rest) = self.iterate(&list, Over::Elements);
        let mut kept = Vec::new();
        let mut is_certain = true;
        for element in known.into_iter().take(MOST_TURNS) {
            let given = self.fitting(&function, Arguments::of(vec![element.clone()]));
            let condition = self.call(&function, None, given)?;
            match self.truth(&condition) {
                Some(true) => kept.push(element),
                Some(false) => {}
                None => {
                    is_certain = false;
                    kept.extend(self.if_kept(element, &condition));
                }
            }
        }
        let rest = match rest {
            Some(rest) => {
                let given = self.fitting(&function, Arguments::of(vec![rest.clone()]));
                let condition = self.call(&function, None, given)?;
                self.if_kept(rest, &condition)
            }
            None => None,
        };
        // How many there are is not known where one may be missing.
        let rest = rest.or((!is_certain).then_some(Value::Nothing));
        Ok(self.list_with(kept, rest))
    }

    /// An element that a condition keeps or not: what the condition says holds of it where it was kept.
    pub(crate) fn if_kept(&mut self, element: Value<'a>, condition: &Value<'a>) -> Option<Value<'a>> {
        let depth = self.state.depth();
        self.state.enter();
        let fits = self.assume(condition, true).is_ok();
        let facts = self.state.since(depth).facts;
        self.state.back();
        fits.then(|| super::state::one_of(&[(element, facts), (Value::Nothing, Checked::NOTHING)]))
    }

    pub(crate) fn quantified(
        &mut self,
        list: &Value<'a>,
        function: Option<Value<'a>>,
        op: Op,
    ) -> Outcome<Value<'a>> {
        let Some(function) = function else { return Ok(self.unknown(0)) };
        let (known, rest) = self.iterate(list, Over::Elements);
        let mut conditions = Vec::new();
        for element in known.into_iter().take(MOST_TURNS) {
            let given = self.fitting(&function, Arguments::of(vec![element]));
            conditions.push((self.call(&function, None, given)?, true));
        }
        if let Some(rest) = rest {
            let given = self.fitting(&function, Arguments::of(vec![rest]));
            conditions.push((self.call(&function, None, given)?, false));
        }
        Ok(self.quantify(conditions, op))
    }

    /// Python's `any(…)` and `all(…)` over a list of conditions.
    pub(crate) fn over_conditions(&mut self, list: &Value<'a>, op: Op) -> Value<'a> {
        let (known, rest) = self.iterate(list, Over::Elements);
        let conditions = known.into_iter().map(|value| (value, true)).chain(rest.map(|value| (value, false)));
        self.quantify(conditions.collect(), op)
    }

    pub(crate) fn quantify(&mut self, conditions: Vec<(Value<'a>, bool)>, op: Op) -> Value<'a> {
        let mut all = Value::Bool(op == Op::All);
        for (condition, is_known) in conditions {
            let condition = if is_known { condition } else { self.apply(op, vec![condition]) };
            all = if op == Op::Any { self.or(all, condition) } else { self.and(all, condition) };
        }
        all
    }

    pub(crate) fn record_of(&mut self, arguments: &Arguments<'a>) -> Outcome<Value<'a>> {
        let id = self.state.allocate(ObjectKind::Record);
        let given: Vec<Value<'a>> = arguments.plain.first().cloned().into_iter().collect();
        for value in given {
            let is_pairs = matches!(&value, Value::Object(list)
                if matches!(self.state.object(*list).map(|object| &object.kind), Some(ObjectKind::List)));
            if !is_pairs {
                self.copy_entries(&value, id);
                continue;
            }
            let (known, rest) = self.iterate(&value, Over::Elements);
            for pair in known {
                let key = self.index(&pair, &Value::Number(0.0))?;
                let inner = self.index(&pair, &Value::Number(1.0))?;
                match super::expression::key_of(&key) {
                    Some(name) => self.state.set_field(id, name, inner),
                    None => self.may_hold_under(id, &key, &inner),
                }
            }
            if let Some(pair) = rest {
                let key = self.index(&pair, &Value::Number(0.0))?;
                let inner = self.index(&pair, &Value::Number(1.0))?;
                self.may_hold_under(id, &key, &inner);
            }
        }
        for (name, value) in &arguments.named {
            self.state.set_field(id, name.clone(), value.clone());
        }
        if let Some(rest) = &arguments.rest {
            self.copy_entries(rest, id);
        }
        Ok(Value::Object(id))
    }

    /// The numbers of Python's `range`, where they are known: all of them while the server is built (tools are made in such
    /// loops), the first and the last where a tool counts (how often it tries).
    pub(crate) fn numbers(&mut self, bounds: &[Value<'a>]) -> Value<'a> {
        let known: Option<Vec<f64>> = bounds.iter().map(number).collect();
        let (start, stop, step) = match known.as_deref() {
            Some([stop]) => (0.0, *stop, 1.0),
            Some([start, stop]) => (*start, *stop, 1.0),
            Some([start, stop, step, ..]) => (*start, *stop, *step),
            _ => (0.0, f64::INFINITY, 1.0),
        };
        let count = ((stop - start) / step).ceil().max(0.0);
        let at = |index: f64| Value::Number(start + step * index);
        if self.offer.is_some() && count > 2.0 && count.is_finite() {
            return self.list(vec![at(0.0), at(count - 1.0)]);
        }
        if count <= FEW_NUMBERS {
            return self.list((0..count as u32).map(|index| at(index.into())).collect());
        }
        let some = self.apply(Op::Measure, bounds.to_vec());
        self.list_with(Vec::new(), Some(some))
    }

    pub(crate) fn enumerated(&mut self, list: &Value<'a>) -> Value<'a> {
        let (known, rest) = self.iterate(list, Over::Elements);
        let mut pairs = Vec::new();
        for (index, element) in known.into_iter().enumerate() {
            pairs.push(self.list(vec![Value::Number(index as f64), element]));
        }
        let rest = rest.map(|rest| {
            let index = self.apply(Op::Measure, vec![list.clone()]);
            self.list(vec![index, rest])
        });
        self.list_with(pairs, rest)
    }

    pub(crate) fn zipped(&mut self, lists: &[Value<'a>]) -> Value<'a> {
        let mut columns = Vec::new();
        for list in lists {
            columns.push(self.iterate(list, Over::Elements));
        }
        let length = columns.iter().map(|(known, _)| known.len()).min().unwrap_or(0);
        let mut rows = Vec::new();
        for index in 0..length.min(MOST_TURNS) {
            let row = columns.iter().filter_map(|(known, _)| known.get(index).cloned()).collect();
            rows.push(self.list(row));
        }
        // What comes behind: no row where a column has come to its end.
        let further = columns.into_iter().map(|(known, rest)| {
            let ways: Vec<_> =
                known.into_iter().skip(length).chain(rest).map(|way| (way, Checked::NOTHING)).collect();
            (!ways.is_empty()).then(|| super::state::one_of(&ways))
        });
        let rest =
            further.collect::<Option<Vec<_>>>().filter(|row| !row.is_empty()).map(|row| self.list(row));
        self.list_with(rows, rest)
    }
}

fn number(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        _ => None,
    }
}
