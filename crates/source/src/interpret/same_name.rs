//! Entries that were copied from what is not known, each under its own name: `{...options}`, `copy[key] = from[key]`.

use super::{Interpreter, Outcome};
use crate::library::Op;
use crate::value::Value;

impl<'a> Interpreter<'a> {
    /// What a copy holds of something that is not known: under each name what stands there under the same.
    pub(crate) fn of_same_name(&mut self, from: Value<'a>) -> Value<'a> {
        self.apply(Op::Element, vec![from, Value::Bool(true)])
    }

    /// What stands under a name, of what entries may be there.
    pub(crate) fn named(&mut self, entries: Value<'a>, name: &str) -> Outcome<Value<'a>> {
        let is_copied = |value: &Value<'a>| copied_from(value).is_some();
        match &entries {
            Value::Term(_) => match copied_from(&entries).cloned() {
                Some(from) => self.member(&from, name),
                None => Ok(entries),
            },
            Value::Either(ways) if ways.iter().any(|way| is_copied(&way.value)) => {
                let mut named = Vec::new();
                for way in ways.iter() {
                    let value = match copied_from(&way.value).cloned() {
                        Some(from) => self.member(&from, name)?,
                        None => way.value.clone(),
                    };
                    named.push((value, way.facts.clone()));
                }
                Ok(super::state::one_of(&named))
            }
            _ => Ok(entries),
        }
    }
}

/// Whether a name is one of those of an object.
pub(crate) fn is_key_of(name: &Value<'_>, object: &Value<'_>) -> bool {
    let operands = name.term().and_then(|name| name.operands(Op::Key));
    operands.and_then(<[Value<'_>]>::first).is_some_and(|of| of == object)
}

/// From what entries were copied under their names.
fn copied_from<'v, 'a>(value: &'v Value<'a>) -> Option<&'v Value<'a>> {
    match value.term()?.operands(Op::Element)? {
        [from @ Value::Term(_), Value::Bool(true)] => Some(from),
        _ => None,
    }
}
