//! What no table can say: functions that call functions, records made of records, promises.

use std::rc::Rc;

use crate::analysis::SourceKind;
use crate::ir::{Language, Over};
use crate::library::{Op, Special};
use crate::value::{Closure, Text, Value};

use super::state::ObjectKind;
use super::{Arguments, Ended, Interpreter, MOST_TURNS, Outcome};

impl<'a> Interpreter<'a> {
    /// Does what a table cannot say.
    pub(crate) fn special(
        &mut self,
        special: Special,
        path: &str,
        receiver: Option<Value<'a>>,
        arguments: &Arguments<'a>,
    ) -> Outcome<Value<'a>> {
        let receiver_value = receiver.clone().unwrap_or(Value::Nothing);
        let at = |position: u8| arguments.plain.get(usize::from(position)).cloned();
        Ok(match special {
            Special::Map(position) => self.map(&receiver_value, at(position), arguments)?,
            Special::Filter(position) => self.filter(&receiver_value, at(position), arguments)?,
            Special::Some(position) => self.quantified(&receiver_value, at(position), Op::Any)?,
            Special::Every(position) => self.quantified(&receiver_value, at(position), Op::All)?,
            Special::Find(position) => {
                let kept = self.filter(&receiver_value, at(position), arguments)?;
                let (known, rest) = self.iterate(&kept, Over::Elements);
                let ways = known.into_iter().chain(rest).map(|value| (value, Vec::new()));
                let ways: Vec<_> = ways.chain([(Value::Nothing, Vec::new())]).collect();
                super::state::either(ways)
            }
            Special::Then => match at(0) {
                Some(function) => self.call(&function, None, Arguments::of(vec![receiver_value]))?,
                None => receiver_value,
            },
            Special::Catch => {
                if let Some(function) = at(0) {
                    let failure = self.apply(Op::Measure, Vec::new());
                    let given = Arguments::of(vec![failure]);
                    let values = self.fork(&mut [&mut |_| Ok(None), &mut |me| {
                        me.call(&function, None, given.clone()).map(Some)
                    }])?;
                    let ways = values
                        .into_iter()
                        .map(|(value, facts)| (value.unwrap_or_else(|| receiver_value.clone()), facts));
                    return Ok(super::expression::one_of(ways.collect()));
                }
                receiver_value
            }
            Special::Invoke(position) => {
                let Some(function) = at(position) else { return Ok(self.unknown(0)) };
                let mut given: Vec<Value<'a>> =
                    arguments.plain.iter().skip(usize::from(position) + 1).cloned().collect();
                if let Some(Value::Object(id)) = arguments.named("args") {
                    given.extend(self.state.elements(*id).iter().cloned());
                }
                match function {
                    Value::Function(_)
                    | Value::Method(_)
                    | Value::Class(_)
                    | Value::Term(_)
                    | Value::Either(_)
                        if self.is_callable(&function) =>
                    {
                        let named =
                            arguments.named.iter().filter(|(name, _)| !matches!(&**name, "args" | "target"));
                        let named = named.cloned().collect();
                        self.call(
                            &function,
                            None,
                            Arguments { plain: given, named, rest: arguments.rest.clone() },
                        )?
                    }
                    value => value,
                }
            }
            Special::Any | Special::All => {
                let Some(list) = at(0) else { return Ok(self.unknown(0)) };
                let op = if special == Special::Any { Op::Any } else { Op::All };
                self.over_conditions(&list, op)
            }
            Special::Keys(slot) | Special::Values(slot) | Special::Entries(slot) => {
                let value = self.slot(slot, receiver.as_ref(), arguments).into_iter().next();
                let value = value.unwrap_or(Value::Nothing);
                let over = match special {
                    Special::Keys(_) => Over::Keys,
                    _ => Over::Pairs,
                };
                let (known, rest) = self.iterate(&value, over);
                if !matches!(special, Special::Values(_)) {
                    return Ok(self.list_with(known, rest));
                }
                let mut values = Vec::new();
                for pair in known {
                    values.push(self.index(&pair, &Value::Number(1.0))?);
                }
                let rest = match rest {
                    Some(pair) => Some(self.index(&pair, &Value::Number(1.0))?),
                    None => None,
                };
                self.list_with(values, rest)
            }
            Special::FromEntries | Special::RecordOf => self.record_of(arguments)?,
            Special::Assign => {
                let Some(into) = at(0) else { return Ok(Value::Nothing) };
                if let Value::Object(id) = &into {
                    for other in arguments.plain.iter().skip(1) {
                        self.copy_entries(other, *id);
                    }
                }
                into
            }
            Special::MapOver(function, list) | Special::FilterOver(function, list) => {
                let function = self.slot(function, receiver.as_ref(), arguments).into_iter().next();
                let list = self
                    .slot(list, receiver.as_ref(), arguments)
                    .into_iter()
                    .next()
                    .unwrap_or(Value::Nothing);
                match special {
                    Special::MapOver(..) => self.map(&list, function, arguments)?,
                    _ => self.filter(&list, function, arguments)?,
                }
            }
            Special::ListWith => {
                let (mut known, rest) =
                    at(0).map_or((Vec::new(), None), |list| self.iterate(&list, Over::Elements));
                known.extend(arguments.plain.iter().skip(1).cloned());
                let rest = rest.or_else(|| arguments.rest.clone());
                self.list_with(known, rest)
            }
            Special::New => match at(0) {
                Some(class @ Value::Class(_)) => self.instantiate(&class, Arguments::default())?,
                _ => {
                    let id = self.state.allocate(ObjectKind::Record);
                    Value::Object(id)
                }
            },
            Special::Thread => {
                let Some(function) = arguments.named("target").cloned() else { return Ok(self.unknown(0)) };
                let plain = match arguments.named("args").cloned() {
                    Some(list) => self.iterate(&list, Over::Elements).0,
                    None => Vec::new(),
                };
                let mut given = Arguments::of(plain);
                if let Some(Value::Object(id)) = arguments.named("kwargs")
                    && let Some(object) = self.state.object(*id)
                {
                    given.named =
                        object.fields.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
                }
                self.call(&function, None, given)?
            }
            Special::Bind | Special::Call | Special::Apply => {
                let name = match special {
                    Special::Bind => "bind",
                    Special::Call => "call",
                    _ => "apply",
                };
                match &receiver_value {
                    Value::Function(_) => self.call_method(&receiver_value, name, arguments)?,
                    value if special == Special::Bind => value.clone(),
                    value => {
                        let mut given = arguments.clone();
                        if !given.plain.is_empty() {
                            given.plain.remove(0);
                        }
                        let value = value.clone();
                        self.call(&value, None, given)?
                    }
                }
            }
            Special::Listener => {
                self.listen(&receiver_value, arguments);
                self.call_back(arguments, 0)?;
                receiver_value
            }
            Special::ArchiveListener => {
                let entry = self.input(SourceKind::Archive, "entry");
                for function in arguments.plain.iter().filter(|value| matches!(value, Value::Function(_))) {
                    let given = Arguments::of(vec![entry.clone(), entry.clone()]);
                    self.fork::<()>(&mut [&mut |_| Ok(()), &mut |me| {
                        me.call(function, None, given.clone()).map(drop)
                    }])?;
                }
                receiver_value
            }
            Special::Format(slot) => {
                let template = self.slot(slot, receiver.as_ref(), arguments).into_iter().next();
                let mut given = arguments.clone();
                if !matches!(slot, crate::library::Slot::Receiver) && !given.plain.is_empty() {
                    given.plain.remove(0);
                }
                let template = template.unwrap_or(Value::Nothing);
                match template.text().map(str::to_owned) {
                    Some(text) if self.language() == Language::Python && !text.contains('%') => {
                        self.format(&text, &given)
                    }
                    Some(_) => {
                        let values = self.list_with(given.plain, given.rest);
                        self.percent(template, &values)
                    }
                    None => {
                        let mut parts = vec![template];
                        parts.extend(given.all().cloned());
                        self.concat(parts)
                    }
                }
            }
            Special::JoinList(list, separator) => {
                let list = self
                    .slot(list, receiver.as_ref(), arguments)
                    .into_iter()
                    .next()
                    .unwrap_or(Value::Nothing);
                let separator = self.slot(separator, receiver.as_ref(), arguments).into_iter().next();
                let separator =
                    separator.and_then(|value| value.text().map(str::to_owned)).unwrap_or_default();
                let (known, rest) = self.iterate(&list, Over::Elements);
                self.joined(&known, rest.as_ref(), &separator)
            }
            Special::Lookup(container, key) => {
                let container = self.slot(container, receiver.as_ref(), arguments).into_iter().next();
                let container = container.unwrap_or_else(|| receiver_value.clone());
                let default = match key {
                    crate::library::Slot::At(position) | crate::library::Slot::Either(position, _) => {
                        at(position + 1)
                    }
                    _ => None,
                };
                let key =
                    self.slot(key, receiver.as_ref(), arguments).into_iter().next().unwrap_or(Value::Nothing);
                let value = match (&container, key.text()) {
                    // A request of ours: the argument of that name.
                    (Value::Object(id), Some(name)) if self.state.field(*id, "Params").is_some() => {
                        let name = name.to_owned();
                        let parameters = self.member(&container, "Params")?;
                        let given = self.member(&parameters, "Arguments")?;
                        self.member(&given, &name)?
                    }
                    _ => self.index(&container, &key)?,
                };
                match (value, default.or_else(|| arguments.named("default").cloned())) {
                    (Value::Nothing, Some(default)) => default,
                    (value, Some(default)) => self.with_default(value, &default),
                    (value, None) => value,
                }
            }
            Special::Replace => {
                let what = at(0).unwrap_or(Value::Nothing);
                let is_global =
                    what.term().and_then(|term| term.operands(Op::Regex)).is_some_and(|operands| {
                        operands.get(1).and_then(Value::text).is_some_and(|flags| flags.contains('g'))
                    });
                let op = if is_global { Op::ReplaceAll } else { Op::ReplaceFirst };
                let by = match at(1) {
                    Some(function @ Value::Function(_)) => {
                        let part = self.apply(Op::Part, vec![receiver_value.clone()]);
                        self.call(&function, None, Arguments::of(vec![part])).unwrap_or(Value::Nothing)
                    }
                    Some(value) => value,
                    None => Value::Nothing,
                };
                self.make(op, vec![receiver_value, what, by])
            }
            Special::Substitute(text, pattern, by) => {
                let mut operands = Vec::new();
                for slot in [text, pattern, by] {
                    let value = self.slot(slot, receiver.as_ref(), arguments).into_iter().next();
                    operands.push(value.unwrap_or(Value::Nothing));
                }
                if let Some(Value::Text(source)) = operands.get(1).cloned() {
                    let regex =
                        self.apply(Op::Regex, vec![Value::Text(source), Value::Text(Text::from("g"))]);
                    if let Some(place) = operands.get_mut(1) {
                        *place = regex;
                    }
                }
                self.make(Op::ReplaceAll, operands)
            }
            Special::Reduce(position) => {
                let Some(function) = at(position) else { return Ok(self.unknown(0)) };
                let (known, rest) = self.iterate(&receiver_value, Over::Elements);
                let mut so_far = at(position + 1).unwrap_or(Value::Nothing);
                for element in known.into_iter().chain(rest).take(MOST_TURNS) {
                    so_far = self.call(&function, None, Arguments::of(vec![so_far, element]))?;
                }
                so_far
            }
            Special::Validate | Special::TryValidate => {
                let value = at(0).unwrap_or(Value::Nothing);
                let checked = match &receiver_value {
                    Value::Class(_) => {
                        let given = Arguments { plain: Vec::new(), named: Vec::new(), rest: Some(value) };
                        self.instantiate(&receiver_value, given)?
                    }
                    schema => {
                        let schema = schema.clone();
                        self.fitted(&schema, value, 6)
                    }
                };
                if special == Special::Validate {
                    checked
                } else {
                    let id = self.state.allocate(ObjectKind::Record);
                    for (name, value) in
                        [("success", self.unknown(0)), ("data", checked), ("error", self.unknown(0))]
                    {
                        self.state.set_field(id, Text::from(name), value);
                    }
                    Value::Object(id)
                }
            }
            Special::Append | Special::Extend | Special::SetEntry => {
                let name = match special {
                    Special::Append => "append",
                    Special::Extend => "extend",
                    _ => "set",
                };
                if let Value::Either(alternatives) = &receiver_value {
                    let alternatives = alternatives.clone();
                    for one in alternatives.iter().filter(|one| matches!(one.value, Value::Object(_))) {
                        self.call_method(&one.value, name, arguments)?;
                    }
                } else if let Value::Term(term) = &receiver_value {
                    for value in &arguments.plain {
                        self.written_into(term, "[]", value);
                    }
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
                    self.hold(crate::fact::Fact { subject, check, place: self.here });
                }
                self.make(Op::RelativePath, vec![folder, receiver_value])
            }
            Special::RequestData => self.request_input(),
            Special::Partial => match at(0) {
                Some(Value::Function(closure)) => {
                    let given = closure.given.iter().cloned().chain(arguments.plain.iter().skip(1).cloned());
                    Value::Function(Rc::new(Closure {
                        function: closure.function,
                        scope: closure.scope,
                        this: closure.this.clone(),
                        given: given.collect(),
                    }))
                }
                Some(value) => value,
                None => self.unknown(0),
            },
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
        })
    }

    /// Remembers who listens, for `emit`.
    fn listen(&mut self, emitter: &Value<'a>, arguments: &Arguments<'a>) {
        const MOST: usize = 64;
        let event = arguments.plain.first().and_then(Value::text).map(Text::from);
        for function in arguments.plain.iter().filter(|value| matches!(value, Value::Function(_))) {
            let listener = (emitter.clone(), event.clone(), function.clone());
            if self.listeners.len() < MOST && !self.listeners.contains(&listener) {
                self.listeners.push(listener);
            }
        }
    }

    /// `emitter.emit(event, …)`: runs what listens.
    pub(crate) fn emit(&mut self, emitter: &Value<'a>, arguments: &Arguments<'a>) -> Outcome<Value<'a>> {
        let event = arguments.plain.first().and_then(Value::text);
        let listening: Vec<Value<'a>> = self
            .listeners
            .iter()
            .filter(|(on, to, _)| on == emitter && (event.is_none() || to.as_deref() == event))
            .map(|(_, _, function)| function.clone())
            .collect();
        let given =
            Arguments { plain: arguments.plain.iter().skip(1).cloned().collect(), ..arguments.clone() };
        for function in listening {
            self.fork::<()>(&mut [&mut |_| Ok(()), &mut |me| {
                me.call(&function, None, given.clone()).map(drop)
            }])?;
        }
        Ok(Value::Nothing)
    }

    /// A member whose name is not known: with a table of methods any of them, `getattr(self, name)`.
    fn any_member(
        &mut self,
        object: &Value<'a>,
        name: &Value<'a>,
        default: Option<Value<'a>>,
    ) -> Outcome<Value<'a>> {
        let Value::Object(id) = object else {
            let taint = self.taint(object) | self.taint(name);
            return Ok(self.unknown(taint));
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
                ways.push((self.member(object, &own)?, Vec::new()));
            }
        }
        ways.extend(found.fields.values().map(|value| (value.clone(), Vec::new())));
        ways.extend(default.map(|default| (default, Vec::new())));
        Ok(if ways.is_empty() { self.unknown(0) } else { super::state::either(ways) })
    }

    fn is_callable(&self, value: &Value<'a>) -> bool {
        match value {
            Value::Function(_) | Value::Method(_) | Value::Class(_) => true,
            Value::Term(term) => {
                matches!(term.kind(), crate::value::TermKind::External(_))
                    || term.operands(Op::Field).is_some()
            }
            Value::Either(alternatives) => alternatives.iter().any(|one| self.is_callable(&one.value)),
            _ => false,
        }
    }

    fn map(
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
    fn fitting(&self, function: &Value<'a>, mut given: Arguments<'a>) -> Arguments<'a> {
        let only_one = self.language() != Language::JavaScript || !matches!(function, Value::Function(_));
        if only_one {
            given.plain.truncate(1);
        }
        given
    }

    fn filter(
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
        let mut may = Vec::new();
        for element in known.into_iter().take(MOST_TURNS) {
            let given = self.fitting(&function, Arguments::of(vec![element.clone()]));
            let condition = self.call(&function, None, given)?;
            match self.truth(&condition) {
                Some(true) => kept.push(element),
                Some(false) => {}
                None => may.push((element, condition)),
            }
        }
        if let Some(rest) = rest {
            let given = self.fitting(&function, Arguments::of(vec![rest.clone()]));
            let condition = self.call(&function, None, given)?;
            may.push((rest, condition));
        }
        let list = self.list(kept);
        if let Value::Object(id) = &list {
            for (element, condition) in may {
                // What the condition says holds of what was kept.
                let depth = self.state.depth();
                self.state.enter();
                let fits = self.assume(&condition, true).is_ok();
                let facts = self.state.since(depth).facts;
                self.state.back();
                if fits {
                    let with = super::state::either(vec![(element, facts), (Value::Nothing, Vec::new())]);
                    self.state.may_hold(*id, &with);
                }
            }
        }
        Ok(list)
    }

    fn quantified(&mut self, list: &Value<'a>, function: Option<Value<'a>>, op: Op) -> Outcome<Value<'a>> {
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
    fn over_conditions(&mut self, list: &Value<'a>, op: Op) -> Value<'a> {
        let (known, rest) = self.iterate(list, Over::Elements);
        let conditions = known.into_iter().map(|value| (value, true)).chain(rest.map(|value| (value, false)));
        self.quantify(conditions.collect(), op)
    }

    fn quantify(&mut self, conditions: Vec<(Value<'a>, bool)>, op: Op) -> Value<'a> {
        let mut all = Value::Bool(op == Op::All);
        for (condition, is_known) in conditions {
            let condition = if is_known { condition } else { self.apply(op, vec![condition]) };
            all = if op == Op::Any { self.or(all, condition) } else { self.and(all, condition) };
        }
        all
    }

    fn record_of(&mut self, arguments: &Arguments<'a>) -> Outcome<Value<'a>> {
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
                    None => self.state.may_hold(id, &inner),
                }
            }
            if let Some(pair) = rest {
                let inner = self.index(&pair, &Value::Number(1.0))?;
                self.state.may_hold(id, &inner);
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

    /// `new Promise((resolve, reject) => …)`: what `resolve` is given.
    fn promise(&mut self, executor: Option<Value<'a>>) -> Outcome<Value<'a>> {
        let Some(executor) = executor else { return Ok(self.unknown(0)) };
        let cell = self.state.allocate(ObjectKind::List);
        let resolve = Value::Method(Rc::new((Value::Object(cell), Text::from("push"))));
        let reject = self.external("reject");
        let _ = self.call(&executor, None, Arguments::of(vec![resolve, reject]));
        Ok(self.some_element(cell))
    }

    fn enumerated(&mut self, list: &Value<'a>) -> Value<'a> {
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

    fn zipped(&mut self, lists: &[Value<'a>]) -> Value<'a> {
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
        let rest: Vec<Value<'a>> = columns.into_iter().filter_map(|(_, rest)| rest).collect();
        let rest = (!rest.is_empty()).then(|| self.list(rest));
        self.list_with(rows, rest)
    }

    /// What a request of the web brings.
    pub(crate) fn request_input(&mut self) -> Value<'a> {
        self.input(SourceKind::Request, "")
    }
}
