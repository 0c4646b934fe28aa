//! What is started: entries, factories and programs of Go.

use super::handlers::OFFER_STEPS;
use super::{Arguments, Interpreter};
use crate::value::Value;
use std::rc::Rc;

impl<'a> Interpreter<'a> {
    /// Runs functions that register something and that nobody has called: factories that a launcher calls. All of them
    /// together go no further than to this number of steps.
    pub(crate) fn start_what_registers(&mut self, end: u64) {
        for id in self.project.in_order() {
            let Some(scope) = self.modules.get(&id).map(|module| module.scope) else { continue };
            let default = self.modules.get(&id).and_then(super::modules::Module::default);
            let names: Vec<Value<'a>> = self
                .state
                .object(scope)
                .map(|object| object.fields.values().cloned().chain(default).collect())
                .unwrap_or_default();
            for value in names {
                match &value {
                    Value::Function(closure)
                        if !self.ran.contains(&std::ptr::from_ref(closure.function))
                            && closure.function.file == id
                            && super::scan::registers(&closure.function.body) =>
                    {
                        self.here.file = id;
                        self.budget_within(OFFER_STEPS, end);
                        let given = (0..closure.function.parameters.len()).map(|_| self.unknown(0)).collect();
                        let _ = self.call(&value, None, Arguments::of(given));
                    }
                    Value::Class(class) if class.file == id => {
                        let starts = class.class.members.iter().any(|member| match &member.kind {
                            crate::ir::MemberKind::Method(function) => {
                                !self.ran.contains(&std::ptr::from_ref(&**function))
                                    && super::scan::registers(&function.body)
                            }
                            _ => false,
                        });
                        if starts {
                            self.here.file = id;
                            self.budget_within(OFFER_STEPS, end);
                            self.start_class(&value, class);
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    pub(crate) fn start_class(&mut self, value: &Value<'a>, class: &Rc<crate::value::ClassValue<'a>>) {
        let unknown = self.unknown(0);
        let arguments = Arguments { plain: Vec::new(), named: Vec::new(), rest: Some(unknown) };
        let Ok(instance) = self.instantiate(value, arguments) else { return };
        let names: Vec<String> = class
            .class
            .members
            .iter()
            .filter(|member| match &member.kind {
                crate::ir::MemberKind::Method(function) => {
                    !self.ran.contains(&std::ptr::from_ref(&**function))
                        && super::scan::registers(&function.body)
                }
                _ => false,
            })
            .filter_map(|member| super::call::member_name(member).map(str::to_owned))
            .collect();
        for name in names {
            if let Ok(method) = self.member(&instance, &name) {
                let unknown = self.unknown(0);
                let given = Arguments { plain: Vec::new(), named: Vec::new(), rest: Some(unknown) };
                let _ = self.call(&method, Some(instance.clone()), given);
            }
        }
    }
}
