//! Operations on values.

use super::state::ObjectKind;
use super::{Interpreter, Outcome};
use crate::ir::{Binary, Expression, Language, Logical, Over, Unary};
use crate::library::Op;
use crate::value::{ObjectId, Value};

/// A list that is repeated to more elements than this is not written out.
const MOST_COPIED: f64 = 64.0;

impl<'a> Interpreter<'a> {
    pub(crate) fn logical(
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
                    // `pattern.exec(text) ?? []`: one or the other, and no condition.
                    Logical::Or | Logical::Coalesce if matches!(right, Value::Object(_)) => {
                        super::state::one_or_other(&left, &right)
                    }
                    Logical::Or | Logical::Coalesce => self.or(left, right),
                })
            }
        }
    }

    pub(crate) fn unary(&mut self, operation: Unary, operand: Value<'a>) -> Value<'a> {
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
        if let Some(value) = self.operated(operation, &left, &right) {
            return value;
        }
        match operation {
            Binary::Multiply if self.language() == Language::Python && matches!(left, Value::Object(_)) => {
                self.several(&left, &right)
            }
            Binary::Subtract if self.is_python_list(&left) => self.difference(&left, &right),
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
            Binary::LessOrEqual if self.is_python_list(&left) => self.subset(&left, &right),
            Binary::GreaterOrEqual if self.is_python_list(&right) => self.subset(&right, &left),
            Binary::Or if self.is_python_list(&left) => {
                let (mut known, rest) = self.iterate(&left, Over::Elements);
                let (more, others) = self.iterate(&right, Over::Elements);
                known.extend(more);
                let both = self.list_with(known, rest);
                if let (Value::Object(id), Some(others)) = (&both, others) {
                    self.state.may_hold(*id, &others);
                }
                both
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

    fn is_python_list(&self, value: &Value<'a>) -> bool {
        self.language() == Language::Python && matches!(value, Value::Object(id) if self.is_list_like(*id))
    }

    /// The elements of a set that are not in another.
    fn difference(&mut self, whole: &Value<'a>, part: &Value<'a>) -> Value<'a> {
        let (known, rest) = self.iterate(whole, Over::Elements);
        let left = self.list(Vec::new());
        for element in known.into_iter().chain(rest) {
            let is_in = self.contained(element.clone(), part.clone());
            let is_left = self.not(is_in);
            if let (Some(element), Value::Object(id)) = (self.if_kept(element, &is_left), &left) {
                self.state.may_hold(*id, &element);
            }
        }
        left
    }

    /// Whether each element of a set is in another, as a condition.
    pub(crate) fn subset(&mut self, part: &Value<'a>, whole: &Value<'a>) -> Value<'a> {
        let (known, rest) = self.iterate(part, Over::Elements);
        let mut conditions = Vec::new();
        for element in known {
            conditions.push((self.contained(element, whole.clone()), true));
        }
        if let Some(rest) = rest {
            conditions.push((self.contained(rest, whole.clone()), false));
        }
        self.quantify(conditions, Op::All)
    }

    /// Python's `list * number`.
    fn several(&mut self, list: &Value<'a>, times: &Value<'a>) -> Value<'a> {
        let (known, rest) = self.iterate(list, Over::Elements);
        match (times, rest) {
            (Value::Number(times), None) if known.len() as f64 * times <= MOST_COPIED => {
                let times = times.max(0.0) as usize;
                self.list(std::iter::repeat_n(known, times).flatten().collect())
            }
            (_, rest) => {
                let list = self.list_with(Vec::new(), rest);
                if let Value::Object(id) = &list {
                    known.iter().for_each(|value| self.state.may_hold(*id, value));
                }
                list
            }
        }
    }

    pub(crate) fn less(&mut self, left: Value<'a>, right: Value<'a>) -> Value<'a> {
        match (&left, &right) {
            (Value::Number(left), Value::Number(right)) => Value::Bool(left < right),
            _ => self.apply(Op::Less, vec![left, right]),
        }
    }

    pub(crate) fn add(&mut self, left: Value<'a>, right: Value<'a>) -> Value<'a> {
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
}

/// Whether a value can only be a number.
pub(crate) fn is_numeric(value: &Value<'_>) -> bool {
    match value {
        Value::Number(_) => true,
        Value::Term(term) => {
            [Op::Number, Op::Measure, Op::IndexOf].iter().any(|op| term.operands(*op).is_some())
        }
        _ => false,
    }
}

pub(crate) const fn is_number(value: &Value<'_>) -> bool {
    matches!(value, Value::Number(_))
}

pub(crate) fn arithmetic<'a>(operation: Binary, left: &Value<'a>, right: &Value<'a>) -> Option<Value<'a>> {
    let (Value::Number(left), Value::Number(right)) = (left, right) else { return None };
    Some(Value::Number(match operation {
        Binary::Subtract => left - right,
        Binary::Multiply => left * right,
        Binary::Divide => left / right,
        Binary::Remainder => left % right,
        _ => return None,
    }))
}
