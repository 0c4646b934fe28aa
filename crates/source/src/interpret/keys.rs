//! Names of entries that are not known: those that the program makes itself hold no input, whatever stands under them.

use rustc_hash::FxHashSet;

use super::Interpreter;
use super::state::Object;
use crate::ir::Language;
use crate::library::Op;
use crate::value::{ObjectId, TermKind, Text, Value};

/// The field of a record that holds the names from outside under which something was written into it.
const GIVEN: &str = "\u{0}given";

/// Under what kinds of names symbols were written into records, by the ids of the symbols.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// Names that the program made: `bound[f"tag_{index}"] = tag`.
    own: FxHashSet<u32>,
    /// Names that hold an input.
    given: FxHashSet<u32>,
}

impl<'a> Interpreter<'a> {
    /// Notes that a record may hold a value under a name that is not known.
    pub(crate) fn may_hold_under(&mut self, id: ObjectId, key: &Value<'a>, value: &Value<'a>) {
        let is_given = self.taint(key) != 0;
        value.alternatives(&mut |one, _| {
            if let Value::Term(term) = one {
                let keys = if is_given { &mut self.keys.given } else { &mut self.keys.own };
                keys.insert(term.id());
            }
        });
        if is_given && self.language() == Language::Python {
            let before = self.state.field(id, GIVEN).cloned();
            let keys = before.map_or_else(|| key.clone(), |before| super::state::one_or_other(&before, key));
            self.state.set_field(id, Text::from(GIVEN), keys);
        }
        self.state.may_hold(id, value);
    }

    /// The name of an entry that is not known. `of` is what it is the name in, `entries` what stands there under such names.
    pub(crate) fn key_of_entry(
        &mut self,
        of: &Value<'a>,
        object: &Object<'a>,
        entries: &Value<'a>,
    ) -> Value<'a> {
        if let Some(keys) = object.fields.get(GIVEN) {
            return keys.clone();
        }
        let mut is_own = true;
        entries.alternatives(&mut |one, _| {
            is_own &= match one {
                Value::Term(term) if term.taint() != 0 => {
                    self.keys.own.contains(&term.id()) && !self.keys.given.contains(&term.id())
                }
                Value::Object(_) | Value::Method(_) => false,
                _ => true,
            };
        });
        if is_own {
            return self.intern(TermKind::Apply(Op::Key, vec![of.clone(), Value::Nothing]), 0, None);
        }
        self.apply(Op::Key, vec![of.clone()])
    }
}
