//! What no table can say: functions that call functions, records made of records, promises.

use crate::analysis::SourceKind;
use crate::fact::Checked;
use crate::ir::{Language, Over};
use crate::library::{Op, Special};
use crate::value::{Text, Value};

use super::state::ObjectKind;
use super::{Arguments, Interpreter, MOST_TURNS, Outcome};

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
                let ways = known.into_iter().chain(rest).map(|value| (value, Checked::NOTHING));
                let ways: Vec<_> = ways.chain([(Value::Nothing, Checked::NOTHING)]).collect();
                super::state::one_of(&ways)
            }
            Special::Finally => {
                if let Some(function) = at(0) {
                    self.call(&function, None, Arguments::default())?;
                }
                receiver_value
            }
            Special::Then => self.then(&receiver_value, at(0).as_ref(), at(1).as_ref())?,
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
                    return Ok(super::state::one_of(&ways.collect::<Vec<_>>()));
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
                    | Value::Object(_)
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
            _ => return self.special_calls(special, path, receiver, arguments),
        })
    }

    /// Functions that are called in other ways than by their names, and texts that are put together.
    pub(crate) fn special_calls(
        &mut self,
        special: Special,
        path: &str,
        receiver: Option<Value<'a>>,
        arguments: &Arguments<'a>,
    ) -> Outcome<Value<'a>> {
        let receiver_value = receiver.clone().unwrap_or(Value::Nothing);
        let at = |position: u8| arguments.plain.get(usize::from(position)).cloned();
        Ok(match special {
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
                let target = arguments.named("target").cloned().or_else(|| at(1));
                let Some(function) = target else { return Ok(self.unknown(0)) };
                let plain = match arguments.named("args").cloned().or_else(|| at(3)) {
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
                self.start(&function, &given)?;
                self.unknown(0)
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
                self.register_reader(&receiver_value, arguments);
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
            Special::AsText(slot) => {
                let value = self.slot(slot, receiver.as_ref(), arguments).into_iter().next();
                self.as_text(value.unwrap_or(Value::Nothing))
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
                if let Some(function @ Value::Function(_)) = operands.get(2).cloned() {
                    let text = operands.first().cloned().unwrap_or(Value::Nothing);
                    let found = self.apply(Op::Part, vec![text]);
                    let by = self.call(&function, None, Arguments::of(vec![found]))?;
                    operands.truncate(2);
                    operands.push(by);
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
            Special::Validate => {
                let value = at(0).unwrap_or(Value::Nothing);
                match &receiver_value {
                    Value::Class(_) => {
                        let given = Arguments { plain: Vec::new(), named: Vec::new(), rest: Some(value) };
                        self.instantiate(&receiver_value, given)?
                    }
                    schema => {
                        let schema = schema.clone();
                        self.fitted(&schema, value, 6)
                    }
                }
            }
            Special::TryValidate => self.tried(&receiver_value, at(0).unwrap_or(Value::Nothing)),
            _ => return self.special_containers(special, path, receiver, arguments),
        })
    }

    /// Remembers who listens, for `emit`.
    pub(crate) fn listen(&mut self, emitter: &Value<'a>, arguments: &Arguments<'a>) {
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

    pub(crate) fn is_callable(&self, value: &Value<'a>) -> bool {
        match value {
            Value::Function(_) | Value::Method(_) | Value::Class(_) => true,
            Value::Term(term) => {
                matches!(term.kind(), crate::value::TermKind::External(_))
                    || term.operands(Op::Field).is_some()
            }
            Value::Either(alternatives) => alternatives.iter().any(|one| self.is_callable(&one.value)),
            Value::Object(id) => self.is_partial(*id),
            _ => false,
        }
    }

    /// What a request of the web brings.
    pub(crate) fn request_input(&mut self) -> Value<'a> {
        self.input(SourceKind::Request, "")
    }
}
