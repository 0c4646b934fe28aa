//! Methods of lists, records and texts whose content is known, and calls of the languages themselves.

use std::rc::Rc;

use crate::ir::{Language, Over};
use crate::library::{self, Op};
use crate::value::{Closure, ObjectId, Text, Value};

use super::state::{Object, ObjectKind};
use super::{Arguments, Interpreter, Outcome};

/// Names of methods that records have: a property of that name is no entry.
pub(crate) fn is_record_method(name: &str) -> bool {
    matches!(
        name,
        "get"
            | "items"
            | "keys"
            | "values"
            | "update"
            | "pop"
            | "setdefault"
            | "copy"
            | "entries"
            | "forEach"
            | "has"
            | "set"
            | "hasOwnProperty"
            | "toString"
            | "add"
            | "append"
            | "extend"
            | "union"
            | "size"
    )
}

impl<'a> Interpreter<'a> {
    /// Calls a method of a value that is known, at least in part.
    pub(crate) fn call_method(
        &mut self,
        receiver: &Value<'a>,
        name: &str,
        arguments: &Arguments<'a>,
    ) -> Outcome<Value<'a>> {
        let known = match receiver {
            Value::Object(id) => self.object_method(*id, name, arguments)?,
            Value::Text(text) => {
                let text = Text::clone(text);
                self.text_method(&text, name, arguments)
            }
            Value::Function(closure) => self.function_method(closure, name, arguments)?,
            Value::Class(class) if name == "__subclasses__" => Some(self.subclasses(class)),
            _ => None,
        };
        if let Some(value) = known {
            return Ok(value);
        }
        if let Value::Object(id) = receiver
            && let Some(ObjectKind::Instance(class)) =
                self.state.object(*id).map(|object| object.kind.clone())
            && let Some(base) = self.library_base(&class, 6)
        {
            if name == "start" && super::protocol::is_thread(&base) {
                let run = self.member(receiver, "run")?;
                self.start(&run, &Arguments::default())?;
                return Ok(Value::Nothing);
            }
            return self.library_call(&format!("{base}().{name}"), Some(receiver.clone()), arguments);
        }
        if library::model(self.language(), &format!("?.{name}")).is_some() {
            return self.library_call(&format!("?.{name}"), Some(receiver.clone()), arguments);
        }
        let mut taint = self.taint(receiver);
        for argument in arguments.all() {
            taint |= self.taint(argument);
        }
        self.call_back(arguments, taint)?;
        Ok(self.opaque_result(&format!("?.{name}"), Some(receiver.clone()), arguments, taint))
    }

    pub(crate) fn object_method(
        &mut self,
        id: ObjectId,
        name: &str,
        arguments: &Arguments<'a>,
    ) -> Outcome<Option<Value<'a>>> {
        let Some(object) = self.state.object(id).cloned() else { return Ok(None) };
        let this = Value::Object(id);
        let first = arguments.plain.first().cloned();
        let is_list = self.is_list_like(id);
        let is_python = self.language() == Language::Python;
        if self.language() == Language::Go {
            if let Some(value) = self.buffer_method(id, name, arguments) {
                return Ok(Some(value));
            }
            if let Some(value) = self.request_method(id, name, arguments)? {
                return Ok(Some(value));
            }
            if let Some(value) = self.shared_method(id, name, arguments)? {
                return Ok(Some(value));
            }
        }
        Ok(match name {
            "push" | "append" | "add" if is_list || !object.elements.is_empty() || name == "add" => {
                for value in arguments.plain.iter().cloned() {
                    self.state.push_element(id, value);
                }
                if let Some(rest) = &arguments.rest {
                    self.state.may_hold(id, rest);
                }
                Some(this)
            }
            "unshift" | "insert" if is_list => {
                let value = arguments.plain.last().cloned().unwrap_or(Value::Nothing);
                let mut elements = object.elements.to_vec();
                elements.insert(0, value);
                self.state.set_elements(id, elements);
                Some(Value::Nothing)
            }
            "put" | "put_nowait" | "appendleft" | "write" | "writerow" if is_list && is_python => {
                arguments.plain.iter().cloned().for_each(|value| self.state.push_element(id, value));
                Some(Value::Nothing)
            }
            "getvalue" | "read" if is_list && is_python => {
                Some(self.joined(&object.elements, object.rest.as_ref(), ""))
            }
            "seek" | "truncate" if is_list && is_python => Some(Value::Nothing),
            "sort" | "reverse" | "remove" if is_list && is_python => {
                self.reordered(id, name, arguments);
                Some(Value::Nothing)
            }
            "union" if is_list && is_python => {
                let copy = self.list_with(object.elements.to_vec(), object.rest.clone());
                for more in &arguments.plain {
                    self.call_method(&copy, "extend", &Arguments::of(vec![more.clone()]))?;
                }
                Some(copy)
            }
            "extend" | "update" | "extendleft" | "writelines" | "writerows" if is_list => {
                let (known, rest) =
                    first.map_or((Vec::new(), None), |more| self.iterate(&more, Over::Elements));
                let mut elements = object.elements.to_vec();
                elements.extend(known);
                self.state.set_elements(id, elements);
                if let Some(rest) = rest {
                    self.state.may_hold(id, &rest);
                }
                Some(Value::Nothing)
            }
            "concat" if is_list => {
                let mut elements = object.elements.to_vec();
                let mut others = object.rest.clone().into_iter().collect::<Vec<_>>();
                for more in &arguments.plain {
                    if matches!(more, Value::Object(_) | Value::Term(_)) {
                        let (known, rest) = self.iterate(more, Over::Elements);
                        elements.extend(known);
                        others.extend(rest);
                    } else {
                        elements.push(more.clone());
                    }
                }
                let list = self.list(elements);
                if let Value::Object(list) = &list {
                    for rest in others {
                        self.state.may_hold(*list, &rest);
                    }
                }
                Some(list)
            }
            "join" if is_list => {
                let separator = first.unwrap_or_else(|| Value::Text(Text::from(",")));
                let mut parts = Vec::new();
                for element in object.elements.iter().chain(&object.rest) {
                    if !parts.is_empty() {
                        parts.push(separator.clone());
                    }
                    parts.push(element.clone());
                }
                Some(self.concat(parts))
            }
            "pop" | "shift" if is_list => {
                if self.language() == Language::Go && self.is_channel(id) {
                    self.go_on_beside();
                }
                Some(self.some_element(id))
            }
            "at" if is_list => {
                let index = first.unwrap_or(Value::Number(0.0));
                Some(self.index(&this, &index)?)
            }
            "slice" if is_list => {
                let (from, to) = (arguments.plain.first().cloned(), arguments.plain.get(1).cloned());
                Some(self.slice(&this, from.as_ref(), to.as_ref()))
            }
            "includes" | "__contains__" if is_list => {
                let value = first.unwrap_or(Value::Nothing);
                Some(self.contained(value, this))
            }
            "has" | "hasOwnProperty" | "contains" => {
                let value = first.unwrap_or(Value::Nothing);
                Some(self.contained(value, this))
            }
            "indexOf" if is_list => {
                let value = first.unwrap_or(Value::Nothing);
                Some(self.apply(Op::IndexOf, vec![this, value]))
            }
            "splice" if is_list => Some(self.splice(id, &object, arguments)),
            "next" | "return" if let Some(next) = self.next_of(id) => Some(next),
            "reverse" | "sort" | "flat" if is_list => Some(this),
            "setdefault" if !is_list && is_python => {
                let key = first.unwrap_or(Value::Nothing);
                let default = arguments.plain.get(1).cloned().unwrap_or(Value::Nothing);
                Some(self.set_default(id, &key, &default)?)
            }
            "most_common" if !is_list && is_python => {
                let (known, rest) = self.pairs(&object);
                Some(self.list_with(known, rest))
            }
            "fill" if is_list => {
                if let Some(value) = first {
                    self.state.may_hold(id, &value);
                }
                Some(this)
            }
            "keys" if is_list => Some(this),
            "get" | "pop" | "setdefault" if !is_list => {
                let key = first.unwrap_or(Value::Nothing);
                let value = self.index(&this, &key)?;
                let default = arguments.plain.get(1).cloned();
                Some(match (value, default) {
                    (Value::Nothing, Some(default)) => default,
                    (value, Some(default)) => self.with_default(value, &default),
                    (value, None) => value,
                })
            }
            "set" if !is_list => {
                let key = first.unwrap_or(Value::Nothing);
                let value = arguments.plain.get(1).cloned().unwrap_or(Value::Nothing);
                match super::expression::key_of(&key) {
                    Some(name) => self.state.set_field(id, name, value),
                    None => self.may_hold_under(id, &key, &value),
                }
                Some(this)
            }
            "update" if !is_list => {
                if let Some(other) = first {
                    self.copy_entries(&other, id);
                }
                for (name, value) in &arguments.named {
                    self.state.set_field(id, name.clone(), value.clone());
                }
                Some(Value::Nothing)
            }
            "items" | "entries" if !is_list => {
                let (known, rest) = self.pairs(&object);
                Some(self.list_with(known, rest))
            }
            "keys" if !is_list => {
                let names = super::property::names(&object).into_iter().map(Value::Text);
                let known = names.chain(object.elements.iter().cloned()).collect();
                let rest = object.rest.as_ref().map(|rest| self.key_of_entry(&this, &object, rest));
                Some(self.list_with(known, rest))
            }
            "values" if !is_list => {
                let values = self.properties(&object).into_iter().map(|(_, value)| value);
                let known = values.chain(object.elements.iter().cloned()).collect();
                Some(self.list_with(known, object.rest.clone()))
            }
            "copy" => {
                let kind = if is_list { ObjectKind::List } else { ObjectKind::Record };
                let copy = self.state.allocate(kind);
                self.copy_entries(&this, copy);
                self.state.set_elements(copy, object.elements.to_vec());
                Some(Value::Object(copy))
            }
            "model_dump" | "dict" | "asdict" | "toJSON" => Some(this),
            _ => None,
        })
    }

    /// `dictionary.setdefault(key, default)`: what is there, or else the default, which is then there.
    fn set_default(&mut self, id: ObjectId, key: &Value<'a>, default: &Value<'a>) -> Outcome<Value<'a>> {
        let before = match super::expression::key_of(key) {
            Some(name) => self.state.field(id, &name).cloned(),
            None => None,
        };
        match before {
            None | Some(Value::Nothing) => {
                self.set_entry(id, key, default.clone());
                let entry = self.index(&Value::Object(id), key)?;
                Ok(self.with_default(entry, default))
            }
            Some(Value::Either(_)) => {
                let entry = self.with_default(before.unwrap_or(Value::Nothing), default);
                self.set_entry(id, key, entry.clone());
                Ok(entry)
            }
            Some(value) => Ok(value),
        }
    }

    /// A list of what is known and what else may be there.
    pub(crate) fn list_with(&mut self, known: Vec<Value<'a>>, rest: Option<Value<'a>>) -> Value<'a> {
        let list = self.list(known);
        if let (Value::Object(id), Some(rest)) = (&list, rest) {
            self.state.may_hold(*id, &rest);
        }
        list
    }

    /// `list.splice(from, count, …)`: takes some elements out, puts others in, and gives those that were taken.
    fn splice(&mut self, id: ObjectId, list: &Object<'a>, arguments: &Arguments<'a>) -> Value<'a> {
        let number = |position: usize| match arguments.plain.get(position) {
            Some(Value::Number(number)) if *number >= 0.0 => Some(*number as usize),
            _ => None,
        };
        let length = list.elements.len();
        let put = arguments.plain.get(2..).unwrap_or_default();
        let (Some(from), None) = (number(0), &list.rest) else {
            put.iter().chain(&arguments.rest).for_each(|value| self.state.may_hold(id, value));
            return Value::Object(id);
        };
        let from = from.min(length);
        let count = if arguments.plain.len() < 2 { length } else { number(1).unwrap_or_default() };
        let mut elements = list.elements.to_vec();
        let to = from.saturating_add(count).min(length);
        let taken = elements.splice(from..to, put.iter().cloned()).collect();
        self.state.set_elements(id, elements);
        if let Some(rest) = &arguments.rest {
            self.state.may_hold(id, rest);
        }
        self.list(taken)
    }

    /// Elements with a text between them.
    pub(crate) fn joined(
        &mut self,
        elements: &[Value<'a>],
        rest: Option<&Value<'a>>,
        separator: &str,
    ) -> Value<'a> {
        let mut parts = Vec::new();
        for element in elements.iter().chain(rest) {
            if !parts.is_empty() {
                parts.push(Value::Text(Text::from(separator)));
            }
            parts.push(element.clone());
        }
        self.concat(parts)
    }

    pub(crate) fn text_method(
        &mut self,
        text: &Text,
        name: &str,
        arguments: &Arguments<'a>,
    ) -> Option<Value<'a>> {
        let first = arguments.plain.first();
        let known = first.and_then(Value::text);
        Some(match (name, known) {
            ("toLowerCase" | "lower" | "casefold", _) => Value::Text(Text::from(text.to_lowercase())),
            ("toUpperCase" | "upper", _) => Value::Text(Text::from(text.to_uppercase())),
            ("trim" | "strip", None) => Value::Text(Text::from(text.trim())),
            ("startsWith" | "startswith", Some(start)) => Value::Bool(text.starts_with(start)),
            ("endsWith" | "endswith", Some(end)) => Value::Bool(text.ends_with(end)),
            ("includes", Some(part)) => Value::Bool(text.contains(part)),
            ("toString" | "valueOf" | "encode" | "decode", _) => Value::Text(text.clone()),
            ("removeprefix", Some(start)) => {
                Value::Text(Text::from(text.strip_prefix(start).unwrap_or(text)))
            }
            ("replace" | "replaceAll", Some(from)) => {
                let to = arguments.plain.get(1).and_then(Value::text)?;
                Value::Text(Text::from(text.replace(from, to)))
            }
            ("split", Some(separator)) if !separator.is_empty() => {
                let parts = text.split(separator).map(|part| Value::Text(Text::from(part))).collect();
                self.list(parts)
            }
            ("join", None) => {
                let list = first?;
                let (known, rest) = self.iterate(list, Over::Elements);
                self.joined(&known, rest.as_ref(), text)
            }
            ("format", _) => self.format(text, arguments),
            ("concat", _) => {
                let mut parts = vec![Value::Text(text.clone())];
                parts.extend(arguments.plain.iter().cloned());
                self.concat(parts)
            }
            _ => return None,
        })
    }

    pub(crate) fn function_method(
        &mut self,
        closure: &Rc<Closure<'a>>,
        name: &str,
        arguments: &Arguments<'a>,
    ) -> Outcome<Option<Value<'a>>> {
        let mut given = arguments.plain.clone();
        Ok(match name {
            "bind" => {
                let this = if given.is_empty() { None } else { Some(given.remove(0)) };
                let bound = Closure {
                    function: closure.function,
                    scope: closure.scope,
                    this: closure.this.clone().or(this),
                    given: closure.given.iter().cloned().chain(given).collect(),
                };
                Some(Value::Function(Rc::new(bound)))
            }
            "call" => {
                let this = if given.is_empty() { None } else { Some(given.remove(0)) };
                let function = Value::Function(Rc::clone(closure));
                let arguments = Arguments { plain: given, ..arguments.clone() };
                Some(self.call(&function, this, arguments)?)
            }
            "apply" => {
                let function = Value::Function(Rc::clone(closure));
                let this = given.first().cloned();
                let (plain, rest) =
                    given.get(1).map_or((Vec::new(), None), |list| self.iterate(list, Over::Elements));
                Some(self.call(&function, this, Arguments { plain, named: Vec::new(), rest })?)
            }
            _ => None,
        })
    }
}
