//! Members of a library's object that a caller names: `getattr(client, name).update(…)`.

use super::Interpreter;
use super::sources::ATTACKER;
use crate::fact::Check;
use crate::judge::Judge;
use crate::library::{Op, SinkKind};
use crate::value::{Term, TermKind, Text, Value};

/// The function that gives a member by its name.
const GIVES_MEMBER: &str = "getattr";

impl<'a> Interpreter<'a> {
    /// The member of a library's object that somebody outside names; nothing where the object is no library's.
    pub(crate) fn named_member(&mut self, object: &Value<'a>, name: &Value<'a>) -> Option<Value<'a>> {
        let (of_object, of_name) = (self.taint(object), self.taint(name));
        if of_object & ATTACKER != 0 || of_name & ATTACKER == 0 {
            return None;
        }
        let mut of_library = None;
        object.alternatives(&mut |one, _| {
            if let Value::Term(term) = one
                && (term.path().is_some() || term.operands(Op::Field).is_some())
            {
                of_library.get_or_insert_with(|| one.clone());
            }
        });
        let operands = vec![of_library?, name.clone()];
        Some(self.result(Text::from(GIVES_MEMBER), operands, of_object | of_name))
    }

    /// Something is called that may be, or belong to, a member that somebody outside named.
    pub(crate) fn check_named_member(&mut self, called: &Value<'a>) {
        let Value::Term(term) = called else { return };
        let Some(name) = member_name(term) else { return };
        let is_known = self.state.facts.iter().any(|fact| match fact.subject.operands(Op::IsInstance) {
            // What came out was looked at: it is one of those that are meant.
            Some([value, ..]) => fact.check == Check::True && value == called,
            _ => fact.about() == name.id() && matches!(fact.check, Check::StartsNotWith(_)),
        });
        if is_known {
            return;
        }
        let judge = Judge::new(&self.state, self.language(), ATTACKER);
        let danger = judge.judge(SinkKind::Member, &Value::Term(name));
        // `getattr(handler, "get_" + name)` chooses among those that are meant.
        if let Some(danger) = danger.filter(|danger| danger.whole) {
            self.report_flow(&danger, GIVES_MEMBER, false);
        }
    }
}

/// The name by which a member was asked for.
fn member_name<'a>(term: &Term<'a>) -> Option<Term<'a>> {
    match term.kind() {
        TermKind::Result(path, operands) if &**path == GIVES_MEMBER => match operands.as_slice() {
            [_, Value::Term(name)] => Some(name.clone()),
            _ => None,
        },
        _ => None,
    }
}
