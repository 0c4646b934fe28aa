//! Calls into libraries: what they do to the world, what must not reach them, what they give.

use crate::fact::{Check, Fact};
use rustc_hash::FxHashMap;

use crate::ir::Language;
use crate::library::{self, Answer, EffectKind, Model, Op};
use crate::value::{Term, TermKind, Text, Value};

use super::{Arguments, Interpreter, Outcome};

/// Steps of a way beyond this are not shown.
pub(crate) const MOST_STEPS: usize = 24;

/// What tables say of paths that were looked up, by language.
#[derive(Default)]
pub(crate) struct Models(FxHashMap<Language, FxHashMap<String, Option<&'static Model>>>);

impl Models {
    /// What a table says of a path: looked up once for each.
    pub(crate) fn of(
        &mut self,
        language: Language,
        path: &str,
        look_up: impl FnOnce(Language, &str) -> Option<&'static Model>,
    ) -> Option<&'static Model> {
        const MOST: usize = 1 << 14;
        let known = self.0.entry(language).or_default();
        if let Some(model) = known.get(path) {
            return *model;
        }
        if known.len() >= MOST {
            known.clear();
        }
        let model = look_up(language, path);
        known.insert(path.to_owned(), model);
        model
    }
}

impl<'a> Interpreter<'a> {
    /// The path of a library's entity, and what the method is called on.
    pub(crate) fn path_of(&self, term: &Term<'a>) -> Option<(Text, Option<Value<'a>>)> {
        match term.kind() {
            TermKind::External(path) => Some((path.clone(), None)),
            TermKind::Apply(Op::Field, operands) => {
                let [object, Value::Text(name)] = operands.as_slice() else { return None };
                Some((self.member_path(term, object, name), Some(object.clone())))
            }
            _ => None,
        }
    }

    /// The path of a function that a call of a library gave: `got.extend(…)(address)`. Only those that the tables name.
    pub(crate) fn made_function(&mut self, term: &Term<'a>) -> Option<(Text, Option<Value<'a>>)> {
        let TermKind::Result(path, _) = term.kind() else { return None };
        let path = format!("{path}()");
        self.model(&path).is_some_and(|model| model.path == path).then(|| (Text::from(path), None))
    }

    /// The path of a member: made once for each symbol.
    fn member_path(&self, member: &Term<'a>, object: &Value<'a>, name: &str) -> Text {
        const MOST: usize = 1 << 14;
        let key = (member.id(), self.language());
        if let Some(known) = self.paths.borrow().get(&key) {
            return known.clone();
        }
        let mut path = String::new();
        self.owner_path(object, 6, &mut path);
        path.push('.');
        path.push_str(name);
        let path = Text::from(path);
        let mut paths = self.paths.borrow_mut();
        if paths.len() >= MOST {
            paths.clear();
        }
        paths.insert(key, path.clone());
        path
    }

    /// The path of what a member belongs to.
    pub(crate) fn owner_path(&self, object: &Value<'a>, depth: usize, into: &mut String) {
        let Some(term) = object.term().filter(|_| depth > 0) else { return into.push('?') };
        match term.kind() {
            TermKind::External(path) => into.push_str(path),
            TermKind::Result(path, _) => {
                into.push_str(path);
                into.push_str("()");
            }
            TermKind::Apply(Op::Element, operands) => match operands.first() {
                Some(inner) => self.owner_path(inner, depth - 1, into),
                None => into.push('?'),
            },
            TermKind::Apply(Op::Field, operands) => match operands.as_slice() {
                [inner, Value::Text(name)] => {
                    self.owner_path(inner, depth - 1, into);
                    into.push('.');
                    into.push_str(name);
                }
                _ => into.push('?'),
            },
            TermKind::Apply(op, _) => {
                let is_path = matches!(
                    op,
                    Op::Same
                        | Op::JoinPath
                        | Op::ResolvePath
                        | Op::RealPath
                        | Op::ParentPath
                        | Op::ExpandPath
                );
                into.push_str(match library::path_of(self.language(), *op) {
                    Some(path) => path,
                    None if is_path && self.language() == Language::Python => "pathlib.Path()",
                    None => "?",
                });
            }
            _ => into.push('?'),
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
        if let Some(receiver) = &receiver {
            self.check_named_member(receiver);
        }
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
        let Some(model) = self.model(path) else {
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
        if let Some(value) = self.shipped_document(model, path, receiver.as_ref(), arguments) {
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

    /// What is known of a function of the language: looked up once for each path.
    pub(crate) fn model(&mut self, path: &str) -> Option<&'static Model> {
        let language = self.language();
        self.models.of(language, path, library::model)
    }

    /// Conversions of Python throw where a text is none of theirs: after them it is.
    pub(crate) fn throws_unless(&mut self, op: Op, operands: &[Value<'a>]) {
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
            self.hold(Fact::new(subject, check.clone(), self.here));
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
        let path = self.shared(path);
        self.result(path, operands, taint)
    }

    /// An operation, computed where its operands are known.
    pub(crate) fn make(&mut self, op: Op, operands: Vec<Value<'a>>) -> Value<'a> {
        // Operations go into each of several values, so that what holds of one stays with it.
        if let Some(position) = operands.iter().position(|operand| matches!(operand, Value::Either(_)))
            && let Some(Value::Either(alternatives)) = operands.get(position).cloned()
            && alternatives.len() <= 4
            && !(matches!(op, Op::Concat | Op::JoinPath) && operands.len() > 1)
            // What a condition says of each of them is found where it is assumed.
            && !(crate::judge::is_condition(op) && alternatives.iter().any(|one| one.value.taint() != 0))
        {
            let mut ways = Vec::new();
            for one in alternatives.iter() {
                let mut single = operands.clone();
                if let Some(place) = single.get_mut(position) {
                    *place = one.value.clone();
                }
                ways.push((self.make(op, single), one.facts.clone()));
            }
            return super::state::either(&ways);
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
            (Op::ParseJson, [Value::Text(text)]) if let Some(value) = self.parsed(&Text::clone(text)) => {
                value
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
    pub(crate) fn is_python_text(&self, value: &Value<'a>) -> bool {
        self.language() == crate::ir::Language::Python && matches!(value, Value::Text(_))
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
        let key = Text::from(format!("{}.{name}", term.id()));
        let store = self.store;
        let before = self.state.field(store, &key).cloned();
        let joined = before.map_or_else(|| value.clone(), |old| super::state::one_or_other(&old, value));
        self.state.set_field(store, key, joined);
    }
}
