//! Names of a function that are read before anything was assigned to them: Python throws there.

use super::{Interpreter, Outcome};
use crate::ir::{Function, Language, Pattern, Statement, StatementKind};
use crate::value::{ObjectId, Value};

/// How deep blocks are looked into.
const DEPTH: usize = 12;

impl<'a> Interpreter<'a> {
    /// The value of a name where it is read.
    pub(crate) fn read_name(&mut self, name: &'a str, scope: ObjectId) -> Outcome<Value<'a>> {
        if self.owner(name, scope).is_none() && self.is_unassigned(name) {
            let failure = self.unknown(0);
            return Err(self.thrown(failure));
        }
        Ok(self.name(name, scope))
    }

    /// Whether the function that runs assigns a name that nothing was assigned to on this way. In a loop an earlier turn
    /// may have done so.
    fn is_unassigned(&mut self, name: &str) -> bool {
        let Some(frame) = self.frames.last() else { return false };
        let Some(function) = frame.function.filter(|_| frame.loops.is_empty()) else { return false };
        self.language() == Language::Python && self.model(name).is_none() && assigns(function, name)
    }
}

/// Whether a function assigns a name of its own. Its inner functions have names of theirs.
fn assigns(function: &Function, name: &str) -> bool {
    block_assigns(&function.body, name, DEPTH)
}

fn block_assigns(statements: &[Statement], name: &str, depth: usize) -> bool {
    depth > 0 && statements.iter().any(|statement| statement_assigns(statement, name, depth - 1))
}

fn statement_assigns(statement: &Statement, name: &str, depth: usize) -> bool {
    let inside = |statements: &[Statement]| block_assigns(statements, name, depth);
    match &statement.kind {
        StatementKind::Declare { pattern: Pattern::Name(own, _), value: Some(_), .. } => &**own == name,
        StatementKind::If { then, otherwise, .. } => inside(then) || inside(otherwise),
        StatementKind::With { body, .. } => inside(body),
        StatementKind::Try { body, otherwise, finally, .. } => {
            inside(body) || inside(otherwise) || inside(finally)
        }
        _ => false,
    }
}
