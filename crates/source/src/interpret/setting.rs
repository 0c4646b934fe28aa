//! Variables of a file that a starting function sets from what the operator says (`global FOLDER; FOLDER =
//! os.environ.get("FOLDER")`): before anybody has called it they are nothing, and a tool may run after either start.

use crate::ir::visit::{self, Visitor};
use crate::ir::{Expression, ExpressionKind, FileId, Function, Language, Pattern};
use crate::value::{Text, Value};

use super::Interpreter;

impl<'a> Interpreter<'a> {
    /// Lets variables that are nothing be what an operator may have set them to.
    pub(crate) fn settings(&mut self) {
        for (index, file) in self.project.files().iter().enumerate() {
            let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
            let Some(scope) = self.modules.get(&id).map(|module| module.scope) else { continue };
            if file.language != Language::Python {
                continue;
            }
            let mut set =
                Set { ran: &|function| self.ran.contains(&std::ptr::from_ref(function)), names: Vec::new() };
            visit::statements(&file.body, &mut set);
            for name in set.names {
                if matches!(self.state.field(scope, name), Some(Value::Nothing)) {
                    self.here.file = id;
                    let setting = self.result(Text::from(format!("setting {name}")), Vec::new(), 0);
                    self.state.set_field(scope, Text::from(name), setting);
                }
            }
        }
    }
}

/// Names of the file that functions set from the environment or the command line and that nobody has called.
struct Set<'r, 'a> {
    ran: &'r dyn Fn(&'a Function) -> bool,
    names: Vec<&'a str>,
}

impl<'a> Visitor<'a> for Set<'_, 'a> {
    fn function(&mut self, function: &'a Function) {
        if (self.ran)(function) {
            return;
        }
        let mut assigned = Assigned(Vec::new());
        visit::statements(&function.body, &mut assigned);
        for (target, value) in assigned.0 {
            if let Pattern::Name(name, _) = target
                && is_said_by_operator(value)
            {
                self.names.push(name);
            }
        }
    }
}

/// Assignments to what is declared elsewhere.
struct Assigned<'a>(Vec<(&'a Pattern, &'a Expression)>);

impl<'a> Visitor<'a> for Assigned<'a> {
    fn expression(&mut self, expression: &'a Expression) {
        if let ExpressionKind::Assign { target, operation: None, value } = &expression.kind {
            self.0.push((target, value));
        }
    }
}

/// Whether a value comes out of the environment or the command line.
fn is_said_by_operator(value: &Expression) -> bool {
    struct Says(bool);
    impl<'a> Visitor<'a> for Says {
        fn expression(&mut self, expression: &'a Expression) {
            let name = match &expression.kind {
                ExpressionKind::Name(name) | ExpressionKind::Member { name, .. } => name,
                _ => return,
            };
            self.0 |= matches!(&**name, "environ" | "getenv" | "argv" | "args" | "parse_args");
        }
    }
    let mut says = Says(false);
    visit::expression(value, &mut says);
    says.0
}
