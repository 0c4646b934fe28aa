//! What no table can say of lists, records, requests and registrations.

use super::state::ObjectKind;
use super::{Arguments, Ended, Interpreter, Outcome};
use crate::fact::Checked;
use crate::ir::{Language, Over};
use crate::library::{Op, Special};
use crate::value::{Closure, Value};
use std::rc::Rc;

impl<'a> Interpreter<'a> {
    /// Lists, records and requests that are written or read.
    pub(crate) fn special_containers(
        &mut self,
        special: Special,
        path: &str,
        receiver: Option<Value<'a>>,
        arguments: &Arguments<'a>,
    ) -> Outcome<Value<'a>> {
        let receiver_value = receiver.clone().unwrap_or(Value::Nothing);
        let at = |position: u8| arguments.plain.get(usize::from(position)).cloned();
        Ok(match special {
            Special::Append | Special::Extend | Special::SetEntry => {
                let name = match special {
                    Special::Append => "append",
                    Special::Extend => "extend",
                    _ => "set",
                };
                if let Value::Object(id) = receiver_value {
                    self.object_method(id, name, arguments)?;
                } else if let Value::Either(alternatives) = &receiver_value {
                    let alternatives = alternatives.clone();
                    for one in alternatives.iter().filter(|one| matches!(one.value, Value::Object(_))) {
                        self.call_method(&one.value, name, arguments)?;
                    }
                } else if let Value::Term(term) = &receiver_value {
                    for value in &arguments.plain {
                        self.written_into(term, "[]", value);
                    }
                    // A queue of jobs: `queue.add(() => …)`.
                    self.call_back(arguments, 0)?;
                }
                Value::Nothing
            }
            Special::Fill(from, into) => {
                let from = self
                    .slot(from, receiver.as_ref(), arguments)
                    .into_iter()
                    .next()
                    .unwrap_or(Value::Nothing);
                let into = self.slot(into, receiver.as_ref(), arguments).into_iter().next();
                let part = self.apply(Op::ParseJson, vec![from]);
                match into {
                    Some(Value::Object(id)) if self.language() == Language::Go => {
                        self.fill_struct(id, &part)?;
                    }
                    Some(Value::Object(id)) => self.state.may_hold(id, &part),
                    Some(Value::Term(term)) => self.written_into(&term, "*", &part),
                    _ => {}
                }
                self.unknown(0)
            }
            Special::Relative => {
                let folder = at(0).unwrap_or(Value::Nothing);
                let mut subjects = Vec::new();
                receiver_value.alternatives(&mut |one, _| {
                    if let Value::Term(term) = one {
                        subjects.push(term.clone());
                    }
                });
                for subject in subjects {
                    let check = crate::fact::Check::Inside(folder.clone());
                    self.hold(crate::fact::Fact::new(subject, check, self.here));
                }
                self.make(Op::RelativePath, vec![folder, receiver_value])
            }
            Special::RequestData => self.request_input(),
            Special::Partial => match at(0) {
                Some(Value::Function(closure)) if arguments.named.is_empty() => {
                    let given = closure.given.iter().cloned().chain(arguments.plain.iter().skip(1).cloned());
                    Value::Function(Rc::new(Closure {
                        function: closure.function,
                        scope: closure.scope,
                        this: closure.this.clone(),
                        given: given.collect(),
                    }))
                }
                Some(function) if self.is_callable(&function) => self.partial(function, arguments),
                Some(value) => value,
                None => self.unknown(0),
            },
            _ => return self.special_registrations(special, path, receiver, arguments),
        })
    }

    /// Registrations, schemas, members by name.
    pub(crate) fn special_registrations(
        &mut self,
        special: Special,
        path: &str,
        receiver: Option<Value<'a>>,
        arguments: &Arguments<'a>,
    ) -> Outcome<Value<'a>> {
        let receiver_value = receiver.clone().unwrap_or(Value::Nothing);
        let at = |position: u8| arguments.plain.get(usize::from(position)).cloned();
        Ok(match special {
            Special::Decorate => match at(0) {
                Some(value @ (Value::Function(_) | Value::Class(_))) => value,
                _ => self.external("functools.decorator"),
            },
            Special::DecorateTool
            | Special::DecoratePrompt
            | Special::DecorateResource
            | Special::DecorateHandler
            | Special::DecorateRoute => self.decorator_call(special, path, receiver, arguments),
            Special::RegisterTool | Special::RegisterPrompt | Special::RegisterResource => {
                self.register_call(special, path, receiver, arguments)?
            }
            Special::RegisterHandler => {
                self.register_handler(arguments);
                Value::Nothing
            }
            Special::OfferOf => self.offer_record(arguments)?,
            Special::Route => {
                self.register_route(path, arguments);
                receiver_value
            }
            Special::Schema => self.schema_call(path, receiver, arguments),
            Special::GetMember => {
                let (object, name) = (at(0).unwrap_or(Value::Nothing), at(1));
                let default = at(2);
                match name {
                    Some(Value::Text(name)) => {
                        let value = self.member(&object, &name)?;
                        default.map_or(value.clone(), |default| self.with_default(value, &default))
                    }
                    Some(name) => self.any_member(&object, &name, default)?,
                    None => self.unknown(0),
                }
            }
            Special::SetMember => {
                if let (Some(object), Some(Value::Text(name)), Some(value)) = (at(0), at(1), at(2)) {
                    self.set_member(&object, &name, value)?;
                }
                Value::Nothing
            }
            Special::Promise => self.promise(at(0))?,
            Special::Gather => match at(0) {
                Some(list @ Value::Object(_)) if arguments.plain.len() == 1 => list,
                _ => self.list_with(arguments.plain.clone(), arguments.rest.clone()),
            },
            Special::Range => self.numbers(&arguments.plain),
            Special::Enumerate => self.enumerated(&at(0).unwrap_or(Value::Nothing)),
            Special::Zip => self.zipped(&arguments.plain),
            Special::ListOf => {
                let (known, rest) =
                    at(0).map_or((Vec::new(), None), |value| self.iterate(&value, Over::Elements));
                match at(1) {
                    // `Array.from(list, function)`.
                    Some(function @ Value::Function(_)) if self.language() == Language::JavaScript => {
                        let list = self.list_with(known, rest);
                        self.map(&list, Some(function), arguments)?
                    }
                    _ => self.list_with(known, rest),
                }
            }
            Special::Exit => return Err(Ended),
            _ => self.unknown(0),
        })
    }

    /// A member whose name is not known: with a table of methods any of them, `getattr(self, name)`.
    pub(crate) fn any_member(
        &mut self,
        object: &Value<'a>,
        name: &Value<'a>,
        default: Option<Value<'a>>,
    ) -> Outcome<Value<'a>> {
        let Value::Object(id) = object else {
            let member = match self.named_member(object, name) {
                Some(member) => member,
                None => {
                    let taint = self.taint(object) | self.taint(name);
                    self.unknown(taint)
                }
            };
            return Ok(default.map_or(member.clone(), |default| self.with_default(member, &default)));
        };
        let Some(found) = self.state.object(*id).cloned() else { return Ok(Value::Nothing) };
        let prefix = self.known_part(name, 3).unwrap_or_default();
        let mut ways = Vec::new();
        if let ObjectKind::Instance(class) = &found.kind {
            let names: Vec<String> = class
                .class
                .members
                .iter()
                .filter(|member| matches!(member.kind, crate::ir::MemberKind::Method(_)))
                .filter_map(super::call::member_name)
                .filter(|own| own.starts_with(&prefix) && !own.starts_with("__"))
                .map(str::to_owned)
                .collect();
            for own in names {
                ways.push((self.member(object, &own)?, Checked::NOTHING));
            }
        }
        ways.extend(found.fields.values().map(|value| (value.clone(), Checked::NOTHING)));
        ways.extend(default.map(|default| (default, Checked::NOTHING)));
        Ok(if ways.is_empty() { self.unknown(0) } else { super::state::either(&ways) })
    }
}
