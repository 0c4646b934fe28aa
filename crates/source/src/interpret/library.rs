//! Calls into libraries: what they do to the world, what must not reach them, what they give.

use crate::analysis::{Effect, Flow, SourceKind, Spot, Step, WrongGuard};
use crate::fact::{Check, Fact};
use crate::judge::{Danger, Judge};
use crate::library::{self, Answer, EffectKind, Model, Op, Sink, SinkKind, Slot, When};
use crate::value::{Place, Term, TermKind, Text, Value};

use super::{Arguments, Interpreter, Outcome};

/// Steps of a way beyond this are not shown.
const MOST_STEPS: usize = 24;

impl<'a> Interpreter<'a> {
    /// The path of a library's entity, and what the method is called on.
    pub(crate) fn path_of(&self, term: &Term<'a>) -> Option<(String, Option<Value<'a>>)> {
        match term.kind() {
            TermKind::External(path) => Some((path.to_string(), None)),
            TermKind::Apply(Op::Field, operands) => {
                let [object, Value::Text(name)] = operands.as_slice() else { return None };
                let before = self.owner_path(object, 6);
                Some((format!("{before}.{name}"), Some(object.clone())))
            }
            _ => None,
        }
    }

    fn owner_path(&self, object: &Value<'a>, depth: usize) -> String {
        let Value::Term(term) = object else { return String::from("?") };
        if depth == 0 {
            return String::from("?");
        }
        match term.kind() {
            TermKind::External(path) => path.to_string(),
            TermKind::Result(path, _) => format!("{path}()"),
            TermKind::Apply(Op::Element, operands) => match operands.first() {
                Some(inner) => self.owner_path(inner, depth - 1),
                None => String::from("?"),
            },
            TermKind::Apply(Op::Field, operands) => match operands.as_slice() {
                [inner, Value::Text(name)] => format!("{}.{name}", self.owner_path(inner, depth - 1)),
                _ => String::from("?"),
            },
            TermKind::Apply(op, _) if library::path_of(self.language(), *op).is_some() => {
                library::path_of(self.language(), *op).unwrap_or("?").to_owned()
            }
            TermKind::Apply(
                Op::Same | Op::JoinPath | Op::ResolvePath | Op::RealPath | Op::ParentPath | Op::ExpandPath,
                _,
            ) if self.language() == crate::ir::Language::Python => String::from("pathlib.Path()"),
            _ => String::from("?"),
        }
    }

    /// Calls a function of a library.
    pub(crate) fn library_call(
        &mut self,
        path: &str,
        receiver: Option<Value<'a>>,
        arguments: &Arguments<'a>,
    ) -> Outcome<Value<'a>> {
        self.step()?;
        self.register_options(path, arguments);
        if let Some(Value::Term(object)) = &receiver
            && !arguments.plain.is_empty()
            && path.rsplit('.').next().is_some_and(|member| member.starts_with("set"))
        {
            let options = self.list(arguments.plain.clone());
            self.written_into(object, "@configured", &options);
        }
        if let Some(value) = self.known_call(path, receiver.as_ref(), arguments)? {
            return Ok(value);
        }
        let Some(model) = library::model(self.language(), path) else {
            let mut taint = receiver.as_ref().map_or(0, |receiver| self.taint(receiver));
            for argument in arguments.all() {
                taint |= self.taint(argument);
            }
            self.call_back(arguments, taint)?;
            return Ok(self.opaque_result(path, receiver, arguments, taint));
        };
        self.note_effects(model, path, receiver.as_ref(), arguments);
        self.check_sinks(model, path, receiver.as_ref(), arguments);
        if let Some(value) = self.private_file(model, receiver.as_ref(), arguments) {
            return Ok(value);
        }
        match model.answer {
            Answer::Unknown => {
                let mut taint = receiver.as_ref().map_or(0, |receiver| self.taint(receiver));
                for argument in arguments.all() {
                    taint |= self.taint(argument);
                }
                self.call_back(arguments, taint)?;
                Ok(self.opaque_result(path, receiver, arguments, taint))
            }
            Answer::Clean => {
                self.call_back(arguments, 0)?;
                Ok(self.opaque_result(path, receiver, arguments, 0))
            }
            Answer::Make(op, slots) => {
                let mut operands = Vec::new();
                if slots.is_empty() {
                    // A measure of a measure is still one of what was measured first.
                    operands.extend(receiver.clone().filter(|_| op == Op::Measure));
                    operands.extend(arguments.plain.iter().cloned());
                    operands.extend(arguments.rest.clone());
                } else {
                    for slot in slots {
                        operands.extend(self.slot(*slot, receiver.as_ref(), arguments));
                    }
                }
                if self.language() == crate::ir::Language::Python {
                    self.throws_unless(op, &operands);
                }
                Ok(self.make(op, operands))
            }
            Answer::Nest(outer, inner, slots) => {
                let mut operands = Vec::new();
                if slots.is_empty() {
                    operands.extend(arguments.plain.iter().cloned());
                    operands.extend(arguments.rest.clone());
                }
                for slot in slots {
                    operands.extend(self.slot(*slot, receiver.as_ref(), arguments));
                }
                let made =
                    if operands.len() == 1 { operands.swap_remove(0) } else { self.make(inner, operands) };
                Ok(self.make(outer, vec![made]))
            }
            Answer::Matches(text, pattern, anchored) => {
                let text = self.slot(text, receiver.as_ref(), arguments).into_iter().next();
                let pattern = self.slot(pattern, receiver.as_ref(), arguments).into_iter().next();
                let anchored = match anchored {
                    crate::fact::Anchored::No => 0.0,
                    crate::fact::Anchored::Start => 1.0,
                    crate::fact::Anchored::Both => 2.0,
                };
                let operands = vec![
                    text.unwrap_or(Value::Nothing),
                    pattern.unwrap_or(Value::Nothing),
                    Value::Number(anchored),
                ];
                Ok(self.make(Op::Matches, operands))
            }
            Answer::Same(slot) => {
                let value = self.slot(slot, receiver.as_ref(), arguments).into_iter().next();
                Ok(value.unwrap_or(Value::Nothing))
            }
            Answer::Special(special) => self.special(special, path, receiver, arguments),
        }
    }

    /// Conversions of Python throw where a text is none of theirs: after them it is.
    fn throws_unless(&mut self, op: Op, operands: &[Value<'a>]) {
        let check = match op {
            Op::ParseAddress => Check::Address,
            Op::Number => Check::Number,
            _ => return,
        };
        let mut subjects = Vec::new();
        if let [value, ..] = operands {
            value.alternatives(&mut |one, _| {
                if let Value::Term(term) = one {
                    subjects.push(term.clone());
                }
            });
        }
        for subject in subjects {
            self.hold(Fact { subject, check: check.clone(), place: self.here });
        }
    }

    /// A result that remembers its path, receiver and arguments.
    pub(crate) fn opaque_result(
        &mut self,
        path: &str,
        receiver: Option<Value<'a>>,
        arguments: &Arguments<'a>,
        taint: u64,
    ) -> Value<'a> {
        let mut operands = vec![receiver.unwrap_or(Value::Nothing)];
        operands.extend(arguments.plain.iter().chain(&arguments.rest).cloned());
        if !arguments.named.is_empty() {
            let options = self.state.allocate(super::state::ObjectKind::Record);
            for (name, value) in &arguments.named {
                self.state.set_field(options, name.clone(), value.clone());
            }
            operands.push(Value::Object(options));
        }
        self.result(Text::from(path), operands, taint)
    }

    /// An operation, computed where its operands are known.
    pub(crate) fn make(&mut self, op: Op, operands: Vec<Value<'a>>) -> Value<'a> {
        // Operations go into each of several values, so that what holds of one stays with it.
        if let Some(position) = operands.iter().position(|operand| matches!(operand, Value::Either(_)))
            && let Some(Value::Either(alternatives)) = operands.get(position).cloned()
            && alternatives.len() <= 4
            && !matches!(op, Op::Concat | Op::JoinPath)
            // What a condition says of each of them is found where it is assumed.
            && !(crate::judge::is_condition(op) && alternatives.iter().any(|one| one.value.taint() != 0))
        {
            let mut ways = Vec::new();
            for one in alternatives.iter() {
                let mut single = operands.clone();
                if let Some(place) = single.get_mut(position) {
                    *place = one.value.clone();
                }
                ways.push((self.make(op, single), one.facts.to_vec()));
            }
            return super::state::either(ways);
        }
        match (op, operands.as_slice()) {
            (Op::Concat, _) => self.concat(operands),
            (Op::Not, [value]) => {
                let value = value.clone();
                self.not(value)
            }
            (Op::StartsWith, [text, start]) if text.text().is_some() && start.text().is_some() => {
                Value::Bool(text.text().unwrap_or_default().starts_with(start.text().unwrap_or_default()))
            }
            (Op::StartsWith, [text, Value::Object(id)]) => {
                // Python's `startswith((a, b))`.
                let (text, starts) = (text.clone(), self.state.elements(*id));
                let mut condition = Value::Bool(false);
                for start in starts.iter() {
                    let one = self.make(Op::StartsWith, vec![text.clone(), start.clone()]);
                    condition = self.or(condition, one);
                }
                condition
            }
            (Op::EndsWith, [text, end]) if text.text().is_some() && end.text().is_some() => {
                Value::Bool(text.text().unwrap_or_default().ends_with(end.text().unwrap_or_default()))
            }
            (Op::In, [value, container]) => {
                let (value, container) = (value.clone(), container.clone());
                self.contained(value, container)
            }
            (Op::Equal, [left, right]) => {
                let (left, right) = (left.clone(), right.clone());
                self.equal(&left, &right)
            }
            (Op::Number, [Value::Number(number)]) => Value::Number(*number),
            (Op::Number, [Value::Text(text)]) => match text.trim().parse() {
                Ok(number) => Value::Number(number),
                Err(_) => self.apply(op, operands),
            },
            // What the source holds encoded stays apart from what it says openly.
            (Op::Decode, [Value::Text(text)]) if crate::behaviour::decode::any(text).is_some() => {
                self.apply(op, operands)
            }
            (Op::Fold | Op::Part | Op::Decode, [Value::Text(text)]) => Value::Text(text.clone()),
            (Op::Same, [value]) if !matches!(value, Value::Term(_)) && !self.is_python_text(value) => {
                value.clone()
            }
            (Op::ResolvePath | Op::RealPath | Op::Same, [Value::Term(term)])
                if term.operands(op).is_some_and(|inner| inner.len() == 1) =>
            {
                Value::Term(term.clone())
            }
            _ => self.apply(op, operands),
        }
    }

    /// A known text in Python may become a path: the symbol says so.
    fn is_python_text(&self, value: &Value<'a>) -> bool {
        self.language() == crate::ir::Language::Python && matches!(value, Value::Text(_))
    }

    /// The values that a slot names.
    pub(crate) fn slot(
        &mut self,
        slot: Slot,
        receiver: Option<&Value<'a>>,
        arguments: &Arguments<'a>,
    ) -> Vec<Value<'a>> {
        let at = |position: u8| {
            let given = arguments.plain.get(usize::from(position)).cloned();
            given
                .or_else(|| arguments.rest.clone().filter(|_| usize::from(position) >= arguments.plain.len()))
        };
        match slot {
            Slot::At(position) => at(position).into_iter().collect(),
            Slot::Named(name) => arguments.named(name).cloned().into_iter().collect(),
            Slot::Either(position, name) => {
                arguments.named(name).cloned().or_else(|| at(position)).into_iter().collect()
            }
            Slot::Field(position, name) => match at(position) {
                Some(Value::Object(id)) => {
                    let is_list = |object: &&super::state::Object<'a>| {
                        matches!(object.kind, super::state::ObjectKind::List)
                    };
                    let object = self.state.object(id).filter(|object| !is_list(object));
                    object
                        .and_then(|object| object.fields.get(name).cloned().or_else(|| object.rest.clone()))
                        .into_iter()
                        .collect()
                }
                Some(value @ Value::Term(_)) if self.taint(&value) != 0 => {
                    self.member(&value, name).into_iter().collect()
                }
                _ => Vec::new(),
            },
            Slot::From(position) => {
                let given = arguments.plain.get(usize::from(position)..).unwrap_or_default();
                let named = arguments.named.iter().map(|(_, value)| value);
                given.iter().chain(named).chain(&arguments.rest).cloned().collect()
            }
            Slot::Formatted(position) => {
                let from = usize::from(position);
                let Some(template) = arguments.plain.get(from).cloned() else { return Vec::new() };
                let given = arguments.plain.get(from + 1..).unwrap_or_default().to_vec();
                if given.is_empty() {
                    return vec![template];
                }
                let values = self.list_with(given, arguments.rest.clone());
                vec![self.percent(template, &values)]
            }
            Slot::Text(text) => vec![Value::Text(Text::from(text))],
            Slot::Receiver => receiver.cloned().into_iter().collect(),
        }
    }

    fn applies(
        &mut self,
        sink: &Sink,
        value: &Value<'a>,
        receiver: Option<&Value<'a>>,
        arguments: &Arguments<'a>,
    ) -> bool {
        match sink.when {
            When::Always => true,
            When::Set(slot) => {
                let set = self.slot(slot, receiver, arguments);
                set.first().is_some_and(|value| self.truth(value) != Some(false))
            }
            When::Unset(slot) => {
                let set = self.slot(slot, receiver, arguments);
                set.first().is_none_or(|value| self.truth(value) != Some(true))
            }
            When::Writes(_) => true,
            When::Other(slot, names) => {
                let given = self.slot(slot, receiver, arguments);
                given.first().is_some_and(|value| !self.mentions(value, names, 3))
            }
            When::Mentions(slot, words) => {
                let object = self.slot(slot, receiver, arguments).into_iter().next();
                object.is_some_and(|object| self.mentions(&object, words, 6))
            }
            When::Configured(slot, name) => {
                let object = self.slot(slot, receiver, arguments).into_iter().next();
                object.is_some_and(|object| self.is_configured(&object, name, 6))
            }
            When::Unguarded(slot, names) => {
                let object = self.slot(slot, receiver, arguments).into_iter().next();
                !object.is_some_and(|object| names.iter().any(|name| self.is_configured(&object, name, 8)))
            }
            When::Begins(words) => self.known_start(value).is_some_and(|start| {
                let start = start.trim_start().to_ascii_lowercase();
                words.iter().any(|word| start.starts_with(&word.to_ascii_lowercase()))
            }),
            When::IsText => !matches!(value, Value::Object(_)),
            When::IsList => matches!(value, Value::Object(_)),
            When::NotNamed(slot, names) => {
                let set = self.slot(slot, receiver, arguments);
                let named = |value: &Value<'a>| {
                    let name = match value {
                        Value::Text(text) => Some(text.clone()),
                        Value::Term(term) => term.path(),
                        _ => None,
                    };
                    name.is_some_and(|name| names.iter().any(|safe| name.ends_with(safe)))
                };
                !set.iter().any(named)
            }
        }
    }

    /// Whether a known part of a value, or of what it was made with, contains one of these words.
    fn mentions(&self, value: &Value<'a>, words: &[&str], depth: usize) -> bool {
        if depth == 0 {
            return false;
        }
        match value {
            Value::Text(text) => words.iter().any(|word| text.contains(word)),
            Value::Term(term) => match term.kind() {
                TermKind::External(path) => words.iter().any(|word| path.contains(word)),
                TermKind::Apply(_, operands) | TermKind::Result(_, operands) => {
                    operands.iter().any(|operand| self.mentions(operand, words, depth - 1))
                }
                _ => false,
            },
            Value::Object(id) => self.state.object(*id).is_some_and(|object| {
                let inside = object.fields.values().chain(object.elements.iter());
                inside.take(50).any(|inner| self.mentions(inner, words, depth - 1))
            }),
            Value::Either(alternatives) => {
                alternatives.iter().any(|one| self.mentions(&one.value, words, depth - 1))
            }
            _ => false,
        }
    }

    /// Whether an object was made with an option, by its name or behind a text that ends with it.
    fn is_configured(&self, object: &Value<'a>, name: &str, depth: usize) -> bool {
        if depth == 0 {
            return false;
        }
        match object {
            Value::Term(term) => {
                let (TermKind::Result(_, operands) | TermKind::Apply(_, operands)) = term.kind() else {
                    return false;
                };
                let named = operands.windows(2).any(|pair| match pair {
                    [key, value] => {
                        let says = match key {
                            Value::Text(text) => text.ends_with(name),
                            Value::Term(key) => key.path().is_some_and(|path| path.ends_with(name)),
                            _ => false,
                        };
                        says && self.truth(value) != Some(false)
                    }
                    _ => false,
                });
                let set = self.state.field(self.store, &format!("{}.@configured", term.0.id));
                let was_set = set.is_some_and(|options| self.is_configured(options, name, depth - 1));
                named
                    || was_set
                    || operands.iter().any(|operand| self.is_configured(operand, name, depth - 1))
            }
            Value::Object(id) => {
                let elements = self.state.elements(*id);
                let listed = elements.windows(2).any(|pair| match pair {
                    [Value::Text(text), value] => text.ends_with(name) && self.truth(value) != Some(false),
                    [Value::Term(key), value] => {
                        key.path().is_some_and(|path| path.ends_with(name))
                            && self.truth(value) != Some(false)
                    }
                    _ => false,
                });
                if listed {
                    return true;
                }
                let Some(object) = self.state.object(*id) else { return false };
                object.fields.iter().take(50).any(|(key, value)| {
                    (&**key == name && self.truth(value) != Some(false))
                        || self.is_configured(value, name, depth - 1)
                })
            }
            Value::Either(alternatives) => {
                alternatives.iter().any(|one| self.is_configured(&one.value, name, depth - 1))
            }
            _ => false,
        }
    }

    /// The text that a value begins with, where that is known.
    fn known_start(&self, value: &Value<'a>) -> Option<String> {
        match value {
            Value::Text(text) => Some(text.to_string()),
            Value::Term(term) => term.operands(Op::Concat)?.first().and_then(Value::text).map(str::to_owned),
            Value::Either(alternatives) => alternatives.iter().find_map(|one| self.known_start(&one.value)),
            _ => None,
        }
    }

    /// Whether an option that is a mode lets write; one that is not given does not.
    fn mode_writes(&mut self, mode: Slot, receiver: Option<&Value<'a>>, arguments: &Arguments<'a>) -> bool {
        match self.slot(mode, receiver, arguments).first() {
            Some(Value::Text(mode)) => mode.contains(['w', 'a', 'x', '+']),
            Some(Value::Number(_)) | None => false,
            Some(_) => true,
        }
    }

    fn note_effects(
        &mut self,
        model: &'static Model,
        path: &str,
        receiver: Option<&Value<'a>>,
        arguments: &Arguments<'a>,
    ) {
        let slot = model.sinks.first().map_or(Slot::At(0), |sink| sink.slot);
        let detail = self.slot(slot, receiver, arguments).first().and_then(|value| self.known_part(value, 4));
        for kind in model.effects {
            self.note_effect(*kind, detail.clone(), path, arguments);
        }
        if let Some(mode) = model.sinks.iter().find_map(|sink| match sink.when {
            When::Writes(mode) => Some(mode),
            _ => None,
        }) {
            let writes = self.mode_writes(mode, receiver, arguments);
            let kind = if writes { EffectKind::Write } else { EffectKind::Read };
            self.note_effect(kind, detail, path, arguments);
        }
    }

    /// Notes something that the code does.
    pub(crate) fn note_effect(
        &mut self,
        kind: EffectKind,
        detail: Option<String>,
        path: &str,
        arguments: &Arguments<'a>,
    ) {
        let place = self.here;
        if self.effects.len() > 4000 || !self.seen_effects.insert((kind, place, detail.clone())) {
            return;
        }
        let taint = arguments.all().fold(0, |taint, value| taint | self.taint(value));
        let mut inputs = Vec::new();
        let mut carries = Vec::new();
        for source in self.sources_of(taint) {
            match source.kind {
                SourceKind::Environment | SourceKind::PrivateFile => {
                    carries.push(source.kind);
                    inputs.push(source.name);
                }
                _ => inputs.push(source.name),
            }
        }
        carries.dedup();
        let spot = self.spot(place);
        let (sends, address, when) =
            (self.sent(arguments), self.address(arguments), self.strange_conditions());
        let function = path.to_owned();
        self.effects.push(Effect { kind, detail, function, spot, inputs, carries, sends, address, when });
    }

    /// The known beginning of a text: a host, a path, a program.
    pub(crate) fn known_part(&self, value: &Value<'a>, depth: usize) -> Option<String> {
        match value {
            Value::Text(text) => Some(text.chars().take(300).collect()),
            Value::Term(term) if depth > 0 => match term.kind() {
                TermKind::Apply(
                    Op::Concat
                    | Op::JoinPath
                    | Op::Same
                    | Op::ParseUrl
                    | Op::ResolvePath
                    | Op::RealPath
                    | Op::ExpandPath
                    | Op::Or
                    | Op::Decode,
                    operands,
                ) => operands.iter().find_map(|operand| self.known_part(operand, depth - 1)),
                _ => None,
            },
            Value::Either(alternatives) if depth > 0 => {
                alternatives.iter().find_map(|one| self.known_part(&one.value, depth - 1))
            }
            Value::Object(id) if depth > 0 => {
                let object = self.state.object(*id)?;
                let first = object.elements.first();
                let named = ["hostname", "host", "url"].iter().find_map(|name| object.fields.get(*name));
                first.or(named).and_then(|value| self.known_part(value, depth - 1))
            }
            _ => None,
        }
    }

    /// A file whose content is private by its name: its content is an input of its own.
    fn private_file(
        &mut self,
        model: &'static Model,
        receiver: Option<&Value<'a>>,
        arguments: &Arguments<'a>,
    ) -> Option<Value<'a>> {
        let reads = model.effects.contains(&EffectKind::Read)
            || model.sinks.iter().any(|sink| matches!(sink.when, When::Writes(_)));
        if !reads {
            return None;
        }
        let slot = model.sinks.first().map_or(Slot::At(0), |sink| sink.slot);
        let path =
            self.slot(slot, receiver, arguments).first().and_then(|value| self.known_tail(value, 6))?;
        is_private(&path).then(|| self.private(SourceKind::PrivateFile, &path))
    }

    /// The known end of a path.
    fn known_tail(&self, value: &Value<'a>, depth: usize) -> Option<String> {
        match value {
            Value::Text(text) => Some(text.to_string()),
            Value::Term(term) if depth > 0 => match term.kind() {
                TermKind::Apply(
                    Op::Concat
                    | Op::JoinPath
                    | Op::AppendPath
                    | Op::Same
                    | Op::ResolvePath
                    | Op::RealPath
                    | Op::ExpandPath
                    | Op::Element,
                    operands,
                ) => {
                    let known: Vec<String> =
                        operands.iter().filter_map(|operand| self.known_tail(operand, depth - 1)).collect();
                    (!known.is_empty()).then(|| known.join("/"))
                }
                TermKind::Input(position) => self
                    .sources
                    .get(*position as usize)
                    .filter(|source| source.kind == SourceKind::PrivateFile)
                    .map(|source| source.name.clone()),
                // What a folder holds is in the folder.
                TermKind::Result(path, operands)
                    if [".glob", ".rglob", ".iterdir"].iter().any(|list| path.ends_with(list)) =>
                {
                    operands.first().and_then(|folder| self.known_tail(folder, depth - 1))
                }
                _ => None,
            },
            Value::Either(alternatives) if depth > 0 => {
                alternatives.iter().find_map(|one| self.known_tail(&one.value, depth - 1))
            }
            _ => None,
        }
    }

    /// The sources of a set.
    pub(crate) fn sources_of(&self, taint: u64) -> Vec<crate::analysis::Source> {
        (0..64)
            .filter(|bit| taint & (1 << bit) != 0)
            .filter_map(|bit| self.sources.get(bit).cloned())
            .collect()
    }

    /// The set of sources that somebody outside decides about.
    pub(crate) fn attacker(&self) -> u64 {
        self.sources.iter().take(64).enumerate().fold(0, |set, (position, source)| {
            let outside = !matches!(source.kind, SourceKind::Environment | SourceKind::PrivateFile);
            if outside { set | (1 << position) } else { set }
        })
    }

    fn check_sinks(
        &mut self,
        model: &'static Model,
        path: &str,
        receiver: Option<&Value<'a>>,
        arguments: &Arguments<'a>,
    ) {
        let mut command: Vec<Value<'a>> = Vec::new();
        for sink in model.sinks {
            if sink.kind == SinkKind::Subject && !self.backtracks(model, receiver, arguments) {
                continue;
            }
            let values = self.slot(sink.slot, receiver, arguments);
            for value in values {
                if sink.kind == SinkKind::Arguments {
                    if self.applies(sink, &value, receiver, arguments) {
                        let (known, rest) = match &value {
                            Value::Object(_) => self.iterate(&value, crate::ir::Over::Elements),
                            value => (vec![value.clone()], None),
                        };
                        command.extend(known.into_iter().chain(rest));
                    }
                    continue;
                }
                if !self.applies(sink, &value, receiver, arguments) {
                    continue;
                }
                self.observe_payload(sink.kind, &value, path);
                let kind = match sink.when {
                    When::Writes(mode) if self.mode_writes(mode, receiver, arguments) => SinkKind::PathWrite,
                    When::Writes(_) => SinkKind::PathRead,
                    _ => sink.kind,
                };
                self.sink(kind, &value, path);
            }
        }
        if !command.is_empty() {
            let list = self.list(command);
            self.observe_payload(SinkKind::Arguments, &list, path);
            self.sink(SinkKind::Arguments, &list, path);
        }
    }

    /// Whether the regular expression of a match takes exponential time on some texts.
    fn backtracks(
        &mut self,
        model: &'static Model,
        receiver: Option<&Value<'a>>,
        arguments: &Arguments<'a>,
    ) -> bool {
        let slot = match model.answer {
            Answer::Matches(_, pattern, _) => Some(pattern),
            _ => model.sinks.iter().find(|sink| sink.kind == SinkKind::Regex).map(|sink| sink.slot),
        };
        let mut patterns = slot.map(|slot| self.slot(slot, receiver, arguments)).unwrap_or_default();
        patterns.extend(receiver.cloned());
        patterns.extend(arguments.plain.first().cloned());
        patterns.iter().any(|pattern| {
            let source = match pattern {
                Value::Text(source) => Some(source.to_string()),
                Value::Term(term) => match term.kind() {
                    TermKind::Apply(Op::Regex, inner) => {
                        inner.first().and_then(Value::text).map(str::to_owned)
                    }
                    _ => None,
                },
                _ => None,
            };
            source.is_some_and(|source| crate::judge::backtracks(&source))
        })
    }

    /// A value reaches an operation: a flow, where nothing that was checked of it makes it harmless.
    pub(crate) fn sink(&mut self, kind: SinkKind, value: &Value<'a>, path: &str) {
        let attacker = self.attacker();
        if self.taint(value) & attacker == 0 || self.offer.is_none() {
            return;
        }
        let judge = Judge::new(&self.state, self.language(), attacker);
        let Some(danger) = judge.judge(kind, value) else { return };
        self.report_flow(&danger, path);
    }

    fn report_flow(&mut self, danger: &Danger<'a>, path: &str) {
        let Some(offer) = self.offer else { return };
        let place = self.here;
        if !self.seen_flows.insert((danger.kind, place, danger.taint)) {
            return;
        }
        for (bit, source) in (0..64_u32)
            .filter(|bit| danger.taint & (1 << bit) != 0)
            .filter_map(|bit| {
                let source = self.sources.get(bit as usize)?;
                Some((bit, source.clone()))
            })
            .collect::<Vec<_>>()
        {
            let mut steps = Vec::new();
            if let Some(value) = &danger.value {
                self.way(value, 1 << bit, &mut steps, 12);
            }
            steps.reverse();
            let mut shown: Vec<Step> = Vec::new();
            for (at, what) in steps {
                let step = Step { spot: self.spot(at), what };
                if shown.last() != Some(&step) && shown.len() < MOST_STEPS {
                    shown.push(step);
                }
            }
            shown.push(Step { spot: self.spot(place), what: format!("reaches `{path}`") });
            let guard = danger.guard.map(|(kind, place)| WrongGuard { kind, spot: self.spot(place) });
            self.flows.push(Flow {
                sink: danger.kind,
                offer,
                source,
                function: path.to_owned(),
                steps: shown,
                guard,
                by_design: false,
                whole: danger.whole,
            });
        }
    }

    /// The way of a source into a value, from the value backwards.
    fn way(&self, value: &Value<'a>, bit: u64, steps: &mut Vec<(Place, String)>, depth: usize) {
        if depth == 0 {
            return;
        }
        match value {
            Value::Term(term) => {
                let operands: &[Value<'a>] = match term.kind() {
                    TermKind::Input(position) => {
                        let name = self.sources.get(*position as usize).map(|source| source.name.clone());
                        steps.push((term.0.place, format!("`{}` comes in", name.unwrap_or_default())));
                        return;
                    }
                    TermKind::Apply(op, operands) => {
                        steps.push((term.0.place, described(*op).to_owned()));
                        operands
                    }
                    TermKind::Result(path, operands) => {
                        steps.push((term.0.place, format!("passes `{path}`")));
                        operands
                    }
                    _ => return,
                };
                if let Some(next) = operands.iter().find(|operand| self.taint(operand) & bit != 0) {
                    self.way(next, bit, steps, depth - 1);
                }
            }
            Value::Either(alternatives) => {
                if let Some(one) = alternatives.iter().find(|one| self.taint(&one.value) & bit != 0) {
                    self.way(&one.value, bit, steps, depth - 1);
                }
            }
            Value::Object(id) => {
                let Some(object) = self.state.object(*id) else { return };
                let mut inside = object.elements.iter().chain(object.fields.values()).chain(&object.rest);
                if let Some(next) = inside.find(|value| self.taint(value) & bit != 0) {
                    self.way(next, bit, steps, depth - 1);
                }
            }
            _ => {}
        }
    }

    /// A place for people.
    pub(crate) fn spot(&self, place: Place) -> Spot {
        let path = self.project.file(place.file).map(|file| file.path.clone()).unwrap_or_default();
        Spot { path, at: place.at }
    }

    /// Writing under a key that an input names into an object that an input chose (prototype pollution).
    pub(crate) fn check_key(&mut self, object: &Value<'a>, key: &Value<'a>, _value: &Value<'a>) {
        if self.language() != crate::ir::Language::JavaScript {
            return;
        }
        let mut chosen = None;
        object.alternatives(&mut |one, _| {
            if let Value::Term(term) = one
                && let Some([Value::Object(_), inner]) = term.operands(Op::Element)
            {
                chosen = Some(inner.clone());
            }
        });
        let Some(chosen) = chosen else { return };
        if self.taint(&chosen) & self.attacker() != 0 && self.taint(key) & self.attacker() != 0 {
            self.sink(SinkKind::Prototype, &chosen, "object[key][key] = value");
        }
    }

    /// An assignment to a member of a library, such as `http.DefaultTransport = …`: known only for exports.
    pub(crate) fn set_library_member(&mut self, path: &str, name: &str, value: Value<'a>) {
        // `module.exports = …` where `module` is that of a bundler.
        if matches!(path, "module" | "exports") {
            self.export_default(value);
        } else if path == "os.environ" || path == "process.env" {
            let arguments = Arguments::of(vec![value]);
            self.note_effect(EffectKind::Environment, Some(name.to_owned()), path, &arguments);
        }
    }

    /// A property written into something that is not known: what is read from it later may be it.
    pub(crate) fn written_into(&mut self, term: &Term<'a>, name: &str, value: &Value<'a>) {
        let key = Text::from(format!("{}.{name}", term.0.id));
        let store = self.store;
        let before = self.state.field(store, &key).cloned();
        let joined = before.map_or_else(|| value.clone(), |old| super::state::join(&old, &[], value, &[]));
        self.state.set_field(store, key, joined);
    }
}

/// What an operation does to a value, for people.
const fn described(op: Op) -> &'static str {
    match op {
        Op::Concat => "becomes part of a text",
        Op::Field | Op::Element | Op::Key => "is taken out of a value",
        Op::Part => "is cut",
        Op::Fold | Op::Same => "is converted",
        Op::ReplaceFirst | Op::ReplaceAll => "has parts replaced",
        Op::JoinPath => "becomes part of a path",
        Op::ResolvePath | Op::RealPath => "is resolved as a path",
        Op::ExpandPath => "is expanded",
        Op::Decode => "is decoded",
        Op::ParseUrl => "is read as an address",
        Op::ParseJson => "is read as JSON",
        _ => "is passed on",
    }
}

/// Names of files whose content is private.
fn is_private(path: &str) -> bool {
    const PRIVATE: &[&str] = &[
        ".ssh",
        "id_rsa",
        "id_ed25519",
        ".aws/credentials",
        ".netrc",
        ".npmrc",
        ".pypirc",
        ".env",
        ".git-credentials",
        ".kube/config",
        ".docker/config.json",
        "/etc/shadow",
        "/etc/passwd",
        "Login Data",
        "Cookies",
        "wallet.dat",
        ".gnupg",
        ".config/gcloud",
        ".azure",
        ".bash_history",
        ".zsh_history",
        "mcp.json",
        "claude_desktop_config.json",
        "keychain",
        ".password-store",
    ];
    PRIVATE.iter().any(|name| path.contains(name)) && !path.ends_with(".env.example")
}
